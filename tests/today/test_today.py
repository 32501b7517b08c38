"""The first page of a log: what to do, open advice, what the clinic wrote, what comes, the last seven days."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.followups.actions.blood_tests import PlanSaid, set_plan
from symptoms.lib import clock
from symptoms.sharing.models import Grant, Patient
from symptoms.sharing.scope import EVERYTHING
from symptoms.today.selectors import today_for_page
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag, tell_called
from symptoms.triage.models import Flag
from tests.factories.cast import ADD, Cast
from tests.factories.diary import make_entry

LONDON = "Europe/London"
FEVER = {"fever": 3, "chills": 2}


def today_of(log: Patient) -> str:
    return reverse("today:today", args=[log.pk])


def read(client: Client, user: User, log: Patient) -> str:
    client.force_login(user)
    answer = client.get(today_of(log))
    assert answer.status_code == 200
    return answer.content.decode()


def flagged(log: Patient, grades: dict[str, Any], **fields: Any) -> Entry:
    entry = make_entry(log, grades, **fields)
    assess_entry(entry_id=entry.pk)
    return entry


def day(ago: int, zone: str = LONDON) -> Any:
    return clock.local_day(clock.now(), zone) - timedelta(days=ago)


def section(html: str, name: str) -> str:
    start = html.index(f'aria-labelledby="{name}"')
    return html[start : html.index("</section>", start)]


def test_patient_is_greeted_by_first_name_with_the_day(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(name="Ana Moreno")
    html = read(client, cast.ana, cast.ana_log)
    assert "How are you feeling today, Ana?" in html
    assert f"{day(0):%A} {day(0).day} {day(0):%B}" in html
    assert html.count("<h1") == 1


def test_day_is_that_of_the_patient_not_of_the_reader(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Pacific/Kiritimati")
    User.objects.filter(pk=cast.sam.pk).update(time_zone="Pacific/Pago_Pago")
    today = day(0, "Pacific/Kiritimati")
    assert f"{today:%A} {today.day} {today:%B}" in read(client, cast.sam, cast.ana_log)


def test_three_ways_to_log_each_with_a_key_of_its_own(client: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, {"fatigue": 1}, day=day(1))
    html = read(client, cast.ana, cast.ana_log)
    assert reverse("diary:log", args=[cast.ana_log.pk]) in html
    assert f'action="{reverse("diary:log-none", args=[cast.ana_log.pk])}"' in html
    assert f'action="{reverse("diary:log-same", args=[cast.ana_log.pk])}"' in html
    keys = re.findall(r'name="key" value="([^"]+)"', html)
    assert len({UUID(key) for key in keys}) == 2


def test_buttons_save_one_entry_each_and_a_double_click_none_more(client: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, {"fatigue": 2}, day=day(1))
    html = read(client, cast.ana, cast.ana_log)
    none, same = re.findall(r'name="key" value="([^"]+)"', html)
    for route, key in (("diary:log-none", none), ("diary:log-same", same)):
        for _ in range(2):
            assert client.post(reverse(route, args=[cast.ana_log.pk]), {"key": key}).status_code == 303
    assert Entry.objects.filter(patient=cast.ana_log, day=day(0)).count() == 2
    grades = Entry.objects.filter(patient=cast.ana_log, day=day(0)).values_list("reports__grade", flat=True)
    assert set(grades) == {None, 2}


def test_same_as_yesterday_is_offered_only_where_yesterday_was_logged(client: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, {"fatigue": 1}, day=day(2))
    assert "Same as yesterday" not in read(client, cast.ana, cast.ana_log)


@pytest.mark.parametrize(("adds", "may_add"), [((), False), (ADD, True)])
def test_caregiver_sees_whose_log_it_is_and_only_what_he_may_do(
    client: Client, cast: Cast, adds: tuple[str, ...], may_add: bool
) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=list(adds))
    flagged(cast.ana_log, FEVER)
    html = read(client, cast.sam, cast.ana_log)
    assert "<title>Ana: Today" in html
    assert "You are reading <strong>Ana\u2019s log</strong>" in html
    assert "Ana\u2019s log</h1>" in html
    assert ("Log symptoms" in html) is may_add
    assert ("No symptoms today" in html) is may_add
    assert ("I have called" in html) is may_add
    assert "Log it" not in html
    assert "Log a shot" not in html
    assert "Ana logged" in html


def test_open_advice_tells_what_and_whom_to_call(client: Client, cast: Cast) -> None:
    entry = flagged(cast.ana_log, FEVER, temperature_c=Decimal("38.40"), day=day(1))
    html = read(client, cast.ana, cast.ana_log)
    card = section(html, "advice-1")
    assert "Call your care team today" in card
    assert f"On {day(1):%A} {day(1).day} {day(1):%B} you logged" in card
    assert "<strong>fever" in card
    assert "38.4\N{NO-BREAK SPACE}°C" in card
    assert 'href="tel:+442079460000"' in card
    assert f'action="{reverse("triage:advice-called", args=[cast.ana_log.pk, entry.pk])}"' in card
    assert reverse("triage:advice", args=[cast.ana_log.pk, entry.pk]) in card


def test_open_emergency_has_the_number_and_no_other_link_in_its_card(client: Client, cast: Cast) -> None:
    flagged(cast.ana_log, {"swelling-face": 3, "wheeze": 1})
    card = section(read(client, cast.ana, cast.ana_log), "advice-1")
    assert re.findall(r'<a [^>]*href="([^"]+)"', card) == ["tel:999"]


def test_open_advice_stands_highest_first(client: Client, cast: Cast) -> None:
    for grades, ago in (({"mouth-sores": 1}, 6), ({"swelling-face": 3, "wheeze": 1}, 2), ({"eye-pain": 1}, 4)):
        flagged(cast.ana_log, grades, day=day(ago))
    tiers = [one.tier for one in today_for_page(cast.ana_log, scope=EVERYTHING).advice]
    assert tiers[:2] == ["emergency", "same-day"]
    assert tiers == sorted(tiers, key=["emergency", "same-day", "prompt"].index)


def test_advice_disappears_once_it_is_answered(client: Client, cast: Cast) -> None:
    entry = flagged(cast.ana_log, FEVER)
    tell_called(entry=entry, by=cast.ana)
    assert "I have called" not in read(client, cast.ana, cast.ana_log)


def test_advice_stays_while_only_acknowledged(client: Client, cast: Cast) -> None:
    flagged(cast.ana_log, FEVER)
    acknowledge_flag(flag=Flag.objects.get(), by=cast.lindqvist)
    assert "I have called" in read(client, cast.ana, cast.ana_log)


def test_resolved_flag_gives_way_to_what_the_clinic_wrote(client: Client, cast: Cast) -> None:
    flagged(cast.ana_log, FEVER)
    resolve_flag(flag=Flag.objects.get(), by=cast.lindqvist, note="Come in <b>tomorrow</b>.")
    html = read(client, cast.ana, cast.ana_log)
    assert "I have called" not in html
    assert "Your clinic wrote" in html
    assert "Come in &lt;b&gt;tomorrow&lt;/b&gt;." in html
    assert "Nurse Lindqvist" in html


def test_acknowledgement_with_a_note_is_shown_too_and_one_without_is_not(client: Client, cast: Cast) -> None:
    flagged(cast.ana_log, FEVER)
    acknowledge_flag(flag=Flag.objects.get(), by=cast.okoye)
    assert "Your clinic wrote" not in read(client, cast.ana, cast.ana_log)
    resolve_flag(flag=Flag.objects.get(), by=cast.okoye, note="Thank you.")
    assert "Thank you." in read(client, cast.ana, cast.ana_log)


def test_old_advice_and_old_notes_leave_the_page(client: Client, cast: Cast) -> None:
    flagged(cast.ana_log, FEVER, day=day(9))
    resolve_flag(flag=Flag.objects.get(), by=cast.okoye, note="Thank you.")
    flag = Flag.objects.get()
    old = clock.now() - timedelta(days=8)
    Flag.objects.update(raised_at=old, news_at=old, resolved_at=old)
    flag.events.update(at=old)
    page = today_for_page(cast.ana_log, scope=EVERYTHING)
    assert (page.advice, page.notes) == ([], [])


def test_deleted_entry_takes_its_advice_along(client: Client, cast: Cast) -> None:
    entry = flagged(cast.ana_log, FEVER)
    delete_entry(entry=entry, by=cast.ana)
    page = today_for_page(cast.ana_log, scope=EVERYTHING)
    assert page.advice == []
    assert not any(one.logged or one.flag for one in page.days)


def test_advice_of_another_log_never_shows(client: Client, cast: Cast) -> None:
    flagged(cast.bo_log, FEVER)
    assert today_for_page(cast.ana_log, scope=EVERYTHING).advice == []


def test_without_a_clinic_it_says_that_nobody_watches(client: Client, cast: Cast) -> None:
    assert "No clinic reads this log. Nobody is watching it." in read(client, cast.bo, cast.bo_log)
    assert "Nobody is watching it" not in read(client, cast.ana, cast.ana_log)


def shot(log: Patient, ago: int, number: int | None, site: str = "thigh-left") -> None:
    at = datetime.combine(day(ago), datetime.min.time(), ZoneInfo(LONDON)) + timedelta(minutes=1)
    log_injection(patient=log, at=at, number=number, site=site, by=log.user)


@pytest.mark.parametrize(
    ("ago", "number", "told"),
    [(6, 1, "in 1 day."), (3, 1, "in 4 days."), (7, 1, "Due today"), (8, 1, "It was due on"), (3, 3, "in 11 days.")],
)
def test_coming_up_counts_from_the_last_shot(client: Client, cast: Cast, ago: int, number: int, told: str) -> None:
    shot(cast.ana_log, ago, number)
    coming = section(read(client, cast.ana, cast.ana_log), "coming")
    assert f"Injection {number + 1}" in coming
    assert told in coming
    assert "Last place: left thigh." in coming
    assert reverse("followups:injections", args=[cast.ana_log.pk]) in coming


def test_coming_up_without_a_number_has_none(client: Client, cast: Cast) -> None:
    shot(cast.ana_log, 3, None)
    assert "Next injection" in section(read(client, cast.ana, cast.ana_log), "coming")


def test_coming_up_without_a_shot_asks_for_one(client: Client, cast: Cast) -> None:
    coming = section(read(client, cast.ana, cast.ana_log), "coming")
    assert "Log a shot, and the next date stands here." in coming


def test_week_has_the_worst_grade_of_each_day(cast: Cast) -> None:
    make_entry(cast.ana_log, {"fatigue": 1, "headache": 3}, day=day(2))
    make_entry(cast.ana_log, {"fatigue": 2}, day=day(2))
    make_entry(cast.ana_log, {}, day=day(1))
    make_entry(cast.ana_log, {"fatigue": None}, day=day(0))
    days = today_for_page(cast.ana_log, scope=EVERYTHING).days
    assert [one.date for one in days] == [day(ago) for ago in range(6, -1, -1)]
    assert [(one.logged, one.grade) for one in days[3:]] == [(False, 0), (True, 3), (True, 0), (True, 1)]
    assert [one.today for one in days] == [False] * 6 + [True]


def test_week_marks_flags_and_shots(cast: Cast) -> None:
    flagged(cast.ana_log, FEVER, day=day(3))
    shot(cast.ana_log, 5, 6)
    days = today_for_page(cast.ana_log, scope=EVERYTHING).days
    assert [one.flag for one in days] == [False, False, False, True, False, False, False]
    assert [one.dose for one in days] == [False, True, False, False, False, False, False]


def test_week_leaves_out_what_is_older_and_what_is_of_others(cast: Cast) -> None:
    make_entry(cast.ana_log, {"headache": 4}, day=day(7))
    make_entry(cast.bo_log, {"headache": 4})
    assert not any(one.logged for one in today_for_page(cast.ana_log, scope=EVERYTHING).days)


def test_week_is_told_to_screen_readers_in_words(client: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, {"headache": 3}, day=day(2))
    week = section(read(client, cast.ana, cast.ana_log), "week")
    assert f"{day(2):%A} {day(2).day} {day(2):%B}: Severe" in " ".join(week.split())
    assert week.count("nothing logged") == 6
    assert f"Worst day: {day(2):%A}, headache, severe." in week


def test_worst_day_is_the_newest_of_equals_and_silent_without_symptoms(cast: Cast) -> None:
    assert today_for_page(cast.ana_log, scope=EVERYTHING).worst is None
    for ago in (4, 2):
        make_entry(cast.ana_log, {"headache": 2}, day=day(ago))
    worst = today_for_page(cast.ana_log, scope=EVERYTHING).worst
    assert worst is not None
    assert worst.date == day(2)


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_stranger_finds_nothing(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(today_of(cast.ana_log)).status_code == 404


def test_unknown_log_is_not_found_and_other_methods_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    assert client.get(reverse("today:today", args=[uuid4()])).status_code == 404
    assert client.get("/p/not-an-id/").status_code == 404
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(today_of(cast.ana_log)).status_code == 405


def test_signed_out_is_asked_to_sign_in(client: Client, cast: Cast) -> None:
    assert client.get(today_of(cast.ana_log))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("shut", ["revoked_at", "ends_at"])
@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_page_is_closed_with_the_grant(client: Client, cast: Cast, who: str, shut: str) -> None:
    read(client, getattr(cast, who), cast.ana_log)
    Grant.objects.update(**{shut: clock.now()})
    assert client.get(today_of(cast.ana_log)).status_code == 404


def test_a_late_blood_test_stands_among_what_comes(client: Client, cast: Cast) -> None:
    page = read(client, cast.ana, cast.ana_log)
    assert "Due before the first shot" in page
    said = PlanSaid(True, day(20), 3)
    set_plan(patient=cast.ana_log, test="liver", said=said, why="-", by=cast.lindqvist)
    page = read(client, cast.ana, cast.ana_log)
    assert "Liver test" in page
    assert "20 days late" in page


@pytest.mark.parametrize(("who", "queries"), [("ana", 10), ("sam", 11), ("lindqvist", 11)])
@pytest.mark.parametrize("entries", [1, 200])
def test_page_costs_the_same_for_one_entry_and_two_hundred(
    client: Client, cast: Cast, django_assert_num_queries: Any, who: str, queries: int, entries: int
) -> None:
    for n in range(entries):
        entry = make_entry(cast.ana_log, {"fever": 2, "headache": 1}, day=day(n % 28))
        if n % 20 == 0:
            assess_entry(entry_id=entry.pk)
    shot(cast.ana_log, 3, 7)
    client.force_login(getattr(cast, who))
    with django_assert_num_queries(queries):
        client.get(today_of(cast.ana_log))


def test_notes_of_several_answers_stand_newest_first_and_three_at_most(cast: Cast) -> None:
    for ago, slug in enumerate(("eye-pain", "confusion", "skin-hot-red", "trouble-swallowing")):
        flagged(cast.ana_log, {slug: 1}, day=day(ago))
    for n, flag in enumerate(Flag.objects.order_by("raised_at")):
        resolve_flag(flag=flag, by=cast.okoye, note=f"Answer {n}")
    notes = today_for_page(cast.ana_log, scope=EVERYTHING).notes
    assert [note.note for note in notes] == ["Answer 3", "Answer 2", "Answer 1"]


def test_called_before_the_flag_was_raised_again_does_not_close_it(cast: Cast) -> None:
    entry = flagged(cast.ana_log, FEVER)
    tell_called(entry=entry, by=cast.ana)
    Flag.objects.update(news_at=clock.now() + timedelta(seconds=1))
    assert [one.entry_id for one in today_for_page(cast.ana_log, scope=EVERYTHING).advice] == [entry.pk]
