"""Conditions that a curator could mistype: each is refused, with file and key."""

from pathlib import Path

import pytest

from symptoms.triage.engine import RuleError
from tests.triage.engine.test_rule_set import RULE, load

GOOD = '{ symptom = "fever" }'


def refused(tmp_path: Path, condition: str) -> str:
    with pytest.raises(RuleError) as wrong:
        load(tmp_path, RULE.replace(GOOD, condition))
    return str(wrong.value)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ('"fever"', "rule.toml: X01-test.branch[0].when: a condition is a table"),
        ("{}", "needs exactly one kind of condition, found []"),
        ("{ fever = true }", "needs exactly one kind of condition, found ['fever']"),
        ("{ any = [], all = [] }", "needs exactly one kind"),
        ("{ any = [] }", "when.any: must be a list of conditions"),
        ("{ all = 1 }", "when.all: must be a list of conditions"),
        (f"{{ any = [{GOOD}], at_least = 2 }}", "unknown key 'at_least'"),
        ("{ none = [{ fever = 1 }] }", "when.none[0]: needs exactly one kind"),
        (f"{{ count_of = [{GOOD}] }}", "when.at_least: must be a whole number"),
        (f"{{ count_of = [{GOOD}], at_most = 2 }}", "unknown key 'at_most'"),
        ('{ no_rule = ["X09-*"] }', "no_rule: no rule is called 'X09-*'"),
        ('{ rule_holds = "X01-test" }', "rule_holds: must be a list"),
        ('{ no_rule = ["X01-*"], at = 1 }', "unknown key 'at'"),
        ('{ setting = "fever_c" }', "when.setting: the only setting"),
        ('{ setting = "strict_mode", on = true }', "unknown key 'on'"),
        ("{ hepatitis_b = 1 }", "when.hepatitis_b: must be a text"),
        ("{ no_relapse_for_days = true }", "when.days: must be a whole number"),
        ('{ symptom = "feaver" }', "when: unknown symptom feaver"),
        ('{ symptoms = ["@colds"] }', "when.symptoms: unknown group @colds"),
        ("{ symptom = 1 }", "when.symptom: must be a text"),
        ('{ symptom = "fever", without = ["cough"] }', "without names a symptom that was not in"),
        ('{ symptom = "fever", sev = 2 }', "when: unknown key 'sev'"),
        ('{ symptom = "fever", at_least = "2" }', "when.at_least: must be a whole number"),
        ('{ symptom = "fever", new = "yes" }', "when.new: must be true or false"),
        ('{ symptom = "fever", onset = "quick" }', "when.onset: must be one of sudden"),
        ('{ symptom = "fever", yes_to = "colour" }', "when.yes_to: must be one of heat"),
        ('{ symptom = "fever", not_no_to = "colour" }', "when.not_no_to: must be one of heat"),
        ('{ days_with = ["fever"] }', "when.at_least: must be a whole number"),
        ('{ days_with = ["fever"], at_least = "many" }', "when.at_least: must be a whole number"),
        ('{ entries_with = ["fever"], at_least = 2 }', "the key 'within_days' is missing"),
        ('{ temperature_at_least = "38" }', "must be a number"),
        ("{ temperature_at_least = 38, below = 40 }", "unknown key 'below'"),
        ("{ temperature_of_fever = 1 }", "must be true or false"),
        ('{ temperature_below = "36" }', "must be a number"),
        ("{ no_reading_today = 1 }", "must be true or false"),
        ("{ shot = 24 }", "is written shot = {"),
        ("{ shot = { hours = 24 } }", "when.shot: unknown key 'hours'"),
        ('{ result = ["sugar"] }', "when.result: unknown test sugar"),
        ('{ result = "alt" }', "when.result: must be a list"),
        ("{ urgent_for_patient = 1 }", "when.urgent_for_patient: must be true or false"),
        ("{ urgent_for_patient = true, today = true }", "when: unknown key 'today'"),
        ('{ hepatitis_b = "negative", since = 1 }', "when: unknown key 'since'"),
        ("{ urgent_for_patient = false }", "when.urgent_for_patient: can only be true"),
        ("{ no_reading_today = false }", "when.no_reading_today: can only be true"),
        ("{ temperature_of_fever = false }", "when.temperature_of_fever: can only be true"),
        ("{ any_symptom = false }", "when.any_symptom: can only be true"),
        ("{ shot = { hours_at_most = 24 }, on = true }", "is written shot = {"),
        ("{ shot = { days_at_least = -1 } }", "when.shot.days_at_least: must be a whole number, 0 or more"),
        ("{ missed_dose = { loading_days = 1, monthly_days = 5 }, on = 1 }", "when.missed_dose: must be a table"),
        ('{ signs_over_days = [["fever"]], signs = [], at_least = 1, days = 2 }', "when: unknown key 'signs'"),
        ('{ note_says = ["a"], twice = true }', "note_says stands alone"),
        ('{ note_says = [""] }', "must be a text"),
        ('{ own_tier = "soon" }', "own_tier: no symptom has this own tier"),
        ("{ any_symptom = 1 }", "when.any_symptom: must be true or false"),
        ("{ signs_over_days = 1, at_least = 2, days = 21 }", "signs_over_days: must be a list of lists"),
        ('{ worsening = "feaver", by = 1, days = 14 }', "when.worsening: unknown symptom feaver"),
        ("{ doses_too_close = 6 }", "when.doses_too_close: must be a table"),
        ("{ missed_dose = { loading_days = 1 } }", "the key 'monthly_days' is missing"),
        ('{ stronger_reaction = "fever" }', "must be a list of texts"),
    ],
)
def test_a_bad_condition_is_refused(tmp_path: Path, condition: str, says: str) -> None:
    assert says in refused(tmp_path, condition)


def test_nought_is_a_whole_number(tmp_path: Path) -> None:
    load(tmp_path, RULE.replace(GOOD, f"{{ all = [{GOOD}, {{ shot = {{ days_at_least = 0 }} }}] }}"))
