"""Find the symptoms in texts. One JSON object a line in, one a line out."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from symptoms.catalogue.finder import AUTHORS, find
from symptoms.lib import json_lines


class Command(BaseCommand):
    help = 'Read {"id", "text"} as JSON Lines (- is standard input) and print what is found. Touches no database.'
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for name in options["files"]:
            try:
                for line in json_lines.lines(name):
                    said = _answer(line)
                    wrong += "error" in said
                    self.stdout.write(json.dumps(said))
            except OSError as error:
                raise CommandError(f"{name}: {error.strerror}") from error
        self.stdout.flush()
        if wrong:
            sys.exit(1)


def _answer(line: bytes) -> dict[str, Any]:
    try:
        asked = json_lines.value(line)
    except ValueError as wrong:
        return {"id": None, "error": str(wrong)}
    if not isinstance(asked, dict):
        return {"id": None, "error": "the line must be an object"}
    return {"id": asked.get("id"), **_found(asked.get("text"), asked.get("author"))}


def _found(text: Any, author: Any) -> dict[str, Any]:
    if not isinstance(text, str):
        return {"error": "text: must be a text"}
    if author is not None and author not in AUTHORS:
        return {"error": f"author: must be one of {', '.join(AUTHORS)}"}
    return {
        "found": [
            {"symptom": one.symptom, "span": [one.start, one.end], "status": one.status}
            for one in find(text, author or AUTHORS[0])
        ]
    }
