"""The reviewed files as a whole: complete, in plain words, and refused where something is missing."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from symptoms.triage.engine import RuleError, RuleSet, load_rule_set, read_rule_files
from symptoms.triage.engine.tiers import TIERS
from tests.triage.engine.rules_under_test import RULES, rule_set

# E01-E13, S01-S24, F01, P01-P21, PRO1, V01-V06 and C01-C03 are the 69 rules; B00 is the floor under them.
NUMBERS = {
    **dict.fromkeys(f"E{n:02}" for n in range(1, 14)),
    **dict.fromkeys(f"S{n:02}" for n in range(1, 25)),
    **dict.fromkeys(f"P{n:02}" for n in range(1, 22)),
    **dict.fromkeys(f"V{n:02}" for n in range(1, 7)),
    **dict.fromkeys(f"C{n:02}" for n in range(1, 4)),
    **dict.fromkeys(["F01", "PRO1", "B00"]),
}

RULE = """
[[rule]]
id = "X01-test"
version = 1
title = "Test"
headline = "A test."
steps = ["Do this."]
rationale = "Why."
basis = "judgement"
source = "SEED P1"
holds = [{ why = "it does", today = { fever = 1 } }]
near_misses = [{ why = "it does not", today = { cough = 1 } }]
[[rule.branch]]
tier = "visit"
when = { symptom = "fever" }
"""


def load(tmp_path: Path, rule: str = "", home: str | None = None) -> RuleSet:
    """Load a set of one file for the symptoms and one for the rule."""
    (tmp_path / "home.toml").write_text(home or 'version = "1"\n[home]\nvisit = ["fever", "cough"]\n')
    if rule:
        (tmp_path / "rule.toml").write_text(rule)
    return load_rule_set(read_rule_files(tmp_path))


def test_all_rules_are_there() -> None:
    rules = rule_set()
    found = {one.split("-")[0] for one in [*rules.rules, *rules.elsewhere]}
    assert found == NUMBERS.keys()
    assert set(rules.elsewhere) == {"F01-no-confirm", "P17-live-vaccine", "P19-storage"}
    assert rules["P19-storage"].tier == "prompt"
    assert rules["E01-anaphylaxis"].tier == "emergency"


def test_every_symptom_has_one_own_tier() -> None:
    home = rule_set().home_tiers
    assert len(home) == 128
    assert set(home.values()) == set(TIERS)


def test_tier_of_a_rule_is_that_of_its_letter() -> None:
    """A rule may go higher than its letter, and its lowest branch never goes lower but for S24's visit."""
    letters = {"E": "emergency", "S": "same-day", "P": "prompt", "V": "visit", "C": "self-care"}
    for rule in rule_set().rules.values():
        if rule.id not in {"B00-own-tier", "S24-lab-blood"}:
            assert rule.branches[-1].tier == letters[rule.id[0]], rule.id


def texts(rules: RuleSet) -> list[tuple[str, str]]:
    found = []
    for rule in [*rules.rules.values(), *rules.elsewhere.values()]:
        told = [rule.headline, *rule.steps]
        for branch in rule.branches:
            told += [branch.headline, *branch.steps]
        found += [(rule.id, text) for text in told]
    return found


@pytest.mark.parametrize(("rule", "text"), texts(rule_set()), ids=lambda value: value[:30])
def test_patient_text_is_plain_and_short(rule: str, text: str) -> None:
    for sentence in re.split(r"(?<=[.!?])\s+", text.replace("{emergency_number}", "999")):
        assert len(sentence.split()) <= 20, f"{rule}: {sentence}"
    assert not re.search(r"\b(911|112|999|111)\b", text), f"{rule}: number of one country"
    assert not re.search(r"all clear|all good|nothing to worry", text, re.IGNORECASE)
    assert re.sub(r"\{emergency_number\}", "", text).count("{") == 0


def test_an_emergency_always_tells_whom_to_call() -> None:
    for rule in rule_set().rules.values():
        for branch in rule.branches:
            if branch.tier == "emergency":
                assert any("{emergency_number}" in step for step in branch.steps), rule.id


def test_words_of_a_branch_are_its_own() -> None:
    rule = rule_set()["S06-neutropenia-pattern"]
    assert rule.text_for("emergency")[0] != rule.text_for("same-day")[0]
    assert rule.text_for("same-day") == (rule.headline, rule.steps)
    assert rule.text_for("visit") == (rule.headline, rule.steps)


def test_each_rule_comes_after_those_it_asks_about() -> None:
    order = list(rule_set().rules)
    for first, then in [
        ("S02-reaction-worse-later", "C01-expected-reaction"),
        ("C01-expected-reaction", "S03-fever"),
        ("S18-skin-infection", "P01-infection-any"),
        ("PRO1-severe-or-jump", "V01-any-new"),
        ("V01-any-new", "B00-own-tier"),
    ]:
        assert order.index(first) < order.index(then)


def test_version_is_the_name_and_a_hash_of_the_content(tmp_path: Path) -> None:
    copy = shutil.copytree(RULES, tmp_path / "rules")
    same = load_rule_set(read_rule_files(copy)).version
    assert same == rule_set().version
    with (copy / "calm.toml").open("a") as file:
        file.write("\n# a comment\n")
    changed = load_rule_set(read_rule_files(copy)).version
    assert changed != same
    assert re.fullmatch(r"2026\.11-draft\+[0-9a-f]{10}", changed)
    assert re.fullmatch(r"2026\.11-draft\+[0-9a-f]{10}", same)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "rule.toml").write_bytes(b'version = "\xff"')
    with pytest.raises(RuleError, match=r"rule\.toml: .*can't decode"):
        read_rule_files(tmp_path)


def test_a_file_that_is_no_toml_is_named() -> None:
    with pytest.raises(RuleError, match=r"rule\.toml: "):
        load_rule_set({"rule.toml": "version = "})


def test_every_example_is_read_with_its_reason_and_tier(tmp_path: Path) -> None:
    rules = load(tmp_path, RULE.replace("fever = 1 } }]", "fever = 1 }, tier = 'visit' }, { why = 'so', today = {} }]"))
    first, second = rules["X01-test"].holds
    assert (first.why, first.tier, first.case) == ("it does", "visit", {"today": {"fever": 1}})
    assert (second.why, second.tier, second.case) == ("so", None, {"today": {}})
    assert [one.why for one in rules["X01-test"].near_misses] == ["it does not"]
    assert len([one for rule in rule_set().rules.values() for one in (*rule.holds, *rule.near_misses)]) > 350


def test_the_tier_of_a_rule_is_the_highest_it_can_reach(tmp_path: Path) -> None:
    higher = '[[rule.branch]]\ntier = "prompt"\nwhen = { symptom = "cough" }\n'
    rule = load(tmp_path, RULE.replace("[[rule.branch]]", f"{higher}[[rule.branch]]"))["X01-test"]
    assert (rule.tier, [branch.tier for branch in rule.branches]) == ("prompt", ["prompt", "visit"])


@pytest.mark.parametrize("key", ["branch", "holds", "near_misses"])
@pytest.mark.parametrize("value", ["[]", '"x"', "{ why = 1 }", "[1]"])
def test_a_list_that_is_none_or_empty_is_refused(tmp_path: Path, key: str, value: str) -> None:
    rule = {"branch": re.sub(r"\[\[rule\.branch\]\](.|\n)*", "", RULE)}.get(key, re.sub(rf"{key} = .*\n", "", RULE))
    with pytest.raises(RuleError, match=rf"rule\.toml: X01-test\.{key}"):
        load(tmp_path, rule.replace("version = 1\n", f"version = 1\n{key} = {value}\n"))


def test_the_day_of_review_is_a_day(tmp_path: Path) -> None:
    home = 'version = "1"\n[home]\nvisit = ["fever", "cough"]\n'
    assert rule_set().review_on == date(2027, 5, 1)
    assert load(tmp_path, RULE, home).review_on is None
    assert load(tmp_path, RULE, "review_on = 2027-01-31\n" + home).review_on == date(2027, 1, 31)
    for wrong in ('"2027-01-31"', "2027-01-31T10:00:00", "7", "true"):
        with pytest.raises(RuleError, match=r"home\.toml: review_on: must be a day"):
            load(tmp_path, RULE, f"review_on = {wrong}\n{home}")
    with pytest.raises(RuleError, match=r"rule\.toml: review_on: home.toml names the day already"):
        load(tmp_path, "review_on = 2027-01-31\n" + RULE, "review_on = 2027-01-31\n" + home)


def test_a_good_rule_is_taken(tmp_path: Path) -> None:
    rules = load(tmp_path, RULE)
    assert rules["X01-test"].branches[0].steps == ("Do this.",)
    with pytest.raises(KeyError):
        rules["X02-test"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "X01-test"\n', "", r"rule.toml: rule\[0\].id: is missing"),
        ('title = "Test"\n', "", "rule.toml: X01-test.title: must be a text"),
        ('headline = "A test."', 'headline = " "', "X01-test.headline: must be a text"),
        ('steps = ["Do this."]', "steps = []", "X01-test.steps: tell the patient"),
        ('steps = ["Do this."]', 'steps = "Do this."', "X01-test.steps: must be a list"),
        ('source = "SEED P1"\n', "", "X01-test.source: must be a text"),
        ("version = 1", "version = true", "X01-test.version: must be a whole number"),
        ('holds = [{ why = "it does", today = { fever = 1 } }]', "holds = []", "X01-test.holds: .* examples"),
        ('near_misses = [{ why = "it does not", today = { cough = 1 } }]\n', "", "X01-test.near_misses: "),
        ('why = "it does", ', "", r"X01-test.holds\[0\].why: must be a text"),
        ('title = "Test"', 'titel = "Test"', "X01-test: unknown key 'titel'"),
        ('tier = "visit"', 'tier = "soon"', r"X01-test.branch\[0\].tier: must be one of"),
        ('tier = "visit"', 'tier = "visit"\nsince = 1', r"X01-test.branch\[0\]: unknown key 'since'"),
        ('[[rule.branch]]\ntier = "visit"\nwhen = { symptom = "fever" }', "", "X01-test.branch: needs"),
        ('when = { symptom = "fever" }', "", r"branch\[0\].when: a condition is a table"),
        ('"visit"\n', '"visit"\nsteps = []\n', r"X01-test.branch\[0\].steps: tell the patient"),
        (
            '[[rule.branch]]\ntier = "visit"\nwhen = { symptom = "fever" }',
            'elsewhere = "soon"',
            "X01-test.elsewhere: must be one of",
        ),
        ("[[rule]]", "[[rules]]", "rule.toml: rules: unknown key"),
        ("[[rule]]", "[[rule]", "rule.toml: "),
    ],
)
def test_a_bad_rule_is_refused_with_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in RULE
    with pytest.raises(RuleError, match=says):
        load(tmp_path, RULE.replace(old, new, 1))


def test_the_higher_tier_comes_first(tmp_path: Path) -> None:
    second = '[[rule.branch]]\ntier = "prompt"\nwhen = { symptom = "cough" }\n'
    with pytest.raises(RuleError, match=r"X01-test\.branch: the highest tier comes first"):
        load(tmp_path, RULE + second)


@pytest.mark.parametrize(
    ("home", "says"),
    [
        ('[home]\nvisit = ["fever"]\n', "version: exactly one file"),
        ('version = "1"\n[home]\nsoon = ["fever"]\n', "home.toml: home.soon: unknown tier"),
        ('version = "1"\n[home]\nvisit = ["fever"]\nprompt = ["fever"]\n', "home.prompt: fever has two"),
        ('version = "1"\n[home]\nvisit = ["fever"]\n[groups]\none = ["cold"]\n', "groups.one: unknown symptom cold"),
        ('version = "1"\n[home]\nvisit = ["a"]\n[groups]\none = ["d", "c"]\n', "groups.one: unknown symptom c$"),
        ('version = "1"\nhome = ["fever"]\n', "home.toml: home: must be a table"),
        ('version = "1"\n[home]\nvisit = "fever"\n', "home.toml: home.visit: must be a list of symptoms"),
        ('version = "1"\n[home]\nvisit = ["fever", 1]\n', "home.toml: home.visit: must be a list of symptoms"),
        ('version = "1"\ngroups = 1\n', "home.toml: groups: must be a table"),
        ('version = "1"\n[groups]\none = 1\n', "home.toml: groups.one: must be a list of symptoms"),
        ('version = "1"\nrule = 1\n', r"home.toml: rule: rules are written \[\[rule\]\]"),
        ("version = 1\n", "home.toml: version: must be a text"),
    ],
)
def test_bad_symptoms_are_refused(tmp_path: Path, home: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        load(tmp_path, home=home)


def test_a_group_or_an_id_cannot_be_told_twice(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"rule.toml: X01-test: this id is taken"):
        load(tmp_path, RULE + RULE)
    home = 'version = "1"\n[home]\nvisit = ["fever", "cough"]\n[groups]\none = ["cough"]\n'
    with pytest.raises(RuleError, match=r"rule.toml: groups.one: twice"):
        load(tmp_path, '[groups]\none = ["fever"]\n', home)


def test_rules_that_ask_about_each_other_are_refused(tmp_path: Path) -> None:
    other = RULE.replace("X01", "X02").replace('{ symptom = "fever" }', '{ no_rule = ["X01-*"] }')
    this = RULE.replace('{ symptom = "fever" }', '{ none = [{ rule_holds = ["X02-test"] }] }')
    with pytest.raises(RuleError, match="in a circle: X0"):
        load(tmp_path, this + other)
