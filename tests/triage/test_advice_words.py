"""What a rule rests on, in words for patients."""

import pytest

from symptoms.triage.ruleset import live_rules
from symptoms.triage.selectors import headline_of, leading
from symptoms.triage.words import BASES, SOURCES, basis_words, in_a_sentence, source_words


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
