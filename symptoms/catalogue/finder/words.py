"""A note as words: folded, split, told apart into sentences, each word knowing where it stands in the text.

Folding takes away what a reader does not see as a difference: capitals, accents, invisible characters, letters of
another alphabet that look Latin. Offsets are always those of the text as given.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|\n|[^\w\s]")
STOPS: Final = frozenset(".!?;\n")
PAUSES: Final = STOPS | {",", ")"}
ABBREVIATED: Final = frozenset({"dr", "mr", "mrs", "ms", "approx", "vs", "inj"})
YEARS: Final = range(1950, 2036)
LOOK_ALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u043a\u043c\u0442\u0432\u043d"
    "\u03b1\u03b5\u03bf\u03c1\u03c4\u03c5\u03b9\u03ba\u03bd\u0131\u2018\u2019\u02bc\u00b4`\u00ba\u2044",
    "aeopcyxisjkmtbnaeoptuikvi'''''\u00b0/",
)
ENDINGS: Final = {"'m": ("am",), "'ve": ("have",), "'re": ("are",), "'ll": ("will",), "'d": ("'d",), "'s": ("'s",)}
WHOLE: Final = {
    "can't": ("cannot",), "cant": ("cannot",), "cnt": ("cannot",), "cann't": ("cannot",), "canot": ("cannot",),
    "won't": ("will", "not"), "wont": ("will", "not"), "shan't": ("will", "not"), "ain't": ("is", "not"),
    "aint": ("is", "not"), "im": ("i", "am"), "ive": ("i", "have"), "iam": ("i", "am"), "hes": ("he", "is"),
    "shes": ("she", "is"), "thats": ("that", "is"), "theres": ("there", "is"), "gonna": ("going", "to"),
    "gotta": ("got", "to"), "whats": ("what", "is"), "havnt": ("have", "not"),
    "cudnt": ("could", "not"), "wudnt": ("would", "not"),
    "dosnt": ("does", "not"), "couldn": ("could", "not"),
}  # fmt: skip
AUXILIARIES: Final = ("do", "does", "did", "is", "was", "are", "were", "have", "has", "had", "would", "could", "should")
CONTRACTIONS: Final = WHOLE | {f"{one}nt": (one, "not") for one in AUXILIARIES}


class Token(NamedTuple):
    """One word. `start` and `end` are its place in the text as given; `edits` is how far a typo was from it.

    `is_name` says that it is written as a first name is.
    """

    word: str
    start: int
    end: int
    edits: int = 0
    is_name: bool = False


def folded(text: str) -> tuple[str, list[int] | None]:
    """Return the folded text and, where offsets moved, the offset in `text` of each of its characters."""
    if text.isascii():
        return text.lower(), None
    parts, places = [], []
    for place, character in enumerate(text):
        simple = _fold(character)
        parts.append(simple)
        places.extend([place] * len(simple))
    return "".join(parts), places


@lru_cache(maxsize=2048)
def _fold(character: str) -> str:
    """Return the plain form of one character: nothing for a mark, an emoji as it is."""
    if character in "\u00ba\u00b4":
        return character.translate(LOOK_ALIKES)
    kept = (one for one in unicodedata.normalize("NFKD", character) if unicodedata.category(one) not in ("Mn", "Cf"))
    return "".join(kept).casefold().translate(LOOK_ALIKES)


def pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (piece, start, end) for each word, number, sign or end of line. A hyphen inside a word parts it."""
    plain, places = folded(text)
    for match in TOKEN.finditer(plain):
        start, end = match.span()
        if match.group() == "-" and plain[start - 1 : start].isalnum() and plain[end : end + 1].isalnum():
            continue
        if places is not None:
            start, end = places[start], places[end - 1] + 1
        yield match.group(), start, end


@lru_cache(maxsize=4096)
def parted(word: str) -> tuple[str, ...]:
    """Return a contraction as its words ("don't" is "do", "not"), any other word as it is."""
    if word in CONTRACTIONS:
        return CONTRACTIONS[word]
    if word.endswith("n't") and len(word) > 3:
        return word[:-3], "not"
    for ending, words in ENDINGS.items():
        if word.endswith(ending) and word != ending:
            return word[: -len(ending)], *words
    return (word,)


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a phrase as a note's own words would be read; "'s" stands for itself."""
    if text in ENDINGS:
        return ENDINGS[text]
    return tuple(word for piece, _, _ in pieces(text) for word in parted(piece))


def classes(word: str) -> tuple[str, ...]:
    """Return what a word can be matched as: itself, for a number also #n, for a year #year, for a pause $."""
    if word in PAUSES:
        return word, "$"
    if not word[0].isdigit():
        return (word,)
    return (word, "#n", "#year") if word.isdigit() and len(word) == 4 and int(word) in YEARS else (word, "#n")


def sentences(tokens: Iterable[Token]) -> list[int]:
    """Return the number of the sentence that each token stands in; a stop belongs to the one it ends."""
    numbers, number, before = [], 0, ""
    for token in tokens:
        numbers.append(number)
        if token.word in STOPS and not (token.word == "." and _abbreviated(before)):
            number += 1
        before = token.word
    return numbers


def _abbreviated(word: str) -> bool:
    return word in ABBREVIATED or (len(word) == 1 and word.isalpha() and word != "i")
