"""The medicine's own names, as people spell them. Pure: a search for them is a search for everything."""

from difflib import SequenceMatcher
from typing import Final

NAMES: Final = (
    "kesimpta", "kesimta", "kesympta", "kesempta", "kisempta", "kesimpra", "ofatumumab", "ofatumamab", "ofatumab",
    "ofatunumab", "sensoready", "bonspri",
)  # fmt: skip
# One wrong letter in a name of eight still counts; "infection" and "injection" are no nearer than 0.6.
NEAR: Final = 0.85
AROUND_IT: Final = frozenset({"side", "effect", "effects", "pen", "of", "from", "the", "and", "with", "on", "my"})


def is_name(word: str) -> bool:
    """Return whether `word` is the medicine's name, or all but."""
    return word in NAMES or any(SequenceMatcher(None, word, name).ratio() >= NEAR for name in NAMES)


def without_medicine(query: str) -> str:
    """Return `query` without the medicine's name; empty if it asks for nothing else.

    The medicine stands in nearly every page, so its name would only blur the search.
    """
    words = query.split()
    rest = [word for word in words if not is_name(word)]
    if len(rest) == len(words):
        return query
    return "" if AROUND_IT.issuperset(rest) else " ".join(rest)
