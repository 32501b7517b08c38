"""The only gate to a patient's rows: who may do what, asked in one place.

A stranger gets 404, as for an id that was never issued; a reader who wants to write gets 403. The
patient in view is in the URL, never in the session.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from symptoms.accounts.models import User
from symptoms.accounts.person import person
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.lib.limits import Limit
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Patient
from symptoms.sharing.permissions import NOTHING, OWNER, Permission, allowed_by
from symptoms.sharing.scope import Scope, scope_of

__all__ = ["Permission", "Scope", "can", "clinic_access", "manager_access", "patient_access", "permissions", "scope_of"]

type_of_view = Callable[..., HttpResponseBase]
# The first one is written down; so nobody can fill the log. Whoever searches is counted in kesimpta_tracker/limits.py.
REFUSALS: Final = Limit("refusals at the gate that are written down", most=1, per=timedelta(minutes=10))


def permissions(user: User, patient: Patient) -> frozenset[Permission]:
    """Return all that `user` may do with the rows of `patient` at this moment."""
    if not user.is_active:
        return NOTHING
    if patient.user_id == user.pk:
        return OWNER
    allowed = NOTHING
    for grant in Grant.objects.current(clock.now()).reaching(user).filter(patient=patient):
        allowed |= allowed_by(grant)
    return allowed


def can(user: User, permission: Permission, patient: Patient) -> bool:
    """Say whether `user` may do `permission` with the rows of `patient` at this moment."""
    return permission in permissions(user, patient)


def note_refused(request: HttpRequest, user: User, subject: str) -> None:
    """Write down that `user` asked for what is not theirs, or is not there: once in ten minutes for each page."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    if REFUSALS.allows(f"{user.pk} {page}"):
        record("sharing.refused", by=user, subject=subject, data={"page": page})


def patient_access(
    permission: Permission, *, to_post: Permission | None = None
) -> Callable[[type_of_view], type_of_view]:
    """Turn `patient_id` of the URL into a checked `patient`, or answer 404 or 403.

    A page that more people may read than write names the permission that its POST needs in `to_post`.
    The view receives the patient second, `request.allowed` holds all that this person may do,
    and `request.scope` the kinds of things that the page may show.
    A look by anybody but the patient is written down.
    """

    def gate(view: type_of_view) -> type_of_view:
        @wraps(view)
        def guarded(request: HttpRequest, patient_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
            patient = Patient.objects.select_related("user").filter(pk=patient_id).first()
            user = person(request)
            # The same work, and the same event, for an id of somebody else's and for one that was never issued.
            allowed = permissions(user, patient or Patient(pk=patient_id))
            if patient is None or Permission.READ_LOG not in allowed:
                note_refused(request, user, f"patient:{patient_id}")
                raise Http404
            needed = to_post if to_post and request.method == "POST" else permission
            if needed not in allowed:
                note_refused(request, user, f"patient:{patient_id}")
                raise PermissionDenied
            if patient.user_id != user.pk:
                view_name = request.resolver_match.view_name if request.resolver_match else ""
                record("sharing.looked", by=user, patient=patient.pk, data={"page": view_name})
            request.allowed, request.scope = allowed, scope_of(allowed)  # type: ignore[attr-defined]
            return view(request, patient, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.to_post = to_post  # type: ignore[attr-defined]
        return guarded

    return gate


def manager_access(view: type_of_view) -> type_of_view:
    """Turn `clinic_id` into a checked `clinic` that this person manages, or answer 403 to a member, 404 to others."""

    @wraps(view)
    def guarded(request: HttpRequest, clinic: Clinic, *args: Any, **kwargs: Any) -> HttpResponseBase:
        managers = clinic.members.filter(role=ClinicMember.Role.MANAGER, is_active=True)
        if not managers.filter(user=person(request).pk).exists():
            note_refused(request, person(request), f"clinic:{clinic.pk}")
            raise PermissionDenied
        return view(request, clinic, *args, **kwargs)

    return clinic_access(guarded)


def clinic_access(view: type_of_view) -> type_of_view:
    """Turn `clinic_id` of the URL into a checked `clinic` of which this person is an active member, or 404."""

    @wraps(view)
    def guarded(request: HttpRequest, clinic_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mine = Clinic.objects.filter(members__user=person(request).pk, members__is_active=True)
        clinic = mine.filter(pk=clinic_id).first()
        if clinic is None:
            note_refused(request, person(request), f"clinic:{clinic_id}")
            raise Http404
        return view(request, clinic, *args, **kwargs)

    return guarded
