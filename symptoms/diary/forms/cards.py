"""The card of a ticked symptom, as plain values for the template."""

from dataclasses import dataclass
from typing import Final

from django.forms.boundfield import BoundField

from symptoms.diary.questions import QUESTIONS, Question

# What the script on the page replaces with the slug and the name of the symptom just ticked.
ANY_SLUG: Final = "__slug__"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as it stands on the page."""

    name: str
    id: str
    value: str = ""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One extra question with its field."""

    question: Question
    field: Shown


@dataclass(frozen=True, slots=True)
class Card:
    """A ticked symptom with its scale and its questions."""

    slug: str
    name: str
    grade: Shown
    asked: list[Asked]


def shown(field: BoundField) -> Shown:
    """Return `field` with what was typed, or what it starts with."""
    value = field.value()
    return Shown(
        name=field.html_name,
        id=field.auto_id,
        value="" if value is None else str(value),
        errors=tuple(str(error) for error in field.errors),
    )


def _blank(key: str) -> Shown:
    return Shown(name=f"{key}-{ANY_SLUG}", id=f"id_{key}-{ANY_SLUG}")


BLANK_CARD: Final = Card(
    slug=ANY_SLUG,
    name="",
    grade=_blank("grade"),
    asked=[Asked(question, _blank(key)) for key, question in QUESTIONS.items()],
)
