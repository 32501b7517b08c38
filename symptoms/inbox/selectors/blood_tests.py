"""What a clinic has to know of the blood tests of all who share with it: what is late, and what is unseen."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from symptoms.followups import blood_words
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.blood.plan import OpenTest, open_tests
from symptoms.followups.selectors.courses import as_record, rows_of_records
from symptoms.inbox.selectors.queue import sharing_with
from symptoms.lib import clock
from symptoms.lib.words import Words
from symptoms.sharing.models import Clinic, Kind, Patient


@dataclass(frozen=True, slots=True)
class Row:
    """One test of one patient; `late_by` are days."""

    patient: UUID
    name: str
    test: str
    slug: str
    state: Words
    open: OpenTest


@dataclass(frozen=True, slots=True)
class Group:
    """One thing to do, with the patients it is to be done for, the latest first."""

    slug: str
    title: Words
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class ClinicTests:
    """The groups of a clinic in the order of what matters, and how many patients were looked at."""

    groups: list[Group]
    patients: int

    @property
    def open(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def tests_of_clinic(clinic: Clinic) -> ClinicTests:
    """Return the open tests of all patients who share with the clinic now, in two queries however many they are."""
    now = clock.now()
    patients = list(
        Patient.objects.filter(pk__in=sharing_with(clinic, now, Kind.BLOOD_TESTS)).select_related("user").order_by("pk")
    )
    records = rows_of_records([patient.pk for patient in patients])
    rows = [row for patient in patients for row in _rows(patient, records[patient.pk])]
    unseen = [row for row in rows if row.open.state == "result-in"]
    late = [row for row in rows if row.open.is_late and row.open.state != "result-in"]
    groups = [
        Group("unseen", blood_words.UNSEEN, _latest_first(unseen)),
        Group("late", blood_words.LATE, _latest_first([row for row in late if row.open.state == "due"])),
        Group("missed", blood_words.MISSED, _latest_first([row for row in late if row.open.state == "booked"])),
        Group("awaited", blood_words.AWAITED, _latest_first([row for row in late if row.open.state == "taken"])),
    ]
    return ClinicTests([group for group in groups if group.rows], len(patients))


def _rows(patient: Patient, record: object) -> Iterator[Row]:
    today = clock.local_day(clock.now(), patient.time_zone)
    for one in open_tests(as_record(record).course, today, catalogue()):  # type: ignore[arg-type]
        test = catalogue().tests.get(one.test)
        name = test.name if test else one.test
        yield Row(patient.pk, patient.name, name, one.test, blood_words.STATES[one.state], one)


def _latest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.open.late_by, row.name, row.test))
