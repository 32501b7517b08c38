"""What one may do with the rows of a patient, and which of it comes with each kind that is shared."""

from enum import Enum, auto
from typing import Final

from symptoms.sharing.models import Grant, Kind


class Permission(Enum):
    """What one may do with the rows of a patient. READ_LOG is "may open the log at all": some kind of it is shared."""

    READ_LOG = auto()
    READ_ENTRY = auto()
    READ_SYMPTOMS = auto()
    READ_NOTES = auto()
    READ_PHOTOS = auto()
    READ_INJECTIONS = auto()
    READ_BLOOD_TESTS = auto()
    READ_REPORTS = auto()
    ADD_ENTRY = auto()
    ADD_SYMPTOMS = auto()
    ADD_NOTES = auto()
    ADD_PHOTOS = auto()
    ADD_INJECTIONS = auto()
    ADD_BLOOD_TESTS = auto()
    ADD_REPORTS = auto()
    CHANGE_ENTRY = auto()
    DELETE_ENTRY = auto()
    HIDE_ENTRY = auto()
    CHANGE_INJECTION = auto()
    CHANGE_RESULT = auto()
    MANAGE_SHARING = auto()
    MANAGE_DATA = auto()
    WORK_FLAGS = auto()
    SET_TRIAGE = auto()
    SET_USUAL = auto()
    SET_FOLLOWUPS = auto()
    MARK_RESULT_SEEN = auto()
    SET_REMINDERS = auto()
    SET_INJECTION_PLAN = auto()


# A patient says what is usual, for many have no clinic here; how the rules read it is the clinic's to set. The plan of
# the blood tests is the patient's to set only where no clinic reads the diary: its pages ask for that too.
NOTHING: Final[frozenset["Permission"]] = frozenset()
OWNER: Final = frozenset(Permission) - {Permission.WORK_FLAGS, Permission.SET_TRIAGE, Permission.MARK_RESULT_SEEN}
READS: Final[dict[str, frozenset[Permission]]] = {
    Kind.SYMPTOMS: frozenset({Permission.READ_SYMPTOMS, Permission.READ_ENTRY}),
    Kind.NOTES: frozenset({Permission.READ_NOTES, Permission.READ_ENTRY}),
    Kind.PHOTOS: frozenset({Permission.READ_PHOTOS, Permission.READ_ENTRY}),
    Kind.INJECTIONS: frozenset({Permission.READ_INJECTIONS}),
    Kind.BLOOD_TESTS: frozenset({Permission.READ_BLOOD_TESTS}),
    Kind.REPORTS: frozenset({Permission.READ_REPORTS}),
}
ADDS: Final[dict[str, frozenset[Permission]]] = {
    Kind.SYMPTOMS: frozenset({Permission.ADD_SYMPTOMS, Permission.ADD_ENTRY}),
    Kind.NOTES: frozenset({Permission.ADD_NOTES}),
    Kind.PHOTOS: frozenset({Permission.ADD_PHOTOS}),
    Kind.INJECTIONS: frozenset({Permission.ADD_INJECTIONS}),
    Kind.BLOOD_TESTS: frozenset({Permission.ADD_BLOOD_TESTS}),
    Kind.REPORTS: frozenset({Permission.ADD_REPORTS}),
}
# What a clinic does with a kind that it reads. A flag tells symptoms, so it takes those to work one.
CLINIC: Final[dict[str, frozenset[Permission]]] = {
    Kind.SYMPTOMS: frozenset({Permission.WORK_FLAGS, Permission.SET_TRIAGE, Permission.SET_USUAL}),
    Kind.INJECTIONS: frozenset({Permission.SET_INJECTION_PLAN}),
    Kind.BLOOD_TESTS: frozenset(
        {
            Permission.ADD_BLOOD_TESTS,
            Permission.CHANGE_RESULT,
            Permission.SET_FOLLOWUPS,
            Permission.MARK_RESULT_SEEN,
        }
    ),
}


def allowed_by(grant: Grant) -> frozenset[Permission]:
    """Return what one grant allows. One that shares no kind opens nothing, and a kind we do not know counts as none."""
    allowed = NOTHING
    for kind in grant.reads:
        allowed |= READS.get(kind, NOTHING) | (CLINIC.get(kind, NOTHING) if grant.clinic_id else NOTHING)
    for kind in () if grant.clinic_id else grant.adds:
        allowed |= ADDS.get(kind, NOTHING) if kind in grant.reads else NOTHING
    return allowed | {Permission.READ_LOG} if allowed else NOTHING
