"""Is a set of rules fit to judge entries? Pure: files in, problems out, each with file, key and a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from symptoms.triage.engine import Rule, RuleError, RuleSet, answer, load_rule_set
from symptoms.triage.engine.assess import FAULTS
from symptoms.triage.engine.example import case_of
from symptoms.triage.engine.rules import Example
from symptoms.triage.rule_text import Files, blocks

NUMBER: Final = "{emergency_number}"
# What no text for a patient may say (assurance: nothing soothes), in the words of the whole house.
SOOTHES: Final = re.compile(
    r"\b(all\s+(clear|good)|(nothing|no\s+need)\s+to\s+worry|do\s+not\s+worry|you\s+are\s+fine)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: in which file, at which key or in which example, and why, as one sentence."""

    file: str
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.text) if part)


def load(files: Files) -> RuleSet:
    """Return the rules of `files`. RuleError also for what the loader stumbles over without a sentence."""
    try:
        rules = load_rule_set(files)
        written = blocks(files).keys()
    except RuleError:
        raise
    except FAULTS as fault:
        raise RuleError(f"the files cannot be read: {type(fault).__name__}: {fault}") from fault
    if apart := sorted({*rules.rules, *rules.elsewhere} ^ written):
        raise RuleError(f"{apart[0]}: write each rule as a block that starts with the line [[rule]]")
    return rules


def problem_of(error: RuleError) -> Problem:
    """Take "file: key: what" apart. The file or the key may be missing."""
    parts = str(error).split(": ", 2)
    if len(parts) == 3 and parts[0].endswith(".toml"):
        return Problem(*parts)
    if len(parts) == 2 and parts[0].endswith(".toml"):
        return Problem(parts[0], "", parts[1])
    return Problem("", parts[0], ": ".join(parts[1:])) if len(parts) > 1 else Problem("", "", parts[0])


def problems_of(files: Files, symptoms: frozenset[str]) -> list[Problem]:
    """Return all that keeps these files from judging entries; `symptoms` are the ids of the catalogue."""
    try:
        rules = load(files)
    except RuleError as error:
        return [problem_of(error)]
    where = {rule_id: block.file for rule_id, block in blocks(files).items()}
    found = [*_strangers(rules, symptoms)]
    for rule in [*rules.rules.values(), *rules.elsewhere.values()]:
        file = where.get(rule.id, "")
        found += [Problem(file, f"{rule.id}.{key}", text) for key, text in _words(rule)]
    for rule in rules.rules.values():
        file = where.get(rule.id, "")
        found += [Problem(file, f"{rule.id}.{key}", text) for key, text in _examples(rule, rules)]
    return found


def _strangers(rules: RuleSet, symptoms: frozenset[str]) -> Iterator[Problem]:
    for one in sorted(rules.home_tiers.keys() - symptoms):
        yield Problem("", f"home.{one}", "the catalogue does not know this symptom")
    for one in sorted(symptoms - rules.home_tiers.keys()):
        yield Problem("", f"home.{one}", "this symptom of the catalogue has no own tier")


def _words(rule: Rule) -> Iterator[tuple[str, str]]:
    for number, branch in enumerate(rule.branches):
        if branch.tier == "emergency" and not any(NUMBER in step for step in branch.steps):
            yield f"branch[{number}].steps", f"an emergency must tell whom to call: use {NUMBER} in a step"
    for key, text in dict.fromkeys(_told(rule)):
        if "{" in text.replace(NUMBER, "") or "}" in text.replace(NUMBER, ""):
            yield key, f"only {NUMBER} may stand in braces"
        if soothing := SOOTHES.search(text):
            yield key, f"no text may say {soothing[0]!r}"


def _told(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield every text that a patient may read, with its key."""
    yield "headline", rule.headline
    yield from (("steps", step) for step in rule.steps)
    for number, branch in enumerate(rule.branches):
        yield from ((f"branch[{number}]", text) for text in (branch.headline, *branch.steps))


def _examples(rule: Rule, rules: RuleSet) -> Iterator[tuple[str, str]]:
    for number, example in enumerate(rule.holds):
        if wrong := _not_held(rule, example, rules):
            yield f"holds[{number}]", f"{example.why!r}: {wrong}"
    for number, example in enumerate(rule.near_misses):
        if wrong := _not_missed(rule, example, rules):
            yield f"near_misses[{number}]", f"{example.why!r}: {wrong}"


def _not_held(rule: Rule, example: Example, rules: RuleSet) -> str:
    held, wrong = _ask(example, rules)
    if wrong or rule.id not in held:
        return wrong or "the rule should hold for this example, and does not"
    if example.tier not in (None, held[rule.id]):
        return f"the rule should reach {example.tier}, and reaches {held[rule.id]}"
    return ""


def _not_missed(rule: Rule, example: Example, rules: RuleSet) -> str:
    held, wrong = _ask(example, rules)
    return wrong or ("the rule should miss this example, and holds" if rule.id in held else "")


def _ask(example: Example, rules: RuleSet) -> tuple[dict[str, str], str]:
    """Return the tier of each rule that holds by its id, and what is wrong with the example itself."""
    try:
        said = answer(case_of(example), rules)
    except FAULTS as fault:
        return {}, f"the example cannot be read ({fault})"
    if "error" in said:
        return {}, f"the example cannot be read ({said['error']})"
    if not said["checked"]:
        return {}, f"a rule breaks on this example: {', '.join(said['failed'])}"
    return {held["id"]: held["tier"] for held in said["rules"]}, ""
