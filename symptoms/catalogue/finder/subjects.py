"""Whose symptom it is. The last person named before a symptom, in its sentence, is the one who has it.

In a patient's note "I" and no one at all are the patient, and everyone else is another. In a caregiver's note the
patient is "she", "he", a name or the first relative named, and what the writer says of himself is another's.
"""

from typing import Final

from symptoms.catalogue.finder.cues import Cues, Scopes
from symptoms.catalogue.finder.matching import Match, Note

KINDS: Final = ("self", "pronoun", "relative", "stranger", "child")
MEN: Final = frozenset({"he", "him", "his", "himself"})
WOMEN: Final = frozenset({"she", "her", "hers", "herself"})
MALE: Final = frozenset({
    "husband", "dad", "father", "son", "brother", "grandad", "boyfriend", "uncle", "grandson", "nephew", "boy", "man",
})  # fmt: skip
FEMALE: Final = frozenset({
    "wife", "mum", "mom", "mother", "daughter", "sister", "nan", "gran", "granny", "grandma", "girlfriend", "aunt",
    "granddaughter", "niece", "girl", "woman", "mama", "mommy", "mummy",
})  # fmt: skip
OF_PATIENT: Final = frozenset({"his", "her"})
# In "does not know us" it is not we who are confused.
BESIDE: Final = frozenset({"to", "with", "beside", "near", "behind", "for", "than", "by", "of", "opposite", "from"})
OBJECTS: Final = frozenset({"me", "us", "mine"})
NEW_OWNERS: Final = frozenset({"my", "his", "her", "our"})


class Subjects:
    """Tells of each match whether it is another person's."""

    def __init__(self, cues: Cues, scopes: Scopes, author: str, patient: str = "") -> None:
        self._cues = cues
        self._note: Note = cues.note
        self._scopes = scopes
        self._by_caregiver = author == "caregiver"
        self.patient = patient or (self._first_named() if self._by_caregiver else "")

    def is_other(self, match: Match) -> bool:
        """Say whether someone else than the patient has it."""
        first, last = self._scopes.sentence(match)
        mentions = [
            cue for kind in KINDS for cue in self._cues.of(kind, first, match.end)
            if not self._is_object(cue, match)
        ]  # fmt: skip
        if not mentions:
            after = self._cues.of("of-other", match.end, min(last, match.end + 4))
            return bool(after) and not self._by_caregiver
        last_named = max(mentions, key=lambda cue: (cue.start, cue.end))
        if self._by_caregiver:
            if (
                last_named.start
                and last_named.meaning in ("relative", "child")
                and self._note.words[last_named.start - 1] in OF_PATIENT
            ):
                return True
            return self._is_other_for_caregiver(last_named)
        return last_named.meaning != "self"

    def _is_object(self, cue: Match, match: Match) -> bool:
        """Say whether a mention is not of who has it: "next to me", "knows us", "like a different person"."""
        before = self._note.words[cue.start - 1] if cue.start else ""
        if self._note.words[cue.start] in OBJECTS:
            return cue.start > match.start or before in BESIDE
        return cue.meaning == "stranger" and set(cue.own()) <= set(match.own())

    def _is_other_for_caregiver(self, named: Match) -> bool:
        if named.meaning in ("self", "stranger"):
            return True
        word = self._noun(named)
        if named.meaning == "pronoun":
            return self._belongs_to_another(named)
        return bool(self.patient) and word != self.patient and not self._could_be_patient(named)

    def _belongs_to_another(self, named: Match) -> bool:
        """Say whether a pronoun means the person named before it, and that one is not the patient."""
        before = [
            cue for kind in ("relative", "child", "stranger") for cue in self._cues.of(kind, 0, named.start)
            if _gender(self._noun(cue)) in ("", _gender(self._noun(named)))
        ]  # fmt: skip
        if not before:
            return False
        latest = max(before, key=lambda cue: cue.start)
        if latest.meaning == "stranger":
            return _gender(self._noun(named)) != _gender(self.patient)
        return _gender(self._noun(latest)) != _gender(self.patient) and self._noun(latest) != self.patient

    def _could_be_patient(self, named: Match) -> bool:
        """Say whether a relative may be whom the note called "she" or "he" before."""
        told_by_pronoun = self.patient in MEN | WOMEN
        return told_by_pronoun and named.meaning == "relative" and _gender(self._noun(named)) == _gender(self.patient)

    def _first_named(self) -> str:
        """Return the word for the patient: the first relative, or the first "she" or "he"."""
        named = [
            cue for kind in ("relative", "pronoun", "child") for cue in self._cues.of(kind, 0, len(self._note.words))
        ]
        return self._noun(min(named, key=lambda cue: cue.start)) if named else ""

    def _noun(self, cue: Match) -> str:
        words = self._note.words[cue.start : cue.end]
        return next((word for word in reversed(words) if word not in NEW_OWNERS or len(words) == 1), words[-1])


def _gender(word: str) -> str:
    if word in MEN or word in MALE:
        return "he"
    return "she" if word in WOMEN or word in FEMALE else ""
