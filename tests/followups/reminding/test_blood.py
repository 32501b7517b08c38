"""Reminders of blood tests: from the plan, moved by a booking, ended by the draw, and what "done" does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from symptoms.followups.actions.blood_tests import PlanSaid, ask_for_test, book_test, mark_taken, set_plan
from symptoms.followups.actions.reminders import give_copies
from symptoms.followups.models import BloodTest, Occasion
from symptoms.followups.selectors.planned_tests import test_name as name_of
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.models import Notice, Reminder
from tests.factories.cast import Cast
from tests.followups.reminding.steps import Watch, give, told, waiting

DUE = date(2026, 11, 10)
LIVER = "liver"


@pytest.fixture
def planned(cast: Cast, watch: Watch, django_capture_on_commit_callbacks: Any) -> Cast:
    """Ana's only test is due on 10 November, then every 6 months."""
    said = PlanSaid(is_on=True, first_due=DUE, every_months=6)
    with django_capture_on_commit_callbacks(execute=True):
        set_plan(patient=cast.ana_log, test=LIVER, said=said, why="-", by=cast.okoye)
    return cast


def go(watch: Watch, at: datetime) -> None:
    watch.at = at
    send_due(now=at, seconds=0)


def test_it_is_told_of_before_on_the_day_and_weekly_when_late(planned: Cast, watch: Watch) -> None:
    got = waiting(planned.ana_log, "blood-test")
    assert got["14d"] == datetime(2026, 10, 27, 9, 0, tzinfo=UTC)
    assert got["2d"] == datetime(2026, 11, 8, 9, 0, tzinfo=UTC)
    assert got["day"] == datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    assert got["late-12"] == datetime(2027, 2, 2, 9, 0, tzinfo=UTC)


def test_the_words_name_the_test_and_lead_to_its_page(planned: Cast, watch: Watch) -> None:
    go(watch, datetime(2026, 10, 27, 9, 1, tzinfo=UTC))
    notice = Notice.objects.get(recipient=planned.ana)
    assert notice.title == "A blood test is due on Tuesday 10 November"
    assert name_of(LIVER) in notice.body
    assert notice.url.endswith("/blood-tests/")
    go(watch, datetime(2026, 11, 17, 9, 1, tzinfo=UTC))
    assert Notice.objects.filter(title="A blood test was due on Tuesday 10 November").exists()


def test_a_booking_moves_the_reminders_to_its_day(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        book_test(patient=planned.ana_log, test=LIVER, due_on=DUE, booked_for=date(2026, 11, 20), by=planned.ana)
    got = waiting(planned.ana_log, "blood-test")
    assert got["day"] == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert Occasion.objects.filter(kind="blood-test").open().count() == 1


def test_the_draw_ends_them_and_the_next_one_does_not_drift(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    go(watch, datetime(2026, 11, 17, 9, 1, tzinfo=UTC))
    with django_capture_on_commit_callbacks(execute=True):
        mark_taken(patient=planned.ana_log, test=LIVER, due_on=DUE, taken_on=date(2026, 11, 17), by=planned.ana)
    assert not Notice.objects.filter(recipient=planned.ana, settled_at=None).exists()
    assert waiting(planned.ana_log, "blood-test")["day"] == datetime(2027, 5, 10, 8, 0, tzinfo=UTC)


def test_done_from_the_day_on_counts_as_taken_today(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    go(watch, datetime(2026, 11, 10, 9, 1, tzinfo=UTC))
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=Reminder.objects.get(kind="blood-test", step="day"), answer="done")
    assert BloodTest.objects.get().taken_on == date(2026, 11, 10)
    assert waiting(planned.ana_log, "blood-test")["day"] == datetime(2027, 5, 10, 8, 0, tzinfo=UTC)


def test_done_before_the_day_takes_nothing_for_taken(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    go(watch, datetime(2026, 11, 8, 9, 1, tzinfo=UTC))
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=Reminder.objects.get(kind="blood-test", step="2d"), answer="done")
    assert not BloodTest.objects.exists()
    assert "day" in waiting(planned.ana_log, "blood-test")


def test_a_caregivers_done_takes_nothing_for_taken(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    occasion = Occasion.objects.get(kind="blood-test")
    row = Reminder.objects.create(
        recipient=planned.sam, kind="blood-test", subject=occasion.pk, step="day", due_at=watch.at, state="told"
    )
    watch.at = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=row, answer="done", by=planned.sam)
    assert not BloodTest.objects.exists()


def test_an_extra_test_has_reminders_of_its_own(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask_for_test(patient=planned.ana_log, test=LIVER, due_on=date(2026, 10, 26), why="Tired", by=planned.okoye)
    # So near, it stands in for the planned one (see `blood.plan`).
    assert Occasion.objects.filter(kind="blood-test").open().get().due_on == date(2026, 10, 26)
    go(watch, datetime(2026, 10, 26, 9, 1, tzinfo=UTC))
    assert told(planned.ana_log, "blood-test") == ["2d", "day"]


def test_each_test_is_told_once_through_months_of_sweeps(planned: Cast, watch: Watch) -> None:
    give(planned.ana_log, watch.at)
    for _ in range(60):
        watch.at += timedelta(hours=49)
        send_due(now=watch.at, seconds=0)
    steps = Reminder.objects.filter(kind="blood-test", subject=Occasion.objects.get(kind="blood-test", due_on=DUE).pk)
    assert sorted(steps.exclude(state="waiting").values_list("step", flat=True)) == sorted(
        ["14d", "2d", "day", *(f"late-{n}" for n in range(1, 13))]
    )


def test_a_test_that_the_file_no_longer_has_keeps_its_slug() -> None:
    assert name_of("gone 1234") == "gone"


def test_a_caregiver_hears_of_a_late_test(planned: Cast, watch: Watch) -> None:
    give_copies(patient=planned.ana_log, to=planned.sam, hours=3, by=planned.ana)
    go(watch, datetime(2026, 11, 17, 12, 1, tzinfo=UTC))
    said = Notice.objects.filter(recipient=planned.sam).latest("made_at")
    assert "Ana had a blood test due on Tuesday 10 November" in f"{said.title} {said.body}"


def test_done_to_what_is_over_does_nothing(
    planned: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    go(watch, datetime(2026, 11, 10, 9, 1, tzinfo=UTC))
    row = Reminder.objects.get(kind="blood-test", step="day")
    Occasion.objects.update(closed_at=watch.at)
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=row, answer="done")
    assert not BloodTest.objects.exists()
