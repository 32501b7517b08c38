"""No page and no rule ever soothes, and what a patient reads stays short."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOOTHING = (
    "all clear", "all good", "all is well", "nothing to worry", "nothing wrong", "no need to worry", "don't worry",
    "do not worry", "you are fine", "you're fine", "you are safe", "no problem", "no cause for concern",
    "perfectly normal",
    "everything is fine", "everything looks good", "looking good", "well done", "great job", "congratulations",
)  # fmt: skip
HEARD = sorted((ROOT / "symptoms" / "catalogue" / "data").glob("cues*.toml"))  # what patients write; no page says it
SPOKEN = (
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted((ROOT / "templates").rglob("*.txt")),
    *sorted((ROOT / "symptoms").rglob("*.py")),
    *sorted(path for path in (ROOT / "symptoms").rglob("*.toml") if path not in HEARD),
    *sorted((ROOT / "static" / "js").rglob("*.js")),
)
PATIENT_PAGES = sorted(
    path
    for room in ("triage", "today", "sharing", "accounts", "followups", "notifications", "mydata")
    for path in (ROOT / "templates" / room).glob("*.html")
)
# What pages and messages say of shots, blood tests, reminders and rules, told in Python.
WORDS = sorted((ROOT / "symptoms").rglob("*words.py"))
WRAPPED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
TRANSLATED = re.compile(r"\{% translate \"([^\"]+)\"|\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate", re.S)


def test_there_is_something_to_read() -> None:
    assert len(SPOKEN) > 60
    assert len(PATIENT_PAGES) > 15


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_soothes(path: Path) -> None:
    text = " ".join(path.read_text(encoding="utf-8").lower().replace("\u2019", "'").split())
    assert not [words for words in SOOTHING if words in text]


@pytest.mark.parametrize("path", PATIENT_PAGES, ids=lambda path: path.name)
def test_sentences_are_short(path: Path) -> None:
    """At most 20 words a sentence: reading age 9 to 11."""
    for plain, block in TRANSLATED.findall(path.read_text(encoding="utf-8")):
        for sentence in re.split(r"(?<=[.!?])\s", re.sub(r"<[^>]+>", "", plain or block)):
            assert len(sentence.split()) <= 20, sentence


def told_in(path: Path) -> list[str]:
    """Return the texts for people in a file of Python: whole, however many pieces they are written in."""
    calls = (one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call))
    wrapped = (one for one in calls if isinstance(one.func, ast.Name) and one.func.id in WRAPPED)
    return [
        said.value
        for one in wrapped
        for said in one.args
        if isinstance(said, ast.Constant) and isinstance(said.value, str)
    ]


def test_words_are_found() -> None:
    assert {"injection_words.py", "blood_words.py", "reminder_words.py"} <= {path.name for path in WORDS}
    assert all(told_in(path) for path in WORDS if path.name.startswith(("injection", "blood", "reminder")))


@pytest.mark.parametrize("path", WORDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_told_in_python_are_short(path: Path) -> None:
    for text in told_in(path):
        for sentence in re.split(r"(?<=[.!?])\s", text):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize("path", PATIENT_PAGES, ids=lambda path: path.name)
def test_templates_hold_no_style_no_script_no_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"style=|<script(?![^>]*src=)|\son\w+=", text)
    assert text.count("\n") <= 150
