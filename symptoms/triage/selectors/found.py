"""What the note of an entry told besides what was ticked, for the page that shows its advice."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from symptoms.diary.models import Entry
from symptoms.diary.notes import ASKED_TIERS, Found, found_in, standing
from symptoms.triage.engine import EntryFacts


@dataclass(frozen=True, slots=True)
class Told:
    """A symptom that the note tells of and nobody ticked, with the words it was found in.

    `sure` is false where the words may mean something else: it then waits for an answer. `asks`: it is put as a
    question. `told` is what an answer is about. `denied`: somebody said no, and may say yes again.
    """

    slug: str
    name: str
    words: str
    told: str
    sure: bool
    asks: bool
    denied: bool


def told_in_note(entry: Entry, said: EntryFacts, names: Mapping[str, str], tiers: Mapping[str, str]) -> list[Told]:
    """Return what the note told, the unclear first, the denied last.

    `said` are the facts of the entry, `tiers` the home tiers of symptoms.
    """
    ticked = {tick.symptom for tick in said.ticks if tick.source == "tick" and tick.severity != 0}
    return told_besides(entry, ticked, names, tiers)


def told_besides(entry: Entry, ticked: Set[str], names: Mapping[str, str], tiers: Mapping[str, str]) -> list[Told]:
    """Return what the note told and is not among `ticked`, the unclear first, the denied last."""
    found = standing(found_in(entry) or (), sorted(ticked))
    told = [_told(one, entry, names, tiers) for one in found]
    return sorted(told, key=lambda one: (one.denied, one.sure, not one.asks))


def words_of(entry: Entry, symptom: str | None) -> str:
    """Return the words in which a symptom was found in the note of `entry`; empty where it is not there."""
    return next((_words(one, entry.note) for one in found_in(entry) or () if one.symptom == symptom), "")


def slugs_told(entry: Entry) -> Iterable[str]:
    """Return all symptoms that the note told of."""
    return (one.symptom for one in found_in(entry) or ())


def _told(one: Found, entry: Entry, names: Mapping[str, str], tiers: Mapping[str, str]) -> Told:
    return Told(
        slug=one.symptom,
        name=names.get(one.symptom, one.symptom),
        words=_words(one, entry.note),
        told=one.told(entry.note),
        sure=one.sure,
        # A symptom whose home tier is not known, as where the rules cannot be read, is asked too.
        asks=not one.sure or tiers.get(one.symptom) in {None, *ASKED_TIERS},
        denied=one.symptom in entry.note_dismissed,
    )


def _words(one: Found, note: str) -> str:
    return note[one.start : one.end]
