"""Bring a downloaded diary back into an empty one."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import DataError, IntegrityError, transaction
from django.db.models import UUIDField
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.catalogue.finder import edition
from symptoms.catalogue.models import Symptom
from symptoms.diary.notes import read_to_keep
from symptoms.diary.photos import SMALL_SIDE
from symptoms.lib import clock
from symptoms.lib.emergency import country_choices
from symptoms.lib.uploads import smaller
from symptoms.mydata.archive import FILE_NAME
from symptoms.mydata.checks import complaint
from symptoms.mydata.columns import Column, columns_of, read
from symptoms.mydata.gathering import Row
from symptoms.mydata.shapes import DAY
from symptoms.mydata.stand_ins import make_stand_ins
from symptoms.mydata.tables import ACCOUNT, TABLES, Table
from symptoms.mydata.unpacking import MOST_FAULTS, Diary, Fault, NotADiary, Read
from symptoms.sharing.models import Patient

BATCH: Final = 1000
# So many characters of notes are read by the finder at once: five years of long ones, in a few seconds. The rest is
# read whenever its entry is judged, and kept at the next start (`read_notes`).
NOTES_READ: Final = 2_000_000
REFUSED: Final = (IntegrityError, DataError)


class NotEmpty(Exception):
    """There is a diary already: nothing is mixed into it."""


@transaction.atomic
def bring_back(*, patient: Patient, diary: Diary, by: User) -> int:
    """Write a checked diary into the empty one of `patient`, and return how many rows that were.

    All or nothing. Every row gets a new id, so that a file can name nobody else's rows. Who wrote or set something
    becomes an account that nobody can sign in to (`stand_ins`). What triage says is worked out anew, as after any save.
    """
    locked = Patient.objects.select_for_update(no_key=True).select_related("user").get(pk=patient.pk)
    if not is_empty(locked):
        raise NotEmpty
    _Restorer(locked, diary).run()
    _take_over_person(locked, diary.person)
    record("mydata.imported", by=by, patient=patient.pk, subject=f"patient:{patient.pk}", data={"rows": diary.rows})
    return diary.rows


def is_empty(patient: Patient) -> bool:
    """Say whether nothing was written into this diary yet. Settings do not count: an import replaces them."""
    written = (table for table in TABLES if table.restored and not table.single and table.whose != ACCOUNT)
    return not any(_rows_of(table, patient).exists() for table in written)


def _rows_of(table: Table, patient: Patient) -> Any:
    owner = patient.user_id if table.whose == ACCOUNT else patient.pk
    return table.rows_of._default_manager.filter(**{table.of: owner})


class _Restorer:
    """Writes the tables of one diary, one after the other."""

    def __init__(self, patient: Patient, diary: Diary) -> None:
        self.patient = patient
        self.diary = diary
        self.symptoms = dict(Symptom.objects.values_list("slug", "pk"))
        self.people = dict.fromkeys(diary.owner, patient.user_id) | self._stand_ins()
        self.ids: dict[str, dict[int, UUID]] = {}
        self.to_read = NOTES_READ

    def run(self) -> None:
        for table in TABLES:
            if table.restored:
                self._restore(table, self.diary.tables[table.name])

    def _stand_ins(self) -> dict[int, int]:
        """Return an account for each person that a row names, and for nobody else."""
        named = {
            row.values[column.name]
            for name, rows in self.diary.tables.items()
            for column in columns_of(name)
            if column.kind == "person"
            for row in rows
        }
        wanted = sorted(number for number in named if number in self.diary.people)
        made = make_stand_ins(self.diary.people[number] for number in wanted)
        return {number: user.pk for number, user in zip(wanted, made, strict=True)}

    def _restore(self, table: Table, rows: Sequence[Read]) -> None:
        if table.single and rows:
            _rows_of(table, self.patient).delete()
        ids = self._new_ids(table, rows)
        made = [(row, self._model(table, row, pk)) for row, pk in zip(rows, ids, strict=True)]
        self._complain(table, made)
        for first in range(0, len(made), BATCH):
            _insert(table, made[first : first + BATCH])

    def _new_ids(self, table: Table, rows: Sequence[Read]) -> list[UUID | None]:
        """Return a new id for each row, rising with its place, so that rows of one moment keep their order."""
        if not isinstance(table.rows_of._meta.pk, UUIDField):
            return [None] * len(rows)
        ids = sorted(uuid4() for _row in rows)
        self.ids[table.name] = {row.number: pk for row, pk in zip(rows, ids, strict=True) if row.number is not None}
        return list(ids)

    def _model(self, table: Table, row: Read, pk: UUID | None) -> Any:
        values = {one.attribute: self._value(one, row) for one in columns_of(table.name)}
        if pk is not None:
            values["id"] = pk
        if table.name == "entry_photos":
            values |= self._photo(values.pop("file"))
        if table.name == "entries":
            values |= self._read(row.values["note"], by_patient=values["author_id"] == self.patient.user_id)
        if "__" not in table.of:
            values[table.of] = self.patient.user if table.whose == ACCOUNT else self.patient
        return table.rows_of(**values)

    def _photo(self, name: str) -> Row:
        """Return a photo of the file as it was drawn anew; its size is measured, not believed."""
        photo = self.diary.photos[name]
        small = smaller(photo.data, SMALL_SIDE)
        return {"data": photo.data, "small": small, "width": photo.width, "height": photo.height}

    def _read(self, note: str, *, by_patient: bool) -> Row:
        """Return what the finder reads in a note, so that it is not read again with every entry after it."""
        self.to_read -= len(note)
        found = read_to_keep(note, by_patient=by_patient) if self.to_read >= 0 else None
        return {"note_found": found, "note_edition": edition() if found is not None else ""}

    def _value(self, column: Column, row: Read) -> Any:
        value = row.values[column.name]
        if value is None:
            return None
        if column.kind == "person":
            return self.people[value]
        if column.kind == "symptom":
            return self._symptom(value, row)
        if column.kind == "row":
            known = self.ids.setdefault(column.target, {})
            return known.setdefault(value, uuid4()) if column.may_be_gone else known[value]
        return value

    def _symptom(self, slug: str, row: Read) -> int:
        if slug not in self.symptoms:
            why = _("this tracker does not know the symptom %(slug)s") % {"slug": slug}
            raise NotADiary(Fault(FILE_NAME, row.line, why))
        return self.symptoms[slug]

    def _complain(self, table: Table, made: Iterable[tuple[Read, Any]]) -> None:
        told = ((row.line, complaint(table.name, model)) for row, model in made)
        faults = [Fault(FILE_NAME, line, why) for line, why in told if why]
        if faults:
            raise NotADiary(*faults[:MOST_FAULTS])


def _insert(table: Table, made: Sequence[tuple[Read, Any]]) -> None:
    """Write rows; where the database refuses them, say which one."""
    rows = table.rows_of._default_manager
    try:
        with transaction.atomic():
            rows.bulk_create([model for _row, model in made])
            return
    except REFUSED:
        pass  # told below, by its line
    for row, model in made:
        try:
            with transaction.atomic():
                model.save(force_insert=True)
        except REFUSED:
            why = _("it does not fit with the rest of %(table)s") % {"table": table.name}
            raise NotADiary(Fault(FILE_NAME, row.line, why)) from None
    raise NotADiary(Fault(FILE_NAME, 0, _("it does not fit with the rest of %(table)s") % {"table": table.name}))


def _take_over_person(patient: Patient, person: dict[str, Any]) -> None:
    """Take over what the rules need to read the days as they were: zone, country, unit and date of birth."""
    user = patient.user
    try:
        user.time_zone = read(Column("time_zone", "time_zone", "zone", {}), person["time_zone"])
        born_on = read(Column("born_on", "born_on", "day", DAY), person["born_on"])
    except ValueError:
        raise NotADiary(Fault(FILE_NAME, 0, _("person: there is no such day or time zone"))) from None
    if person["country"] in {code for code, _name in country_choices()}:
        user.country = person["country"]
    user.temperature_unit = person["temperature_unit"]
    user.save(update_fields=["time_zone", "country", "temperature_unit"])
    if patient.born_on is None and born_on is not None and born_on <= clock.now().date():
        Patient.objects.filter(pk=patient.pk).update(born_on=born_on)
