"""Who works in a clinic, who may change that, and what the clinic says of itself."""

import re
import threading
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from symptoms.sharing.access import permissions
from symptoms.sharing.actions import LastManager, add_member, remove_member
from symptoms.sharing.models import Clinic, ClinicMember, Invitation
from tests.factories.cast import Cast, make_cast, make_user

SAID = {"office_hours": "Monday to Friday, 9 to 5", "response_hours": "24"}


@pytest.fixture
def manager(cast: Cast) -> ClinicMember:
    return ClinicMember.objects.create(clinic=cast.clinic, user=make_user("Manager"), role="manager")


@pytest.fixture
def as_manager(client: Client, manager: ClinicMember) -> Client:
    client.force_login(manager.user)
    return client


def of(clinic: Clinic, route: str, *more: Any) -> str:
    return reverse(f"sharing:{route}", args=[clinic.pk, *more])


def member(cast: Cast, user: Any) -> ClinicMember:
    return ClinicMember.objects.get(clinic=cast.clinic, user=user)


def test_a_manager_invites_by_mail_and_the_person_joins_by_a_click(as_manager: Client, cast: Cast) -> None:
    said = {"email": "bo@example.org", "role": "doctor"}
    assert as_manager.post(of(cast.clinic, "member-invite"), said).status_code == 302
    found = re.search(r"#(\S+)", str(mail.outbox[0].body))
    assert found
    assert not ClinicMember.objects.filter(user=cast.bo).exists()
    bo = Client()
    bo.force_login(cast.bo)
    bo.post("/invitations/", {"code": found[1]})
    assert "MS clinic, Doctor" in bo.get("/invitations/open/").content.decode()
    bo.post("/invitations/open/", {"role": "manager"})
    assert member(cast, cast.bo).role == "doctor"


def test_somebody_who_is_removed_is_out_at_the_next_request(as_manager: Client, cast: Cast) -> None:
    nurse = Client()
    nurse.force_login(cast.lindqvist)
    assert nurse.get(of(cast.clinic, "members")).status_code == 200
    as_manager.post(of(cast.clinic, "member-remove", member(cast, cast.lindqvist).pk))
    for url in (of(cast.clinic, "members"), reverse("inbox:queue", args=[cast.clinic.pk])):
        assert nurse.get(url).status_code == 404
    assert nurse.get(reverse("today:today", args=[cast.ana_log.pk])).status_code == 404
    assert permissions(cast.okoye, cast.ana_log)


def test_who_is_removed_no_longer_answers_for_the_flags(cast: Cast, manager: ClinicMember) -> None:
    Clinic.objects.filter(pk=cast.clinic.pk).update(owner=cast.lindqvist, stand_in=cast.okoye)
    remove_member(member=member(cast, cast.lindqvist), by=manager.user)
    clinic = Clinic.objects.get(pk=cast.clinic.pk)
    assert (clinic.owner, clinic.stand_in) == (None, cast.okoye)
    assert not clinic.is_ready


def test_the_last_manager_cannot_be_removed(as_manager: Client, cast: Cast, manager: ClinicMember) -> None:
    answer = as_manager.post(of(cast.clinic, "member-remove", manager.pk), follow=True)
    assert "A clinic needs a manager." in answer.content.decode()
    manager.refresh_from_db()
    assert manager.is_active
    second = add_member(clinic=cast.clinic, user=cast.bo, role="manager", by=manager.user)
    cast.bo.is_active = False
    cast.bo.save()
    with pytest.raises(LastManager):  # one whose account is closed manages nothing
        remove_member(member=manager, by=manager.user)
    cast.bo.is_active = True
    cast.bo.save()
    remove_member(member=manager, by=second.user)
    assert not ClinicMember.objects.get(pk=manager.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_remove_each_other_at_once_leave_one() -> None:
    cast = make_cast()
    both = [ClinicMember.objects.create(clinic=cast.clinic, user=make_user(f"M{n}"), role="manager") for n in (1, 2)]
    start, refused = threading.Barrier(2), []

    def remove(one: ClinicMember, by: ClinicMember) -> None:
        start.wait()
        try:
            remove_member(member=one, by=by.user)
        except LastManager:
            refused.append(one)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert ClinicMember.objects.filter(clinic=cast.clinic, role="manager", is_active=True).count() == 1


@pytest.mark.parametrize("who", ["lindqvist", "okoye"])
def test_a_member_sees_colleagues_and_changes_nothing(
    client: Client, cast: Cast, manager: ClinicMember, who: str
) -> None:
    Invitation.objects.create(
        clinic=cast.clinic, way="email", email="x@example.org", secret="x", made_by=manager.user, role="nurse",
        expires_at="2999-01-01T00:00:00Z",
    )  # fmt: skip
    client.force_login(getattr(cast, who))
    html = client.get(of(cast.clinic, "members")).content.decode()
    assert "Dr Okoye" in html
    assert "x@example.org" not in html
    assert "Invite somebody" not in html
    for url in (
        of(cast.clinic, "member-invite"),
        of(cast.clinic, "clinic-settings"),
        of(cast.clinic, "member-remove", manager.pk),
    ):
        assert client.post(url, {"email": "e@example.org", "role": "manager", **SAID}).status_code == 403
    assert not mail.outbox


def test_a_manager_of_another_clinic_is_a_stranger(as_manager: Client, cast: Cast) -> None:
    far = ClinicMember.objects.get(clinic=cast.far_clinic)
    for url in (
        of(cast.far_clinic, "members"),
        of(cast.far_clinic, "member-remove", far.pk),
        of(cast.clinic, "member-remove", far.pk),
    ):
        assert as_manager.post(url).status_code in {404, 405}
    assert as_manager.get(of(cast.far_clinic, "members")).status_code == 404
    far.refresh_from_db()
    assert far.is_active


def test_a_clinic_says_who_answers_and_patients_read_it(as_manager: Client, cast: Cast) -> None:
    url = of(cast.clinic, "clinic-settings")
    said = {
        **SAID,
        "owner": cast.lindqvist.pk,
        "stand_in": cast.okoye.pk,
        "away_from": "2026-12-01",
        "away_until": "2026-12-09",
    }
    assert as_manager.post(url, said).status_code == 302
    clinic = Clinic.objects.get(pk=cast.clinic.pk)
    assert clinic.is_ready
    html = as_manager.get(of(cast.clinic, "members")).content.decode()
    assert "from 1 December 2026" in html
    assert "Nobody is sure to answer" not in html


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("owner", "far", "not one of the available choices"),
        ("stand_in", "lindqvist", "Choose somebody else to stand in."),
        ("response_hours", "0", "Type 1 to 168 hours."),
        ("response_hours", "99999999", ""),
        ("away_until", "2026-11-01", "The last day lies before the first one."),
    ],
)
def test_what_a_clinic_cannot_say_is_refused(as_manager: Client, cast: Cast, field: str, value: str, told: str) -> None:
    said = {**SAID, "owner": cast.lindqvist.pk, "stand_in": cast.okoye.pk, "away_from": "2026-12-01"}
    answer = as_manager.post(
        of(cast.clinic, "clinic-settings"), {**said, field: getattr(cast, value).pk if value.isalpha() else value}
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Clinic.objects.get(pk=cast.clinic.pk).owner is None


def test_the_page_of_people_costs_the_same_for_one_and_many(
    as_manager: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        ClinicMember.objects.create(clinic=cast.clinic, user=make_user(f"N{n}"), role="nurse")
    with django_assert_max_num_queries(10):
        assert as_manager.get(of(cast.clinic, "members")).status_code == 200


def test_an_operator_opens_a_clinic_with_its_first_manager(cast: Cast) -> None:
    call_command("make_clinic", "New clinic", "+44 20 7946 0001", "BO@example.org")
    made = ClinicMember.objects.get(user=cast.bo)
    assert (made.clinic.name, made.role) == ("New clinic", "manager")
    with pytest.raises(CommandError, match="signs up first"):
        call_command("make_clinic", "Other", "1", "nobody@example.org")
    assert not Clinic.objects.filter(name="Other").exists()


def test_an_operator_names_another_manager(cast: Cast) -> None:
    """A clinic whose last manager erased the account would never let anybody in again."""
    ClinicMember.objects.filter(clinic=cast.clinic).delete()
    for said in (str(cast.clinic.pk), cast.clinic.name.upper()):
        call_command("make_manager", said, cast.lindqvist.email.upper())
        made = ClinicMember.objects.get(clinic=cast.clinic)
        assert (made.user, made.role, made.is_active) == (cast.lindqvist, "manager", True)
    with pytest.raises(CommandError, match="0 clinics"):
        call_command("make_manager", "No such clinic", cast.bo.email)
    Clinic.objects.create(name=cast.clinic.name)
    with pytest.raises(CommandError, match=str(cast.clinic.pk)):
        call_command("make_manager", cast.clinic.name, cast.bo.email)
    with pytest.raises(CommandError, match="signs up first"):
        call_command("make_manager", str(cast.clinic.pk), "nobody@example.org")
