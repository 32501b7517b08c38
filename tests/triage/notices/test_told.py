"""What a caregiver reads of it, and where: in the tracker alone, and no longer than it is shared."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from symptoms.audit.models import Event
from symptoms.mydata.actions.forgetting import forget
from symptoms.mydata.tables import TABLES
from symptoms.notifications.models import Delivery, Notice, Reminder, Wishes
from symptoms.notifications.routes import message_of
from symptoms.notifications.selectors import open_notices
from symptoms.notifications.wording import render
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast
from tests.followups.reminding.steps import Watch
from tests.triage.notices.steps import AMBER, ENDS, HOUR, KIND, NOON, PLAIN, RED, go, heard, tell
from tests.triage.runs import logged

pytestmark = pytest.mark.django_db


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


def test_the_caregivers_own_download_tells_nothing_of_it(cast: Cast, watch: Watch, sams: Grant) -> None:
    tell(sams, 0, cast)
    logged(cast, RED)
    go(watch, NOON)
    of_sam = {"reminders": "recipient", "deliveries": "reminder__recipient", "notices": "recipient"}
    found = {
        table.name: table.rows_of._default_manager.filter(table.only, **{of_sam[table.name]: cast.sam}).count()
        for table in TABLES
        if table.name in of_sam
    }
    assert found == {"reminders": 0, "deliveries": 0, "notices": 0}
