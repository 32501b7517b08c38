"""Samples for the gallery page, where every component stands once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms

from symptoms.lib.words import TIERS

FIRST: Final = date(2026, 10, 26)  # the Monday of the week in which November 2026 begins
THEMES: Final = ("auto", "light", "dark")
GRADES: Final = {3: 1, 4: 3, 5: 1, 6: 0, 7: 0, 9: 0, 11: 1, 13: 1, 16: 1, 17: 0, 18: 2, 19: 1, 20: 2, 21: 4}


class SampleForm(forms.Form):
    """One field of each kind."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    temperature = forms.DecimalField(
        label="Your temperature",
        help_text="In °C, such as 37.5",
        max_value=43,
        required=False,
        error_messages={"max_value": "Check the number: a temperature is between 34 and 43 °C."},
    )
    country = forms.ChoiceField(label="Country", choices=[("GB", "United Kingdom"), ("US", "United States")])
    side = forms.ChoiceField(
        label="Which side?",
        choices=[("left", "Left"), ("right", "Right"), ("both", "Both"), ("unsure", "I'm not sure")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a side, or I'm not sure."},
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reminder = forms.BooleanField(label="Remind me tomorrow", required=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sample diary, as the components `cal` and `week` read it."""

    date: date
    logged: bool
    grade: int | None
    dose: bool
    flag: bool
    today: bool
    future: bool
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sample worklist."""

    tier: str
    patient: str
    about: str
    what: str
    why: str
    waiting: str
    open: bool = False
    url: str = "#worklist"


ROWS: Final = (
    Row(
        "emergency",
        "Ana Moreno",
        "1987, injection 8, day 1",
        "Swelling of face (severe), trouble breathing",
        "Severe allergic reaction. Patient told to call 112.",
        "12 min",
        open=True,
    ),
    Row("same-day", "Bo Lind", "1975, injection 21", "Fever 38.4 °C, chills", "Signs of infection", "1 h 04"),
    Row("prompt", "Carla Haddad", "1992", "Numbness in 5 days", "New or worse nerve symptoms", "3 h 30"),
)


def gallery_page(theme: str = "auto") -> dict[str, Any]:
    """Return what the gallery shows: a sample for each component, a form with mistakes among them."""
    weeks = [[_day(FIRST + timedelta(weeks=week, days=day)) for day in range(7)] for week in range(5)]
    return {
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "tiers": list(TIERS),
        "sample": SampleForm({"email": "ana", "temperature": "385", "country": "GB"}),
        "single": SampleForm(prefix="single"),
        "weeks": weeks,
        "days": weeks[3],
        "rows": ROWS,
        "definitions": [
            {"term": "Day", "text": "Sunday 22 November 2026", "url": "#definitions", "action": "Change"},
            {"term": "Temperature", "text": "38.4 °C", "url": "#definitions", "action": "Change"},
            {"term": "Note", "text": "Not provided"},
        ],
        "mistakes": [("sample_day", "Write the day as a number from 1 to 31.")],
    }


def _day(day: date) -> Day | None:
    if day.month != FIRST.month + 1:
        return None
    grade = GRADES.get(day.day)
    return Day(
        date=day,
        logged=grade is not None,
        grade=grade,
        dose=day.day in {3, 30},
        flag=day.day in {4, 21},
        today=day.day == 22,
        future=day.day > 22,
        url=f"#day-{day.day}",
    )
