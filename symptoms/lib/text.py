"""How hard a text is to read, for English. Pure."""

import re
from typing import Final

_SENTENCE_END: Final = re.compile(r"[.!?:;]+(?=\s|$)")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_VOWELS: Final = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`; a colon or semicolon ends one too."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def words(text: str) -> list[str]:
    """Return the words of `text`; numbers are none."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has, at least one."""
    lower = word.lower()
    silent = 1 if lower.endswith("e") and not lower.endswith(("le", "ee")) else 0
    silent += 1 if re.search(r"[^aeiouytd]ed$", lower) else 0
    return max(1, len(_VOWELS.findall(lower)) - silent)


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of `text`: about the school year in which it can be read.

    Source: Kincaid et al. 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59.
    """
    found, count = words(text), len(sentences(text))
    if not found or not count:
        return 0.0
    return 0.39 * len(found) / count + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def longest_sentence(text: str) -> int:
    """Return the number of words in the longest sentence of `text`."""
    return max((len(words(sentence)) for sentence in sentences(text)), default=0)
