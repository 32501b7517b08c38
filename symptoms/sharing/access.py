"""The only gate to a patient's rows: who may do what, asked in one place.

A stranger gets 404, as for an id that was never issued; a reader who wants to write gets 403. The
patient in view is in the URL, never in the session.
"""

from collections.abc import Callable
from enum import Enum, auto
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from symptoms.accounts.models import User
from symptoms.accounts.person import person
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, Grant, Patient

type_of_view = Callable[..., HttpResponse]


class Permission(Enum):
    READ_LOG = auto()
    ADD_ENTRY = auto()
    CHANGE_ENTRY = auto()
    DELETE_ENTRY = auto()
    LOG_INJECTION = auto()
    MANAGE_SHARING = auto()
    WORK_FLAGS = auto()
    SET_TRIAGE = auto()
    SET_USUAL = auto()
    LOG_RESULT = auto()
    SET_FOLLOWUPS = auto()
    SET_REMINDERS = auto()
    SET_INJECTION_PLAN = auto()


# A patient says what is usual, for many have no clinic here; how the rules read it is the clinic's to set. The plan of
# the blood tests is the patient's to set only where no clinic reads the diary: its pages ask for that too.
OWNER: Final = frozenset(Permission) - {Permission.WORK_FLAGS, Permission.SET_TRIAGE}
CAREGIVER: Final = {
    Grant.Level.READ: frozenset({Permission.READ_LOG}),
    Grant.Level.READ_ADD: frozenset({Permission.READ_LOG, Permission.ADD_ENTRY}),
}
CLINIC: Final = frozenset(
    {
        Permission.READ_LOG,
        Permission.WORK_FLAGS,
        Permission.SET_TRIAGE,
        Permission.SET_USUAL,
        Permission.LOG_RESULT,
        Permission.SET_FOLLOWUPS,
        Permission.SET_INJECTION_PLAN,
    }
)
NOTHING: Final[frozenset[Permission]] = frozenset()


def permissions(user: User, patient: Patient) -> frozenset[Permission]:
    """Return all that `user` may do with the rows of `patient` at this moment."""
    if not user.is_active:
        return NOTHING
    if patient.user_id == user.pk:
        return OWNER
    allowed = NOTHING
    for grant in Grant.objects.current(clock.now()).reaching(user).filter(patient=patient):
        allowed |= CLINIC if grant.clinic_id else CAREGIVER[Grant.Level(grant.level)]
    return allowed


def can(user: User, permission: Permission, patient: Patient) -> bool:
    """Say whether `user` may do `permission` with the rows of `patient` at this moment."""
    return permission in permissions(user, patient)


def patient_access(
    permission: Permission, *, to_post: Permission | None = None
) -> Callable[[type_of_view], type_of_view]:
    """Turn `patient_id` of the URL into a checked `patient`, or answer 404 or 403.

    A page that more people may read than write names the permission that its POST needs in `to_post`.
    The view receives the patient second, and `request.allowed` holds all that this person may do.
    A look by anybody but the patient is written down.
    """

    def gate(view: type_of_view) -> type_of_view:
        @wraps(view)
        def guarded(request: HttpRequest, patient_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            patient = Patient.objects.select_related("user").filter(pk=patient_id).first()
            user = person(request)
            allowed = permissions(user, patient) if patient else NOTHING
            if patient is None or Permission.READ_LOG not in allowed:
                raise Http404
            needed = to_post if to_post and request.method == "POST" else permission
            if needed not in allowed:
                raise PermissionDenied
            if patient.user_id != user.pk:
                view_name = request.resolver_match.view_name if request.resolver_match else ""
                record("sharing.looked", by=user, patient=patient.pk, data={"page": view_name})
            request.allowed = allowed  # type: ignore[attr-defined]
            return view(request, patient, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.to_post = to_post  # type: ignore[attr-defined]
        return guarded

    return gate


def clinic_access(view: type_of_view) -> type_of_view:
    """Turn `clinic_id` of the URL into a checked `clinic` of which this person is an active member, or 404."""

    @wraps(view)
    def guarded(request: HttpRequest, clinic_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = Clinic.objects.filter(members__user=person(request).pk, members__is_active=True)
        clinic = mine.filter(pk=clinic_id).first()
        if clinic is None:
            raise Http404
        return view(request, clinic, *args, **kwargs)

    return guarded
