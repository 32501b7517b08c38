"""The clinic's burden and the red flags caught, on made-up diaries: see docs/cohort.md."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from symptoms.triage.cohort import MOST_PERCENT, FrequencyError, Report, make_cohort, percent, read_frequencies, run
from symptoms.triage.engine.tiers import NONE, TIERS
from symptoms.triage.ruleset import release_rules

SEED: Final = 1
TOP: Final = 12


class Command(BaseCommand):
    help = "Judge a cohort of made-up diaries, and say what share reaches the clinic and whether a red flag is missed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=_whole, default=SEED)
        parser.add_argument("--patients", type=_whole, default=200)
        parser.add_argument("--days", type=_whole, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        size = {key: options[key] for key in ("seed", "patients", "days")}
        rules = release_rules()
        try:
            frequencies = read_frequencies(rules.home_tiers)
            report = run(make_cohort(**size, rules=rules, frequencies=frequencies), rules)
        except (FrequencyError, ValueError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(
            f"{size['patients']} made-up patients x {size['days']} days, seed {size['seed']}, ", ending=""
        )
        self.stdout.write(f"rules {rules.version}\n\n" + "\n".join(lines(report)))
        if not report.holds:
            raise CommandError("The cohort misses a bar. See docs/cohort.md.", returncode=1)


def lines(report: Report) -> Iterator[str]:
    """Yield the figures of a report, line by line."""
    yield _line("entries", report.entries)
    for tier in (*TIERS, NONE):
        yield _line(f"  {tier}", report.tiers[tier], report.entries)
    yield _line("entries that alarm, before runs are grouped", report.alarming, report.entries)
    yield _line("entries that raise a flag", report.raised, report.entries)
    yield _line("  of patients without a planted one", report.untouched_raised, report.untouched_entries)
    yield ""
    yield "what raises flags, per 100 entries (an entry may count for several rules)"
    for rule, count in report.by_rule.most_common(TOP):
        yield f"  {rule:<42}{percent(count, report.entries):>9.2f}"
    yield ""
    yield _bar(
        "entries that raise a flag, without a planted one",
        f"{report.untouched_percent:.2f} % (at most {MOST_PERCENT:g} %)",
        report.flags_few,
    )
    caught = f"{report.caught} of {report.planted}, from {report.planted_rules} rules"
    yield _bar("planted red flags caught", caught, not report.missed)
    for one in report.missed:
        yield f"  missed: {one.rule_id} ({one.tier}), patient {one.patient}, {one.why}: {one.said}"


def _line(name: str, count: int, of: int | None = None) -> str:
    share = "" if of is None else f"{percent(count, of):>9.2f} %"
    return f"{name:<44}{count:>7}{share}"


def _bar(name: str, figure: str, holds: bool) -> str:
    return f"{'holds ' if holds else 'MISSED'}  {name}: {figure}"


def _whole(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or int(typed) < 1:
        raise ArgumentTypeError("must be a whole number from 1")
    return int(typed)
