import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, delete_entry, save_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.inbox.selectors.panel import Panel, flag_for_page
from symptoms.lib import clock
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import Grant
from symptoms.triage.actions import acknowledge_flag, assess_entry, tell_called
from symptoms.triage.models import Assessment, Flag
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.inbox import flags


def url_of(flag: Flag, cast: Cast) -> str:
    return reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])


def panel_of(flag: Flag, cast: Cast) -> Panel:
    found = Flag.objects.select_related("patient__user").get(pk=flag.pk)
    return flag_for_page(flag=found, clinic=cast.clinic, reader=cast.lindqvist)


def said(day: date, grades: dict[str, int], note: str = "") -> EntrySaid:
    reports = [ReportSaid(Symptom.objects.get(slug=slug), grade) for slug, grade in grades.items()]
    return EntrySaid(day=day, reports=reports, note=note)


def plain(answer: Any) -> str:
    """Return a page without the token that is new each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


# What it shows


def test_page_shows_the_whole_entry(cast: Cast, nurse: Client) -> None:
    note = "lips puffed up an hour after the jab"
    flag = flags.emergency(cast.ana_log, temperature_c=Decimal("37.9"), note=note)
    page = nurse.get(url_of(flag, cast)).content.decode()
    for words in ("Get emergency help now", "14 March 1987", note, "37.9\xa0°C", "Severe", "Written down by Ana"):
        assert words in page
    assert "Shared with you since" in page
    assert "Number shown: 999." in page


def test_page_names_the_patient_and_the_birthday_in_its_title(cast: Cast, nurse: Client) -> None:
    page = nurse.get(url_of(flags.emergency(cast.ana_log), cast)).content.decode()
    assert "<title>Ana, 14 March 1987: Get emergency help now" in " ".join(page.split())


def test_reasons_name_the_rule_what_it_saw_and_its_source(cast: Cast) -> None:
    panel = panel_of(flags.emergency(cast.ana_log), cast)
    lead = panel.reasons[0]
    assert lead.tier == "emergency"
    assert lead.title and lead.rationale and lead.source
    assert Symptom.objects.get(slug="swelling-face").name in lead.saw
    assert panel.unchecked is False


def test_answers_to_the_questions_stand_below_their_symptom(cast: Cast) -> None:
    symptom = Symptom.objects.get(slug="vision-loss")
    report = ReportSaid(symptom, 3, {"sudden": "yes", "side": "left"})
    entry = save_entry(
        patient=cast.ana_log,
        said=EntrySaid(day=clock.local_day(clock.now(), "Europe/London"), reports=[report]),
        idempotency_key=uuid4(),
        by=cast.ana,
    )
    panel = panel_of(flags.flag_entry(entry), cast)
    assert panel.symptoms[0].answers == ["Did it start suddenly, within minutes? Yes", "Which side? Left"]


def test_entry_for_an_earlier_day_says_when_it_was_received(cast: Cast, nurse: Client) -> None:
    day = clock.local_day(clock.now(), "Europe/London") - timedelta(days=2)
    flag = flags.emergency(cast.ana_log, day=day)
    page = nurse.get(url_of(flag, cast)).content.decode()
    assert f"It tells of {day:%A} {day.day} {day:%B}. We received it on" in " ".join(page.split())


def test_entry_of_today_does_not(cast: Cast) -> None:
    assert panel_of(flags.emergency(cast.ana_log), cast).backdated is False


def test_zone_of_the_patient_is_named_where_it_is_another(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    assert panel_of(flag, cast).zone == ""
    cast.lindqvist.time_zone = "Europe/Stockholm"
    assert panel_of(flag, cast).zone == "Europe/London"


def test_time_of_the_heading_is_the_patients(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    Entry.objects.filter(pk=flag.entry_id).update(time_zone="Asia/Kolkata")
    made_at = Entry.objects.get(pk=flag.entry_id).made_at + timedelta(hours=5, minutes=30)
    assert f"{made_at:%H:%M}" in panel_of(flag, cast).heading


def test_sharing_that_ends_says_until_when(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    Grant.objects.filter(clinic=cast.clinic).update(ends_at=clock.now() + timedelta(days=40))
    assert b"Until " in nurse.get(url_of(flag, cast)).content


def test_deleted_entry_shows_why_but_not_what(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log, note="canary-7f3a")
    delete_entry(entry=flag.entry, by=cast.ana)
    assess_entry(entry_id=flag.entry_id)
    page = nurse.get(url_of(flag, cast)).content.decode()
    assert "What it said is no longer shown." in page
    assert "canary-7f3a" not in page
    assert "The entry was deleted" in page


def test_namesake_at_the_same_clinic_is_warned_of(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    other = flags.namesake(cast.ana_log, born=1991)
    assert panel_of(flag, cast).namesake is False
    share(other, cast.far_clinic)
    assert panel_of(flag, cast).namesake is False
    share(other, cast.clinic)
    assert b"has the same name" in nurse.get(url_of(flag, cast)).content


def test_other_open_flags_of_the_patient_are_listed(cast: Cast) -> None:
    flag, other, closed = (
        flags.emergency(cast.ana_log),
        flags.same_day(cast.ana_log),
        flags.same_day(cast.ana_log),
    )
    Flag.objects.filter(pk=closed.pk).update(state="resolved", resolved_at=clock.now(), resolved_by=cast.okoye)
    assert [row.id for row in panel_of(flag, cast).others] == [other.pk]


# After a change


def test_change_keeps_the_tier_and_says_what_the_rules_say_now(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    change_entry(entry=flag.entry, said=said(flag.entry.day, {"headache": 1}), by=cast.ana)
    assess_entry(entry_id=flag.entry_id)
    panel = panel_of(flag, cast)
    assert panel.flag.tier == "emergency"
    assert panel.reasons[0].tier == "emergency"
    assert panel.now_tier not in ("", "emergency")
    page = nurse.get(url_of(flag, cast)).content.decode()
    assert "A flag never falls by itself." in page
    assert "It said before:" in page
    assert "swelling face (severe)" in page


def test_history_tells_who_did_what_newest_first(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    tell_called(entry=flag.entry, by=cast.ana)
    acknowledge_flag(flag=flag, by=cast.okoye, note="We ring you now.")
    steps = panel_of(flag, cast).steps
    assert [(step.who, step.note) for step in steps] == [
        ("Dr Okoye", "We ring you now."),
        ("Ana", ""),
        ("the rules", ""),
        ("Ana", ""),
    ]


def test_rule_that_failed_is_said(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    Assessment.objects.filter(entry=flag.entry_id).update(checked=False)
    assert b"Not every rule could be checked." in nurse.get(url_of(flag, cast)).content


def test_rule_that_is_gone_keeps_its_name(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    held = [{"rule_id": "X99-old", "tier": "emergency", "because": [{"kind": "tick", "symptom": "wheeze"}]}]
    Assessment.objects.filter(entry=flag.entry_id).update(result={"held": held, "failed": []})
    reason = panel_of(flag, cast).reasons[0]
    assert (reason.title, reason.rationale) == ("X99-old", "This rule is no longer in use.")


# The chart


def test_chart_takes_entries_flags_and_injections_of_thirty_days(cast: Cast) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    make_entry(cast.ana_log, {"headache": 2}, day=today - timedelta(days=3))
    make_entry(cast.ana_log, {"headache": None}, day=today - timedelta(days=4))
    make_entry(cast.ana_log, {}, day=today - timedelta(days=5))
    delete_entry(entry=make_entry(cast.ana_log, {"headache": 4}, day=today - timedelta(days=6)), by=cast.ana)
    at = clock.now() - timedelta(days=3)
    log_injection(patient=cast.ana_log, at=at, number=8, site="", by=cast.ana)
    lines = panel_of(flags.emergency(cast.ana_log), cast).chart.lines
    found = [((today - line.day).days, line.worst, line.flagged, line.injection) for line in lines]
    assert found == [(0, 3, True, False), (3, 2, False, True), (4, 1, False, False), (5, 0, False, False)]


def test_chart_has_a_table_and_no_inline_style(cast: Cast, nurse: Client) -> None:
    page = nurse.get(url_of(flags.emergency(cast.ana_log), cast)).content.decode()
    assert "chart-table" in page
    assert " style=" not in page
    assert page.count("<h1") == 1


# Who may


def test_foreign_flag_answers_just_like_an_id_never_issued(cast: Cast, nurse: Client) -> None:
    foreign = flags.emergency(cast.bo_log)
    unknown = nurse.get(reverse("inbox:flag", args=[cast.clinic.pk, uuid4()]))
    answer = nurse.get(url_of(foreign, cast))
    assert (answer.status_code, plain(answer)) == (404, plain(unknown))


def test_flag_is_gone_the_moment_the_patient_stops_sharing(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    assert nurse.get(url_of(flag, cast)).status_code == 200
    revoke_access(grant=Grant.objects.get(clinic=cast.clinic), by=cast.ana)
    assert nurse.get(url_of(flag, cast)).status_code == 404


def test_flag_of_a_shared_patient_is_not_reached_through_another_clinic(cast: Cast, client: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    client.force_login(cast.far)
    assert client.get(reverse("inbox:flag", args=[cast.far_clinic.pk, flag.pk])).status_code == 404


@pytest.mark.parametrize("name", ["ana", "bo", "sam", "far", "staff"])
def test_nobody_else_opens_a_flag(cast: Cast, client: Client, name: str) -> None:
    flag = flags.emergency(cast.ana_log)
    client.force_login(getattr(cast, name))
    assert client.get(url_of(flag, cast)).status_code == 404


def test_opening_is_written_down_for_the_patient(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    nurse.get(url_of(flag, cast))
    look = Event.objects.about(cast.ana_log.pk).looks().get()
    assert (look.actor, look.subject) == (cast.lindqvist.uuid, f"flag:{flag.pk}")


def test_page_takes_few_queries_however_long_the_diary_is(
    cast: Cast, nurse: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    for ago in range(1, 25):
        make_entry(cast.ana_log, {"headache": 1, "fatigue": 2}, day=today - timedelta(days=ago))
    flag = flags.emergency(cast.ana_log)
    for _ in range(5):
        flags.same_day(cast.ana_log)
    with django_assert_max_num_queries(24):
        nurse.get(url_of(flag, cast))
