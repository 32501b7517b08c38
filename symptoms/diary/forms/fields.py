"""Fields that take what people type, say kindly what is wrong, and return the final type."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from symptoms.diary.actions import DAYS_BACK
from symptoms.diary.questions import GRADE_CHOICES, LONGEST, Question

# What no store and no screen can show, but for the line break and the tab.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SLUG: Final = re.compile(r"[a-z0-9-]{1,60}")
MOST_TICKS: Final = 200


def without_unseen(text: str) -> str:
    """Return `text` with plain line breaks and without characters that cannot be shown or stored."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def uuid_in(text: object) -> UUID | None:
    """Return the UUID that `text` is, or None."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def slugs_in(values: list[str]) -> list[str]:
    """Return the well-formed slugs among `values`, each once, in order."""
    return [slug for slug in dict.fromkeys(values[:MOST_TICKS]) if _SLUG.fullmatch(slug)]


def day_choices(today: date, also: date | None = None) -> list[tuple[str, str]]:
    """Return the days that may be logged, newest first, in words; `also` is the day of an older entry."""
    days = _last_days(today, get_language())
    if also is not None and also.isoformat() not in dict(days):
        return [*days, (also.isoformat(), day_words(also, today))]
    return [*days]


@lru_cache(maxsize=64)
def _last_days(today: date, language: str | None) -> tuple[tuple[str, str], ...]:
    """Return the last days in words of the active `language`; kept, for it is a tenth of what a save costs."""
    days = [today - timedelta(days=back) for back in range(DAYS_BACK + 1)]
    return tuple((day.isoformat(), day_words(day, today)) for day in days)


def day_words(day: date, today: date) -> str:
    """Say a day with its weekday: "Today, Sunday 22 November"."""
    words = date_format(day, "l j F" if abs((today - day).days) < 300 else "l j F Y")
    if day == today:
        return _("Today, %(day)s") % {"day": words}
    if day == today - timedelta(days=1):
        return _("Yesterday, %(day)s") % {"day": words}
    return words


class DayField(forms.TypedChoiceField):
    """A day of the last 30, told in words: no picker, no date that does not exist."""

    def __init__(self, days: list[tuple[str, str]]) -> None:
        super().__init__(
            choices=days,
            coerce=date.fromisoformat,
            label=gettext_lazy("Day"),
            error_messages={
                "invalid_choice": gettext_lazy("Choose a day from the list: today, or one of the last 30 days."),
                "required": gettext_lazy("Choose the day this is about."),
            },
        )


class GradeField(forms.TypedChoiceField):
    """Five words, or "I'm not sure", which is kept as no grade."""

    def __init__(self, name: str) -> None:
        super().__init__(
            choices=GRADE_CHOICES,
            coerce=lambda text: None if text == "unsure" else int(text),
            empty_value=None,
            required=False,
            label=name,
            error_messages={"invalid_choice": gettext_lazy("Choose one of the five words.")},
        )


class AnswerField(forms.ChoiceField):
    """Yes, no or "I'm not sure"; or a side."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            choices=question.choices,
            required=False,
            label=str(question.words),
            error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
        )
        self.question = question


class MinutesField(forms.IntegerField):
    """A number of minutes, typed."""

    def __init__(self, question: Question) -> None:
        wrong = gettext_lazy("Type the minutes as a whole number, such as 20.")
        super().__init__(
            required=False,
            min_value=0,
            max_value=LONGEST,
            label=str(question.words),
            error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
        )
        self.question = question

    def to_python(self, value: Any) -> int | None:
        if value and len(str(value)) > 9:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class WordsField(forms.CharField):
    """What was typed, without signs that cannot be shown or stored. Never required."""

    def __init__(self, label: Any = None) -> None:
        super().__init__(required=False, label=label)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(without_unseen(str(value or ""))))
