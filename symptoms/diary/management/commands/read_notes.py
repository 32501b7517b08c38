from typing import Any

from django.core.management.base import BaseCommand

from symptoms.diary.actions import read_notes_again


class Command(BaseCommand):
    help = "Read the notes again that an older list of phrases read, or none. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"notes read: {read_notes_again()}")
