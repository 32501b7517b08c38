"""No reminder goes to an address that nobody confirmed: anybody can type one."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.notifications.actions.sending import send_due
from symptoms.notifications.actions.wishes import ask_for_test
from symptoms.notifications.models import Address, Delivery, Notice
from tests.notifications.kinds import NOON, make_reminder


@pytest.fixture(params=["not confirmed", "unknown", "another one is"])
def unconfirmed(request: pytest.FixtureRequest, ana: User) -> User:
    EmailAddress.objects.filter(user=ana).delete()
    if request.param == "not confirmed":
        EmailAddress.objects.create(user=ana, email=ana.email, verified=False, primary=True)
    elif request.param == "another one is":
        EmailAddress.objects.create(user=ana, email="other@example.org", verified=True, primary=True)
    return ana


def test_a_reminder_is_told_in_the_tracker_only(unconfirmed: User) -> None:
    make_reminder(unconfirmed)
    said = send_due(now=NOON)
    assert (said.told, said.taken, said.failed) == (1, 0, 0)
    assert mail.outbox == []
    assert Notice.objects.filter(recipient=unconfirmed).count() == 1


def test_not_even_a_test_goes_there_until_it_is_confirmed(unconfirmed: User) -> None:
    ask_for_test(user=unconfirmed, channel="email", by=unconfirmed)
    assert send_due().again == 1
    row = Delivery.objects.get(channel="email")
    assert (row.state, "not confirmed" in row.reason, mail.outbox) == ("waiting", True, [])
    assert not Address.objects.exclude(dead_at=None).exists()
    EmailAddress.objects.filter(user=unconfirmed).delete()
    EmailAddress.objects.create(user=unconfirmed, email=unconfirmed.email.upper(), verified=True, primary=True)
    assert send_due(now=row.next_try_at + timedelta(minutes=1)).taken == 1


def test_the_page_says_so_and_leads_to_where_it_is_done(unconfirmed: User, client: Client) -> None:
    client.force_login(unconfirmed)
    page = client.get(reverse("notifications:reminders")).content.decode()
    assert "is not confirmed. No message goes there yet." in page
    assert f'class="link-target" href="{reverse("account_email")}"' in page


def test_who_confirmed_is_told_nothing_of_it(ana: User, client: Client) -> None:
    client.force_login(ana)
    assert "not confirmed" not in client.get(reverse("notifications:reminders")).content.decode()
