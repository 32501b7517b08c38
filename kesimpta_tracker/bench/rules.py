"""P9 and P10: one assessment with a year of history, and stored entries assessed anew in bulk."""

import gc
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from statistics import median
from typing import Any, Final

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, Report
from symptoms.followups.models import Injection
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.actions import result_as_json
from symptoms.triage.actions.reassessing import reassess
from symptoms.triage.diaries import diaries
from symptoms.triage.engine import EntryFacts, Facts, InjectionFacts, PatientFacts, RuleSet, Tick, assess
from symptoms.triage.models import Assessment
from symptoms.triage.ruleset import release_rules

# What is in a usual diary, and the five chronic nerve symptoms of the worst one.
USUAL: Final = ("fatigue", "headache", "tingling", "muscle-pain", "nausea", "joint-pain", "back-pain", "numbness")
WORST: Final = ("dizzy", "spinning", "unsteady", "clumsy", "falls")
DIARIES: Final = 40
ROUNDS: Final = 25
DAYS_STORED: Final = 300
END: Final = datetime(2026, 11, 1, 10, tzinfo=UTC)


def assess_times() -> dict[str, float]:
    """Return the median milliseconds of one assessment: by kind of diary, and with ten years of history."""
    rules = release_rules()
    times = {kind: _median_of(kind, 365, rules) for kind in ("quiet", "usual", "worst")}
    return times | {f"{kind}, ten years": _median_of(kind, 3650, rules) for kind in ("usual", "worst")}


def _median_of(kind: str, days: int, rules: RuleSet) -> float:
    """Return the median over diaries; of each the median of its rounds."""
    dice = random.Random(7)  # noqa: S311 (the same diaries at every run)
    asked = [_facts(kind, days, dice) for _ in range(DIARIES)]
    gc.collect()
    return median(median(_took(facts, rules) for _ in range(ROUNDS)) for facts in asked)


def _took(facts: Facts, rules: RuleSet) -> float:
    begun = time.perf_counter()
    assess(facts, rules)
    return (time.perf_counter() - begun) * 1000


def _facts(kind: str, days: int, dice: random.Random) -> Facts:
    moments = [END - timedelta(days=back) for back in range(days - 1, -1, -1)]
    shots = [END - timedelta(days=back) for back in range(days - days % 28 + 3, 0, -28)]
    return Facts(
        PatientFacts("GB"),
        tuple(
            EntryFacts(at, at.date(), _ticks(kind, dice), note=dice.choice(("", "", "a long day"))) for at in moments
        ),
        tuple(InjectionFacts(at, at.date(), number) for number, at in enumerate(shots, start=1)),
    )


def _ticks(kind: str, dice: random.Random) -> tuple[Tick, ...]:
    if kind == "worst":
        return tuple(Tick(symptom, dice.choice((1, 2))) for symptom in WORST)
    most = 5 if kind == "usual" else 1
    return tuple(Tick(symptom, dice.choice((1, 1, 2, None))) for symptom in dice.sample(USUAL, dice.randint(0, most)))


def reassess_stored(entries: int, processes: int) -> dict[str, float]:
    """Store entries that stand by other rules, assess them anew, and return how many there were a second."""
    fill(entries)
    begun = time.perf_counter()
    outcome = reassess(since=(clock.now() - timedelta(days=DAYS_STORED + 2)).date(), processes=processes)
    took = time.perf_counter() - begun
    if outcome.written < entries or outcome.left:
        raise RuntimeError(f"{outcome.written} of {entries} entries were assessed anew")
    return {"entries": outcome.written, "seconds": took, "a second": outcome.written / took}


def fill(entries: int) -> None:
    """Write diaries of 300 days, quiet and usual ones in turn, with a shot a month, assessed by rules of before."""
    dice = random.Random(11)  # noqa: S311 (the same diaries at every run)
    symptoms = dict(Symptom.objects.filter(slug__in=USUAL).values_list("slug", "pk"))
    patients = []
    for number in range(-(-entries // DAYS_STORED)):
        user = User.objects.create_user(f"stored{number}@bench.example", None, name=f"Stored {number}")
        patients.append(Patient.objects.create(user=user))
    for patient, kind in zip(patients, cycle(("quiet", "usual")), strict=False):
        _fill_diary(patient, kind, symptoms, dice)
    rules = release_rules()
    for patient in patients:
        Assessment.objects.bulk_create(as_it_stands(patient, rules), batch_size=1000)


def _fill_diary(patient: Patient, kind: str, symptoms: dict[str, int], dice: random.Random) -> None:
    now = clock.now()
    diary = [
        Entry(
            patient=patient,
            author=patient.user,
            day=at.date(),
            happened_at=at,
            made_at=at,
            time_zone="UTC",
            assessed_revision=1,
        )
        for at in (now - timedelta(days=back) for back in range(1, DAYS_STORED + 1))
    ]
    Entry.objects.bulk_create(diary)
    Report.objects.bulk_create(
        Report(entry=entry, symptom_id=symptoms[tick.symptom], grade=tick.severity)
        for entry in diary
        for tick in _ticks(kind, dice)
    )
    shots = (now - timedelta(days=back) for back in range(3, DAYS_STORED, 28))
    Injection.objects.bulk_create(Injection(patient=patient, at=at, time_zone="UTC") for at in shots)


def as_it_stands(patient: Patient, rules: RuleSet) -> Iterator[Assessment]:
    told: dict[str, Any] = {
        "revision": 1,
        "rule_set": "before",
        "assessed_at": clock.now(),
        "duration_us": 0,
        "process": "bench",
    }
    for diary in diaries([patient.pk]):
        for place, row in enumerate(diary.rows):
            said = assess(diary.facts_at(place), rules)
            yield Assessment(entry_id=row.pk, tier=said.tier, checked=said.checked, result=result_as_json(said), **told)
