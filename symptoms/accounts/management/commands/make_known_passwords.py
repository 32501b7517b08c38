from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from symptoms.accounts.passwords import FILE, folded, mark

WHOLE: Final = 10  # shorter ones are refused by their length
BASE: Final = 6  # words that people make longer with figures and signs


class Command(BaseCommand):
    help = "Make the list of known passwords anew from text files with one password a line (see accounts/data)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("whole", type=Path, help="passwords of which the long ones are kept")
        parser.add_argument("bases", type=Path, help="the most common ones, of which shorter ones are kept too")

    def handle(self, *args: Any, whole: Path, bases: Path, **options: Any) -> None:
        marks = sorted({mark(one) for file, least in ((whole, WHOLE), (bases, BASE)) for one in _read(file, least)})
        FILE.write_bytes(b"".join(marks))
        self.stdout.write(f"{len(marks)} passwords")


def _read(file: Path, least: int) -> set[str]:
    lines = file.read_text("utf-8", errors="ignore").splitlines()
    return {password for line in lines if len(password := folded(line.strip())) >= least}
