"""`manage.py find_symptoms`: texts in, findings out, errors in their place."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

GOOD = b'{"id": "a", "text": "No fever, but my throat is closing."}\n'
FOUND = [
    {"symptom": "fever", "span": [3, 8], "status": "negated"},
    {"symptom": "swelling-throat", "span": [17, 34], "status": "present"},
]


def find_symptoms(*files: str) -> tuple[list[dict[str, Any]], int]:
    out, code = io.StringIO(), 0
    try:
        call_command("find_symptoms", *files, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_each_line_gets_its_findings(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_bytes(GOOD + b"\n  \n" + GOOD)
    answers, code = find_symptoms(str(file), str(file))
    assert (answers, code) == ([{"id": "a", "found": FOUND}] * 4, 0)


def test_a_caregiver_writes_of_the_patient(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text(
        '{"id": 1, "text": "she has a fever", "author": "caregiver"}\n{"id": 2, "text": "she has a fever"}\n'
    )
    answers, code = find_symptoms(str(file))
    assert [answer["found"][0]["status"] for answer in answers] == ["present", "other"]
    assert code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "object"),
        (b'{"text": 1}', "text"),
        (b"{}", "text"),
        (b'{"text": "a", "author": "nurse"}', "author"),
        (b'{"text": "a", "author": ["patient"]}', "author"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_others_an_answer(tmp_path: Path, line: bytes, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(GOOD + line + b"\n" + GOOD)
    answers, code = find_symptoms(str(file))
    assert [answer.get("found") for answer in answers] == [FOUND, None, FOUND]
    assert said in answers[1]["error"]
    assert code == 1


def test_the_id_stays_with_its_error(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b'{"id": "n7"}')
    assert find_symptoms(str(file))[0][0]["id"] == "n7"


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    answers, code = find_symptoms("-")
    assert ([answer["id"] for answer in answers], code) == (["a"], 0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing.jsonl: No such file"):
        find_symptoms(str(tmp_path / "nothing.jsonl"))
