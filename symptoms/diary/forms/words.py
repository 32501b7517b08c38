"""What the log page proposes from the person's own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from symptoms.catalogue.models import Symptom
from symptoms.diary.notes import ASKED_TIERS, Found
from symptoms.diary.questions import QUESTIONS

EMERGENCY: Final = "emergency"
YES: Final = "yes"
NO: Final = "no"
TOLD: Final = "told-"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A symptom found in the note, with the words it was found in.

    `asks`: it is put as a question. `answer` is "yes", "no" or empty; what is not asked stands unless it is "no".
    `told` is what a "no" is the answer to. `touched`: its card is filled in.
    """

    symptom: Symptom
    words: str
    told: str
    sure: bool
    answer: str
    touched: bool

    @property
    def slug(self) -> str:
        return str(self.symptom.slug)

    @property
    def asks(self) -> bool:
        return not self.sure or self.symptom.home_tier in ASKED_TIERS

    @property
    def is_dismissed(self) -> bool:
        return self.answer == NO

    @property
    def is_taken(self) -> bool:
        """Whether it counts as ticked: a question answered with yes, or a proposal whose card is filled in."""
        return not self.is_dismissed and (self.touched or (self.asks and self.answer == YES))

    @property
    def is_emergency(self) -> bool:
        return self.sure and not self.is_dismissed and self.symptom.home_tier == EMERGENCY


def suggestions(
    found: Iterable[Found], note: str, said: Mapping[str, Any], symptoms: Mapping[str, Symptom]
) -> list[Suggestion]:
    """Return what to propose, questions first, then by place in the `note`.

    `said` are the fields of the page, with the answers that it has already.
    """
    proposed = [
        Suggestion(
            symptom=symptoms[one.symptom],
            words=note[one.start : one.end],
            told=one.told(note),
            sure=one.sure,
            answer=_answer(said, one, note),
            touched=_is_filled_in(one.symptom, said),
        )
        for one in found
        if one.symptom in symptoms
    ]
    return sorted(proposed, key=lambda one: (not one.asks, one.symptom.home_tier != EMERGENCY))


def left_behind(said: Mapping[str, Any]) -> list[str]:
    """Return the symptoms whose cards a note brought and somebody filled in: they stay when their words go."""
    slugs = [name.removeprefix(TOLD) for name in said if name.startswith(TOLD)]
    return [slug for slug in slugs if said.get(f"found-{slug}") != NO and _is_filled_in(slug, said)]


def _is_filled_in(slug: str, said: Mapping[str, Any]) -> bool:
    return any(said.get(f"{key}-{slug}") for key in ("grade", *QUESTIONS))


def _answer(said: Mapping[str, Any], one: Found, note: str) -> str:
    """Return the answer, but for a "no" to other words than those that stand in the note now."""
    answer = said.get(f"found-{one.symptom}")
    if answer == NO:
        return NO if said.get(f"told-{one.symptom}") == one.told(note) else ""
    return YES if answer == YES else ""
