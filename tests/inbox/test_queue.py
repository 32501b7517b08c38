import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.audit.models import Event
from symptoms.diary.actions import delete_entry
from symptoms.followups.actions import log_injection
from symptoms.inbox.selectors.queue import QueuePage, queue_for_page
from symptoms.lib import clock
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import ClinicMember, Grant
from symptoms.triage import ruleset
from symptoms.triage.actions import acknowledge_flag, resolve_flag
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.inbox import flags

QUERIES = 7


def page_of(cast: Cast, state: str = "waiting", number: int = 1) -> QueuePage:
    return queue_for_page(clinic=cast.clinic, state=state, number=number, reader=cast.lindqvist)


# What stands in a line


def test_a_line_says_who_what_why_and_how_long(cast: Cast, nurse: Client, queue_url: str) -> None:
    at = clock.now() - timedelta(days=1)
    log_injection(patient=cast.ana_log, at=at, number=8, site="thigh-left", by=cast.ana)
    flags.waited(flags.emergency(cast.ana_log), minutes=12)
    page = nurse.get(queue_url).content.decode()
    for words in ("Emergency", "Ana", "1987, injection 8, day 1", "(severe)", "12 min", "Patient told to call 999."):
        assert words in page
    assert "1 waiting, the most urgent one 12 min." in page


def test_worst_tier_comes_first_then_the_longest_waiting(cast: Cast) -> None:
    share(cast.bo_log, cast.clinic)
    fever = flags.waited(flags.same_day(cast.ana_log), hours=5)
    new = flags.waited(flags.emergency(cast.ana_log), minutes=1)
    old = flags.waited(flags.emergency(cast.bo_log), minutes=9)
    assert [row.id for row in page_of(cast).rows] == [old.pk, new.pk, fever.pk]


def test_worst_symptom_of_an_entry_comes_first(cast: Cast) -> None:
    flags.flag_entry(make_entry(cast.ana_log, {"fatigue": 1, "swelling-face": 4, "headache": None}))
    what = page_of(cast).rows[0].what
    assert what.index("(very severe)") < what.index("(mild)")
    assert "(not graded)" in what


@pytest.mark.parametrize(("unit", "words"), [("C", "38.4\xa0°C"), ("F", "101.1\xa0°F")])
def test_temperature_stands_in_the_readers_unit(cast: Cast, unit: str, words: str) -> None:
    cast.lindqvist.temperature_unit = unit
    flags.flag_entry(make_entry(cast.ana_log, {"fever": 2}, temperature_c=Decimal("38.4")))
    assert words in page_of(cast).rows[0].what


def test_injection_after_the_entry_is_not_the_one_before_it(cast: Cast) -> None:
    flags.emergency(cast.ana_log)
    later = clock.now() + timedelta(minutes=1)
    log_injection(patient=cast.ana_log, at=later, number=9, site="", by=cast.ana)
    assert page_of(cast).rows[0].about == "1987, no injection logged"


def test_injection_of_the_same_day_says_so(cast: Cast) -> None:
    log_injection(patient=cast.ana_log, at=clock.now(), number=None, site="", by=cast.ana)
    flags.emergency(cast.ana_log)
    assert page_of(cast).rows[0].about == "1987, injection, same day"


def test_namesakes_are_told_apart_by_their_whole_date_of_birth(cast: Cast) -> None:
    other = flags.namesake(cast.ana_log, born=1991)
    share(other, cast.clinic)
    flags.emergency(cast.ana_log)
    flags.emergency(other)
    abouts = {row.about for row in page_of(cast).rows}
    assert abouts == {
        "born 14 March 1987, no injection logged",
        "born 14 March 1991, no injection logged",
    }


def test_deleted_entry_keeps_its_line_but_not_its_words(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag = flags.emergency(cast.ana_log, note="canary-7f3a")
    delete_entry(entry=flag.entry, by=cast.ana)
    page = nurse.get(queue_url).content.decode()
    assert "The patient took this entry out of the diary." in page
    assert "(severe)" not in page


def test_queue_stands_when_the_rules_cannot_be_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flags.emergency(cast.ana_log)
    (tmp_path / "broken.toml").write_text("[[rule]\n")
    monkeypatch.setattr(ruleset, "RULES", tmp_path)
    assert "Please read the entry." in page_of(cast).rows[0].why


# Whose flags


def test_flags_of_strangers_are_not_in_the_queue(cast: Cast) -> None:
    flags.emergency(cast.bo_log)
    assert page_of(cast).rows == []
    assert page_of(cast).waiting == 0


def test_revoked_sharing_empties_the_queue_at_once(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    assert b"Ana" in nurse.get(queue_url).content
    revoke_access(grant=Grant.objects.get(clinic=cast.clinic), by=cast.ana)
    page = nurse.get(queue_url).content.decode()
    assert not re.search(r"\bAna\b", page)
    assert "0 waiting" in page


@pytest.mark.parametrize("change", [{"ends_at": timedelta(seconds=-1)}, {"starts_at": timedelta(hours=1)}])
def test_sharing_counts_only_between_its_start_and_its_end(cast: Cast, change: dict[str, timedelta]) -> None:
    flags.emergency(cast.ana_log)
    Grant.objects.filter(clinic=cast.clinic).update(**{k: clock.now() + v for k, v in change.items()})
    assert page_of(cast).rows == []


def test_clinic_of_somebody_else_is_not_found(cast: Cast, client: Client, queue_url: str) -> None:
    for person in (cast.ana, cast.bo, cast.sam, cast.far, cast.staff):
        client.force_login(person)
        assert client.get(queue_url).status_code == 404


def test_member_who_left_is_not_let_in(cast: Cast, nurse: Client, queue_url: str) -> None:
    ClinicMember.objects.filter(user=cast.lindqvist).update(is_active=False)
    assert nurse.get(queue_url).status_code == 404


# Piles and pages


def test_each_state_has_its_own_pile(cast: Cast, nurse: Client, queue_url: str) -> None:
    share(cast.bo_log, cast.clinic)
    waiting, taken, closed = (
        flags.emergency(cast.ana_log),
        flags.same_day(cast.ana_log),
        flags.emergency(cast.bo_log),
    )
    acknowledge_flag(flag=taken, by=cast.okoye)
    resolve_flag(flag=closed, by=cast.okoye, note="Rang.")
    for state, flag in (("waiting", waiting), ("acknowledged", taken), ("resolved", closed)):
        assert [row.id for row in page_of(cast, state).rows] == [flag.pk]
        assert page_of(cast, state).waiting == 1
    assert b"Dr Okoye" in nurse.get(queue_url, {"state": "acknowledged"}).content


def test_resolved_pile_shows_the_newest_first(cast: Cast) -> None:
    older, newer = flags.emergency(cast.ana_log), flags.same_day(cast.ana_log)
    for flag in (older, newer):
        resolve_flag(flag=flag, by=cast.okoye, note="Rang.")
    assert [row.id for row in page_of(cast, "resolved").rows] == [newer.pk, older.pk]


@pytest.mark.parametrize("query", ["state=nonsense", "page=0", "page=-1", "page=x", "page=99999999999", "state="])
def test_odd_addresses_show_the_first_page_of_waiting(cast: Cast, nurse: Client, queue_url: str, query: str) -> None:
    flags.emergency(cast.ana_log)
    answer = nurse.get(f"{queue_url}?{query}")
    assert answer.status_code == 200
    assert answer.context["queue"].state == "waiting"
    assert len(answer.context["queue"].rows) == 1


def test_fifty_lines_a_page(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.many(cast.clinic, 51)
    first, second = page_of(cast), page_of(cast, number=2)
    assert (len(first.rows), first.more, first.waiting) == (50, True, 51)
    assert (len(second.rows), second.more, second.waiting) == (1, False, 51)
    assert "Page before" in nurse.get(queue_url, {"page": 2}).content.decode()


@pytest.mark.parametrize("number", [1, 50, 1000])
def test_queue_takes_the_same_few_queries_at_any_length(
    cast: Cast, nurse: Client, queue_url: str, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    flags.many(cast.clinic, number)
    with django_assert_num_queries(QUERIES):
        assert nurse.get(queue_url).status_code == 200


def test_empty_queue_does_not_say_that_all_is_well(cast: Cast, nurse: Client, queue_url: str) -> None:
    page = nurse.get(queue_url).content.decode()
    assert "No flagged entry is waiting." in page
    assert "It does not say how they are." in page


# Not yet checked


def test_entry_that_no_rule_saw_for_a_minute_stands_on_top(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    entry = flags.late(make_entry(cast.ana_log, {"headache": 2}), minutes=3)
    page = nurse.get(queue_url).content.decode()
    assert "1 entry is not yet checked" in page
    assert reverse("diary:entry", args=[cast.ana_log.pk, entry.pk]) in page
    assert page.index("not yet checked") < page.index("Flagged entries, the most urgent first")


def test_entry_saved_just_now_is_not_late(cast: Cast) -> None:
    flags.late(make_entry(cast.ana_log, {"headache": 2}), seconds=55)
    assert page_of(cast).late == []


def test_late_entry_of_a_stranger_is_not_shown(cast: Cast) -> None:
    flags.late(make_entry(cast.bo_log, {"headache": 2}), minutes=3)
    assert page_of(cast).late == []


def test_late_entry_that_was_deleted_is_not_shown(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 2})
    delete_entry(entry=entry, by=cast.ana)
    flags.late(entry, minutes=3)
    assert page_of(cast).late == []


# Refreshing


def test_refresh_brings_the_list_and_the_count_only(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    part = nurse.get(queue_url, headers={"HX-Request": "true"}).content.decode()
    assert 'id="queue-list"' in part
    assert 'id="queue-head" class="queue-head" hx-swap-oob="true"' in part
    assert "<html" not in part


def test_refresh_keeps_the_open_line_marked(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag = flags.emergency(cast.ana_log)
    part = nurse.get(queue_url, {"open": str(flag.pk)}, headers={"HX-Request": "true"}).content.decode()
    assert 'class="open-row"' in part


def test_digest_changes_with_the_lines_and_not_with_the_clock(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    before = page_of(cast).digest
    flags.waited(flag, hours=3)
    assert page_of(cast).digest == before
    flags.same_day(cast.ana_log)
    assert page_of(cast).digest != before


# Who looked


def looks(cast: Cast) -> list[Event]:
    return list(Event.objects.filter(verb="inbox.queue-looked", actor=cast.lindqvist.uuid))


def test_a_look_at_the_list_is_written_down_once(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    nurse.get(queue_url)
    assert [(one.subject, one.data) for one in looks(cast)] == [
        (f"clinic:{cast.clinic.pk}", {"state": "waiting", "rows": 1})
    ]


def test_a_refresh_that_shows_nothing_new_is_no_look(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    seen = nurse.get(queue_url).context["queue"].digest
    nurse.get(queue_url, {"seen": seen}, headers={"HX-Request": "true"})
    assert len(looks(cast)) == 1
    flags.same_day(cast.ana_log)
    nurse.get(queue_url, {"seen": seen}, headers={"HX-Request": "true"})
    assert len(looks(cast)) == 2


def test_a_guessed_digest_does_not_hide_a_look(cast: Cast, nurse: Client, queue_url: str) -> None:
    flags.emergency(cast.ana_log)
    nurse.get(queue_url, {"seen": "0000000000000000"})
    assert len(looks(cast)) == 1


def test_queue_is_never_kept_by_a_cache(nurse: Client, queue_url: str) -> None:
    assert nurse.get(queue_url)["Cache-Control"] == "no-store, private"


def test_queue_takes_only_reading(nurse: Client, queue_url: str) -> None:
    assert {getattr(nurse, verb)(queue_url).status_code for verb in ("post", "put", "patch", "delete")} == {405}
