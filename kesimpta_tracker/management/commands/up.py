"""The whole tracker in one command. It becomes the launcher, which is small: Django stays in the children."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kesimpta_tracker.launcher import add_choices, as_words


class Command(BaseCommand):
    help = "Start the tracker: PostgreSQL and broker if none are named, web, worker, beat and watcher."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_choices(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        sys.stdout.flush()
        words = [sys.executable, "-m", "kesimpta_tracker.launcher", *as_words(options)]
        os.execv(sys.executable, words)  # noqa: S606 (this very program)
