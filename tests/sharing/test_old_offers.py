"""What was offered before the last word of whoever offers it lets nobody in any more."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from symptoms.mydata.actions import ask_to_erase
from symptoms.sharing.access import permissions
from symptoms.sharing.actions import (
    LastManager,
    NotOpen,
    add_member,
    confirm,
    grant_access,
    invite_to_clinic,
    remove_member,
    revoke_access,
    take_up,
)
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Invitation
from tests.factories.cast import Cast, make_cast, make_user
from tests.sharing.inviting import by_mail, code_typed


def sams(cast: Cast) -> Grant:
    return Grant.objects.get(user=cast.sam, revoked_at=None)


def test_who_was_shut_out_does_not_come_back_by_an_older_mail(cast: Cast) -> None:
    older = by_mail(cast, "SAM@example.org")
    revoke_access(grant=sams(cast), by=cast.ana)
    with pytest.raises(NotOpen):
        take_up(invitation_id=older.pk, by=cast.sam)
    assert not permissions(cast.sam, cast.ana_log)


def test_nor_by_a_code_that_waits_for_a_yes(cast: Cast) -> None:
    waiting = code_typed(cast, cast.sam)
    revoke_access(grant=sams(cast), by=cast.ana)
    assert not confirm(invitation=waiting, by=cast.ana)
    assert not permissions(cast.sam, cast.ana_log)


def test_who_may_see_less_now_gets_no_more_by_an_older_mail(cast: Cast) -> None:
    older = by_mail(cast, "sam@example.org")
    grant_access(patient=cast.ana_log, to=cast.sam, reads=["injections"], by=cast.ana)
    with pytest.raises(NotOpen):
        take_up(invitation_id=older.pk, by=cast.sam)
    assert sams(cast).reads == ["injections"]


def test_what_others_were_offered_stands(cast: Cast) -> None:
    other, code = by_mail(cast, "bo@example.org"), code_typed(cast, cast.far)
    revoke_access(grant=sams(cast), by=cast.ana)
    assert take_up(invitation_id=other.pk, by=cast.bo).settled_at
    assert confirm(invitation=code, by=cast.ana)
    assert Invitation.objects.filter(withdrawn_at=None).count() == 2


@pytest.fixture
def managers(cast: Cast) -> list[ClinicMember]:
    return [ClinicMember.objects.create(clinic=cast.clinic, user=make_user(f"M{n}"), role="manager") for n in (1, 2)]


def to_bo(clinic: Clinic, manager: ClinicMember, email: str = "bo@example.org", role: str = "manager") -> Invitation:
    return invite_to_clinic(clinic=clinic, email=email, role=role, by=manager.user)[0]


def test_who_manages_no_longer_lets_nobody_in(cast: Cast, managers: list[ClinicMember]) -> None:
    """Else a manager who is taken out comes back by an account that was invited before."""
    one, other = managers
    offers = [to_bo(cast.clinic, one), to_bo(cast.clinic, one, one.user.email)]
    remove_member(member=one, by=other.user)
    for offer, user in zip(offers, (cast.bo, one.user), strict=True):
        with pytest.raises(NotOpen):
            take_up(invitation_id=offer.pk, by=user)
    assert not ClinicMember.objects.filter(user__in=(cast.bo, one.user), is_active=True).exists()


def test_who_was_taken_out_does_not_come_back_by_an_older_mail(cast: Cast, managers: list[ClinicMember]) -> None:
    older = to_bo(cast.clinic, managers[0], cast.lindqvist.email, "nurse")
    remove_member(member=ClinicMember.objects.get(user=cast.lindqvist), by=managers[0].user)
    with pytest.raises(NotOpen):
        take_up(invitation_id=older.pk, by=cast.lindqvist)


def test_the_last_manager_takes_up_no_smaller_role(cast: Cast, managers: list[ClinicMember]) -> None:
    one, other = managers
    remove_member(member=other, by=one.user)
    smaller = to_bo(cast.clinic, one, one.user.email, "nurse")
    with pytest.raises(LastManager):
        add_member(clinic=cast.clinic, user=one.user, role="nurse", by=one.user)
    with pytest.raises(NotOpen):
        take_up(invitation_id=smaller.pk, by=one.user)
    one.refresh_from_db()
    assert (one.role, one.is_active) == ("manager", True)


def test_who_withdraws_too_late_is_told_that_somebody_is_in(client: Client, cast: Cast) -> None:
    """It said that the invitation works no more, while the one who had taken it up read on."""
    offer = by_mail(cast, "bo@example.org")
    client.force_login(cast.ana)
    url = reverse("sharing:withdraw", args=[cast.ana_log.pk, offer.pk])
    take_up(invitation_id=offer.pk, by=cast.bo)
    html = client.post(url, follow=True).content.decode()
    assert "was accepted already" in html
    assert "no longer works" not in html
    other = by_mail(cast, "far@example.org")
    url = reverse("sharing:withdraw", args=[cast.ana_log.pk, other.pk])
    for _twice in range(2):
        assert "no longer works" in client.post(url, follow=True).content.decode()


def test_a_manager_who_withdraws_too_late_is_told_too(client: Client, cast: Cast, managers: list[ClinicMember]) -> None:
    offer = to_bo(cast.clinic, managers[0])
    client.force_login(managers[0].user)
    take_up(invitation_id=offer.pk, by=cast.bo)
    url = reverse("sharing:member-withdraw", args=[cast.clinic.pk, offer.pk])
    assert "was accepted already" in client.post(url, follow=True).content.decode()
    other = reverse("sharing:member-withdraw", args=[cast.far_clinic.pk, offer.pk])
    assert client.post(other).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_invitation_that_is_taken_up_while_the_diary_is_given_up_opens_nothing() -> None:
    """The one who is second waits for the first, and then sees the share that it made."""
    cast = make_cast()
    offer = by_mail(cast, "bo@example.org")
    taken, asked = threading.Event(), threading.Event()

    def take() -> None:
        with transaction.atomic():
            take_up(invitation_id=offer.pk, by=cast.bo)
            taken.set()
            asked.wait(1)  # the other one is at it meanwhile
        connection.close()

    def ask() -> None:
        taken.wait(5)
        ask_to_erase(user=cast.ana, by=cast.ana)
        asked.set()
        connection.close()

    run(take, ask)
    assert not permissions(cast.bo, cast.ana_log)


def run(*what: Any) -> None:
    threads = [threading.Thread(target=one) for one in what]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
