"""Versions of the rules as curators make them, each step by the action that the workbench calls."""

from symptoms.accounts.models import User
from symptoms.triage import ruleset
from symptoms.triage.actions import rule_sets
from symptoms.triage.engine import read_rule_files
from symptoms.triage.models import RuleSetVersion
from symptoms.triage.rule_text import blocks

RULE = "P21-mouth"


def release() -> RuleSetVersion:
    """Put the rules of the release in force."""
    rule_sets.load_release(files=read_rule_files(ruleset.RULES))
    return RuleSetVersion.objects.get(state="live")


def text_of(version: RuleSetVersion, rule_id: str = RULE) -> str:
    return blocks(version.files)[rule_id].text


def reworded(version: RuleSetVersion, words: str = "Sore mouth, reworded", rule_id: str = RULE) -> str:
    """Return the text of a rule with another title."""
    text = text_of(version, rule_id)
    title = next(line for line in text.splitlines() if line.startswith("title"))
    return text.replace(title, f'title = "{words}"')


def changed_draft(by: User, words: str = "Sore mouth, reworded") -> RuleSetVersion:
    draft = rule_sets.open_draft(purpose="Say it in plainer words", by=by)
    return rule_sets.change_rule(draft=draft, rule_id=RULE, text=reworded(draft, words), by=by)


def proposed(by: User, words: str = "Sore mouth, reworded") -> RuleSetVersion:
    return rule_sets.propose(draft=changed_draft(by, words), by=by)


def published(by: User, second: User, words: str = "Sore mouth, reworded") -> RuleSetVersion:
    return rule_sets.publish(version=proposed(by, words), by=second)


def live() -> RuleSetVersion:
    return RuleSetVersion.objects.get(state="live")
