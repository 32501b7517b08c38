"""The finder: a note in, the symptoms it tells out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, get_args

from symptoms.catalogue.finder.cues import JOINS, Cues, Scopes
from symptoms.catalogue.finder.matching import Match, Matcher, Note
from symptoms.catalogue.finder.subjects import Subjects, named
from symptoms.catalogue.finder.temperature import as_matches, readings
from symptoms.catalogue.finder.typos import Typos
from symptoms.catalogue.finder.vocabulary import SUBJECT_KINDS, Vocabulary
from symptoms.catalogue.finder.words import CONTRACTIONS, STOPS, Token, parted, pieces

Status = Literal["present", "negated", "past", "other", "hypothetical"]
Author = Literal["patient", "caregiver"]
AUTHORS: Final[tuple[Author, ...]] = get_args(Author)

NOTE_LIMIT: Final = 5_000  # characters of the longest note
READ_LIMIT: Final = 12_000  # characters read in full; a note of the diary holds 5,000 at most
WINDOW: Final = 150  # characters read on each side of an urgent word past the limit
WINDOWS: Final = 8  # places read so
READ_TOKENS: Final = 2_500  # words and signs read of the text in full, and again of all the places past the limit
CORRECTIONS: Final = 100  # words corrected in one text
SOFT: Final = 120  # tokens after which the end of a sentence parts the text
HARD: Final = 240  # and after which any place does
WEIGHED: Final = frozenset({
    "negated", "negated-after", "affirmed", "affirmed-after", "neutral", "end", "hypothetical", "past", "again",
})  # fmt: skip
PEOPLE: Final = frozenset(SUBJECT_KINDS)
LINE_END: Final = re.compile(r"(?<=\S)[ \t]*\r?\n[ \t]*(?=\S)")  # not the space between two paragraphs
NORMAL_NEAR: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A symptom found in a text.

    `start` and `end` are character offsets in the text as given. `sure` is False where a person should be asked
    ("Did you mean: cannot get my breath?"): a word was two slips away, or the phrase is vague. `meant` is how the
    words were read, in small letters and with their typos put right.
    """

    symptom: str
    start: int
    end: int
    status: Status
    sure: bool = True
    meant: str = ""


class Finder:
    """Finds the symptoms of a vocabulary in texts. It is made once and keeps no text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._matcher = Matcher(vocabulary.rules)
        self._fillers = vocabulary.fillers
        self._parts = vocabulary.parts
        self._urgent = re.compile(rf"\b(?:{'|'.join(sorted(vocabulary.urgent))})\b", re.IGNORECASE)
        words = self._matcher.vocabulary + Counter(CONTRACTIONS.keys())
        self._names = vocabulary.names
        names = {name.lower() for name in vocabulary.names}
        self._typos = Typos(words, vocabulary.ordinary | vocabulary.fillers | names, vocabulary.misspelt)

    def find(self, text: str, author: Author = "patient") -> tuple[Finding, ...]:
        """Return what a text tells, by place. Any text will do; `author` is "patient" or "caregiver".

        The end of a line ends a sentence, as in a list. In a text as long as a note, what stands over the end of
        a line ("cannot" and, below it, "breathe") is found besides.
        """
        found = self._found(text, author)
        unbroken = LINE_END.sub(lambda end: " " * len(end.group()), text) if len(text) <= NOTE_LIMIT else text
        if unbroken != text:
            found += (one for one in self._found(unbroken, author) if LINE_END.search(text[one.start : one.end]))
            found.sort(key=lambda one: one.start)
        return tuple(found)

    def _found(self, text: str, author: Author) -> list[Finding]:
        found: list[Finding] = []
        patient = ""
        for tokens in self._passages(text):
            note = Note(tokens, self._fillers)
            more, patient = self._read(note, author, patient)
            found += more
        return found

    def _read(self, note: Note, author: Author, patient: str) -> tuple[list[Finding], str]:
        """Return the findings of one passage, and the word for the patient of a caregiver's text."""
        matches = self._matcher.find(note)
        told = _told(note, matches, self._parts)
        cues = Cues(note, _weighed([*(match for match in matches if match.kind == "cue"), *named(note)], told))
        scopes = Scopes(cues, told)
        subjects = Subjects(cues, scopes, author, patient)
        return [_finding(note, match, _status(match, scopes, subjects)) for match in told], subjects.patient

    def present(self, text: str, author: Author = "patient") -> tuple[str, ...]:
        """Return the ids of the symptoms that a text tells as the patient's own, now; sure or not."""
        found = (one.symptom for one in self.find(text, author) if one.status == "present")
        return tuple(dict.fromkeys(found))

    def would_correct(self, word: str) -> bool:
        """Say whether a word would be taken for a slip, were it not known as an ordinary word."""
        return self._typos.would_correct(word)

    def _is_name(self, word: str, initial: str) -> bool:
        return word in self._names or (initial.isupper() and word.capitalize() in self._names)

    def _passages(self, text: str) -> Iterator[list[Token]]:
        """Yield the text in passages: whole sentences where they are short, and no more than can be read at once."""
        left = CORRECTIONS
        yield from _parted(self._tokens(text[:READ_LIMIT], 0, left))
        at = READ_LIMIT
        for _ in range(WINDOWS):
            word = self._urgent.search(text, at)
            if word is None:
                return
            start, at = max(at, word.start() - WINDOW), word.end() + WINDOW
            yield self._tokens(text[start:at], start, 0)[:HARD]

    def _tokens(self, text: str, offset: int, left: int) -> list[Token]:
        """Return the words of a text that stands at `offset`; `left` is how many may be put right."""
        tokens: list[Token] = []
        for piece, start, end in islice(pieces(text), READ_TOKENS):
            word, edits = piece, 0
            if left and not self._typos.knows(piece):
                left -= 1
                word, edits = self._typos.correct(piece)
            tokens.extend(
                Token(one, start + offset, end + offset, edits, self._is_name(one, text[start])) for one in parted(word)
            )
        return [*tokens, Token("\n", len(text) + offset, len(text) + offset)]


def _parted(tokens: list[Token]) -> Iterator[list[Token]]:
    passage: list[Token] = []
    for token in tokens:
        passage.append(token)
        if len(passage) >= (SOFT if token.word in STOPS else HARD):
            yield [*passage, Token("\n", token.end, token.end)]
            passage = []
    yield passage


def _told(note: Note, matches: list[Match], body: frozenset[str]) -> list[Match]:
    """Return the symptoms told: not idioms, not made of words that belong elsewhere, each once."""
    found = readings(note)
    blocks = [set(match.own()) for match in matches if match.kind == "block"]
    symptoms = [match for match in matches if match.kind == "symptom" and not _is_idiom(match, blocks)]
    normal = [reading for reading in found if reading.symptom is None]
    symptoms = [match for match in symptoms if not _is_measured_normal(note, match, [one.start for one in normal])]
    return _best([*_undivided(note, symptoms, body), *as_matches(note, found)])


def _is_idiom(match: Match, blocks: list[set[int]]) -> bool:
    """Say whether a match takes words of an idiom without being more than it: "falls" in "falls asleep"."""
    own = set(match.own())
    return any(not own.isdisjoint(block) and not block < own for block in blocks)


def _is_measured_normal(note: Note, match: Match, normal: list[int]) -> bool:
    """Say whether "a temperature" is only the name of a normal reading that follows: "my temperature is 36.7"."""
    if match.meaning != "fever" or not {"temp", "temperature", "temps", "temperatures"}.intersection(
        note.words[match.start : match.end]
    ):
        return False
    return any(match.start <= at and note.between(match.end, max(at, match.end)) <= NORMAL_NEAR for at in normal)


def _undivided(note: Note, matches: list[Match], body: frozenset[str]) -> list[Match]:
    """Drop a loose match whose word belongs to a tighter one: in "itchy eyes and runny nose" no eyes run."""
    heads: dict[int, int] = {}
    tails: dict[int, int] = {}
    nearer: dict[int, Match] = {}
    for match in matches:
        if len(match.parts) == 2 and not body.isdisjoint(note.words[at] for at in match.own()):
            first, last = match.parts[0][0], match.parts[-1][1] - 1
            heads[first] = min(match.gap, heads.get(first, match.gap))
            tails[last] = min(match.gap, tails.get(last, match.gap))
            if note.words[first] in body and match.start >= nearer.get(last, match).start:
                nearer[last] = match
    return [
        match for match in matches
        if not match.gap
        or (
            heads.get(match.end - 1, match.gap) >= match.gap
            and tails.get(match.start, match.gap) >= match.gap
            and not _is_of_another_part(note, match, nearer.get(match.end - 1), body)
        )
    ]  # fmt: skip


def _is_of_another_part(note: Note, match: Match, nearer: Match | None, body: frozenset[str]) -> bool:
    """Say whether a state is told of a nearer part of the body: in "throat sore, nose blocked" no throat is blocked.

    In "face, lips and tongue swollen" it is told of each of the list.
    """
    if nearer is None or nearer.start <= match.start or len(match.parts) != 2 or nearer.gap >= match.gap:
        return False
    between = range(match.parts[0][1], nearer.start)
    return not all(note.small[at] or note.words[at] in body or note.words[at] in JOINS for at in between)


def _best(matches: list[Match]) -> list[Match]:
    """Return the matches without those of the same symptom that overlap a better one: sure, tight, then long."""
    kept: list[Match] = []
    taken: set[tuple[str, int]] = set()
    for match in sorted(matches, key=lambda one: (not one.sure, one.gap, one.start - one.end, one.start)):
        places = {(match.meaning, token) for token in range(match.start, match.end)}
        if taken.isdisjoint(places):
            kept.append(match)
            taken |= places
    return sorted(kept, key=lambda one: (one.start, one.end, one.meaning))


def _weighed(cues: list[Match], told: Iterable[Match]) -> list[Match]:
    """Return the cues in force: not a symptom's own words, and the longest of those that overlap."""
    own = {token for match in told for token in match.own()}
    people = [cue for cue in cues if cue.meaning in PEOPLE]
    weighed = [cue for cue in cues if cue.meaning in WEIGHED and own.isdisjoint(cue.own())]
    rest = [cue for cue in cues if cue.meaning not in PEOPLE | WEIGHED]
    return sorted([*rest, *_longest(people), *_longest(weighed)], key=lambda cue: (cue.start, cue.end))


def _longest(cues: list[Match]) -> list[Match]:
    kept: list[Match] = []
    longest_at: dict[int, int] = {}
    for cue in sorted(cues, key=lambda one: (one.start - one.end, one.start)):
        length = cue.end - cue.start
        if all(longest_at.get(token, 0) <= length for token in range(cue.start, cue.end)):
            kept.append(cue)
            longest_at.update(dict.fromkeys(range(cue.start, cue.end), length))
    return kept


def _status(match: Match, scopes: Scopes, subjects: Subjects) -> Status:
    if subjects.is_other(match):
        return "other"
    if scopes.is_hypothetical(match):
        return "hypothetical"
    if scopes.is_past(match):
        return "past"
    if scopes.is_negated(match):
        return "negated"
    return "past" if scopes.is_over(match) else "present"


def _finding(note: Note, match: Match, status: Status) -> Finding:
    tokens = note.tokens[match.start : match.end]
    sure = match.sure and all(note.tokens[at].edits < 2 for at in match.own())
    meant = " ".join(token.word for token in tokens)
    return Finding(match.meaning, tokens[0].start, tokens[-1].end, status, sure, meant)
