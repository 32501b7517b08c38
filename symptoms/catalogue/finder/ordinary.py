"""Write `ordinary_words.txt` anew: which words of a dictionary could be taken for slips of our own words.

    python -m symptoms.catalogue.finder.ordinary WORDS

WORDS is a file of common English words, one a line. Needed after phrases with new words were added. The list in
use was made from the English words of pyspellchecker 0.9.1 (MIT).
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from symptoms.catalogue.finder import DATA, Finder, live_finder
from symptoms.catalogue.finder.vocabulary import ORDINARY


def look_alikes(words: Iterable[str], finder: Finder) -> Iterator[str]:
    """Yield the words, in order, that the finder would correct to one of its own if it did not know them."""
    for word in sorted({word.strip().lower() for word in words}):
        if finder.would_correct(word):
            yield word


def main(words: Path, target: Path) -> None:
    """Write the words of `words` that look like ours to `target`."""
    found = look_alikes(words.read_text(encoding="utf-8").split("\n"), live_finder())
    target.write_text("".join(f"{word}\n" for word in found), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    main(Path(sys.argv[1]), DATA / ORDINARY)
