"""The curated files, and what is refused in them."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from symptoms.catalogue.actions import DATA
from symptoms.catalogue.curated import GRADE_LIMIT, STATEMENTS, CatalogueError, read
from symptoms.lib.text import longest_sentence, reading_grade


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


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_text_is_easy_to_read(statement: str) -> None:
    for effect in read(DATA).effects:
        text = effect.texts[statement]
        assert reading_grade(text) <= GRADE_LIMIT, effect.slug
        assert longest_sentence(text) <= 20, effect.slug


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
