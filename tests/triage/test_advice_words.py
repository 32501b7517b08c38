"""What a rule rests on, in words for patients."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.sharing.scope import EVERYTHING
from symptoms.triage import ruleset
from symptoms.triage.engine import Because
from symptoms.triage.facts import facts_for
from symptoms.triage.ruleset import live_rules
from symptoms.triage.selectors.advice import Reason, Wording, headline_of, leading
from symptoms.triage.words import BASES, SOURCES, basis_words, in_a_sentence, source_words
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("EU-PIL 4", "Kesimpta package leaflet (EU), section 4"),
        ("EU-PIL 2,4; NHS-ANA", "Kesimpta package leaflet (EU), section 2,4; NHS, anaphylaxis"),
        ("SEED P6", "a patient information text on Kesimpta, paragraph 6"),
        ("STROKE (US hospital and FAST pages)", "hospital pages on stroke, (US hospital and FAST pages)"),
        ("NEUT-A; NEUT-D", "case reports of low white counts"),
        ("SOME-NEW-KEY 3", "SOME-NEW-KEY 3"),
        ("", ""),
        ("; ;", ""),
    ],
)
def test_sources_are_told_in_words_and_none_is_dropped(source: str, words: str) -> None:
    assert source_words(source) == words


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("seed", "a patient information text"),
        ("seed+label", "a patient information text and the medicine\u2019s label"),
        ("label; 24 h=judgement", "the medicine\u2019s label and our own judgement"),
        ("seed+label+general", "a patient information text, the medicine\u2019s label and public emergency advice"),
        ("label+label", "the medicine\u2019s label"),
        ("something else", "something else"),
    ],
)
def test_basis_is_told_in_words(basis: str, words: str) -> None:
    assert basis_words(basis) == words


def test_every_rule_names_a_basis_that_has_words() -> None:
    for rule in live_rules().rules.values():
        assert any(kind in rule.basis for kind in BASES), rule.id
        assert rule.source or "judgement" in rule.basis, rule.id


def test_every_judgement_is_told_as_one() -> None:
    for rule in live_rules().rules.values():
        assert ("judgement" in rule.basis) == ("our own judgement" in basis_words(rule.basis)), rule.id


def test_no_source_has_empty_words() -> None:
    assert all(str(words).strip() for words in SOURCES.values())


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Fever", "fever"),
        ("Swelling of my face", "swelling of my face"),
        ("COVID test positive", "COVID test positive"),
        ("A rash", "a rash"),
        ("", ""),
        ("X", "X"),
    ],
)
def test_names_read_well_inside_a_sentence(name: str, inside: str) -> None:
    assert in_a_sentence(name) == inside


def test_rules_that_know_the_symptom_lead_before_general_ones() -> None:
    held = [("same-day", "B00-own-tier"), ("prompt", "P21-mouth"), ("same-day", "S10-eye"), ("prompt", "PRO1-jump")]
    order = sorted(held, key=lambda one: leading(*one))
    assert [rule for _, rule in order] == ["S10-eye", "B00-own-tier", "P21-mouth", "PRO1-jump"]


def test_headline_of_a_stored_result_is_that_of_its_tier() -> None:
    held = [{"tier": "same-day", "rule_id": "B00-own-tier"}, {"tier": "same-day", "rule_id": "S10-eye"}]
    assert headline_of(held, "same-day") == live_rules()["S10-eye"].text_for("same-day")[0]
    assert headline_of(held, "emergency") == ""


@pytest.mark.parametrize("held", [[], [{"tier": "prompt", "rule_id": "P99-gone"}]], ids=["nothing", "rule gone"])
def test_headline_of_a_rule_that_is_gone_is_empty(held: list[dict[str, str]]) -> None:
    assert headline_of(held, "prompt") == ""


def test_headline_where_the_rules_cannot_be_read_is_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ruleset, "RULES", tmp_path / "gone")
    assert headline_of([{"tier": "prompt", "rule_id": "P21-mouth"}], "prompt") == ""


def wording(entry: Entry, reader: User) -> Wording:
    return Wording(facts_for(entry), entry, reader, {"headache": "Headache"}, EVERYTHING)


def test_a_blood_test_is_named_as_one(cast: Cast) -> None:
    words = wording(make_entry(cast.ana_log), cast.ana)
    assert words.reason(Because("result", None, None, "platelets 45")) == Reason(
        "platelets 45", None, "Result of a blood test"
    )


@pytest.mark.parametrize(
    ("note", "value", "told"),
    [
        ("I see double", None, "Found in the note: \u201cI see double\u201d"),
        ("I see double", "see double", "Found in the note: \u201csee double\u201d"),
        ("", None, "Found in the note"),
    ],
)
def test_what_was_found_in_a_note_is_quoted(cast: Cast, note: str, value: str | None, told: str) -> None:
    words = wording(make_entry(cast.ana_log, note=note), cast.ana)
    assert words.reason(Because("note", None, 0, value)) == Reason("Words in the note", None, told)


def test_a_long_note_is_quoted_by_its_beginning(cast: Cast) -> None:
    words = wording(make_entry(cast.ana_log, note="word " * 100), cast.ana)
    assert len(words.reason(Because("note", "headache", 0)).how) < 110


def test_an_earlier_entry_is_told_by_its_day_and_names_nobody(cast: Cast) -> None:
    day = clock.local_day(clock.now(), "Europe/London") - timedelta(days=3)
    make_entry(cast.ana_log, {"headache": 2}, day=day, by=cast.sam)
    words = wording(make_entry(cast.ana_log, {"headache": 4}), cast.ana)
    told = words.reason(Because("tick", "headache", 0, today=False))
    assert told == Reason("Headache", 2, f"Logged for {day:%A} {day.day} {day:%B}")


def test_a_reading_of_another_author_is_told_as_logged(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, by=cast.sam, temperature_c=Decimal("38.60"))
    told = wording(entry, cast.ana).reason(Because("temperature", "fever", 0, "38.6"))
    assert told.what == "Temperature 38.6\N{NO-BREAK SPACE}\N{DEGREE SIGN}C"
    assert told.how.startswith("Sam logged it at ")


def test_a_symptom_without_a_name_or_a_place_is_still_told(cast: Cast) -> None:
    words = wording(make_entry(cast.ana_log), cast.ana)
    assert words.reason(Because("tick", "some-new-symptom", None)) == Reason("Some new symptom", None, "")


def test_a_shot_before_an_entry_of_an_earlier_day_gives_no_made_up_hours(cast: Cast) -> None:
    at = clock.now() - timedelta(days=4)
    log_injection(patient=cast.ana_log, at=at, number=6, site="thigh-left", by=cast.ana)
    day = clock.local_day(clock.now(), "Europe/London") - timedelta(days=2)
    words = wording(make_entry(cast.ana_log, {"headache": 1}, day=day), cast.ana)
    told = words.reason(Because("injection", None, None, "60.0 h", today=False)).how
    assert "hour" not in told
    assert " at " in told


def test_no_shot_gives_no_words_about_one(cast: Cast) -> None:
    words = wording(make_entry(cast.ana_log), cast.ana)
    assert words.reason(Because("injection", None, None, "3.0 h", today=False)).how == ""
