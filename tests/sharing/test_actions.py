"""Opening a diary, letting somebody in, shutting them out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.access import permissions
from symptoms.sharing.actions import grant_access, revoke_access, start_diary
from symptoms.sharing.models import Clinic, Grant, Patient
from symptoms.sharing.selectors import clinics_of, landing_for, readers_of, readership_of, sharing_for_page
from tests.factories.cast import Cast, share


def test_start_diary_twice_gives_one_diary_and_one_audit_row(cast: Cast) -> None:
    first, again = start_diary(user=cast.sam), start_diary(user=cast.sam)
    assert first.pk == again.pk
    assert [event.verb for event in Event.objects.about(first.pk)] == ["sharing.diary-started"]


def test_grant_access_lets_a_person_in_and_writes_it_down(cast: Cast) -> None:
    grant = grant_access(patient=cast.bo_log, to=cast.sam, reads=["symptoms"], by=cast.bo)
    assert permissions(cast.sam, cast.bo_log)
    event = Event.objects.get(verb="sharing.granted")
    assert (event.actor, event.patient, event.subject) == (cast.bo.uuid, cast.bo_log.pk, f"grant:{grant.pk}")


def test_grant_access_again_changes_the_kinds_of_the_same_grant(cast: Cast) -> None:
    grant = Grant.objects.get(user=cast.sam)
    same = grant_access(patient=cast.ana_log, to=cast.sam, reads=["notes", "symptoms"], adds=["notes"], by=cast.ana)
    assert (same.pk, same.reads, same.adds) == (grant.pk, ["symptoms", "notes"], ["notes"])
    assert Grant.objects.filter(user=cast.sam).count() == 1


def test_grant_access_adds_only_what_is_read_and_knows_only_its_kinds(cast: Cast) -> None:
    said: dict[str, Any] = {"reads": ["symptoms", "full"], "adds": ["symptoms", "notes", "full"]}
    grant = grant_access(patient=cast.bo_log, to=cast.sam, by=cast.bo, **said)
    assert (grant.reads, grant.adds) == (["symptoms"], ["symptoms"])
    clinic = grant_access(patient=cast.bo_log, to=cast.clinic, by=cast.bo, **said)
    assert (clinic.reads, clinic.adds) == (["symptoms"], [])


def test_grant_access_to_a_clinic_lets_its_members_in(cast: Cast) -> None:
    grant_access(patient=cast.ana_log, to=cast.far_clinic, reads=["symptoms"], by=cast.ana)
    assert permissions(cast.far, cast.ana_log)
    assert not permissions(cast.far, cast.bo_log)


def test_grant_access_after_an_end_starts_again(cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(ends_at=clock.now() - timedelta(days=1))
    grant_access(patient=cast.ana_log, to=cast.sam, reads=["symptoms"], by=cast.ana)
    assert permissions(cast.sam, cast.ana_log)


def test_revoke_access_shuts_out_at_once_and_is_written_once(cast: Cast) -> None:
    grant = Grant.objects.get(user=cast.sam)
    revoke_access(grant=grant, by=cast.ana)
    assert not permissions(cast.sam, cast.ana_log)
    was = Grant.objects.get(pk=grant.pk).revoked_at
    revoke_access(grant=grant, by=cast.ana)
    assert Grant.objects.get(pk=grant.pk).revoked_at == was
    assert Event.objects.filter(verb="sharing.revoked").count() == 1


def test_revoke_access_leaves_the_others_in(cast: Cast) -> None:
    revoke_access(grant=Grant.objects.get(user=cast.sam), by=cast.ana)
    assert permissions(cast.lindqvist, cast.ana_log)


def test_revoked_person_can_be_let_in_again_by_a_new_grant(cast: Cast) -> None:
    old = Grant.objects.get(user=cast.sam)
    revoke_access(grant=old, by=cast.ana)
    new = grant_access(patient=cast.ana_log, to=cast.sam, reads=["symptoms"], by=cast.ana)
    assert new.pk != old.pk
    assert permissions(cast.sam, cast.ana_log)


def test_grant_to_both_or_to_nobody_is_refused_by_the_database(cast: Cast) -> None:
    for target in ({}, {"user": cast.far, "clinic": cast.far_clinic}):
        with pytest.raises(IntegrityError, match="person_or_a_clinic"), transaction.atomic():
            Grant.objects.create(patient=cast.ana_log, **target)


def test_grant_that_ends_before_it_begins_is_refused_by_the_database(cast: Cast) -> None:
    now = clock.now()
    with pytest.raises(IntegrityError, match="ends_later"), transaction.atomic():
        Grant.objects.create(patient=cast.ana_log, user=cast.far, starts_at=now, ends_at=now)


def test_two_live_grants_to_one_person_are_refused_by_the_database(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="one_grant_a_person"), transaction.atomic():
        share(cast.ana_log, cast.sam)


def test_one_person_has_one_diary(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.create(user=cast.ana)


@pytest.mark.parametrize(
    ("phone", "dial"),
    [
        ("+44 20 7946 0000", "+442079460000"),
        ("(020) 7946-0000", "02079460000"),
        ("+44 20 7946 0000 \u0664", "+442079460000"),
        ("ask at the desk", ""),
    ],
)
def test_clinic_dials_only_what_a_telephone_takes(phone: str, dial: str) -> None:
    assert Clinic(name="Any", phone=phone).dial == dial


def test_readership_names_people_first_then_clinics(cast: Cast) -> None:
    readers = readership_of(cast.ana_log)
    assert readers.names == readers_of(cast.ana_log) == ["Sam", "MS clinic"]
    assert readers.clinics == clinics_of(cast.ana_log) == [cast.clinic]


def test_readership_of_an_unshared_log_is_empty(cast: Cast) -> None:
    assert readers_of(cast.bo_log) == []
    assert clinics_of(cast.bo_log) == []


def test_readership_forgets_whoever_was_shut_out(cast: Cast) -> None:
    Grant.objects.filter(clinic=cast.clinic).update(revoked_at=clock.now())
    assert readers_of(cast.ana_log) == ["Sam"]


def test_landing_knows_every_room_of_a_person(cast: Cast) -> None:
    ana, sam, nurse = (landing_for(user) for user in (cast.ana, cast.sam, cast.lindqvist))
    assert (ana.own, ana.shared, ana.clinics) == (cast.ana_log, [], [])
    assert (sam.own, [grant.patient for grant in sam.shared], sam.clinics) == (None, [cast.ana_log], [])
    assert (nurse.own, nurse.shared, nurse.clinics) == (None, [], [cast.clinic])


def test_sharing_page_shows_the_newest_looks_of_this_log_only(cast: Cast) -> None:
    for minutes, user, log in ((3, cast.sam, cast.ana_log), (1, cast.okoye, cast.ana_log), (2, cast.far, cast.bo_log)):
        Event.objects.create(
            at=clock.now() - timedelta(minutes=minutes), actor=user.uuid, patient=log.pk, verb="sharing.looked"
        )
    assert [look.who for look in sharing_for_page(cast.ana_log).looks] == ["Dr Okoye", "Sam"]


def test_sharing_page_survives_a_person_who_is_gone(cast: Cast) -> None:
    Event.objects.create(actor=None, patient=cast.ana_log.pk, verb="sharing.looked")
    assert [look.who for look in sharing_for_page(cast.ana_log).looks] == ["-"]
