"""P13: symptoms found in notes. A program of its own, so that what the finder takes in memory can be seen."""

import json
import resource
import sys
import time
from itertools import cycle, islice
from statistics import median
from typing import Final

from symptoms.catalogue.finder import find, live_finder

SENTENCES: Final = (
    "Bad night again, legs like lead and my head is pounding since the jab on Tuesday.",
    "No fever, but a bit shivery and the spot on my thigh is red and itchy.",
    "My husband had a cold last week; I only have a runny nose so far.",
    "Had blurred vision years ago, not now. Tired of being tired, to be honest.",
    "The nurse asked about chest pain and I said no. Slept till ten, felt better after tea.",
)
SHORT: Final = 200
LONG: Final = 5000
ROUNDS: Final = 60
ROUNDS_WORST: Final = 5
# Texts that cost most by their shape: beginnings of phrases again and again, slips in every word, odd signs.
HOSTILE: Final = tuple(
    (unit * LONG)[: LONG * 20]
    for unit in (
        "no ",
        "not not ",
        "my throat my throat ",
        "cant cannot can not ",
        "swolen lisp tounge thraot brething ",
        "a\u0301\u0327\u200b",
        "38.6 39 101.3F ",
        "?!.,;:- ",
        "and if she had no more of it than he, ",
    )
)


def text_of(length: int) -> str:
    return " ".join(islice(cycle(SENTENCES), length // 60 + 1))[:length]


def took_ms(text: str) -> float:
    begun = time.perf_counter()
    find(text)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print the milliseconds of a short, a long and the worst text, and the megabytes that the finder took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    live_finder()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    short, long = text_of(SHORT), text_of(LONG)
    times = {
        "short": median(took_ms(short) for _ in range(ROUNDS)),
        "long": median(took_ms(long) for _ in range(ROUNDS)),
        "worst": max(median(took_ms(text) for _ in range(ROUNDS_WORST)) for text in HOSTILE),
        "megabytes": (after - before) / (1024 if sys.platform == "linux" else 1024 * 1024),
    }
    print(json.dumps(times))  # noqa: T201 (read by the report)


if __name__ == "__main__":
    main()
