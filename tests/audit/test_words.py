"""Every verb that the product writes down has words for the patient, or is said to be none of hers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from symptoms.audit import words

ROOT: Final = Path(__file__).parents[2]
VERB: Final = re.compile(r"[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*")
# Whatever hands a verb on to audit.actions.record.
TELLERS: Final = re.compile(r"_?(?:record|tell\w*|revise|happened)")


def told_by(call: ast.Call) -> Iterator[str]:
    """Yield the verbs, or the beginnings of verbs with "*", among what is handed over."""
    for argument in call.args:
        for part in ast.walk(argument):
            if isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                yield f"{part.values[0].value!s}*"
            elif isinstance(part, ast.Constant) and isinstance(part.value, str) and VERB.fullmatch(part.value):
                yield part.value


def verbs() -> set[str]:
    found: set[str] = set()
    for file in (*ROOT.glob("symptoms/**/*.py"), *ROOT.glob("kesimpta_tracker/**/*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                if TELLERS.fullmatch(name):
                    found.update(told_by(call))
    return {verb for verb in found if verb.split(".")[0] in {path.name for path in (ROOT / "symptoms").iterdir()}}


def test_the_search_finds_the_verbs_of_every_room() -> None:
    rooms = {verb.split(".")[0] for verb in verbs()}
    assert {"accounts", "diary", "followups", "inbox", "mydata", "notifications", "sharing", "triage"} <= rooms
    assert {"triage.flag-*", "followups.test-booking-undone", "diary.entry-deleted"} <= verbs()


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_has_words_or_is_not_for_patients(verb: str) -> None:
    if verb.endswith("*"):
        assert [known for known in words._words if known.startswith(verb[:-1])]
    else:
        assert words.is_known(verb)


@pytest.mark.parametrize("verb", sorted(words._words))
def test_a_sentence_names_who_and_nothing_is_left_open(verb: str) -> None:
    told = words.sentence(verb, "Sam")
    assert told is None or (told.startswith("Sam ") and "%" not in told)
    assert (told is None) is (verb in words.not_told())
