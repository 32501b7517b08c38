"""Whom to call, by country. Pure data: numbers as published by each country's emergency service."""

from dataclasses import dataclass
from typing import Final

DEFAULT_NUMBER: Final = "112"


@dataclass(frozen=True, slots=True)
class Country:
    """A country as an ISO 3166 code, its name, its emergency number and its urgent advice line, if any."""

    code: str
    name: str
    emergency: str
    urgent_line: str = ""


COUNTRIES: Final[tuple[Country, ...]] = (
    Country("AE", "United Arab Emirates", "998"),
    Country("AT", "Austria", "112", "1450"),
    Country("AU", "Australia", "000", "1800022222"),
    Country("BE", "Belgium", "112", "1733"),
    Country("BG", "Bulgaria", "112"),
    Country("BR", "Brazil", "192"),
    Country("CA", "Canada", "911", "811"),
    Country("CH", "Switzerland", "144"),
    Country("CY", "Cyprus", "112"),
    Country("CZ", "Czechia", "112"),
    Country("DE", "Germany", "112", "116117"),
    Country("DK", "Denmark", "112"),
    Country("EE", "Estonia", "112"),
    Country("ES", "Spain", "112"),
    Country("FI", "Finland", "112", "116117"),
    Country("FR", "France", "112"),
    Country("GB", "United Kingdom", "999", "111"),
    Country("GR", "Greece", "112"),
    Country("HK", "Hong Kong", "999"),
    Country("HR", "Croatia", "112"),
    Country("HU", "Hungary", "112"),
    Country("IE", "Ireland", "112"),
    Country("IL", "Israel", "101"),
    Country("IN", "India", "112"),
    Country("IS", "Iceland", "112", "1700"),
    Country("IT", "Italy", "112"),
    Country("JP", "Japan", "119"),
    Country("KR", "South Korea", "119"),
    Country("LT", "Lithuania", "112"),
    Country("LU", "Luxembourg", "112"),
    Country("LV", "Latvia", "112"),
    Country("MT", "Malta", "112"),
    Country("MX", "Mexico", "911"),
    Country("MY", "Malaysia", "999"),
    Country("NL", "Netherlands", "112"),
    Country("NO", "Norway", "113", "116117"),
    Country("NZ", "New Zealand", "111", "0800611116"),
    Country("PL", "Poland", "112"),
    Country("PT", "Portugal", "112", "808242424"),
    Country("RO", "Romania", "112"),
    Country("SE", "Sweden", "112", "1177"),
    Country("SG", "Singapore", "995"),
    Country("SI", "Slovenia", "112"),
    Country("SK", "Slovakia", "112"),
    Country("TR", "Türkiye", "112"),
    Country("US", "United States", "911"),
    Country("ZA", "South Africa", "112"),
    Country("ZZ", "Another country", DEFAULT_NUMBER),
)
_BY_CODE: Final = {country.code: country for country in COUNTRIES}


def country(code: str) -> Country:
    """Return the country with ISO code `code`; an unknown one answers with the number that works in most."""
    return _BY_CODE.get(code.upper(), Country(code.upper(), code.upper(), DEFAULT_NUMBER))


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs, by name, the catch-all last."""
    return sorted(((c.code, c.name) for c in COUNTRIES), key=lambda pair: (pair[0] == "ZZ", pair[1]))
