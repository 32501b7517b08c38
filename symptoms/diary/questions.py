"""The questions that a symptom may bring along, in the words that the page uses."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from symptoms.lib.words import GRADES, Words

Choices = tuple[tuple[str, Words], ...]

UNSURE: Final = ("unsure", _("I'm not sure"))
YES_NO: Final[Choices] = (("yes", _("Yes")), ("no", _("No")), UNSURE)
SIDES: Final[Choices] = (("left", _("Left")), ("right", _("Right")), ("both", _("Both")), UNSURE)
GRADE_CHOICES: Final[Choices] = (*((str(n), grade.word) for n, grade in enumerate(GRADES)), UNSURE)
# The longest time that the rules can read, in minutes.
LONGEST: Final = 100_000
# The temperature belongs to the whole entry, so it has a field of its own.
TEMPERATURE: Final = "temperature"


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a symptom; without choices it asks for a whole number."""

    key: str
    words: Words
    choices: Choices = ()
    hint: Words = ""


QUESTIONS: Final[dict[str, Question]] = {
    question.key: question
    for question in (
        Question("sudden", _("Did it start suddenly, within minutes?"), YES_NO),
        Question("side", _("Which side?"), SIDES),
        Question(
            "minutes",
            _("How many minutes did it last?"),
            hint=_("If it is still there, count up to now. Leave it empty if you are not sure."),
        ),
        Question("heat", _("Did it come with heat or exercise, and go once you cooled down?"), YES_NO),
        Question("spreading", _("Is it spreading?"), YES_NO),
        Question("curtain", _("Is there a curtain or a shadow over your sight?"), YES_NO),
        Question("bleeding", _("Is it bleeding?"), YES_NO),
    )
}


def answer_words(key: str, answer: str | int) -> str:
    """Say an answer as the page offered it."""
    return str(dict(QUESTIONS[key].choices).get(str(answer), answer))
