"""What the engine may know: frozen facts in, a frozen assessment out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["tick", "note", "temperature", "result", "injection"]
Answer = Literal["yes", "no", "unsure"]


@dataclass(frozen=True, slots=True)
class Tick:
    """One symptom of one entry. Grade 0 is the same as not ticked; None is not graded."""

    symptom: str
    severity: int | None = None
    sudden: str | None = None
    minutes: int | None = None
    side: str | None = None
    heat: str | None = None
    spreading: str | None = None
    curtain: str | None = None
    bleeding: str | None = None
    source: Literal["tick", "note"] = "tick"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry: when it was made (aware), the patient's local day it speaks of, and what it says.

    `urgent` answers "is it urgent for you?", which is asked where PRO1 leads; None is not answered.
    `unclear` are symptoms that the note may tell of and nobody was sure about: the assessment is then unchecked.
    So it is where a note could not be read: `unclear` then holds "note".
    """

    at: datetime
    day: date
    ticks: tuple[Tick, ...] = ()
    temperature_c: float | None = None
    note: str = ""
    urgent: str | None = None
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InjectionFacts:
    at: datetime
    day: date
    number: int | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class ResultFacts:
    on: date
    test: str
    value: float
    unit: str = ""
    lower_limit: float | None = None
    upper_limit: float | None = None


@dataclass(frozen=True, slots=True)
class BaselineSymptom:
    """A symptom that is normal for this patient, with its usual grade where that is known."""

    symptom: str
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedLevel:
    """The clinic expects `symptom` up to this grade from `first` to `last`, both days counted."""

    symptom: str
    severity: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Settings:
    """What the clinic set for this patient."""

    strict_mode: bool = False
    fever_c: float = 38.0
    cough_days: int = 3


@dataclass(frozen=True, slots=True)
class PatientFacts:
    country: str = ""
    baseline: tuple[BaselineSymptom, ...] = ()
    settings: Settings = Settings()
    hepatitis_b: str | None = None
    relapses: tuple[date, ...] = ()
    expected: tuple[ExpectedLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class DueTest:
    test: str
    due: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """How far apart the doses are ("month" or "28d") and the blood tests that are due.

    `next_dose` is the day of the next dose where the plan sets it; None: it counts from the last shot. `ended_on` is
    the day from which no dose is planned, and from then on none is missed.
    """

    interval: str = "month"
    tests: tuple[DueTest, ...] = ()
    next_dose: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole world of one assessment. The last entry is the one assessed, at its own time.

    Entries stand in order of time and of day. Shots and results after the assessed entry are ignored.
    """

    patient: PatientFacts
    entries: tuple[EntryFacts, ...]
    injections: tuple[InjectionFacts, ...] = ()
    results: tuple[ResultFacts, ...] = ()
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Because:
    """One thing a rule saw: `entry` is the index in Facts.entries, `value` words for a reading or result.

    `today` is false for what stands only in the history.
    """

    kind: Kind
    symptom: str | None = None
    entry: int | None = None
    value: str | None = None
    today: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    rule_id: str
    tier: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer: `checked` is false where a rule failed, and `failed` names it."""

    tier: str
    checked: bool
    held: tuple[Held, ...]
    failed: tuple[str, ...] = ()
