"""Plans: what waits is made equal to what is wanted, what was told stays."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symptoms.accounts.models import User
from symptoms.notifications.actions import (
    Due,
    answer_reminder,
    cancel_reminders,
    resume_reminders,
    schedule_reminders,
    send_due,
)
from symptoms.notifications.models import Delivery, Notice, Reminder
from tests.factories.cast import make_reached
from tests.notifications.kinds import KIND, NOON

State = Reminder.State
SUBJECT = uuid4()
DAY = timedelta(days=1)
steps = st.sets(st.tuples(st.sampled_from(["14d", "2d", "day", "late-1"]), st.integers(0, 3)), max_size=6)


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana")


def plan(user: User, *due: tuple[str, int]) -> None:
    wanted = [Due(at=NOON + n * DAY, step=step) for step, n in due]
    schedule_reminders(recipient=user, kind=KIND, subject=SUBJECT, due=wanted)


def rows(user: User, state: str) -> set[tuple[str, int]]:
    found = Reminder.objects.filter(recipient=user, kind=KIND, subject=SUBJECT, state=state)
    return {(row.step, (row.due_at - NOON) // DAY) for row in found}


@given(plans=st.lists(steps, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_plan_holds_whatever_was_planned_before(ana: User, plans: list[set[tuple[str, int]]]) -> None:
    Reminder.objects.all().delete()
    for one in plans:
        plan(ana, *one)
        plan(ana, *one)
        assert rows(ana, State.WAITING) == one


@given(before=steps, after=steps, told=st.integers(0, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_told_stays_and_is_never_told_again(
    ana: User, before: set[tuple[str, int]], after: set[tuple[str, int]], told: int
) -> None:
    Reminder.objects.all().delete()
    plan(ana, *before)
    send_due(now=NOON + told * DAY)
    gone = {one for one in before if one[1] <= told}
    plan(ana, *after)
    assert rows(ana, State.WAITING) == after - gone
    assert rows(ana, State.TOLD) | rows(ana, State.MERGED) == gone


def test_two_plans_at_once_end_as_one_of_the_two(transactional_db: None) -> None:
    ana = make_reached("Ana")
    one, two = [("14d", 0), ("2d", 1)], [("day", 2), ("2d", 1)]
    start = Barrier(2)

    def work(due: list[tuple[str, int]]) -> None:
        try:
            start.wait()
            for _ in range(5):
                plan(ana, *due)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[due]) for due in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(ana, State.WAITING) in (set(one), set(two))


def test_others_are_left_alone(ana: User) -> None:
    sam = make_reached("Sam")
    plan(ana, ("day", 0))
    plan(sam, ("day", 0))
    schedule_reminders(recipient=ana, kind="other", subject=SUBJECT, due=[Due(NOON, "day")])
    plan(ana)
    assert rows(sam, State.WAITING) == {("day", 0)}
    assert Reminder.objects.filter(kind="other", state=State.WAITING).count() == 1


def test_a_cancelled_reminder_is_not_sent_and_its_notice_is_put_aside(ana: User) -> None:
    plan(ana, ("2d", 0), ("day", 2))
    send_due(now=NOON, seconds=0)  # told, and on its way
    assert Delivery.objects.filter(channel="email", state="waiting").count() == 1
    cancel_reminders(kind=KIND, subject=SUBJECT)
    assert rows(ana, State.WAITING) == set()
    assert not Notice.objects.filter(settled_at=None).exists()
    assert send_due(now=NOON).taken == 0
    assert Delivery.objects.get(channel="email").state == "dropped"


def test_only_one_recipient_is_cancelled(ana: User) -> None:
    sam = make_reached("Sam")
    plan(ana, ("day", 0))
    plan(sam, ("day", 0))
    cancel_reminders(kind=KIND, subject=SUBJECT, recipient=sam)
    assert rows(ana, State.WAITING) == {("day", 0)}
    assert rows(sam, State.WAITING) == set()


def test_what_was_stopped_is_not_planned_until_it_is_resumed(ana: User) -> None:
    plan(ana, ("2d", 0), ("day", 2))
    send_due(now=NOON)
    answer_reminder(reminder=Reminder.objects.get(step="2d"), answer="stop")
    assert rows(ana, State.STOPPED) == {("2d", 0), ("day", 2)}
    plan(ana, ("late-1", 3))
    assert rows(ana, State.WAITING) == set()
    resume_reminders(recipient=ana, kind=KIND, subject=SUBJECT, by=ana)
    assert rows(ana, State.WAITING) == {("day", 2)}
    plan(ana, ("late-1", 3))
    assert rows(ana, State.WAITING) == {("late-1", 3)}


def test_later_outlives_a_new_plan(ana: User) -> None:
    plan(ana, ("day", 0))
    send_due(now=NOON)
    assert answer_reminder(reminder=Reminder.objects.get(), answer="later")
    plan(ana, ("late-1", 3))
    assert {step for step, _day in rows(ana, State.WAITING)} == {"later", "late-1"}
    cancel_reminders(kind=KIND, subject=SUBJECT)
    assert rows(ana, State.WAITING) == set()
