"""Free text to symptoms: what a note tells, where, and whether it is there, denied, past, another's or only feared.

    find("No fever but my throat is closing up")
    -> (Finding("fever", 3, 8, "negated"), Finding("swelling-throat", 16, 36, "present"))

A finding that is present and red but not `sure` is a question to ask, never one to drop: "Did you mean:
{finding.meant}?". `present()` names sure and unsure ones alike, for a missed emergency costs more than a question.

Pure and without state: no Django, no network, no model. The phrases are the reviewed files beside the catalogue.
What is read: the first 12,000 characters in full, the rest only around urgent words (see `reader`).
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from symptoms.catalogue.curated import read as read_catalogue
from symptoms.catalogue.finder.reader import AUTHORS, Author, Finder, Finding, Status
from symptoms.catalogue.finder.vocabulary import Vocabulary, read

DATA: Final = Path(__file__).parent.parent / "data"

__all__ = [
    "AUTHORS", "Author", "Finder", "Finding", "Status", "Vocabulary",
    "edition", "find", "live_finder", "present", "read", "search_words",
]  # fmt: skip


@cache
def _live() -> tuple[Finder, Mapping[str, str]]:
    known = {symptom.slug for symptom in read_catalogue(DATA).symptoms}
    vocabulary = read(DATA, known)
    return Finder(vocabulary), vocabulary.search_words()


def live_finder() -> Finder:
    """Return the finder over the phrases of this release. The files are read once a process."""
    return _live()[0]


def search_words(symptom: str) -> str:
    """Return everyday words for a symptom, in small letters, at most 300 characters; "" where there are none."""
    return _live()[1].get(symptom, "")


def find(text: str, author: Author = "patient") -> tuple[Finding, ...]:
    """Return the findings of a text by place. `author` is "patient" or "caregiver"."""
    return live_finder().find(text, author)


def present(text: str, author: Author = "patient") -> tuple[str, ...]:
    """Return the ids of the symptoms that the patient has now, each once, in the order of the text."""
    return live_finder().present(text, author)


@cache
def edition() -> str:
    """Return a mark of 16 signs that is another one as soon as a phrase, or how phrases are read, has changed."""
    digest = hashlib.sha256()
    for path in sorted([*DATA.iterdir(), *Path(__file__).parent.glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
