"""Copies to a caregiver: after the delay, only while wished and shared, only while the patient has not answered."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.followups.actions.reminders import change_reminders, end_copies, give_copies, plan_reminders
from symptoms.followups.models import ReminderCopy
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.models import Notice, Reminder, Wishes
from symptoms.notifications.selectors import open_notices
from symptoms.sharing.actions import grant_access, revoke_access
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast, share
from tests.followups.reminding.steps import Watch, give

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)  # three days before Ana's shot, at nine


@pytest.fixture
def copied(cast: Cast, watch: Watch) -> ReminderCopy:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    return give_copies(patient=cast.ana_log, to=cast.sam, hours=3, by=cast.ana)


def heard(cast: Cast) -> list[str]:
    return sorted(Notice.objects.filter(recipient=cast.sam).values_list("reminder__step", flat=True))


def go(watch: Watch, at: datetime) -> None:
    watch.at = at
    send_due(now=at, seconds=0)


def test_a_caregiver_hears_after_the_delay(cast: Cast, watch: Watch, copied: ReminderCopy) -> None:
    go(watch, DUE + timedelta(hours=2, minutes=59))
    assert heard(cast) == []
    go(watch, DUE + timedelta(hours=3))
    assert heard(cast) == ["3d"]
    notice = Notice.objects.get(recipient=cast.sam)
    assert notice.title == "Ana has an injection due on Monday 2 November"


def test_nothing_of_how_she_is_is_copied(cast: Cast, watch: Watch, copied: ReminderCopy) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 0), by=cast.ana)
    assert set(Reminder.objects.filter(recipient=cast.sam).values_list("kind", flat=True)) == {
        "injection-copy",
        "blood-test-copy",
    }


@pytest.mark.parametrize("answer", ["done", "later", "stop"])
def test_an_answer_of_the_patient_is_enough(cast: Cast, watch: Watch, copied: ReminderCopy, answer: str) -> None:
    go(watch, DUE)
    own = Reminder.objects.get(recipient=cast.ana, kind="injection", step="3d")
    answer_reminder(reminder=own, answer=answer, by=cast.ana)
    go(watch, DUE + timedelta(hours=3))
    assert heard(cast) == []


def test_a_shot_that_is_logged_meanwhile_ends_the_copy(cast: Cast, watch: Watch, copied: ReminderCopy) -> None:
    go(watch, DUE)
    give(cast.ana_log, watch.at, number=9)
    go(watch, DUE + timedelta(hours=3))
    assert heard(cast) == []


@pytest.mark.parametrize("how", ["revoked", "ended", "closed", "wish"])
def test_whether_it_may_go_out_is_asked_when_it_does(cast: Cast, watch: Watch, copied: ReminderCopy, how: str) -> None:
    grant = Grant.objects.get(patient=cast.ana_log, user=cast.sam)
    if how == "revoked":
        revoke_access(grant=grant, by=cast.ana)
    elif how == "ended":
        Grant.objects.filter(pk=grant.pk).update(starts_at=DUE - timedelta(days=99), ends_at=DUE)
    elif how == "closed":
        type(cast.sam).objects.filter(pk=cast.sam.pk).update(is_active=False)
    else:
        ReminderCopy.objects.update(ended_at=watch.at)  # by whatever way, and no plan was made since
    go(watch, DUE + timedelta(hours=3))
    assert heard(cast) == []
    assert Reminder.objects.get(recipient=cast.sam, step="3d").state == "dropped"


@pytest.mark.parametrize("how", ["revoked", "ended", "narrowed"])
@pytest.mark.parametrize("late", [False, True])
def test_what_was_told_is_gone_when_it_is_shared_no_more(
    cast: Cast, watch: Watch, copied: ReminderCopy, client: Client, how: str, late: bool
) -> None:
    """Also where several were told in one message, from the log of messages and from what was stopped."""
    go(watch, DUE + timedelta(days=12 if late else 0, hours=3))
    client.force_login(cast.sam)
    pages = ("/notices/", "/you/reminders/")
    assert open_notices(cast.sam)
    assert "Ana ha" in client.get(pages[0]).content.decode()
    told = Notice.objects.filter(recipient=cast.sam).first()
    assert told and told.reminder
    answer_reminder(reminder=told.reminder, answer="stop", by=cast.sam)
    assert told.title in client.get(pages[1]).content.decode()
    grant = Grant.objects.get(patient=cast.ana_log, user=cast.sam)
    if how == "revoked":
        revoke_access(grant=grant, by=cast.ana)
    elif how == "ended":
        Grant.objects.filter(pk=grant.pk).update(starts_at=DUE - timedelta(days=99), ends_at=DUE)
    else:
        grant_access(patient=cast.ana_log, to=cast.sam, reads=["symptoms"], by=cast.ana)
    for url in pages:
        html = client.get(url).content.decode()
        assert "Ana ha" not in html
        assert "injection" not in html
    assert not open_notices(cast.sam)


def test_ending_copies_takes_back_what_was_told(cast: Cast, watch: Watch, copied: ReminderCopy) -> None:
    go(watch, DUE + timedelta(hours=3))
    end_copies(copy=copied, by=cast.ana)
    assert not Notice.objects.filter(recipient=cast.sam, settled_at=None).exists()
    assert not Reminder.objects.filter(recipient=cast.sam, state="waiting").exists()
    plan_reminders(cast.ana_log)
    assert not Reminder.objects.filter(recipient=cast.sam, state="waiting").exists()
    end_copies(copy=copied, by=cast.ana)  # said twice


def test_copies_keep_out_of_the_caregivers_own_quiet_hours(cast: Cast, watch: Watch) -> None:
    cast.sam.time_zone = "Asia/Kathmandu"
    cast.sam.save()
    Wishes.objects.create(user=cast.sam, quiet_from=time(17, 0), quiet_to=time(7, 0))
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    give_copies(patient=cast.ana_log, to=cast.sam, hours=3, by=cast.ana)  # 17:45 in Kathmandu
    copy = Reminder.objects.get(recipient=cast.sam, step="3d")
    assert copy.due_at == datetime(2026, 10, 31, 1, 15, tzinfo=UTC)


def test_a_copy_that_is_done_logs_nothing_and_answers_nothing(
    cast: Cast, watch: Watch, copied: ReminderCopy, django_capture_on_commit_callbacks: Any
) -> None:
    go(watch, DUE + timedelta(days=4))
    for row in Reminder.objects.filter(recipient=cast.sam, state="told"):
        with django_capture_on_commit_callbacks(execute=True):
            answer_reminder(reminder=row, answer="done", by=cast.sam)
    assert not Reminder.objects.filter(kind="injection-log").exists()
    assert not Reminder.objects.filter(recipient=cast.ana).exclude(answer="").exists()


def test_the_delay_can_be_changed(cast: Cast, watch: Watch, copied: ReminderCopy) -> None:
    give_copies(patient=cast.ana_log, to=cast.sam, hours=24, by=cast.ana)
    assert ReminderCopy.objects.standing().get().hours == 24
    assert Reminder.objects.get(recipient=cast.sam, step="3d").due_at == DUE + timedelta(hours=24)


# The page


def page(cast: Cast) -> str:
    return reverse("followups:reminders", args=[cast.ana_log.pk])


def test_the_page_gives_and_ends_copies(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    add = reverse("followups:copy-add", args=[cast.ana_log.pk])
    assert client.post(add, {"user": cast.sam.pk, "hours": 3}).status_code == 302
    copy = ReminderCopy.objects.get()
    assert "3 hours later" in client.get(page(cast)).content.decode()
    assert client.post(reverse("followups:copy-end", args=[cast.ana_log.pk, copy.pk])).status_code == 302
    assert not ReminderCopy.objects.standing().exists()


@pytest.mark.parametrize("said", [{}, {"user": "1", "hours": "2"}, {"user": "x", "hours": "3"}, {"hours": "-1"}])
def test_odd_copies_are_refused(cast: Cast, client: Client, said: dict[str, str]) -> None:
    client.force_login(cast.ana)
    answer = client.post(reverse("followups:copy-add", args=[cast.ana_log.pk]), said)
    assert answer.status_code == 422
    assert not ReminderCopy.objects.exists()


def test_copies_go_only_to_who_may_read_now(cast: Cast, client: Client) -> None:
    share(cast.bo_log, cast.far)
    client.force_login(cast.ana)
    for user in (cast.bo, cast.far, cast.lindqvist, cast.ana):
        answer = client.post(reverse("followups:copy-add", args=[cast.ana_log.pk]), {"user": user.pk, "hours": 3})
        assert answer.status_code == 422
    assert not ReminderCopy.objects.exists()


def test_a_copy_of_somebody_elses_log_cannot_be_ended(cast: Cast, client: Client) -> None:
    copy = ReminderCopy.objects.create(patient=cast.bo_log, user=cast.sam, hours=1)
    client.force_login(cast.ana)
    assert client.post(reverse("followups:copy-end", args=[cast.ana_log.pk, copy.pk])).status_code == 404
    assert ReminderCopy.objects.standing().exists()


def test_hours_are_saved_and_said_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    assert client.post(page(cast), {"told_at": "22:30", "log_at": "19:00"}).status_code == 302
    said = client.get(page(cast)).content.decode()
    assert "We wait until 08:00" in said
    assert "You want to be asked in your quiet hours" not in said
    assert client.post(page(cast), {"told_at": "25:99", "log_at": ""}).status_code == 200


def test_the_page_reads_little(cast: Cast, client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(cast.ana)
    client.get(page(cast))
    with django_assert_max_num_queries(12):
        client.get(page(cast))
