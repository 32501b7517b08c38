"""From the files into the database, again and again."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.actions import DATA, load_catalogue
from symptoms.catalogue.curated import CatalogueError
from symptoms.catalogue.models import Citation, SideEffect, Source, Symptom, Synonym
from symptoms.catalogue.selectors import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_loading_twice_changes_nothing(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    before = (SideEffect.objects.count(), Symptom.objects.count(), Synonym.objects.count(), Citation.objects.count())
    assert before[:2] == (43, 128)
    with django_assert_max_num_queries(24):
        loaded = load_catalogue()
    assert (loaded.added, loaded.changed, loaded.retired) == ([], [], [])
    after = (SideEffect.objects.count(), Symptom.objects.count(), Synonym.objects.count(), Citation.objects.count())
    assert after == before


def test_a_changed_text_word_or_source_is_told_by_slug(folder: Path) -> None:
    file = folder / "side_effects.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('what = "Your head hurts."', 'what = "Your head is sore."')
    text = text.replace('"feverish"]', '"feverish", "boiling hot"]').replace('"jab reaction"', '"shot trouble"')
    file.write_text(text, encoding="utf-8")
    loaded = load_catalogue(folder)
    assert set(loaded.changed) == {"headache", "injection-related-reaction"}
    assert SideEffect.objects.get(slug="headache").what == "Your head is sore."
    assert Synonym.objects.filter(words="shot trouble").exists()
    assert not Synonym.objects.filter(words="jab reaction").exists()


def test_what_is_gone_is_retired_and_comes_back(folder: Path) -> None:
    file = folder / "side_effects.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index('[[effect]]\nslug = "shingles"')
    file.write_text(text[:start] + text[text.index("[[effect]]", start + 5) :], encoding="utf-8")
    assert load_catalogue(folder).retired == ["shingles"]
    assert SideEffect.objects.get(slug="shingles").retired_at is not None
    assert "shingles" not in [effect.slug for effect in search("shingles").effects]
    assert load_catalogue(DATA).changed == ["shingles"]
    assert SideEffect.objects.get(slug="shingles").retired_at is None


def test_a_new_row_is_told(folder: Path) -> None:
    file = folder / "sources.toml"
    file.write_text(file.read_text() + '\n[[source]]\nkey = "NEW"\ncitation = "A new leaflet"\n')
    assert load_catalogue(folder).added == ["NEW"]
    assert Source.objects.get(key="NEW").citation == "A new leaflet"
    file.write_text(file.read_text().replace("A new leaflet", "A newer leaflet"))
    assert load_catalogue(folder).changed == ["NEW"]


def test_a_wrong_file_touches_nothing(folder: Path) -> None:
    file = folder / "side_effects.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('name = "Fever"', 'name = ""').replace("Shingles", "X"))
    with pytest.raises(CatalogueError):
        load_catalogue(folder)
    assert SideEffect.objects.get(slug="shingles").name == "Shingles"


def test_the_command_says_what_it_did_and_refuses_kindly(folder: Path) -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert out.getvalue().splitlines() == ["added 0", "changed 0", "retired 0"]
    file = folder / "side_effects.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('what = "Your head hurts."', 'what = "Your head is sore."'), encoding="utf-8")
    out = StringIO()
    call_command("load_catalogue", str(folder), stdout=out)
    assert out.getvalue().splitlines() == ["added 0", "changed 1: headache", "retired 0"]
    (folder / "sources.toml").unlink()
    with pytest.raises(CommandError, match=r"sources\.toml: the file is missing"):
        call_command("load_catalogue", str(folder))
