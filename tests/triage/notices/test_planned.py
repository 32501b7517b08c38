"""A caregiver is told of an entry that says to get help: after the delay, and only what holds when it goes out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, hide_entry, show_entry
from symptoms.diary.models import Entry
from symptoms.notifications.actions.telling import Told
from symptoms.notifications.actions.telling import tell as tell_claimed
from symptoms.notifications.leases import claim_reminders
from symptoms.notifications.models import Notice, Reminder
from symptoms.sharing.models import Grant
from symptoms.triage.actions import assess_entry, assess_waiting
from symptoms.triage.models import Assessment
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.followups.reminding.steps import Watch
from tests.triage.notices.steps import AMBER, ENDS, HOUR, KIND, MILD, NOON, RED, go, heard, tell
from tests.triage.runs import logged, say

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("grades", "tier"), [(RED, "emergency"), (AMBER, "same-day"), (MILD, "self-care")])
def test_what_these_tests_log_is_what_they_mean(cast: Cast, grades: dict[str, int | None], tier: str) -> None:
    assert Assessment.objects.get(entry=logged(cast, grades)).tier == tier


@pytest.mark.parametrize("grades", [RED, AMBER])
@pytest.mark.parametrize("hours", [0, 1, 4, 12, 24])
def test_a_caregiver_hears_after_the_delay(
    cast: Cast, watch: Watch, sams: Grant, hours: int, grades: dict[str, int | None]
) -> None:
    tell(sams, hours, cast)
    entry = logged(cast, grades)
    if hours:
        go(watch, NOON + hours * HOUR - timedelta(seconds=1))
        assert heard(cast.sam) == []
    go(watch, NOON + hours * HOUR)
    assert len(heard(cast.sam)) == 1
    notice = Notice.objects.get(recipient=cast.sam)
    assert (notice.kind, notice.url) == ("message", f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/")
    assert "Never wait for a message like this one" in notice.body
    go(watch, watch.at + HOUR)
    assert len(heard(cast.sam)) == 1


def test_nobody_hears_who_is_not_wished_to(cast: Cast, watch: Watch, sams: Grant) -> None:
    share(cast.ana_log, cast.bo)
    tell(sams, 0, cast)
    tell(sams, None, cast)
    logged(cast, RED)
    go(watch, NOON + 30 * HOUR)
    assert not Reminder.objects.filter(kind=KIND).exists()


def test_what_is_not_urgent_is_told_to_nobody_and_asks_nothing(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    with CaptureQueriesContext(connection) as asked:
        logged(cast, MILD)
    assert not [one for one in asked.captured_queries if "notice_hours" in one["sql"]]
    assert not Reminder.objects.filter(kind=KIND).exists()


def test_who_wrote_it_is_not_told_of_it_and_others_are(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(share(cast.ana_log, cast.bo), 0, cast)
    tell(sams, 0, cast)
    logged(cast, RED, by=cast.sam)
    go(watch, NOON)
    assert (heard(cast.sam), heard(cast.bo)) == ([], ["emergency"])
    assert not Reminder.objects.filter(kind=KIND, recipient__in=[cast.ana, cast.sam, cast.lindqvist]).exists()


@pytest.mark.parametrize("hours", [1, 4, 12, 24])
@pytest.mark.parametrize("how", ENDS)
def test_all_is_asked_again_when_it_goes_out(cast: Cast, watch: Watch, sams: Grant, how: str, hours: int) -> None:
    tell(sams, hours, cast)
    entry = logged(cast, RED)
    watch.at = NOON + timedelta(minutes=10)
    ENDS[how](cast, sams, entry)
    go(watch, NOON + hours * HOUR)
    assert heard(cast.sam) == []
    assert Reminder.objects.get(kind=KIND).state == "dropped"
    assert not mail.outbox
    assert not Notice.objects.filter(recipient=cast.sam).exists()


def test_a_change_that_no_worker_has_seen_yet_counts(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 1, cast)
    entry = logged(cast, RED)
    entry.reports.all().delete()
    Entry.objects.filter(pk=entry.pk).update(revision=9)
    go(watch, NOON + HOUR)
    assert heard(cast.sam) == []


def test_it_is_told_as_what_it_is_now(cast: Cast, watch: Watch, sams: Grant) -> None:
    """A change of tier that the worker has not seen keeps the old word back; then the new one is planned."""
    tell(sams, 1, cast)
    entry = logged(cast, RED)
    said = EntrySaid(day=entry.day, reports=[ReportSaid(Symptom.objects.get(slug="trouble-swallowing"), 1)])
    watch.at = NOON + HOUR
    change_entry(entry=entry, said=said, by=cast.ana)
    go(watch, watch.at)
    assert heard(cast.sam) == []
    assess_entry(entry_id=entry.pk)
    go(watch, watch.at + HOUR)
    assert heard(cast.sam) == ["same-day"]


def test_an_emergency_that_was_told_is_not_told_again_as_less(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    entry = logged(cast, RED)
    go(watch, NOON)
    watch.at += HOUR
    say(entry, {"trouble-swallowing": 1})
    go(watch, watch.at)
    assert heard(cast.sam) == ["emergency"]


@pytest.mark.parametrize("apart", [0, 2, 23])
def test_the_same_severity_is_told_once_a_day(cast: Cast, watch: Watch, sams: Grant, apart: int) -> None:
    """Also where both came due while no worker was there: `apart` is in hours."""
    tell(sams, 0, cast)
    logged(cast, AMBER)
    if apart:
        go(watch, NOON)
    watch.at = NOON + apart * HOUR
    logged(cast, AMBER)
    go(watch, watch.at)
    assert heard(cast.sam) == ["same-day"]
    assert len(mail.outbox) == 1
    watch.at = NOON + 25 * HOUR
    logged(cast, AMBER)
    go(watch, watch.at)
    assert heard(cast.sam) == ["same-day", "same-day"]


def test_one_that_is_taken_out_silences_no_other(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 1, cast)
    first, second = logged(cast, AMBER), logged(cast, AMBER)
    hide_entry(entry=first, by=cast.ana)
    go(watch, NOON + HOUR)
    assert Notice.objects.get(recipient=cast.sam).reminder.subject == second.pk  # type: ignore[union-attr]


def test_a_worse_tier_is_told_again_and_a_better_one_is_not(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    entry = logged(cast, AMBER)
    go(watch, NOON)
    for minutes, grades in ((10, {"swelling-face": 3}), (20, {"trouble-swallowing": 1}), (30, {"swelling-face": 3})):
        watch.at = NOON + timedelta(minutes=minutes)
        say(entry, grades)
        go(watch, watch.at)
    assert heard(cast.sam) == ["same-day", "emergency"]


def test_each_patient_counts_by_herself(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    tell(share(cast.bo_log, cast.sam), 0, cast)
    logged(cast, AMBER)
    make_entry(cast.bo_log, AMBER)
    watch.at += timedelta(minutes=1)
    assess_waiting()
    go(watch, watch.at)
    assert heard(cast.sam) == ["same-day", "same-day"]


def test_an_entry_that_is_assessed_again_keeps_its_hour(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 4, cast)
    entry = logged(cast, RED)
    watch.at = NOON + 3 * HOUR
    say(entry, {"swelling-face": 3, "sore-throat": 1})
    go(watch, NOON + 4 * HOUR)
    assert heard(cast.sam) == ["emergency"]


def test_what_was_hidden_when_it_was_due_is_told_when_it_is_shown(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 1, cast)
    entry = logged(cast, RED)
    hide_entry(entry=entry, by=cast.ana)
    go(watch, NOON + HOUR)
    assert heard(cast.sam) == []
    entry.refresh_from_db()
    show_entry(entry=entry, by=cast.ana)
    watch.at += timedelta(minutes=1)
    assess_waiting()
    go(watch, watch.at + HOUR)
    assert heard(cast.sam) == ["emergency"]


def test_another_delay_moves_what_waits(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 1, cast)
    logged(cast, RED)
    tell(sams, 12, cast)
    go(watch, NOON + 11 * HOUR)
    assert heard(cast.sam) == []
    tell(sams, 4, cast)
    go(watch, watch.at)
    assert heard(cast.sam) == ["emergency"]


def test_a_worker_that_dies_loses_nothing(cast: Cast, watch: Watch, sams: Grant) -> None:
    """Assessment and plan are one transaction: whoever is killed has left both to the sweep."""
    tell(sams, 0, cast)
    entry = make_entry(cast.ana_log, RED)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        watch.at += timedelta(seconds=1)
        assert assess_entry(entry_id=entry.pk) is not None
        assert Reminder.objects.filter(kind=KIND).exists()
        raise KeyboardInterrupt
    assert not Reminder.objects.filter(kind=KIND).exists()
    assert not Assessment.objects.filter(entry=entry).exists()
    watch.at += timedelta(minutes=1)
    assert assess_waiting() == 1
    go(watch, watch.at)
    assert heard(cast.sam) == ["emergency"]


def test_a_sender_that_died_with_it_in_hand_is_followed_by_another(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    logged(cast, RED)
    Reminder.objects.filter(kind=KIND).update(lease_until=NOON + timedelta(seconds=60))
    go(watch, NOON)
    assert heard(cast.sam) == []
    go(watch, NOON + timedelta(seconds=61))
    assert heard(cast.sam) == ["emergency"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_each_tell_once(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    logged(cast, AMBER)
    logged(cast, AMBER)
    lots = [claim_reminders(now=NOON, most=1) for _worker in range(2)]
    ready = Barrier(2)

    def work(lot: list[Reminder]) -> None:
        ready.wait(timeout=10)
        try:
            tell_claimed(lot, NOON, Told())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, lots))
    assert heard(cast.sam) == ["same-day"]
    assert sorted(Reminder.objects.filter(kind=KIND).values_list("state", flat=True)) == ["dropped", "told"]
