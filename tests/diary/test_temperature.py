import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from symptoms.accounts.models import User
from symptoms.diary.forms.temperature import options_for
from symptoms.diary.models import Entry
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "unit", "celsius", "kept"),
    [
        ("38.6", "C", "38.60", "38.6 C"),
        ("38,6", "C", "38.60", "38.6 C"),
        (" 38 ", "C", "38.00", "38.0 C"),
        ("100.4", "F", "38.00", "100.4 F"),
        ("101,3", "F", "38.50", "101.3 F"),
        ("34", "C", "34.00", "34.0 C"),
        ("110", "F", "43.33", "110.0 F"),
        ("38\x00.5", "C", "38.50", "38.5 C"),
    ],
)
def test_a_plain_reading_is_stored(
    as_ana: Client, log_url: str, fields: Fields, typed: str, unit: str, celsius: str, kept: str
) -> None:
    as_ana.post(log_url, fields({"fever": "2"}, temperature=typed, temperature_unit=unit))
    entry = only_entry()
    assert entry.temperature_c == Decimal(celsius)
    assert entry.temperature_typed == kept


@pytest.mark.parametrize(
    ("typed", "unit", "asked", "meant"),
    [
        ("98.6", "C", "You typed 98.6 °C. Did you mean 98.6 °F?", ["98.6 F"]),
        ("38", "F", "You typed 38.0 °F. Did you mean 38.0 °C?", ["38.0 C"]),
        ("385", "C", "You typed 385.0 °C. Did you mean 38.5 °C?", ["38.5 C"]),
        ("44", "C", "44.0 °C is very unusual. Is it right?", ["44.0 C"]),
        ("31", "C", "31.0 °C is very unusual. Is it right?", ["31.0 C"]),
        ("60", "C", "60.0 °C cannot be right.", []),
        ("hot", "C", "Type your temperature as a number", []),
    ],
)
def test_a_doubtful_reading_is_asked_about_and_never_converted(
    as_ana: Client, log_url: str, fields: Fields, typed: str, unit: str, asked: str, meant: list[str]
) -> None:
    page = as_ana.post(log_url, fields({"fever": "2"}, temperature=typed, temperature_unit=unit)).content.decode()
    assert not Entry.objects.exists()
    assert asked in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "<title>Error:" in page
    assert re.findall(r'name="temperature_meant" value="([^"]*)"', page) == meant
    assert "checked" not in "".join(re.findall(r'<input[^>]*name="temperature_meant"[^>]*>', page))


@pytest.mark.parametrize("number", range(45, 91))
@pytest.mark.parametrize("unit", ["C", "F"])
def test_between_the_units_nothing_passes_unasked(
    as_ana: Client, log_url: str, fields: Fields, number: int, unit: str
) -> None:
    as_ana.post(log_url, fields({"fever": "2"}, temperature=str(number), temperature_unit=unit))
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "unit", "meant", "celsius"),
    [
        ("98.6", "C", "98.6 F", "37.00"),
        ("38", "F", "38.0 C", "38.00"),
        ("385", "C", "38.5 C", "38.50"),
        ("44", "C", "44.0 C", "44.00"),
    ],
)
def test_what_was_confirmed_is_stored(
    as_ana: Client, log_url: str, fields: Fields, typed: str, unit: str, meant: str, celsius: str
) -> None:
    said = fields({"fever": "2"}, temperature=typed, temperature_unit=unit, temperature_meant=meant)
    as_ana.post(log_url, said)
    assert only_entry().temperature_c == Decimal(celsius)
    assert only_entry().temperature_typed == meant


@pytest.mark.parametrize("meant", ["38.0 C", "98.7 F", "98.6 C", "x", "1e9 F"])
def test_only_what_was_offered_can_be_confirmed(as_ana: Client, log_url: str, fields: Fields, meant: str) -> None:
    as_ana.post(log_url, fields({"fever": "2"}, temperature="98.6", temperature_meant=meant))
    assert not Entry.objects.exists()


def test_a_plausible_reading_ignores_an_old_confirmation(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, fields({"fever": "2"}, temperature="38.2", temperature_meant="98.6 F"))
    assert only_entry().temperature_c == Decimal("38.20")


def test_the_unit_is_that_of_the_patients_account(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    page = client.get(f"/p/{cast.bo_log.pk}/log/").content.decode()
    assert '<option value="F" selected>' in page


def test_everybody_reads_in_their_own_unit(as_ana: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, {"fever": 2}, temperature_c=Decimal("38.50"))
    url = f"/p/{cast.ana_log.pk}/diary/"
    assert "38.5\N{NO-BREAK SPACE}°C" in as_ana.get(url).content.decode()
    User.objects.filter(pk=cast.ana.pk).update(temperature_unit="F")
    assert "101.3\N{NO-BREAK SPACE}°F" in as_ana.get(url).content.decode()


def test_a_reading_that_stands_offers_nothing() -> None:
    assert options_for("38.4", "C") == []
    assert options_for("hot", "C") == []
    assert [option.words for option in options_for("44", "C")] == ["44.0\N{NO-BREAK SPACE}°C"]
