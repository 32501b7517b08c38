from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.catalogue.actions import DATA, load_catalogue
from symptoms.catalogue.curated import CatalogueError

# The first load adds hundreds; nobody reads such a list unless it is asked for.
FEW = 20


class Command(BaseCommand):
    help = "Bring the database in line with the curated files, and say what was added, changed and retired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=DATA, help="folder of the TOML files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_catalogue(options["directory"])
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        for verb, names in (("added", loaded.added), ("changed", loaded.changed), ("retired", loaded.retired)):
            listed = f": {', '.join(names)}" if names and (len(names) <= FEW or options["verbosity"] > 1) else ""
            self.stdout.write(f"{verb} {len(names)}{listed}")
