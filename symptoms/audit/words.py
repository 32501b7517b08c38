"""What an event says to the patient it is about. Each room puts its words in a file `audit_words.py`.

A verb stands with a sentence that has a place for who did it, or with None: it is not told on the patient's page.
"""

from collections.abc import Mapping

from symptoms.lib.words import Words

_words: dict[str, Words | None] = {}


def register(words: Mapping[str, Words | None]) -> None:
    """Add the words of a room, by verb."""
    _words.update(words)


def is_known(verb: str) -> bool:
    """Say whether a room has said what is told of this verb."""
    return verb in _words


def sentence(verb: str, who: str) -> str | None:
    """Return what `who` did, in the language in force; None where it is not told."""
    words = _words.get(verb)
    return str(words) % {"who": who} if words else None


def not_told() -> list[str]:
    """Return the verbs that are not told to patients."""
    return [verb for verb, words in _words.items() if words is None]
