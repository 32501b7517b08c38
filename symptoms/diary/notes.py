"""What a note tells, as it is kept with its entry: read when the entry is saved, not each time it is judged."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol

from symptoms.catalogue.finder import Author, find

# What a vocabulary that is damaged or away can raise. A note is saved whatever happens, and read later.
UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
# What is found at these home tiers is put as a question: "Did you mean: ...?" The rest is proposed.
ASKED_TIERS: Final = frozenset({"emergency", "same-day"})

log = logging.getLogger(__name__)


class Noted(Protocol):
    """What of an entry its note and the reading of it are, be it a model or a plain row of many."""

    @property
    def note(self) -> str: ...
    @property
    def note_found(self) -> list[dict[str, Any]] | None: ...
    @property
    def by_patient(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A symptom that a note tells of as present, at the characters `start` to `end` of the note.

    `sure` is false where the words may mean something else and a person should be asked; `meant` is how they
    were read; `times` is how often the note tells of it.
    """

    symptom: str
    start: int
    end: int
    sure: bool = True
    meant: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError("no place in a note")

    def told(self, note: str) -> str:
        """Return what a "no" is an answer to: the words, and how often. Told again or otherwise, it is asked anew.

        Ends of lines are blanks in it: a browser sends them in another way than it was given them.
        """
        return f"{self.times} x {' '.join(note[self.start : self.end].split())}"


def read_note(note: str, *, by_patient: bool) -> tuple[Found, ...]:
    """Return what is told as present, each symptom once, in the order of the note.

    Where a symptom is told twice, the place that leaves no doubt stands. `by_patient` is false for the note of
    a caregiver: "she" is then the patient.
    """
    if not note:
        return ()
    author: Author = "patient" if by_patient else "caregiver"
    found: dict[str, Found] = {}
    times: Counter[str] = Counter()
    for one in find(note, author):
        if one.status != "present":
            continue
        times[one.symptom] += 1
        known = found.get(one.symptom)
        if known is None or (one.sure and not known.sure):
            found[one.symptom] = Found(one.symptom, one.start, one.end, one.sure, one.meant)
    return tuple(replace(one, times=times[one.symptom]) for one in found.values())


def read_to_keep(note: str, *, by_patient: bool) -> list[dict[str, Any]] | None:
    """Return what a note tells as plain JSON; None where it could not be read, and then it is read later."""
    try:
        return [asdict(one) for one in read_note(note, by_patient=by_patient)]
    except UNREADABLE as error:
        # Only the kind of fault: its text may hold what the person wrote.
        log.error("a note could not be read, it is read again when its entry is judged: %s", type(error).__name__)
        return None


def kept(rows: Iterable[dict[str, Any]]) -> tuple[Found, ...]:
    """Return what `read_to_keep` made plain. One of `UNREADABLE` where the rows are damaged."""
    return tuple(Found(**row) for row in rows)


def found_in(row: Noted) -> tuple[Found, ...] | None:
    """Return what the note of an entry tells: as it was kept, else read now. None where it cannot be read.

    Everybody who asks what a note tells asks here, so that page, form and worker hear the same.
    """
    try:
        if row.note_found is not None:
            return kept(row.note_found)
    except UNREADABLE as error:
        log.error("what was read in a note is damaged, it is read anew: %s", type(error).__name__)
    rows = read_to_keep(row.note, by_patient=row.by_patient)
    return None if rows is None else kept(rows)


def standing(found: Iterable[Found], dismissed: Sequence[str]) -> tuple[Found, ...]:
    """Return what nobody took back."""
    return tuple(one for one in found if one.symptom not in dismissed)
