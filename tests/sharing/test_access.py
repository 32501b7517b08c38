"""The gate to a patient's rows: a table of who may do what, and what happens at the edges of a grant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.sharing.access import Permission, can, clinic_access, patient_access, permissions
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Kind, Patient
from symptoms.sharing.scope import EVERYTHING, Scope, scope_of
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry

P = Permission
READS = {"symptoms": P.READ_SYMPTOMS, "notes": P.READ_NOTES, "photos": P.READ_PHOTOS, "injections": P.READ_INJECTIONS}
READS |= {"blood-tests": P.READ_BLOOD_TESTS, "reports": P.READ_REPORTS}
ADDS = {"symptoms": P.ADD_SYMPTOMS, "notes": P.ADD_NOTES, "photos": P.ADD_PHOTOS, "injections": P.ADD_INJECTIONS}
ADDS |= {"blood-tests": P.ADD_BLOOD_TESTS, "reports": P.ADD_REPORTS}
READER = {P.READ_LOG, P.READ_ENTRY, P.READ_SYMPTOMS, P.READ_NOTES, P.READ_INJECTIONS, P.READ_BLOOD_TESTS}
ADDER = READER | {P.ADD_ENTRY, P.ADD_SYMPTOMS, P.ADD_NOTES}
CLINIC = READER | {P.WORK_FLAGS, P.SET_TRIAGE, P.SET_USUAL, P.SET_FOLLOWUPS, P.SET_INJECTION_PLAN}
CLINIC |= {P.ADD_BLOOD_TESTS, P.CHANGE_RESULT, P.MARK_RESULT_SEEN}
OWNER = set(P) - {P.WORK_FLAGS, P.SET_TRIAGE, P.MARK_RESULT_SEEN}
Guarded = Callable[..., HttpResponseBase]


def ask(view: Guarded, user: User, method: str = "get", **ids: Any) -> Any:
    request: HttpRequest = getattr(RequestFactory(), method)("/")
    request.user = user
    return view(request, **ids)


@patient_access(Permission.READ_LOG)
def read(request: HttpRequest, patient: Patient) -> HttpResponse:
    return HttpResponse(f"{patient.pk}: {sorted(one.name for one in request.allowed)}")  # type: ignore[attr-defined]


@patient_access(Permission.CHANGE_ENTRY)
def change(request: HttpRequest, patient: Patient) -> HttpResponse:
    return HttpResponse("changed")


@patient_access(Permission.READ_LOG, to_post=Permission.ADD_ENTRY)
def read_or_add(request: HttpRequest, patient: Patient) -> HttpResponse:
    return HttpResponse("done")


@clinic_access
def of_clinic(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    return HttpResponse(clinic.name)


@pytest.mark.parametrize(
    ("who", "whose", "allowed"),
    [
        ("ana", "ana_log", OWNER),
        ("bo", "bo_log", OWNER),
        ("sam", "ana_log", READER),
        ("lindqvist", "ana_log", CLINIC),
        ("okoye", "ana_log", CLINIC),
        ("bo", "ana_log", set()),
        ("far", "ana_log", set()),
        ("staff", "ana_log", set()),
        ("ana", "bo_log", set()),
        ("sam", "bo_log", set()),
        ("lindqvist", "bo_log", set()),
    ],
)
def test_permissions_of_everybody(cast: Cast, who: str, whose: str, allowed: set[Permission]) -> None:
    assert permissions(getattr(cast, who), getattr(cast, whose)) == allowed


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize(("adds", "allowed"), [([], READER), (["symptoms", "notes"], ADDER)])
def test_can_follows_the_kinds_of_the_grant(
    cast: Cast, permission: Permission, adds: list[str], allowed: set[Permission]
) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=adds)
    assert can(cast.sam, permission, cast.ana_log) is (permission in allowed)


@pytest.mark.parametrize("kind", Kind.values)
def test_one_kind_opens_that_kind_and_nothing_else(cast: Cast, kind: str) -> None:
    of_entries = {P.READ_ENTRY} if kind in {"symptoms", "notes", "photos"} else set()
    Grant.objects.filter(user=cast.sam).update(reads=[kind])
    read = {P.READ_LOG, READS[kind], *of_entries}
    assert permissions(cast.sam, cast.ana_log) == read
    Grant.objects.filter(user=cast.sam).update(adds=[kind])
    added = {ADDS[kind]} | ({P.ADD_ENTRY} if kind == "symptoms" else set())
    assert permissions(cast.sam, cast.ana_log) == read | added


def test_a_grant_without_kinds_opens_nothing(cast: Cast) -> None:
    Grant.objects.update(reads=[], adds=[])
    for user in (cast.sam, cast.lindqvist):
        assert permissions(user, cast.ana_log) == set()
        with pytest.raises(Http404):
            ask(read, user, patient_id=cast.ana_log.pk)


def test_a_kind_that_we_do_not_know_opens_nothing(cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(reads=["full"], adds=["full"])
    assert permissions(cast.sam, cast.ana_log) == set()


def test_adding_what_is_not_read_is_refused_by_the_database(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="adds_are_read"), transaction.atomic():
        Grant.objects.filter(user=cast.sam).update(reads=["notes"], adds=["symptoms"])


@pytest.mark.parametrize(
    ("kind", "works"),
    [
        ("symptoms", {P.WORK_FLAGS, P.SET_TRIAGE, P.SET_USUAL, P.READ_ENTRY}),
        ("notes", {P.READ_ENTRY}),
        ("photos", {P.READ_ENTRY}),
        ("injections", {P.SET_INJECTION_PLAN}),
        ("blood-tests", {P.SET_FOLLOWUPS, P.MARK_RESULT_SEEN, P.ADD_BLOOD_TESTS, P.CHANGE_RESULT}),
        ("reports", set()),
    ],
)
def test_a_clinic_works_with_the_kinds_it_reads(cast: Cast, kind: str, works: set[Permission]) -> None:
    Grant.objects.filter(clinic=cast.clinic).update(reads=[kind])
    assert permissions(cast.lindqvist, cast.ana_log) == {P.READ_LOG, READS[kind]} | works


def test_clinic_never_adds_entries_whatever_its_grant_says(cast: Cast) -> None:
    Grant.objects.filter(clinic=cast.clinic).update(adds=["symptoms", "injections"])
    assert permissions(cast.lindqvist, cast.ana_log) == CLINIC


def test_scope_says_which_kinds_a_page_may_show() -> None:
    assert scope_of(frozenset()) == Scope()
    assert scope_of(frozenset(OWNER)) == EVERYTHING
    assert scope_of(frozenset({P.READ_LOG, P.READ_NOTES})) == Scope(notes=True)
    assert not Scope(injections=True).entries
    assert Scope(notes=True).entries


def test_superuser_gets_nothing_from_being_one(cast: Cast) -> None:
    cast.staff.is_superuser = True
    cast.staff.save()
    assert permissions(cast.staff, cast.ana_log) == set()


def test_person_with_two_ways_in_may_do_what_either_allows(cast: Cast) -> None:
    share(cast.ana_log, cast.lindqvist, "read-add")
    assert permissions(cast.lindqvist, cast.ana_log) == CLINIC | ADDER


def test_member_of_two_clinics_comes_in_by_one(cast: Cast) -> None:
    ClinicMember.objects.create(clinic=cast.clinic, user=cast.far, role=ClinicMember.Role.DOCTOR)
    assert permissions(cast.far, cast.ana_log) == CLINIC


@pytest.mark.parametrize(
    "fields",
    [
        {"revoked_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now() + timedelta(days=1)},
        {"ends_at": timezone.now() - timedelta(seconds=1)},
        {"starts_at": timezone.now() + timedelta(hours=1)},
    ],
    ids=["revoked", "revoked-with-a-fast-clock", "ended", "not-yet-begun"],
)
@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_grant_that_does_not_hold_lets_nobody_in(cast: Cast, who: str, fields: dict[str, Any]) -> None:
    Grant.objects.update(**fields)
    assert permissions(getattr(cast, who), cast.ana_log) == set()
    with pytest.raises(Http404):
        ask(read, getattr(cast, who), patient_id=cast.ana_log.pk)


def test_grant_holds_until_the_very_end(cast: Cast) -> None:
    now = clock.now()
    Grant.objects.update(ends_at=now)
    assert not Grant.objects.current(now).exists()
    assert Grant.objects.current(now - timedelta(microseconds=1)).count() == 2


def test_inactive_member_of_the_clinic_is_a_stranger_and_colleagues_stay(cast: Cast) -> None:
    ClinicMember.objects.filter(user=cast.lindqvist).update(is_active=False)
    assert permissions(cast.lindqvist, cast.ana_log) == set()
    assert permissions(cast.okoye, cast.ana_log) == CLINIC
    with pytest.raises(Http404):
        ask(of_clinic, cast.lindqvist, clinic_id=cast.clinic.pk)


@pytest.mark.parametrize("who", ["ana", "sam", "lindqvist"])
def test_closed_account_may_do_nothing(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    user.is_active = False
    assert permissions(user, cast.ana_log) == set()


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_stranger_gets_the_answer_of_an_id_never_issued(cast: Cast, who: str) -> None:
    for patient_id in (cast.ana_log.pk, uuid4()):
        with pytest.raises(Http404) as told:
            ask(change, getattr(cast, who), patient_id=patient_id)
        assert str(told.value) == ""
    assert set(Event.objects.values_list("verb", "patient")) <= {("sharing.refused", None)}


@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_reader_who_wants_to_change_is_refused_and_no_look_is_written(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        ask(change, getattr(cast, who), patient_id=cast.ana_log.pk)
    assert [event.verb for event in Event.objects.all()] == ["sharing.refused"]


def test_view_receives_the_checked_patient_and_all_that_is_allowed(cast: Cast) -> None:
    answer = ask(read, cast.sam, patient_id=cast.ana_log.pk)
    assert answer.content.decode() == f"{cast.ana_log.pk}: {sorted(one.name for one in READER)}"


def test_post_needs_its_own_permission_where_a_page_names_one(cast: Cast) -> None:
    assert ask(read_or_add, cast.sam, patient_id=cast.ana_log.pk).status_code == 200
    assert ask(read_or_add, cast.sam, "head", patient_id=cast.ana_log.pk).status_code == 200
    with pytest.raises(PermissionDenied):
        ask(read_or_add, cast.sam, "post", patient_id=cast.ana_log.pk)
    assert ask(read_or_add, cast.ana, "post", patient_id=cast.ana_log.pk).status_code == 200
    with pytest.raises(Http404):
        ask(read_or_add, cast.bo, "post", patient_id=cast.ana_log.pk)


def test_gate_says_what_it_asks_for(cast: Cast) -> None:
    assert read_or_add.permission is Permission.READ_LOG  # type: ignore[attr-defined]
    assert read_or_add.to_post is Permission.ADD_ENTRY  # type: ignore[attr-defined]
    assert change.to_post is None  # type: ignore[attr-defined]


def test_look_by_another_is_written_down_without_content(cast: Cast) -> None:
    ask(read, cast.sam, patient_id=cast.ana_log.pk)
    look = Event.objects.get()
    assert (look.verb, look.actor, look.patient) == ("sharing.looked", cast.sam.uuid, cast.ana_log.pk)
    assert (look.subject, set(look.data)) == ("", {"page"})


def test_look_by_the_patient_is_not_written_down(cast: Cast) -> None:
    ask(read, cast.ana, patient_id=cast.ana_log.pk)
    assert not Event.objects.exists()


def test_nobody_signed_in_is_refused(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = None  # type: ignore[assignment]
    with pytest.raises(PermissionDenied):
        read(request, patient_id=cast.ana_log.pk)


@pytest.mark.parametrize(
    ("who", "clinic", "lets_in"),
    [
        ("lindqvist", "clinic", True),
        ("okoye", "clinic", True),
        ("far", "far_clinic", True),
        ("lindqvist", "far_clinic", False),
        ("far", "clinic", False),
        ("ana", "clinic", False),
        ("sam", "clinic", False),
        ("staff", "clinic", False),
    ],
)
def test_clinic_pages_are_for_its_members(cast: Cast, who: str, clinic: str, lets_in: bool) -> None:
    ids = {"clinic_id": getattr(cast, clinic).pk}
    if lets_in:
        assert ask(of_clinic, getattr(cast, who), **ids).status_code == 200
    else:
        with pytest.raises(Http404):
            ask(of_clinic, getattr(cast, who), **ids)


def test_clinic_never_issued_is_not_found(cast: Cast) -> None:
    with pytest.raises(Http404):
        ask(of_clinic, cast.lindqvist, clinic_id=uuid4())


@pytest.mark.parametrize(
    ("who", "sees_ana", "sees_bo"),
    [
        ("ana", True, False),
        ("sam", True, False),
        ("lindqvist", True, False),
        ("bo", False, True),
        ("far", False, False),
        ("staff", False, False),
    ],
)
def test_visible_rows_are_those_of_the_logs_one_may_read(cast: Cast, who: str, sees_ana: bool, sees_bo: bool) -> None:
    of_ana, of_bo = make_entry(cast.ana_log), make_entry(cast.bo_log)
    seen = set(Entry.objects.visible_to(getattr(cast, who)).values_list("pk", flat=True))
    assert (of_ana.pk in seen, of_bo.pk in seen) == (sees_ana, sees_bo)


def test_visible_rows_vanish_with_the_grant(cast: Cast) -> None:
    make_entry(cast.ana_log)
    Grant.objects.update(revoked_at=clock.now())
    assert not Entry.objects.visible_to(cast.sam).exists()
    assert not Entry.objects.visible_to(cast.lindqvist).exists()
    assert Entry.objects.visible_to(cast.ana).exists()


def test_asking_costs_one_query_and_the_owner_none(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        permissions(cast.ana, cast.ana_log)
    with django_assert_num_queries(1):
        permissions(cast.sam, cast.ana_log)
