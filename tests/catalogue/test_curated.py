"""The curated files, and what is refused in them."""

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from symptoms.catalogue.actions import DATA
from symptoms.catalogue.curated import GRADE_LIMIT, TEXTS, TIERS, CatalogueError, read
from symptoms.lib.text import longest_sentence, reading_grade

RULES = DATA.parent.parent / "triage" / "rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_catalogue_is_whole() -> None:
    said = read(DATA)
    assert len(said.effects) == 43
    assert len(said.symptoms) == 128
    assert Counter(effect.category for effect in said.effects).keys() == {
        "common", "less-common", "serious", "rare", "other",
    }  # fmt: skip
    ticked = {slug for effect in said.effects for slug in effect.symptoms}
    assert {symptom.slug for symptom in said.symptoms} >= ticked


@pytest.mark.parametrize("statement", TEXTS)
def test_every_text_is_easy_to_read(statement: str) -> None:
    for effect in read(DATA).effects:
        text = effect.texts[statement]
        assert reading_grade(text) <= GRADE_LIMIT, effect.slug
        assert longest_sentence(text) <= 20, effect.slug


def test_every_line_on_when_to_call_is_easy_to_read_and_the_highest_tier_first() -> None:
    for effect in read(DATA).effects:
        tiers = [TIERS.index(tier) for tier, _ in effect.calls]
        assert tiers == sorted(tiers), effect.slug
        for _, when in effect.calls:
            assert reading_grade(when) <= GRADE_LIMIT, (effect.slug, when)
            assert longest_sentence(when) <= 20, (effect.slug, when)


def test_the_tier_of_an_effect_is_among_its_lines_on_when_to_call() -> None:
    """The badge of the list and the page agree: what is urgent by itself has a line of its own."""
    for effect in read(DATA).effects:
        named = [tier for tier, _ in effect.calls]
        assert effect.tier == "self-care" or effect.tier in named, effect.slug


@pytest.mark.parametrize(
    "slug", ["numbness-tingling", "fever", "injection-related-reaction", "headache", "flu-or-covid", "low-platelets"]
)
def test_what_can_turn_into_an_emergency_says_when(slug: str) -> None:
    effect = next(effect for effect in read(DATA).effects if effect.slug == slug)
    assert effect.calls[0][0] == "emergency"


def test_the_lines_on_when_to_call_name_rules_that_exist() -> None:
    rules = {rule["id"] for path in RULES.glob("*.toml") for rule in tomllib.loads(path.read_text()).get("rule", [])}
    short = {rule.split("-")[0] for rule in rules}
    for effect in read(DATA).effects:
        cited = [section for statement, _, section in effect.citations if statement == "when_to_call"]
        assert len(cited) == 1, effect.slug
        for name in cited[0].split(", "):
            assert set(name.split("-")) <= short, (effect.slug, name)


def test_no_source_is_listed_that_stands_for_several() -> None:
    citations = list(read(DATA).sources.values())
    assert len(set(citations)) == len(citations)


@pytest.mark.parametrize("slug", ["site-pus", "site-warm-spreading", "wound-not-healing", "rash-no-fade", "low-temp"])
def test_a_sign_that_a_fever_makes_worse_asks_for_the_temperature(slug: str) -> None:
    assert "temperature" in next(one for one in read(DATA).symptoms if one.slug == slug).questions


def test_half_of_all_texts_read_at_grade_five_or_below() -> None:
    grades = sorted(reading_grade(text) for effect in read(DATA).effects for text in effect.texts.values())
    assert grades[len(grades) // 2] <= 5


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("side_effects.toml", 'what = [["SEED", "P2"]', 'what = [["NOBODY", "P2"]', "unknown source 'NOBODY'"),
        ("side_effects.toml", 'self_care = [["OWN", ""]]', "self_care = []", "sources.self_care: is missing"),
        ("side_effects.toml", '"site-redness"', '"site-red"', "unknown symptom 'site-red'"),
        ("side_effects.toml", 'slug = "fever"', 'slug = "chills"', "chills: slug: stands twice"),
        ("side_effects.toml", '["emergency", "Always.', '["someday", "Always.', "when_to_call: 'someday' is none of"),
        ("side_effects.toml", '  ["same-day", "Always. Send a photo if you can."],', '  ["same-day"],',
         "injection-site-infection: when_to_call: must be a list of [tier, when] pairs"),
        ("side_effects.toml", '  ["self-care", "It is mild and less than 3 days old."],',
         '  ["self-care", "It is mild."],\n  ["visit", "It is there."],',
         "injection-site-reaction: when_to_call: must name the highest tier first"),
        ("side_effects.toml", 'when_to_call = [\n', 'later = [\n', "when_to_call: is missing"),
        ("side_effects.toml", 'Always. Send a photo', 'Administration necessitates hospitalisation. Send a photo',
         "injection-site-infection: when_to_call: reads at grade"),
        ("side_effects.toml", 'tier = "self-care"', 'tier = "someday"', "tier: 'someday' is none of"),
        ("side_effects.toml", 'category = "common"', 'category = "often"', "category: 'often' is none of"),
        ("side_effects.toml", 'name = "Fever"', 'name = ""', "fever: name: is missing"),
        ("side_effects.toml", 'name = "Fever"', "name = 7", "fever: name: is missing"),
        ("side_effects.toml", "symptoms = [", "symptoms = [3, ", "symptoms: must be a list of texts"),
        ("side_effects.toml", 'what = "Your head hurts."', 'what = "Cephalalgia necessitates pharmacology."',
         "headache: what: reads at grade"),
        ("side_effects.toml", 'what = "Your head hurts."', f'what = "{"so it is bad and " * 5}."',
         "sentence of"),
        ("symptoms.toml", 'slug = "chills"', 'slug = "fever"', "fever: slug: stands twice"),
        ("symptoms.toml", 'home_tier = "same-day"', 'home_tier = "none"', "home_tier"),
        ("symptoms.toml", '"temperature"', '"weather"', "unknown question 'weather'"),
        ("sources.toml", 'key = "US-MG"', 'key = "US-PI"', "US-PI: key: stands twice"),
        ("sources.toml", "[[source]]", "[[source", "sources.toml"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_file_and_key(folder: Path, file: str, old: str, new: str, says: str) -> None:
    replace(folder / file, old, new)
    with pytest.raises(CatalogueError, match=re.escape(says)) as refused:
        read(folder)
    assert str(refused.value).startswith(file)


def test_a_missing_or_empty_file_is_refused(folder: Path) -> None:
    (folder / "symptoms.toml").write_text("")
    with pytest.raises(CatalogueError, match=r"symptoms.toml: holds no \[\[symptom\]\]"):
        read(folder)
    (folder / "symptoms.toml").unlink()
    with pytest.raises(CatalogueError, match=r"symptoms.toml: the file is missing"):
        read(folder)
