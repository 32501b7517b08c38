"""The rules in force. They are read once a process, so a running request keeps one version to its end."""

from functools import cache
from pathlib import Path
from typing import Final

from symptoms.triage.engine import RuleSet, load_rule_set, read_rule_files

RULES: Final = Path(__file__).parent / "rules"


@cache
def live_rules() -> RuleSet:
    """Return the reviewed rule set of this release."""
    return load_rule_set(read_rule_files(RULES))


def live_version() -> str:
    """Return the version of the rules in force; "unreadable" where they are none, for then too a flag is raised."""
    try:
        return live_rules().version
    except (OSError, ValueError):
        return "unreadable"
