"""A patient whom no message reaches any more is told of to the clinic, in the tracker."""

from collections.abc import Callable

import pytest
from django.db.models import prefetch_related_objects

from symptoms.accounts.models import User
from symptoms.notifications.actions.addresses import address_died
from symptoms.notifications.models import Address, Notice, Wishes
from symptoms.sharing.models import ClinicMember, Grant
from tests.factories.cast import Cast

Capture = Callable[..., "object"]


def die(user: User, channel: str = "email", endpoint: str = "ana@example.org") -> None:
    address, _new = Address.objects.get_or_create(user=user, channel=channel, endpoint=endpoint)
    address_died(address=address, why="refused")


def told() -> set[str]:
    titles = Notice.objects.filter(title__contains="No message reaches")
    return {str(one.recipient) for one in titles.select_related("recipient")}


def test_the_clinic_is_told_once_when_mail_was_the_last_way(
    cast: Cast, django_capture_on_commit_callbacks: Capture
) -> None:
    assert cast.ana.addresses.count() == 0
    prefetch_related_objects([cast.ana], "addresses")  # as a sweep does, before it finds out
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        die(cast.ana)
        die(cast.ana)
    assert told() == {"Nurse Lindqvist", "Dr Okoye"}
    assert Notice.objects.filter(recipient=cast.okoye).count() == 1
    notice = Notice.objects.get(recipient=cast.okoye)
    assert notice.title == "No message reaches Ana any more"
    assert notice.url == f"/clinics/{cast.clinic.pk}/blood-tests/"


def test_whoever_is_killed_after_marking_the_address_has_told_the_clinic(
    cast: Cast, django_capture_on_commit_callbacks: Capture
) -> None:
    """The address is marked once, so nobody would tell the clinic later."""
    with django_capture_on_commit_callbacks(execute=False):  # type: ignore[attr-defined]
        die(cast.ana)
    assert told() == {"Nurse Lindqvist", "Dr Okoye"}


@pytest.mark.parametrize("why", ["another way is left", "a caregiver", "sharing ended", "members left"])
def test_nobody_is_told_whom_it_does_not_concern(
    cast: Cast, django_capture_on_commit_callbacks: Capture, why: str
) -> None:
    who = cast.sam if why == "a caregiver" else cast.ana
    if why == "another way is left":
        Address.objects.create(user=cast.ana, channel="push", endpoint="https://push.example.org/1")
    elif why == "sharing ended":
        Grant.objects.update(revoked_at="2026-01-01T00:00Z")
    elif why == "members left":
        ClinicMember.objects.update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        die(who, endpoint=who.email)
    assert told() == set()


def test_who_wants_no_messages_outside_is_not_reached_either(
    cast: Cast, django_capture_on_commit_callbacks: Capture
) -> None:
    """The last browser goes, and mail was never wished for."""
    Wishes.objects.create(user=cast.ana, channels=["push"])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        die(cast.ana, "push", "https://push.example.org/1")
    assert told() == {"Nurse Lindqvist", "Dr Okoye"}
