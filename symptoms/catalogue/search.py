"""In which order a search shows the side effects. Pure: scores and what the finder understood in, an order out.

The finder reads the query as it reads a note, but how it was told (denied, past, another's) plays no part: who types
"no fever" looks for fever. What it understands adds to a search and never takes anything from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from symptoms.catalogue.finder import find

EMERGENCY: Final = "emergency"
# Questions whose answer alone can turn a symptom into an emergency (see `Symptom.questions`).
TURNS: Final = frozenset({"sudden", "minutes"})
# The four ranks do not mix: the likeness of words lies below 2, so each rank starts above the one beneath it.
EXACT: Final = 10.0
UNDERSTOOD: Final = 3.0
ALIKE: Final = 1.0
# Below this likeness a found word has little to do with what was typed.
LIKE_ENOUGH: Final = 0.42
SAME_AREA: Final = 0.3
SHARE: Final = 0.1
NAMESAKE: Final = 0.5
RED: Final = 2.0
IN_NAME: Final = 2.0
IN_TEXT: Final = 0.01
# The shortest word that a search goes by: "ms" and "b12" tell something, a lone letter does not.
SHORTEST: Final = 2
# Words that look like parts of nearly every text and ask for nothing.
LITTLE: Final = frozenset({
    "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "had", "has", "have", "he",
    "her", "his", "if", "in", "is", "it", "me", "my", "no", "not", "of", "on", "or", "our", "she", "so", "some", "that",
    "the", "them", "they", "this", "to", "was", "we", "what", "when", "who", "with", "you", "your",
})  # fmt: skip
WORD: Final = re.compile(r"[^\W_]+")
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Sign:
    """A symptom of a side effect, as far as a search needs it."""

    slug: str
    name: str
    area: str
    tier: str
    questions: tuple[str, ...]

    @property
    def can_turn(self) -> bool:
        """Say whether it is an emergency where it came suddenly or lasts."""
        return self.tier == "same-day" and not TURNS.isdisjoint(self.questions)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A side effect that a search may show.

    `likeness` is 0 to 2, how much its words look like what was typed. `exact` is 2 where its name is what was typed, 1
    where words of its own are, else 0. `in_text`: what was typed stands in its texts.
    """

    slug: str
    name: str
    area: str
    exact: int
    likeness: float
    in_text: bool
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The side effects by slug, the best first, and what of the understood is, or can turn into, an emergency."""

    slugs: tuple[str, ...] = ()
    red: tuple[Sign, ...] = ()
    can_turn: tuple[Sign, ...] = ()


def understood(query: str) -> tuple[str, ...]:
    """Return the ids of the symptoms that the query tells of, whatever it says of them, in the order of the text."""
    return tuple(dict.fromkeys(finding.symptom for finding in find(query)))


def says_something(query: str) -> bool:
    """Say whether a query holds a word to go by: little words, signs, numbers and lone letters mean nothing alone."""
    words = WORD.findall(query.lower())
    return any(len(word) >= SHORTEST and word not in LITTLE and not word.isdecimal() for word in words)


def ranked(candidates: Iterable[Candidate], query: str, symptoms: Iterable[str]) -> Order:
    """Return the order of at most twelve candidates; equals stay as they came."""
    rows, known = list(candidates), frozenset(symptoms)
    words = frozenset(WORD.findall(query.lower()))
    scores = {row.slug: _score(row, known, words) for row in rows}
    found = [row.slug for row in sorted(rows, key=lambda row: -scores[row.slug]) if scores[row.slug] > 0]
    signs = {sign.slug: sign for row in rows for sign in row.signs if sign.slug in known}
    told = [signs[slug] for slug in symptoms if slug in signs]
    return Order(
        tuple(found[:MOST]),
        tuple(sign for sign in told if sign.tier == EMERGENCY),
        tuple(sign for sign in told if sign.can_turn),
    )


def _score(row: Candidate, known: frozenset[str], words: frozenset[str]) -> float:
    """Return 0 for what does not match: exact words lead, then the understood, then words alike, then the texts."""
    hits = [sign for sign in row.signs if sign.slug in known]
    is_alike = row.likeness >= LIKE_ENOUGH
    if not (row.exact or hits or is_alike or row.in_text):
        return 0.0
    score = EXACT * row.exact + ALIKE * is_alike + row.likeness + IN_TEXT
    if words and words.issubset(WORD.findall(row.name.lower())):
        score += IN_NAME
    return score + _fit(row, hits) if hits else score


def _fit(row: Candidate, hits: list[Sign]) -> float:
    """Return how well a side effect fits the symptoms understood: red ones weigh most, then how many there are."""
    of_area = any(_parts(sign.area) & _parts(row.area) for sign in hits)
    same_name = any(sign.slug == row.slug for sign in hits)
    weight = len(hits) + RED * sum(sign.tier == EMERGENCY for sign in hits)
    return UNDERSTOOD + weight + SHARE * len(hits) / len(row.signs) + SAME_AREA * of_area + NAMESAKE * same_name


def _parts(area: str) -> set[str]:
    """Return the parts of the body that an area names: "Eyes and sight" and "Eyes" share one."""
    return set(area.lower().replace(",", " ").split()) - {"and", "where", "you"}
