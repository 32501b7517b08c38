"""What somebody typed never becomes a line of a mail's head (attack 31)."""

import email
import email.policy
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.followups.actions.reminders import give_copies
from symptoms.followups.models import Occasion
from symptoms.lib import clock
from symptoms.mydata import mails
from symptoms.mydata.actions import ask_to_erase
from symptoms.notifications.actions import send_due
from symptoms.notifications.models import Reminder, Wishes
from symptoms.sharing.models import Invitation
from tests.factories.cast import Cast, confirmed

EVIL = "evil@example.net"
BENT = (
    f"A\r\nBcc: {EVIL}",
    f"A\nBcc: {EVIL}",
    f"A\r\n\r\n<p>{EVIL}",
    f"A\u2028Bcc: {EVIL}",
    f"A\x0bBcc: {EVIL}",
    f"A\x85Bcc: {EVIL}",
    "A\u202emoc.elpmaxe",
)
# What some programs decode to a line end. It is a name like any other, and stays one word of the subject.
ENCODED = (f"=?utf-8?q?=0aBcc:_{EVIL}?=", f"A%0d%0aBcc: {EVIL}", f'"A" <{EVIL}>,', f"A, {EVIL}")


def heads_hold(count: int, to: set[str]) -> None:
    """Hold each mail to one recipient and the head that we give it, as a mail program reads it."""
    assert len(mail.outbox) == count
    for sent in mail.outbox:
        assert len(sent.recipients()) == 1
        read = email.message_from_bytes(sent.message().as_bytes(), policy=email.policy.default)
        assert [read["To"]] == sent.to
        assert not {"bcc", "cc", "reply-to"} & {name.lower() for name in read}
        assert len(read.get_all("Subject", [])) == len(read.get_all("From", [])) == 1
        assert "\n" not in str(read["Subject"])
        assert EVIL not in " ".join(str(read[name]) for name in ("To", "From"))
    assert {sent.to[0] for sent in mail.outbox} == to


@pytest.mark.parametrize("name", BENT)
def test_a_name_that_bends_lines_is_refused(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.ana)
    said = {"name": name, "country": "GB", "time_zone": "Europe/London", "temperature_unit": "C", "theme": "auto"}
    assert "Type it on one line" in client.post("/you/", said).content.decode()
    assert User.objects.get(pk=cast.ana.pk).name == "Ana"
    client.logout()
    sign_up = {"name": name, "email": "new@example.org", "password1": "correct horse battery"}
    assert "Type it on one line" in client.post(reverse("account_signup"), sign_up).content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    assert not mail.outbox


@pytest.mark.parametrize("name", ["Ana", "Zoë O'Neil-Smith", "نازنین‌زهرا", "王 小明", "A🌻"])
def test_names_of_people_are_names(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.ana)
    said = {"name": name, "country": "GB", "time_zone": "Europe/London", "temperature_unit": "C", "theme": "auto"}
    client.post("/you/", said)
    assert User.objects.get(pk=cast.ana.pk).name == name


@pytest.mark.parametrize("name", [*BENT, *ENCODED])
def test_mails_that_tell_a_name_have_one_recipient(cast: Cast, name: str) -> None:
    """Also a name that stands in the table already, by whatever way, in the subject of the mail that tells most."""
    User.objects.filter(pk=cast.ana.pk).update(name=name)
    cast.ana.refresh_from_db()
    cast.ana_log.refresh_from_db()
    confirmed(cast.sam)
    Wishes.objects.create(user=cast.sam, channels=["email"], detail={"email": "full"})
    now = clock.now()
    give_copies(patient=cast.ana_log, to=cast.sam, hours=1, by=cast.ana)
    due = now.date() + timedelta(days=1)
    shot = Occasion.objects.create(patient=cast.ana_log, kind=Occasion.Kind.SHOT, key="", due_on=due)
    Reminder.objects.create(recipient=cast.sam, kind="injection-copy", subject=shot.pk, step="day", due_at=now)
    Reminder.objects.exclude(recipient=cast.sam).delete()
    noon = now.replace(hour=12, minute=0) + timedelta(days=1 if now.hour > 11 else 0)
    Reminder.objects.update(due_at=noon)
    assert send_due(now=noon).taken == 1
    heads_hold(1, {"sam@example.org"})


def test_the_mail_of_an_erasure_has_one_recipient(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    User.objects.filter(pk=cast.ana.pk).update(name=BENT[0])
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_erase(user=cast.ana, by=cast.ana)
    mails.ERRANDS.wait()
    heads_hold(1, {"ana@example.org"})


@pytest.mark.parametrize(
    "address",
    [
        "new@example.org\r\nBcc: evil@example.net",
        "new@example.org%0aBcc:evil@example.net",
        "new@example.org,evil@example.net",
        "new@example.org evil@example.net",
        "=?utf-8?q?=0aBcc:_evil=40example.net?=",
        "new@example.org\u2028Bcc: evil@example.net",
        '"new@example.org\r\nBcc: evil@example.net"@example.org',
    ],
)
def test_an_address_that_bends_lines_invites_nobody(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.ana)
    said = {"way": "email", "email": address, "for_whom": "A\r\nBcc: evil@example.net", "reads": ["symptoms"]}
    assert client.post(reverse("sharing:invite", args=[cast.ana_log.pk]), said).status_code == 422
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


def test_a_word_for_the_own_list_stands_in_no_mail(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    said = {"way": "email", "email": ["x@example.net", "new@example.org"], "for_whom": BENT[0], "reads": ["symptoms"]}
    client.post(reverse("sharing:invite", args=[cast.ana_log.pk]), said)
    heads_hold(1, {"new@example.org"})
    assert EVIL not in str(mail.outbox[0].message())
