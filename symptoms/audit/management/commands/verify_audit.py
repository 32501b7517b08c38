from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.audit.sealing import seal_all
from symptoms.audit.verifying import Report, verify


class Command(BaseCommand):
    help = "Work out the chain over the audit log again. Exit code 1 when it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", default="", metavar="DIGEST", help="a digest told earlier and kept elsewhere")

    def handle(self, *args: Any, anchor: str, **options: Any) -> None:
        seal_all()
        report = verify(anchor.strip().lower())
        self.stdout.write(f"events: {report.events}, sealed: {report.sealed}, not sealed yet: {report.waiting}")
        self.stdout.write(f"newest digest: {report.newest}")
        if not report.holds:
            raise CommandError("\n".join(wrongs(report)))
        self.stdout.write("The chain holds.")


def wrongs(report: Report) -> list[str]:
    """Return what is wrong, as sentences."""
    found = []
    if report.first:
        one = report.first
        found += [f"{report.faults} faults. The first, at seal {one.position} of event {one.event_id}: {one.what}."]
    if not report.is_anchored:
        found += ["The anchor is not in the chain: it was cut off or made anew since, or the anchor is mistyped."]
    if report.missing_guards:
        found += [f"Rows can be changed: these triggers are missing or off: {', '.join(report.missing_guards)}."]
    return found
