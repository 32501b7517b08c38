from decimal import Decimal

import pytest

from symptoms.lib.units import Reading, Unit, meant, read_number, read_temperature, temperature_words, unit_of


def reading(text: str, unit: Unit = "C") -> Reading:
    number = read_number(text)
    assert number is not None
    return Reading(number, unit)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("38.6", "38.6"),
        ("38,6", "38.6"),
        (" 38 ", "38"),
        ("101.35", "101.35"),
        ("385", "385"),
        ("37.0", "37.0"),
    ],
)
def test_read_number(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hot",
        "38.6 C",
        "38.",
        ".5",
        "-38",
        "+38",
        "3e1",
        "inf",
        "nan",
        "38.654",
        "38,6,1",
        "99999",
        "1_0",
        "38\x00",
    ],
)
def test_read_number_refuses(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("celsius", "fahrenheit"),
    [
        ("38.0", "100.4"),
        ("37.0", "98.6"),
        ("35.0", "95"),
        ("38.5", "101.3"),
        ("40", "104"),
        ("41.5", "106.7"),
    ],
)
def test_the_same_fever_in_both_units_is_stored_alike(celsius: str, fahrenheit: str) -> None:
    assert reading(celsius, "C").celsius == reading(fahrenheit, "F").celsius


def test_every_tenth_of_a_degree_survives_the_store() -> None:
    for tenths in range(930, 1101):
        typed = Reading(Decimal(tenths) / 10, "F")
        assert temperature_words(typed.celsius, "", "F") == typed.words


@pytest.mark.parametrize(
    ("text", "unit", "plausible"),
    [
        ("34", "C", True),
        ("33.9", "C", False),
        ("43", "C", True),
        ("43.1", "C", False),
        ("93", "F", True),
        ("92.9", "F", False),
        ("110", "F", True),
        ("110.1", "F", False),
        ("98.6", "C", False),
        ("38", "F", False),
        ("385", "C", False),
    ],
)
def test_plausible(text: str, unit: Unit, plausible: bool) -> None:
    assert reading(text, unit).is_plausible is plausible


@pytest.mark.parametrize(
    ("text", "unit", "options"),
    [
        ("98.6", "C", ["98.6 F"]),
        ("101,3", "C", ["101.3 F"]),
        ("38", "F", ["38.0 C"]),
        ("38.6", "F", ["38.6 C"]),
        ("385", "C", ["38.5 C"]),
        ("385", "F", ["38.5 C"]),
        ("986", "F", ["98.6 F"]),
        ("1004", "C", ["100.4 F"]),
        ("44", "C", ["44.0 C"]),
        ("31.5", "C", ["31.5 C"]),
        ("112", "F", ["112.0 F"]),
        ("90", "F", ["90.0 F"]),
        ("50", "C", []),
        ("60", "F", []),
        ("3", "C", []),
        ("0", "F", []),
        ("500", "C", []),
        ("46", "C", []),
    ],
)
def test_a_doubtful_reading_is_asked_about(text: str, unit: Unit, options: list[str]) -> None:
    assert [str(option) for option in meant(reading(text, unit))] == options


def test_no_doubtful_reading_is_ever_plausible_as_typed() -> None:
    for number in range(45, 91):
        for unit in ("C", "F"):
            assert not Reading(Decimal(number), "F" if unit == "F" else "C").is_plausible


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("101.3 F", Reading(Decimal("101.3"), "F")),
        ("38,4 C", Reading(Decimal("38.4"), "C")),
        ("38.4", None),
        ("38.4 K", None),
        ("", None),
        ("hot C", None),
    ],
)
def test_read_temperature(kept: str, expected: Reading | None) -> None:
    assert read_temperature(kept) == expected


@pytest.mark.parametrize(
    ("celsius", "typed", "unit", "words"),
    [
        (Decimal("38.40"), "38.4 C", "C", "38.4 °C"),
        (Decimal("38.50"), "101.3 F", "C", "38.5 °C"),
        (Decimal("38.50"), "101.3 F", "F", "101.3 °F"),
        (Decimal("38.00"), "", "F", "100.4 °F"),
        (Decimal("36.65"), "36.65 C", "C", "36.65 °C"),
        (None, "385 C", "C", ""),
    ],
)
def test_temperature_words(celsius: Decimal | None, typed: str, unit: Unit, words: str) -> None:
    assert temperature_words(celsius, typed, unit).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(("text", "unit"), [("C", "C"), ("F", "F"), ("", "C"), ("K", "C")])
def test_unit_of(text: str, unit: Unit) -> None:
    assert unit_of(text) == unit
