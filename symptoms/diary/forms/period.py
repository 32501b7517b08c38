"""Which month, day and page of the diary an address names; what it does not understand is the newest."""

from datetime import date

from django.http import QueryDict

FIRST_YEAR = 2020


def month_and_day(query: QueryDict, today: date) -> tuple[date, date | None]:
    """Return the first of the month in `m` ("2026-11"), and the `day` in it, if one is named."""
    day = _date(query.get("day", ""), today)
    month = _date(f"{query.get('m', '')}-01", today) or today
    return (day or month).replace(day=1), day


def page_number(query: QueryDict) -> int:
    """Return `page`, at least 1 and at most 1000."""
    text = query.get("page", "")
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _date(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR and day <= today else None
