"""Passwords that others know: from breaches, and those made of words that everybody thinks of here first.

The list stands in `data/known-passwords.bin`: the first five bytes of the SHA-256 of each password, folded, sorted.
Nothing is asked of the network. `manage.py make_known_passwords` makes the file anew; data/README.md says from what.
"""

import unicodedata
from bisect import bisect_left
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from symptoms.accounts.models import User

FILE: Final = Path(__file__).parent / "data" / "known-passwords.bin"
SIZE: Final = 5
# Words of this tracker and of the illness. What is left without them must be a password of its own.
CONTEXT: Final = (
    "kesimpta", "ofatumumab", "novartis", "symptoms", "symptom", "tracker", "diary", "multiplesclerosis",
    "multiple", "sclerosis", "injection", "neurology", "clinic", "password", "passwort", "welcome", "letmein",
)  # fmt: skip
FEWEST_LEFT: Final = 6


def folded(password: str) -> str:
    """Return a password as it is compared: letters of one kind, whatever their case."""
    return unicodedata.normalize("NFKC", password).casefold()


def mark(password: str) -> bytes:
    """Return what stands in the list for this password."""
    return sha256(folded(password).encode()).digest()[:SIZE]


class Known:
    """The sorted marks of known passwords, read as a sequence without taking them apart."""

    def __init__(self, marks: bytes) -> None:
        self._marks = marks

    def __len__(self) -> int:
        return len(self._marks) // SIZE

    def __getitem__(self, place: int) -> bytes:
        return self._marks[place * SIZE : (place + 1) * SIZE]

    def __contains__(self, password: str) -> bool:
        wanted = mark(password)
        place = bisect_left(self, wanted)
        return place < len(self) and self[place] == wanted


@cache
def known() -> Known:
    """Return the list, read once."""
    return Known(FILE.read_bytes())


def without_context(password: str) -> str:
    """Return what is left of a password without the words of this place, and without figures and signs."""
    left = folded(password).replace(" ", "")
    host = settings.PUBLIC_ADDRESS.host.split(".")
    for word in sorted((*CONTEXT, *(part for part in host if len(part) > 3)), key=len, reverse=True):
        left = left.replace(word, "")
    return "".join(letter for letter in left if letter.isalpha())


class KnownPasswordValidator:
    """Refuse what others know or would try first."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password in known() or folded(password).strip("0123456789!?.-_*#$ ") in known():
            raise ValidationError(_("Many people use this one, so it is tried first. Choose another."), code="known")
        left = without_context(password)
        if len(left) < FEWEST_LEFT and len(left) < len("".join(filter(str.isalpha, folded(password)))):
            raise ValidationError(_("This is easy to guess here. Choose words of your own."), code="context")

    def get_help_text(self) -> str:
        return _("Not one that many people use.")
