"""Which kinds of a log one reader sees: pages are cut by this value, and what it leaves out is not even read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from symptoms.lib.words import Words
from symptoms.sharing.models import Kind
from symptoms.sharing.permissions import Permission


@dataclass(frozen=True, slots=True)
class Scope:
    """The kinds of things that a page may show to the one who asked for it. Nothing by default."""

    symptoms: bool = False
    notes: bool = False
    photos: bool = False
    injections: bool = False
    blood_tests: bool = False
    reports: bool = False
    hidden: bool = False  # also the entries that the patient hid: she alone

    @property
    def kinds(self) -> list[Words]:
        """The kinds by name."""
        return kinds_of(kind for kind in Kind if getattr(self, kind.replace("-", "_")))

    @property
    def entries(self) -> bool:
        """Whether any part of an entry of the diary is shared."""
        return self.symptoms or self.notes or self.photos


EVERYTHING: Final = Scope(
    symptoms=True, notes=True, photos=True, injections=True, blood_tests=True, reports=True, hidden=True
)


def scope_of(allowed: frozenset[Permission]) -> Scope:
    """Return the kinds that these permissions let one read."""
    return Scope(
        symptoms=Permission.READ_SYMPTOMS in allowed,
        notes=Permission.READ_NOTES in allowed,
        photos=Permission.READ_PHOTOS in allowed,
        injections=Permission.READ_INJECTIONS in allowed,
        blood_tests=Permission.READ_BLOOD_TESTS in allowed,
        reports=Permission.READ_REPORTS in allowed,
        hidden=Permission.HIDE_ENTRY in allowed,
    )


def kinds_of(slugs: Iterable[str]) -> list[Words]:
    """Return the names of these kinds, in their order."""
    known = set(slugs)
    return [kind.label for kind in Kind if kind in known]
