"""The small language of the phrase files, made to be read aloud.

    stiff neck              these words, one after the other; small words such as "my", "very" may stand between
    (lip|lips|sore tongue)  one of these, each of one word or of several
    [left]                  this, or nothing; (left)? is the same
    @swollen                one of the words of a named set
    vomit~                  the word with its endings: vomit, vomits, vomited, vomiting
    @lips .. @swollen       with up to four words between
    @red ... @site          with up to eight words between
    @lips & @swollen        in either order, with up to four words between
    {no} temperature        "no" must stand there, but is not part of what is found
    #n  #year  $            any number; a number that is a year; the end of a clause

A phrase never reaches over the end of a sentence.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import permutations, product
from typing import Final, NamedTuple

from symptoms.catalogue.finder.words import plain_words

ITEM: Final = re.compile(r"\)\?|[()\[\]{}|]|\.\.\.?(?=\s|$)|[^\s()\[\]{}|]+")
CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
GAPS: Final = {"": 0, "..": 4, "...": 8}
VOWELS: Final = "aeiou"

Words = tuple[str, ...]
Atom = frozenset[Words]
Sets = Mapping[str, Atom]


class PatternError(ValueError):
    """A phrase that cannot be read: what is wrong with it."""


class Step(NamedTuple):
    """One piece of a phrase, how many words may stand before it, and whether it is part of what is found."""

    atom: Atom
    gap: int
    own: bool = True


Variant = tuple[Step, ...]


class _Piece(NamedTuple):
    atom: Atom
    gap: int
    optional: bool
    own: bool


def variants(phrase: str, sets: Sets) -> tuple[Variant, ...]:
    """Return every plain sequence that a phrase stands for, or raise PatternError."""
    groups = [_Parser(group, phrase, sets).pieces() for group in re.split(r"\s&\s", phrase)]
    orders = (product(*(_chosen(group) for group in order)) for order in permutations(groups))
    found = dict.fromkeys(_joined(chosen) for order in orders for chosen in order)
    if not all(any(step.own for step in variant) for variant in found):
        raise PatternError(f"{phrase!r}: it must hold a word that is not optional.")
    return tuple(found)


class _Parser:
    """Reads one phrase from left to right."""

    def __init__(self, text: str, phrase: str, sets: Sets) -> None:
        self._items = ITEM.findall(text)
        self._at = 0
        self._phrase = phrase
        self._sets = sets

    def pieces(self) -> list[_Piece]:
        found: list[_Piece] = []
        gap = ""
        while self._at < len(self._items):
            item = self._take()
            if item in GAPS:
                gap = item
                continue
            atom, optional = self._unit(item)
            found.append(_Piece(frozenset(atom), GAPS[gap], optional, item != "{"))
            gap = ""
        if not found or gap:
            raise self._wrong("a part of it is empty")
        return found

    def _take(self) -> str:
        if self._at == len(self._items):
            raise self._wrong("a bracket is not closed")
        self._at += 1
        return str(self._items[self._at - 1])

    def _unit(self, item: str) -> tuple[set[Words], bool]:
        """Return what one word, set or bracket can be, and whether it may be missing."""
        if item in CLOSING:
            words, close = self._choices(CLOSING[item])
            return words, item == "[" or close == ")?"
        if item.startswith("@"):
            if item[1:] not in self._sets:
                raise self._wrong(f"unknown set {item!r}")
            return set(self._sets[item[1:]]), False
        if item in ("|", ")", "]", "}", ")?"):
            raise self._wrong(f"{item!r} stands alone")
        return {tuple(form) for form in inflected(item[:-1])} if item.endswith("~") else {plain_of(item)}, False

    def _choices(self, closing: str) -> tuple[set[Words], str]:
        """Return the alternatives up to the closing bracket, and how it was written."""
        found: set[Words] = set()
        sequence: set[Words] = {()}
        while True:
            item = self._take()
            if item in ("|", closing) or (closing == ")" and item == ")?"):
                if () in sequence:
                    raise self._wrong("an alternative is empty")
                found |= sequence
                sequence = {()}
                if item != "|":
                    return found, item
            elif item not in GAPS:
                words, optional = self._unit(item)
                sequence = {(*one, *more) for one in sequence for more in (words | {()} if optional else words)}

    def _wrong(self, why: str) -> PatternError:
        return PatternError(f"{self._phrase!r}: {why}.")


def plain_of(word: str) -> Words:
    """Return one written word as a note's words are read; the classes of numbers stay as they are."""
    return (word,) if word.startswith("#") or word == "$" else plain_words(word)


def inflected(word: str) -> list[Words]:
    """Return a verb or noun with its regular endings, a doubled letter both with and without the second."""
    stems = {word}
    if word.endswith("e"):
        stems = {word[:-1]}
    elif len(word) > 2 and word[-1] not in VOWELS + "wxy" and word[-2] in VOWELS and word[-3] not in VOWELS:
        stems.add(word + word[-1])
    if word.endswith("ee"):
        return [(form,) for form in (word, f"{word}s", f"{word}d", f"{word}ing")]
    forms = {word, f"{word}es" if word.endswith(("s", "sh", "ch", "x", "z")) else f"{word}s"}
    forms |= {f"{stem}{ending}" for stem in stems for ending in ("ed", "ing")}
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        forms |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return [(form,) for form in sorted(forms)]


def _chosen(group: list[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the group with and without each of its optional pieces."""
    for keep in product(*((True, False) if piece.optional else (True,) for piece in group)):
        yield [piece for piece, kept in zip(group, keep, strict=True) if kept]


def _joined(groups: tuple[list[_Piece], ...]) -> Variant:
    steps: list[Step] = []
    for group in groups:
        for number, piece in enumerate(group):
            gap = GAPS[".."] if number == 0 else piece.gap
            steps.append(Step(piece.atom, gap if steps else 0, piece.own))
    return tuple(steps)
