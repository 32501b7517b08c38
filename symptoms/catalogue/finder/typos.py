"""The word that a mistyped one stands for.

A word is only ever corrected to a word of our own phrases, and never when it is an ordinary English word that
merely looks like one ("simple" is no pimple, "cheat" is no chest): those stand in `data/ordinary_words.txt`, the
words of a common dictionary that are a slip away from one of ours. `python -m symptoms.catalogue.finder.ordinary`
writes that list anew.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 4
LONG: Final = 7
DRAWN_OUT: Final = re.compile(r"(.)\1\1+")


def allowed_edits(word: str) -> int:
    """Return how many slips a word of this length may hold."""
    if len(word) < SHORTEST:
        return 0
    return 1 if len(word) < LONG else 2


def near(word: str, vocabulary: Collection[str]) -> Iterable[tuple[int, str]]:
    """Yield (slips, known word) for each known word that `word` may be a slip of; one of its ends is the same."""
    found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=allowed_edits(word), limit=None)
    for known, edits, _ in found:
        if known[0] == word[0] or known[-1] == word[-1]:
            yield int(edits), known


class Typos:
    """Corrects words to a vocabulary, the words used most first. It keeps what it worked out."""

    def __init__(self, uses: Mapping[str, int], ordinary: Collection[str], misspelt: Mapping[str, str]) -> None:
        self._uses = uses
        self._misspelt = misspelt
        self._own = frozenset(uses)
        self._known = self._own | frozenset(ordinary)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(uses):
            if len(word) >= SHORTEST and word.isalpha():
                self._by_length[len(word)].append(word)
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def knows(self, word: str) -> bool:
        """Say whether a word is spelt well, or is not a word that is ever corrected."""
        if word in self._misspelt:
            return False
        return word in self._known or len(word) < SHORTEST or not word.isalpha()

    def would_correct(self, word: str) -> bool:
        """Say whether a word that is not our own is near one of our own."""
        ours = word in self._own or len(word) < SHORTEST or not word.isalpha()
        return not ours and any(near(word, self._alike(word)))

    def _correct(self, word: str) -> tuple[str, int]:
        """Return (the word meant, how many slips), or the word itself and 0 where no known word is near."""
        if word in self._misspelt:
            return self._misspelt[word], 0
        short = DRAWN_OUT.sub(r"\1", word)
        for known in (short, DRAWN_OUT.sub(r"\1\1", word)):
            if known != word and known in self._known:
                return known, 0
        found = sorted(
            near(short, self._alike(short)), key=lambda one: (*_rank(short, *one), -self._uses[one[1]], one[1])
        )
        return (found[0][1], found[0][0]) if found else (word, 0)

    def _alike(self, word: str) -> list[str]:
        """Return the known words of like length."""
        limit = allowed_edits(word)
        lengths = range(len(word) - limit, len(word) + limit + 1)
        return [known for length in lengths for known in self._by_length.get(length, ())]


def _rank(word: str, edits: int, known: str) -> tuple[int, bool, bool, int]:
    """Order the nearest first: letters that changed places, then the same first letter, then the same length."""
    return edits, known[0] != word[0], sorted(known) != sorted(word), abs(len(known) - len(word))
