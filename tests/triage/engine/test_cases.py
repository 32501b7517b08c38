"""The example cases of the format, one test each."""

import json
from pathlib import Path
from typing import Any

import pytest

from symptoms.catalogue.finder import present
from symptoms.triage.engine import answer
from tests.triage.engine.rules_under_test import ids, rule_set

CASES = [json.loads(line) for line in Path(__file__).with_name("cases.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case_gets_the_answer_it_expects(case: dict[str, Any]) -> None:
    said, expect = answer(case, rule_set(), present), case["expect"]
    if "error" in expect:
        assert said["id"] == case["id"]
        assert said["error"]
        return
    held = ids(said)
    assert said["checked"]
    assert (said["tier"], case["why"]) == (expect["tier"], case["why"])
    assert set(expect["rules"]) <= held.keys()
    assert not set(expect["not_rules"]) & held.keys()


def test_without_a_reader_of_notes_only_ticks_and_words_speak() -> None:
    [case] = [case for case in CASES if case["id"] == "note-tongue"]
    assert answer(case, rule_set())["tier"] == "self-care"
