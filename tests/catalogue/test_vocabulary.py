"""The phrase files: every mistake is refused, with the file and the key."""

import shutil
from pathlib import Path

import pytest

from symptoms.catalogue.curated import CatalogueError
from symptoms.catalogue.curated import read as read_catalogue
from symptoms.catalogue.finder import DATA, Finder, live_finder, ordinary, read
from symptoms.catalogue.finder.pattern import PatternError, inflected, variants

SETS = '[sets]\nbig = ["big", "very (large|huge)"]\nall = ["@big", "vast"]\n'
PHRASES = '[[symptom]]\nid = "cough"\nphrases = ["cough~"]\n[[symptom]]\nid = "fever"\nphrases = ["hot & head"]\n'
CUES = '[[cue]]\nkind = "negated"\nphrases = ["no"]\n'
SYMPTOMS = {"cough", "fever"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "phrase_sets.toml").write_text(f'fillers = ["my"]\nurgent = ["cough"]\nparts = ["head"]\n{SETS}')
    (tmp_path / "phrases_one.toml").write_text(PHRASES)
    (tmp_path / "cues.toml").write_text(CUES)
    (tmp_path / "ordinary_words.txt").write_text("couch\n")
    (tmp_path / "first_names.txt").write_text("ana\nBo\n")
    return tmp_path


def test_good_files_are_read(files: Path) -> None:
    vocabulary = read(files, SYMPTOMS)
    assert vocabulary.symptoms == SYMPTOMS
    assert sorted(vocabulary.fillers | vocabulary.ordinary) == ["couch", "my"]
    assert [one.symptom for one in Finder(vocabulary).find("coughhing. couch. my head is so very, very hot")] == [
        "cough"
    ]
    assert Finder(vocabulary).present("head hot") == ("fever",)


@pytest.mark.parametrize("name", ["phrase_sets.toml", "cues.toml", "ordinary_words.txt", "first_names.txt"])
def test_a_missing_file_is_named(files: Path, name: str) -> None:
    (files / name).unlink()
    with pytest.raises(CatalogueError, match=f"{name}: the file is missing"):
        read(files, SYMPTOMS)


WRONG = [
    ("phrases_one.toml", "[[symptom]", "phrases_one.toml: Expected"),
    ("phrases_one.toml", '[[symptom]]\nid = "cold"\nphrases = ["cold"]\n', "cold: id: 'cold' is unknown"),
    ("phrases_one.toml", '[[symptom]]\nphrases = ["cold"]\n', "symptom 1: id: None is unknown"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nphrases = "cough"\n', "cough: phrases: must be a list"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nphrases = [" "]\n', "cough: phrases: must be a list"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nphrase = ["a"]\n', "cough: phrase: unknown key"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nneeds = "@none"\n', "cough: needs: unknown set '@none'"),
    ("phrases_one.toml", "[[effect]]\n", "phrases_one.toml: unknown table 'effect'"),
    ("phrases_one.toml", "symptom = 1\n", r"phrases_one.toml: symptom: must be written \[\[symptom\]\]"),
    ("phrases_one.toml", "symptom = [1]\n", r"phrases_one.toml: symptom: must be written \[\[symptom\]\]"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nphrases = ["cough"]\n', "no phrase for fever"),
    ("phrases_one.toml", '[[symptom]]\nid = "cough"\nphrases = ["(a"]\n', "cough: phrases: .*bracket is not closed"),
    ("cues.toml", '[[cue]]\nkind = "maybe"\nphrases = ["a"]\n', "cues.toml: maybe: kind: 'maybe' is unknown"),
    ("phrase_sets.toml", "sets = 1\n", "phrase_sets.toml: sets: sets: must be a table"),
    ("phrase_sets.toml", "misspelt = 1\n", "phrase_sets.toml: sets: misspelt: must be a table"),
    ("phrase_sets.toml", '[sets]\nbig = ["big .. one"]\n', "sets: big: 'big .. one' must be words that follow"),
    ("phrase_sets.toml", '[sets]\nbig = ["@huge"]\n', "sets: big: .*unknown set '@huge'"),
    ("phrase_sets.toml", 'fillers = ["a", 1]\n', "phrase_sets.toml: sets: fillers: must be a list"),
]


@pytest.mark.parametrize(("name", "text", "said"), WRONG)
def test_a_mistake_is_refused_with_its_place(files: Path, name: str, text: str, said: str) -> None:
    (files / name).write_text(text)
    with pytest.raises(CatalogueError, match=said):
        read(files, SYMPTOMS)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("a ..", "a part of it is empty"),
        ("a & ", "a part of it is empty"),
        ("(a|)", "an alternative is empty"),
        ("(a", "a bracket is not closed"),
        ("a)", "stands alone"),
        ("@none a", "unknown set '@none'"),
        ("[a]", "must hold a word that is not optional"),
        ("{a}", "must hold a word that is not optional"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_why(phrase: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        variants(phrase, {})


def test_the_language_of_phrases() -> None:
    [either, other] = [[sorted(step.atom) for step in one] for one in variants("(lip|lower lip)[s] & swell~", {})][::2]
    assert either[0] == [("lip",), ("lower", "lip")]
    assert ("swelling",) in other[0]
    assert [(step.gap, step.own) for step in variants("a .. b ... {c} d", {})[0]] == [
        (0, True),
        (4, True),
        (8, False),
        (0, True),
    ]
    assert variants("(a .. b)", {})[0][0].atom == {("a", "b")}
    assert variants("(a (b)? c)", {})[0][0].atom == {("a", "c"), ("a", "b", "c")}
    assert len(variants("(a)? b", {})) == 2


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("vomit", "vomiting"),
        ("bruise", "bruising"),
        ("drop", "dropped"),
        ("itch", "itches"),
        ("worry", "worried"),
        ("play", "plays"),
    ],
)
def test_endings(word: str, form: str) -> None:
    assert (form,) in inflected(word)


def test_every_symptom_of_the_catalogue_has_several_phrases() -> None:
    known = {symptom.slug for symptom in read_catalogue(DATA).symptoms}
    rules = [rule for rule in read(DATA, known).rules if rule.kind == "symptom"]
    assert len(known) == 128
    assert all(sum(rule.meaning == symptom for rule in rules) >= 2 for symptom in known)


def test_words_that_look_like_ours_are_listed_anew(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("Simple\ndizzi\nzebra\nfever\ncat\nsimple\n")
    ordinary.main(words, tmp_path / "found.txt")
    assert (tmp_path / "found.txt").read_text() == "dizzi\n"
    assert live_finder().would_correct("dizzi")


def test_the_files_can_be_read_from_elsewhere(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    assert "cough" in read(tmp_path / "data", {symptom.slug for symptom in read_catalogue(DATA).symptoms}).symptoms
