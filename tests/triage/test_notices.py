"""A caregiver is told of an entry that says to get help: after the delay, and only what holds when it goes out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from symptoms.audit.models import Event
from symptoms.diary.actions import delete_entry, hide_entry, show_entry
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.mydata.actions.forgetting import forget
from symptoms.notifications.actions import send_due
from symptoms.notifications.actions.telling import Told
from symptoms.notifications.actions.telling import tell as tell_claimed
from symptoms.notifications.leases import claim_reminders
from symptoms.notifications.models import Delivery, Notice, Reminder, Wishes
from symptoms.notifications.routes import message_of
from symptoms.notifications.selectors import open_notices
from symptoms.notifications.wording import render
from symptoms.sharing.actions import grant_access, revoke_access, set_notice
from symptoms.sharing.models import Grant
from symptoms.triage.actions import assess_entry, assess_waiting
from symptoms.triage.models import Assessment
from tests.factories.cast import Cast, confirmed, share
from tests.factories.diary import make_entry
from tests.followups.reminding.steps import Watch
from tests.triage.runs import logged, say

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
RED: dict[str, int | None] = {"swelling-face": 3}
AMBER: dict[str, int | None] = {"trouble-swallowing": 1}
MILD: dict[str, int | None] = {"headache": 1}
HOUR = timedelta(hours=1)
KIND = "entry-copy"
PLAIN = "You have a message in your tracker"


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    hands = Watch()
    hands.at = NOON
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
def sams(cast: Cast) -> Grant:
    confirmed(cast.sam)
    Grant.objects.update(starts_at=NOON - timedelta(days=99))
    return Grant.objects.get(patient=cast.ana_log, user=cast.sam)


def tell(grant: Grant, hours: int | None, cast: Cast) -> None:
    set_notice(grant=grant, hours=hours, by=cast.ana)


def go(watch: Watch, at: datetime) -> None:
    watch.at = at
    send_due(now=at)


def heard(who: Any) -> list[str]:
    """Return the tiers that somebody was told of, in their order."""
    told = Notice.objects.filter(recipient=who, reminder__kind=KIND).order_by("made_at", "pk")
    return list(told.values_list("reminder__step", flat=True))


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
    assert not Reminder.objects.filter(kind=KIND, recipient__in=[cast.ana, cast.lindqvist]).exists()


type_of_change = Callable[[Cast, Grant, Entry], object]
ENDS: dict[str, type_of_change] = {
    "withdrawn": lambda cast, grant, entry: revoke_access(grant=grant, by=cast.ana),
    "expired": lambda cast, grant, entry: Grant.objects.filter(pk=grant.pk).update(ends_at=NOON + timedelta(minutes=9)),
    "narrowed": lambda cast, grant, entry: grant_access(
        patient=cast.ana_log, to=cast.sam, reads=["notes", "photos"], by=cast.ana
    ),
    "unwished": lambda cast, grant, entry: tell(grant, None, cast),
    "hidden": lambda cast, grant, entry: hide_entry(entry=entry, by=cast.ana),
    "deleted": lambda cast, grant, entry: delete_entry(entry=entry, by=cast.ana),
    "lower": lambda cast, grant, entry: say(entry, {"headache": 1}),
    "closed": lambda cast, grant, entry: type(cast.sam).objects.filter(pk=cast.sam.pk).update(is_active=False),
}


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


@pytest.mark.parametrize("how", ["withdrawn", "narrowed", "hidden", "deleted", "expired"])
def test_what_was_told_is_gone_with_what_it_tells_of(
    cast: Cast, watch: Watch, sams: Grant, client: Client, how: str
) -> None:
    tell(sams, 0, cast)
    entry = logged(cast, RED)
    go(watch, NOON)
    client.force_login(cast.sam)
    told = Notice.objects.get(recipient=cast.sam)
    assert "Ana" in client.get("/notices/").content.decode()
    assert client.get(told.url).status_code == 200
    watch.at = NOON + timedelta(minutes=10)
    ENDS[how](cast, sams, entry)
    assert "Ana" not in client.get("/notices/").content.decode()
    assert "Ana" not in client.get("/you/reminders/").content.decode()
    assert open_notices(cast.sam) == 0
    assert client.get(told.url).status_code == (403 if how == "narrowed" else 404)


def test_no_byte_of_the_entry_or_of_anybody_is_in_mail_or_push(cast: Cast, watch: Watch, sams: Grant) -> None:
    """Also where the person lets mails say all: that wish is about their own reminders."""
    Wishes.objects.create(user=cast.sam, detail={"email": "full", "push": "full"})
    tell(sams, 0, cast)
    logged(cast, RED, note="zqx-canary in my own words")
    go(watch, NOON)
    (sent,) = mail.outbox
    whole = sent.message().as_string().lower()
    said = str(sent.body).replace("sam@example.org", "").lower()
    assert sent.subject == PLAIN
    for word in ("zqx", "swelling", "face", "emergency", "help", "entry", "ana", str(cast.ana_log.pk), "done, later"):
        assert word not in said, word
        assert word not in sent.subject.lower()
    assert "zqx" not in whole
    assert "/notices/" in said
    assert "text/html" not in whole


@pytest.mark.parametrize("grades", [RED, AMBER])
def test_a_push_says_as_little(cast: Cast, watch: Watch, sams: Grant, grades: dict[str, int | None]) -> None:
    """Of both tiers the same, also how soon the push service is asked to bring it."""
    cast.sam.wishes = Wishes.objects.create(user=cast.sam, detail={"email": "full", "push": "full"})
    tell(sams, 0, cast)
    logged(cast, grades, note="zqx-canary")
    row = Reminder.objects.select_related("recipient__wishes").get(kind=KIND)
    words = render(row)
    assert words is not None
    told = message_of(row, "push", words)
    assert (told.title, told.body, told.urgent, told.answers) == (PLAIN, "", True, False)
    assert told.url.endswith("/notices/")


@pytest.mark.parametrize(("grades", "wakes"), [(RED, True), (AMBER, False)])
def test_only_what_cannot_wait_goes_out_in_quiet_hours(
    cast: Cast, watch: Watch, sams: Grant, grades: dict[str, int | None], wakes: bool
) -> None:
    Wishes.objects.create(user=cast.sam)
    tell(sams, 12, cast)
    logged(cast, grades)
    go(watch, NOON + 12 * HOUR)  # midnight
    assert len(heard(cast.sam)) == 1
    assert len(mail.outbox) == int(wakes)


def test_a_share_that_ends_in_the_night_is_mailed_to_nobody_in_the_morning(
    cast: Cast, watch: Watch, sams: Grant
) -> None:
    tell(sams, 12, cast)
    logged(cast, AMBER)
    go(watch, NOON + 12 * HOUR)
    revoke_access(grant=sams, by=cast.ana)
    go(watch, NOON + 23 * HOUR)
    assert not mail.outbox
    assert Delivery.objects.get(reminder__kind=KIND, channel="email").state == "dropped"


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


def test_a_message_is_read_and_not_answered(cast: Cast, watch: Watch, sams: Grant, client: Client) -> None:
    """A "stop" would keep what gets worse from a person who thinks of one message."""
    tell(sams, 0, cast)
    logged(cast, RED)
    go(watch, NOON)
    client.force_login(cast.sam)
    html = client.get("/notices/").content.decode()
    assert "I have read it" in html
    assert "Stop these reminders" not in html
    notice = Notice.objects.get(recipient=cast.sam)
    assert client.post(f"/notices/{notice.pk}/answer/", {"answer": "stop"}).status_code == 404


def test_several_that_nobody_sent_for_days_are_one_message(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    logged(cast, RED)
    logged(cast, AMBER)
    go(watch, NOON + 40 * HOUR)
    notice = Notice.objects.get(recipient=cast.sam)
    assert notice.kind == "message"
    assert len(mail.outbox) <= 1


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


def test_nothing_of_it_stays_with_the_caregiver_when_the_diary_is_erased(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    logged(cast, RED)
    go(watch, NOON)
    tell(sams, 24, cast)
    logged(cast, AMBER)
    forget(cast.ana)
    assert not Reminder.objects.filter(kind=KIND).exists()
    assert not Notice.objects.filter(recipient=cast.sam).exists()


def test_the_history_tells_it_in_plain_words(cast: Cast, sams: Grant, client: Client) -> None:
    tell(sams, 4, cast)
    tell(sams, 4, cast)
    tell(sams, None, cast)
    verbs = Event.objects.filter(patient=cast.ana_log.pk, verb__startswith="sharing.notice").values_list("verb", "data")
    assert list(verbs.order_by("pk")) == [
        ("sharing.notice-set", {"hours": 4}),
        ("sharing.notice-ended", {"hours": None}),
    ]
    client.force_login(cast.ana)
    html = client.get(f"/p/{cast.ana_log.pk}/history/").content.decode()
    assert "You set when somebody is told that an entry says to get help" in html
    assert "You set that somebody is no longer told when an entry says to get help" in html
