"""What is told, when, and how: on time, late, stale and together, or not at all."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symptoms.accounts.models import User
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.leases import LEASE, claim_deliveries, claim_reminders
from symptoms.notifications.models import Delivery, Notice, Reminder, Wishes
from symptoms.notifications.wording import Words
from tests.factories.cast import make_reached
from tests.notifications.kinds import NOON, SECRET, Speaker, make_reminder, make_reminders

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana", time_zone="Europe/London")


def test_what_is_due_is_told_and_mailed_and_what_is_not_waits(ana: User) -> None:
    now, soon = make_reminder(ana), make_reminder(ana, NOON + MINUTE)
    said = send_due(now=NOON)
    assert (said.told, said.taken) == (1, 1)
    notice = Notice.objects.get()
    assert (notice.reminder, notice.title, notice.url) == (now, SECRET, "/somewhere/")
    assert {row.channel: row.state for row in Delivery.objects.all()} == {"in-app": "taken", "email": "taken"}
    soon.refresh_from_db()
    assert (soon.state, soon.lease_until) == ("waiting", None)
    assert not send_due(now=NOON)


def test_nothing_in_a_mail_tells_about_health_unless_the_person_chose_it(ana: User) -> None:
    make_reminder(ana)
    send_due(now=NOON)
    sent = mail.outbox[0]
    whole = sent.message().as_string().lower()
    for word in ("blood", "kesimpta", "zqx", "symptom", "injection", "somewhere", "ana "):
        assert word not in whole.replace("ana@example.org", ""), word
    assert (sent.subject, sent.to, sent.cc, sent.bcc) == ("You have a reminder", ["ana@example.org"], [], [])
    assert "text/html" not in whole
    assert sent.extra_headers["Message-ID"] == f"<{Reminder.objects.get().pk}.email@localhost>"


def test_a_person_may_choose_more_for_one_channel(ana: User) -> None:
    Wishes.objects.create(user=ana, detail={"email": "full"})
    make_reminder(ana)
    send_due(now=NOON)
    assert mail.outbox[0].subject == SECRET
    assert "Your blood is due" in str(mail.outbox[0].body)


@pytest.mark.parametrize("detail", [{"email": "FULL"}, {"email": None}, {"email": ["full"]}, {"push": "full"}, {}])
def test_an_odd_wish_counts_as_plain(ana: User, detail: dict[str, Any]) -> None:
    Wishes.objects.create(user=ana, detail=detail)
    make_reminder(ana)
    send_due(now=NOON)
    assert mail.outbox[0].subject == "You have a reminder"


@pytest.mark.parametrize(("after", "late"), [(9 * MINUTE, False), (11 * MINUTE, True), (8 * HOUR, True)])
def test_what_comes_late_says_so(ana: User, after: timedelta, late: bool) -> None:
    make_reminder(ana)
    send_due(now=NOON + after)
    assert Reminder.objects.get().late is late
    for text in (Notice.objects.get().body, str(mail.outbox[0].body)):
        assert ("This comes late. It was due on Tuesday 12 January, 12:00." in text) is late


def test_after_ten_hours_of_outage_everything_comes_once(ana: User, django_assert_max_num_queries: Any) -> None:
    everybody = [make_reached(f"User{n}", time_zone="UTC") for n in range(20)]
    for user in everybody:
        make_reminders(user, 3, NOON - 9 * HOUR)
    with django_assert_max_num_queries(250):
        said = send_due(now=NOON + HOUR)
    assert (said.told, said.merged, said.taken) == (60, 0, 60)
    assert Notice.objects.count() == 60
    assert Reminder.objects.filter(late=True).count() == 60
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 60


def test_stale_ones_of_a_person_become_one_message(ana: User) -> None:
    sam = make_reached("Sam")
    rows = [make_reminder(ana, NOON - n * DAY) for n in (5, 3, 2)]
    fresh, other = make_reminder(ana, NOON - HOUR), make_reminder(sam, NOON - 2 * DAY)
    said = send_due(now=NOON)
    assert (said.told, said.merged) == (3, 2)
    newest = rows[2]
    assert {notice.reminder for notice in Notice.objects.all()} == {newest, fresh, other}
    assert set(newest.merged.all()) == set(rows[:2])
    assert {row.state for row in newest.merged.all()} == {"merged"}
    assert len(mail.outbox) == 3
    assert not send_due(now=NOON + DAY)


def test_one_message_for_several_names_each_once(ana: User, speaker: Speaker) -> None:
    speaker.say = lambda reminder: Words(f"About {reminder.step}", url="/x/")
    for step, days in (("14d", 5), ("2d", 4), ("2d", 3), ("day", 2)):
        make_reminder(ana, NOON - days * DAY, step=step)
    send_due(now=NOON)
    notice = Notice.objects.get()
    assert notice.title == "You have 3 reminders"
    assert notice.body.splitlines()[:3] == ["About 14d", "About 2d", "About day"]
    assert notice.url == "/notices/"


def test_of_one_subject_only_the_newest_notice_waits(ana: User) -> None:
    sam, subject = make_reached("Sam"), uuid4()
    for n in range(3):
        for user in (ana, sam):
            make_reminder(user, NOON + n * DAY, subject=subject)
        make_reminder(ana, NOON + n * DAY)
    for n in range(3):
        send_due(now=NOON + n * DAY)
    waiting = Notice.objects.filter(settled_at=None, reminder__subject=subject)
    assert {(one.recipient, one.reminder and one.reminder.due_at) for one in waiting} == {
        (user, NOON + 2 * DAY) for user in (ana, sam)
    }
    assert Notice.objects.filter(recipient=ana, settled_at=None).count() == 4
    assert (Notice.objects.count(), len(mail.outbox)) == (9, 9)


def test_an_answer_counts_for_all_that_was_told_together(ana: User) -> None:
    rows = [make_reminder(ana, NOON - n * DAY) for n in (5, 3, 2)]
    send_due(now=NOON)
    assert answer_reminder(reminder=rows[0], answer="done")
    assert set(Reminder.objects.values_list("answer", flat=True)) == {"done"}
    assert not answer_reminder(reminder=rows[2], answer="later")


def test_stale_ones_that_another_worker_holds_are_told_with_the_rest(ana: User) -> None:
    """Two workers with half of the stale ones each: still one message."""
    make_reminders(ana, 4, NOON - 2 * DAY)
    held = claim_reminders(now=NOON, most=2)
    assert len(held) == 2
    send_due(now=NOON)
    assert Notice.objects.count() == 1
    assert Reminder.objects.filter(state="merged").count() == 3


def test_what_is_no_longer_needed_is_dropped(ana: User, speaker: Speaker) -> None:
    speaker.say = lambda reminder: None
    make_reminder(ana)
    make_reminders(ana, 2, NOON - 3 * DAY)
    assert send_due(now=NOON).dropped == 3
    assert not Notice.objects.exists()
    assert mail.outbox == []


def test_words_are_made_again_when_the_mail_goes_out(ana: User, speaker: Speaker) -> None:
    """A shot logged between telling and mailing: no mail."""
    make_reminder(ana)
    send_due(now=NOON, seconds=0)
    speaker.say = lambda reminder: None
    send_due(now=NOON)
    assert mail.outbox == []
    assert Delivery.objects.get(channel="email").state == "dropped"


@pytest.mark.parametrize("fault", [KeyError, ValueError, AttributeError, Reminder.DoesNotExist, ZeroDivisionError])
def test_a_renderer_that_fails_costs_the_words_and_not_the_reminder(
    ana: User, speaker: Speaker, fault: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(reminder: Reminder) -> Words:
        raise fault(SECRET)

    speaker.say = fail
    make_reminder(ana)
    make_reminder(ana, kind="unknown")
    assert send_due(now=NOON).told == 2
    assert set(Notice.objects.values_list("title", flat=True)) == {"You have a reminder"}
    assert "has no words" in caplog.text
    assert "ZQX" not in caplog.text


@pytest.mark.parametrize(
    "title", ["x" * 999, "\0nul", "half \ud800 a letter", "two\r\nBcc: evil@example.org", "\u202e"]
)
def test_odd_words_stop_neither_the_reminder_nor_its_mail(ana: User, speaker: Speaker, title: str) -> None:
    Wishes.objects.create(user=ana, detail={"email": "full"})
    speaker.say = lambda row: Words(title, title, "/" * 999)
    make_reminder(ana)
    assert send_due(now=NOON).taken == 1
    assert Notice.objects.get().url == ""
    assert mail.outbox[0].recipients() == ["ana@example.org"]
    assert "\n" not in mail.outbox[0].subject


def test_a_person_who_is_just_being_erased_stops_no_other(transactional_db: None, speaker: Speaker) -> None:
    """The row of one is gone when its notice is written: the others are told all the same."""
    ana, bo = make_reached("Ana"), make_reached("Bo")
    make_reminder(ana)
    make_reminder(bo)

    def erase(reminder: Reminder) -> Words:
        User.objects.filter(pk=bo.pk).delete()
        return Words("Ana's")

    speaker.say = erase
    assert send_due(now=NOON).told == 1
    assert Notice.objects.get().recipient == ana


def test_whoever_has_no_account_any_more_is_told_nothing(ana: User) -> None:
    make_reminder(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert send_due(now=NOON).dropped == 1
    assert mail.outbox == []


# Quiet hours


def test_in_quiet_hours_it_stands_in_the_tracker_and_the_mail_waits(ana: User) -> None:
    night = NOON + 11 * HOUR
    make_reminder(ana, night)
    assert send_due(now=night).told == 1
    assert mail.outbox == []
    assert send_due(now=night + 9 * HOUR - MINUTE).taken == 0
    assert send_due(now=night + 9 * HOUR).taken == 1


def test_quiet_hours_are_the_recipients_own(ana: User) -> None:
    bo = make_reached("Bo", time_zone="Asia/Kolkata")  # 12:00 in London is 17:30
    make_reminder(bo, NOON + 4 * HOUR)
    send_due(now=NOON + 4 * HOUR)  # 21:30 there
    assert mail.outbox == []


def test_what_is_urgent_goes_out_at_night(ana: User, speaker: Speaker) -> None:
    speaker.say = lambda reminder: Words("Call now", urgent=True)
    make_reminder(ana, NOON + 11 * HOUR)
    assert send_due(now=NOON + 11 * HOUR).taken == 1


def test_a_mail_that_waited_into_the_night_waits_for_the_morning(ana: User) -> None:
    make_reminder(ana)
    send_due(now=NOON, seconds=0)
    assert send_due(now=NOON + 10 * HOUR).taken == 0
    assert Delivery.objects.get(channel="email").next_try_at == NOON + 20 * HOUR


# Clocks


@given(jumps=st.lists(st.integers(-72, 72), min_size=2, max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_clock_that_jumps_about_loses_and_doubles_nothing(ana: User, jumps: list[int]) -> None:
    Reminder.objects.all().delete()
    mail.outbox.clear()
    Wishes.objects.update_or_create(user=ana, defaults={"quiet_from": "00:00", "quiet_to": "00:00"})
    rows = [make_reminder(ana, NOON + n * HOUR) for n in (-1, 0, 1)]
    for hours in jumps:
        claim_reminders(now=NOON + hours * HOUR, most=1)  # somebody takes one and dies
        send_due(now=NOON + hours * HOUR + MINUTE)
    send_due(now=NOON + 80 * HOUR)
    told = Notice.objects.values_list("reminder", flat=True)
    merged = Reminder.objects.filter(state="merged").values_list("pk", flat=True)
    assert sorted([*told, *merged]) == sorted(row.pk for row in rows)
    assert len(mail.outbox) == len(told)


def test_a_lease_from_the_future_does_not_hold(ana: User) -> None:
    make_reminder(ana, NOON, lease_until=NOON + 3 * DAY)
    assert send_due(now=NOON).told == 1


@pytest.mark.parametrize("behind", [timedelta(milliseconds=1), timedelta(seconds=50), LEASE])
def test_a_worker_whose_clock_is_behind_takes_nothing_from_another(ana: User, behind: timedelta) -> None:
    """It looked at the clock, then waited for the processor, or it has worked for a while since."""
    make_reminder(ana, NOON - HOUR)
    assert send_due(now=NOON - HOUR, seconds=0).told == 1
    make_reminder(ana, NOON - HOUR)
    for claim in (claim_reminders, partial(claim_deliveries, longest=DAY)):
        assert len(claim(now=NOON, most=10)) == 1
        assert claim(now=NOON - behind, most=10) == []


def test_a_lease_holds_until_it_ends(ana: User) -> None:
    make_reminder(ana)
    assert len(claim_reminders(now=NOON, most=10)) == 1
    assert send_due(now=NOON + LEASE - timedelta(seconds=1)).told == 0
    assert send_due(now=NOON + LEASE).told == 1


def test_no_more_are_told_at_once_than_asked_for(ana: User) -> None:
    make_reminders(ana, 7, NOON - HOUR)
    assert [send_due(now=NOON, most=3).told for _ in range(4)] == [3, 3, 1, 0]


def test_what_is_due_is_found_by_its_index(ana: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM notifications_reminder WHERE state = 'waiting' AND due_at <= now() "
            "ORDER BY due_at LIMIT 10 FOR UPDATE SKIP LOCKED"
        )
        assert "notifications_reminder_due" in "".join(row[0] for row in cursor.fetchall())
