"""Whose symptom it is. The last person named before a symptom, in its sentence, is the one who has it.

A first name counts as a person only where something is told of that one: in "Dave had a fit", not in "rang Dave".

In a patient's note "I" and no one at all are the patient, and everyone else is another. In a caregiver's note the
patient is "she", "he", a name or the first relative named, and what the writer says of himself is another's.
"""

from typing import Final

from symptoms.catalogue.finder.cues import Cues, Scopes
from symptoms.catalogue.finder.matching import Match, Note
from symptoms.catalogue.finder.words import STOPS

KINDS: Final = ("self", "pronoun", "relative", "stranger", "child", "name")
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
HIM: Final = frozenset({"him", "her", "them"})
TOLD: Final = frozenset({
    "told", "tell", "asked", "ask", "called", "rang", "ring", "showed", "texted", "thanked", "answered", "phoned",
    "messaged", "woke", "warned", "saw", "met",
})  # fmt: skip
CALLED: Final = TOLD - {"saw", "met", "woke"}
CARRIES_ON: Final = frozenset({"who", "whose", "has", "had", "is", "was", "have", "with"})
TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "auntie", "uncle", "aunty"})
PERCEIVES: Final = frozenset({
    "noticed", "notice", "notices", "found", "finds", "spotted", "spots", "saw", "seen", "see", "confirmed",
    "diagnosed", "measured", "recorded", "heard", "documented", "suspects", "suspect", "detected", "reckons", "thinks",
    "think",
})  # fmt: skip
EXAMINES: Final = frozenset({"pressed", "checked", "examined", "touched", "pointed"})
OPENS: Final = STOPS | frozenset({"", ",", ":", "and", "but", "or"})
NOBODIES: Final = frozenset({"someone", "somebody"})
SELVES: Final = frozenset({"i", "my", "me", "myself", "mine", "we", "us", "our", "both"})
LIKENED: Final = frozenset({"as", "like"})
SPOKEN_TO: Final = frozenset({"mate", "mates", "buddy", "pal", "nurse", "mum", "mom", "mam", "dad", "love", "dear"})
# "They were huge" may be said of lips; "they both had a cold" is said of people.
STATES: Final = frozenset({"are", "were", "had", "got"})
NO_SUBJECT: Final = BESIDE | TOLD | frozenset({
    "at", "see", "meet", "visit", "visited", "love", "miss", "like", "help", "helped", "seeing", "about", "on", "dr",
    "calling", "telling", "thank", "thanks", "hi", "hello", "dear", "hey", "st", "mr", "mrs", "ms", "saint", "nurse",
    "doctor", "in", "the", "a",
})  # fmt: skip
ACTS: Final = frozenset({
    "has", "have", "had", "is", "was", "were", "are", "got", "gets", "'s", "caught", "came", "went", "been", "keeps",
    "kept", "started", "woke", "ended", "passed", "collapsed", "fell", "fainted", "felt", "feels", "looks", "looked",
    "threw", "tested", "broke", "lost", "cannot", "can", "could", "did", "does", "suffers", "seems", "nearly", "just",
    "also", "still", "vomited", "coughed", "coughs", "collapses", "faints", "choked", "slipped", "tripped",
})  # fmt: skip
NOT_ILL: Final = frozenset({
    "worried", "concerned", "here", "there", "with", "away", "out", "coming", "driving", "adamant", "convinced", "sure",
    "kind", "lovely", "great", "off", "at", "cross", "telling", "asking", "saying", "calling", "visiting", "over",
    "going", "by", "in", "round", "on", "late", "busy", "asleep", "abroad", "not", "cooking", "right", "happy", "good",
    "to", "back",
})  # fmt: skip
SEEMS_ILL: Final = frozenset({
    "ill", "poorly", "unwell", "sick", "bad", "rough", "covid", "hospital", "bug", "flu", "gp", "worse", "infection",
    "home", "bed", "cold", "virus", "died", "suffering", "struggling", "has", "got", "relapse", "it", "stroke",
    "well", "feel", "feeling", "felt", "tired",
})  # fmt: skip
VERBS: Final = frozenset({
    "is", "was", "were", "are", "has", "had", "have", "'s", "went", "came", "left", "drove", "took", "made", "got",
    "says", "said", "gets", "will", "can", "been", "works", "worked", "brought", "gave", "cooked", "rang", "called",
    "did",
})  # fmt: skip
APART: Final = frozenset({",", "-", "\u2013", "\u2014", ":", "("})
APART_WORDS: Final = frozenset({"when", "while"})
NEAR_NAME: Final = 5


def named(note: Note) -> list[Match]:
    """Return the first names of whom something is told: "Dave from work had", not "rang Dave" or "Dave says I"."""
    words = note.words
    names = [
        at for at, token in enumerate(note.tokens)
        if token.is_name or (at and words[at - 1] in TITLES and words[at] not in STOPS)
    ]  # fmt: skip
    return [Match("cue", "name", at, at + 1, ((at, at + 1),)) for at in names if _opens(note, at) and _acts(words, at)]


def _opens(note: Note, at: int) -> bool:
    before = note.words[at - 1] if at else ""
    return before not in NO_SUBJECT or before in TITLES


def _acts(words: list[str], at: int) -> bool:
    for place in range(at + 1, min(at + NEAR_NAME, len(words) - 1)):
        if words[place] in APART or words[place] in STOPS or words[place] in ("i", "my", "me"):
            return False
        if words[place] in ACTS:
            told = words[place + 1]
            return told not in APART and (told not in NOT_ILL or "with" in words[place + 2 : place + 4])
    return False


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
        kinds = KINDS[:-1] if self._by_caregiver else KINDS
        mentions = [
            cue for kind in kinds for cue in self._cues.of(kind, first, match.end)
            if not self._is_object(cue, match)
        ]  # fmt: skip
        if self._by_caregiver and "myself" in self._note.words[match.end : match.end + 3]:
            return True
        if not mentions:
            after = self._cues.of("of-other", match.end, min(last, match.end + 4))
            return bool(after) and not self._by_caregiver
        last_named = max(mentions, key=lambda cue: (cue.start, cue.end))
        if self._by_caregiver:
            return self._is_other_for_caregiver(last_named) and not self._is_apart(last_named, match)
        return last_named.meaning != "self" and not self._is_apart(last_named, match)

    def _is_apart(self, named: Match, match: Match) -> bool:
        """Say whether what is told of another ends before the match: "my husband is away, chest pain since noon"."""
        words = self._note.words[named.end : match.start]
        if len(match.parts) > 1 and not APART_WORDS.isdisjoint(words[-4:]):
            return True
        if self._scopes.tells(named.end, match.start) or not SEEMS_ILL.isdisjoint(words):
            return False
        place = next((at for at in reversed(range(len(words))) if words[at] in APART), 0)
        return not VERBS.isdisjoint(words[:place]) and VERBS.isdisjoint(words[place:])

    def _is_object(self, cue: Match, match: Match) -> bool:
        """Say whether a mention is not of who has it: "next to me", "knows us", "like a different person"."""
        return (
            self._is_likened(cue)
            or self._is_witness(cue, match)
            or self._is_thing(cue)
            or self._is_told_of(cue, match)
            or (cue.meaning == "stranger" and self._is_of_the_feeling(cue, match))
        )

    def _is_of_the_feeling(self, cue: Match, match: Match) -> bool:
        """Say whether a nobody is part of what is felt: "like a different person", "someone is strangling me"."""
        is_nobody = self._note.words[cue.start] in NOBODIES and "me" in self._note.words[match.start : match.end]
        return is_nobody or set(cue.own()) <= set(match.own())

    def _word_before(self, cue: Match) -> str:
        return self._note.words[cue.start - 1] if cue.start else ""

    def _is_likened(self, cue: Match) -> bool:
        """Say whether someone is only a likeness, a topic or spoken to: "sick as a dog", "Mum, my throat hurts"."""
        before = self._word_before(cue)
        if cue.meaning == "self":
            return False
        return before in LIKENED or self._is_called_upon(cue) or (cue.meaning == "stranger" and before == "about")

    def _is_witness(self, cue: Match, match: Match) -> bool:
        """Say whether someone only notices it: "the nurse noticed a rash"."""
        after = self._note.words[cue.end : cue.end + 2]
        if self._by_caregiver and cue.meaning == "self" and self._note.words[cue.start] not in SELVES:
            return True
        return not EXAMINES.isdisjoint(after) or (cue.end < match.start and not PERCEIVES.isdisjoint(after))

    def _is_thing(self, cue: Match) -> bool:
        """Say whether "they are" is said where no people were named, so of lips or legs."""
        if self._note.words[cue.start] != "they" or STATES.isdisjoint(self._note.words[cue.start : cue.end + 1]):
            return False
        return not any(self._cues.any(kind, 0, cue.start) for kind in ("relative", "child", "stranger", "name"))

    def _is_told_of(self, cue: Match, match: Match) -> bool:
        """Say whether it is the one to whom something is done or told: "next to me", "rang my son about it"."""
        before = self._word_before(cue)
        if self._note.words[cue.start] in OBJECTS:
            return cue.start > match.start or before in BESIDE or (self._by_caregiver and before not in OPENS)
        if before not in CALLED or self._by_caregiver:
            return False
        told = self._note.words[cue.end : match.start]
        return self._note.words[cue.start] in HIM or (cue.meaning != "pronoun" and CARRIES_ON.isdisjoint(told))

    def _is_called_upon(self, cue: Match) -> bool:
        """Say whether a person is only spoken to: "Mum, my throat hurts", "feel rough mate, been sick"."""
        return self._note.words[cue.start] in SPOKEN_TO and self._note.words[cue.end : cue.end + 1] in ([","], ["!"])

    def _is_other_for_caregiver(self, named: Match) -> bool:
        if named.meaning in ("self", "stranger"):
            return True
        if named.meaning == "pronoun":
            return self._belongs_to_another(named)
        return self._is_relative_of_patient(named) or self._is_another(named)

    def _is_relative_of_patient(self, named: Match) -> bool:
        """Say whether it is "her sister" or "his son"."""
        before = self._note.words[named.start - 1] if named.start else ""
        return named.meaning in ("relative", "child") and before in OF_PATIENT

    def _is_another(self, named: Match) -> bool:
        word = self._noun(named)
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
