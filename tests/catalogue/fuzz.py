"""Random texts for the finder. `python -m tests.catalogue.fuzz` reads 100,000 of them; the tests read some.

A text mixes words that tell something, slips in them, signs of any script and controls.
"""

import random
import sys
import time
from collections.abc import Iterator

from symptoms.catalogue.finder import live_finder

MANY = 100_000
LONGEST = 60  # pieces in one text
WORDS = [
    "no", "not", "never", "without", "cannot", "can't", "my", "her", "his", "son", "mum", "wife", "i", "she", "he",
    "fever", "throat", "closing", "tongue", "lips", "swollen", "breathe", "chest", "pain", "rash", "seizure", "numb",
    "left", "right", "arm", "leg", "face", "droop", "vision", "lost", "blurred", "stiff", "neck", "temp", "38.6",
    "101.3F", "39,2", "gone", "back", "again", "last", "week", "today", "since", "if", "when", "worried", "leaflet",
    "says", "felt", "like", "was", "is", ",", ".", "?", "!", ":", ";", "-", "(", ")", "\n",
]  # fmt: skip


def texts(many: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)  # noqa: S311 (the same texts at every run)
    for _ in range(many):
        yield " ".join(_piece(chance) for _ in range(chance.randrange(LONGEST)))


def _piece(chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(8)))
    word = chance.choice(WORDS)
    if kind == 1 and len(word) > 1:  # a slip: two letters change places
        at = chance.randrange(len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word.upper() if kind == 2 else word


def check(text: str) -> None:
    """Read a text as either author's; AssertionError where a place lies outside it or is empty at its edges."""
    for author in ("patient", "caregiver"):
        for one in live_finder().find(text, "patient" if author == "patient" else "caregiver"):
            words = text[one.start : one.end]
            if not 0 <= one.start < one.end <= len(text) or words.strip() != words:
                raise AssertionError(f"{one} in {text!r}")


def main() -> None:
    live_finder()
    longest = 0.0
    for text in texts(MANY, seed=20261123):
        begun = time.process_time()
        check(text)
        longest = max(longest, time.process_time() - begun)
    sys.stdout.write(
        f"{MANY} texts read, both ways, none raised; the longest took {longest * 500:.1f} ms of processor time\n"
    )


if __name__ == "__main__":
    main()
