from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kesimpta_tracker import demo


class Command(BaseCommand):
    help = "Make the demo cast with random passwords and keep the sign-ins in a file only you can read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sign-ins", type=Path, required=True, help="file that keeps the sign-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo cast is only made where DEMO is true. Never set it where real people log.")
        file: Path = options["sign_ins"]
        if signs := demo.seed():
            file.touch(mode=0o600)
            file.write_text("".join(f"{sign.role:32} {sign.email:24} {sign.password}\n" for sign in signs))
        if file.exists():
            self.stdout.write(file.read_text(), ending="")
