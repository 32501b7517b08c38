"""The finder on notes as people write them: what must be caught, and what must not alarm.

`notes.jsonl` are the examples of the format. The others were written for the finder: `notes_tuned.jsonl` and
`notes_more.jsonl` were looked at while the phrases were written; `notes_sealed.jsonl` was not, until they were.
"""

import pytest

from tests.catalogue.notes_report import measured, notes, red_symptoms, report

SETS = ["notes.jsonl", "notes_tuned.jsonl", "notes_more.jsonl", "notes_sealed.jsonl"]
SENSITIVITY = 0.95
FALSE_ALARMS = 0.05


@pytest.mark.parametrize("name", SETS)
def test_red_symptoms_are_caught_and_few_notes_alarm_falsely(name: str) -> None:
    figures = measured(notes(name))
    assert figures.sensitivity >= SENSITIVITY, figures.wrong
    assert figures.false_alarms <= FALSE_ALARMS, figures.wrong


def test_the_report_tells_every_kind() -> None:
    told = report("notes.jsonl")
    assert told.startswith("notes.jsonl: red caught")
    assert {case["kind"] for case in notes("notes.jsonl")} <= set(told.split())


def test_red_symptoms_are_those_that_urgent_rules_name() -> None:
    assert {"swelling-lips-tongue", "fever", "vision-blurred", "positive-covid-flu-test"} <= red_symptoms()
    assert not {"pale-skin", "tummy-swelling", "joint-pain"} & red_symptoms()
