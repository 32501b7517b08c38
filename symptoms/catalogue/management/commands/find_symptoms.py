"""Find the symptoms in texts. One JSON object a line in, one a line out."""

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
        try:
            wrong = json_lines.reply(options["files"], _answer, self.stdout)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        if wrong:
            sys.exit(1)


def _answer(asked: Any) -> dict[str, Any]:
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
