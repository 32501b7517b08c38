"""`manage.py assess`: lines in, lines out, errors in their place."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).with_name("cases.jsonl")
GOOD = b'{"id": "a", "entries": [{"at": "2026-10-12T10:00", "symptoms": [{"id": "collapse"}]}]}\n'


def assess(*files: str) -> tuple[list[dict[str, object]], int]:
    out, code = io.StringIO(), 0
    try:
        call_command("assess", *files, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_every_case_of_a_file_is_answered_in_order() -> None:
    answers, code = assess(str(CASES))
    asked = [json.loads(line)["id"] for line in CASES.read_text().splitlines()]
    assert [answer["id"] for answer in answers] == asked
    assert code == 1
    assert [answer["id"] for answer in answers if "error" in answer] == [
        "bad-severity-7",
        "bad-symptom-id",
        "bad-zone-unknown",
    ]


def test_a_good_file_ends_with_0(tmp_path: Path) -> None:
    file = tmp_path / "good.jsonl"
    file.write_bytes(GOOD + b"\n  \n" + GOOD)
    answers, code = assess(str(file), str(file))
    assert ([answer["tier"] for answer in answers], code) == (["emergency"] * 4, 0)


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'"\\ud800"', b"[]"])
def test_a_bad_line_gets_an_error_and_the_others_an_answer(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(GOOD + line + b"\n" + GOOD)
    answers, code = assess(str(file))
    assert [answer.get("tier") for answer in answers] == ["emergency", None, "emergency"]
    assert answers[1]["id"] is None
    assert answers[1]["error"]
    assert code == 1


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    answers, code = assess("-")
    assert ([answer["id"] for answer in answers], code) == (["a"], 0)


@pytest.mark.parametrize("read", [0, 1])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, read: int) -> None:
    """As in `manage.py assess file | head -1`: no traceback, and nothing is said about it."""
    file = tmp_path / "many.jsonl"
    file.write_bytes(GOOD * 5_000)
    command = [sys.executable, "manage.py", "assess", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as asked:
        assert asked.stdout and asked.stderr
        for _ in range(read):
            assert json.loads(asked.stdout.readline())["tier"] == "emergency"
        asked.stdout.close()
        assert asked.stderr.read() == b""
    assert asked.returncode == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            b'{"id": "a", "entries": [{"at": "2026-10-12T10:00", "urgent": "very"}]}',
            "entries[0].urgent: must be one of",
        ),
        (
            b'{"id": "a", "entries": [{"at": "2026-10-12T10:00"}], "patient": {"expected": [{"id": "fever"}]}}',
            "patient.expected[0].severity: is missing",
        ),
        (b'{"id": "a"}', "entries: must be a list"),
        (b'{"id": "a", "id": null}', "case.id: is missing"),
    ],
)
def test_what_is_wrong_in_a_line_is_said_with_its_place(tmp_path: Path, line: bytes, says: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(line)
    [answer], code = assess(str(file))
    assert says in str(answer["error"])
    assert code == 1


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Is a directory"):
        assess(str(tmp_path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing.jsonl: No such file"):
        assess(str(tmp_path / "nothing.jsonl"))
