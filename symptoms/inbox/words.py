"""How the clinic's pages say times, temperatures and symptoms, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from symptoms.diary.models import Urgency
from symptoms.diary.questions import QUESTIONS, answer_words
from symptoms.lib.words import GRADES

HOUR: Final = 60
DAY: Final = 24 * HOUR


def waited(minutes: int) -> str:
    """Say how long something has waited, short enough for a narrow column."""
    if minutes < HOUR:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    if minutes < 2 * DAY:
        return gettext("%(hours)d h %(minutes)02d") % {"hours": minutes // HOUR, "minutes": minutes % HOUR}
    days = minutes // DAY
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def grade(value: int | None) -> str:
    """Say a grade in a word; a missing one says so."""
    return str(GRADES[value].word).lower() if value is not None else gettext("not graded")


def logged(reports: Iterable[dict[str, Any]], temperature: str, *, note: str = "") -> str:
    """Say in a line what an entry holds. Each report is {"name", "grade"}, the worst first.

    Of a note it says only that there is one.
    """
    parts = [f"{one['name']} ({grade(one['grade'])})" for one in reports]
    if temperature:
        parts.append(temperature)
    nothing = gettext("A note, no symptom ticked") if note else gettext("No symptom ticked")
    return "; ".join(parts) or nothing


def urgency(answer: str) -> str:
    """Say what the patient answered to "is it urgent for you?"; nothing where it was not answered."""
    if not answer:
        return ""
    said = gettext("urgent") if answer == Urgency.YES else gettext("not urgent")
    return gettext("The patient says: %(answer)s") % {"answer": said}


def shot(given: dict[str, Any] | None, day: date) -> str:
    """Say which injection came last before `day` and how many days before.

    `given` is {"number", "at" (ISO, UTC), "zone"}: days are the patient's local days.
    """
    if given is None:
        return gettext("no injection logged")
    at = datetime.fromisoformat(given["at"]).astimezone(ZoneInfo(given["zone"])).date()
    days = (day - at).days
    name = gettext("injection %(number)d") % {"number": given["number"]} if given["number"] else gettext("injection")
    if days == 0:
        return gettext("%(injection)s, same day") % {"injection": name}
    return gettext("%(injection)s, day %(days)d") % {"injection": name, "days": days}


def long_date(day: date) -> str:
    """Say a day in the reader's language, with the month in letters."""
    return date_format(day, "j F Y")


def day_and_time(at: datetime, today: date) -> str:
    """Say an instant in the zone it carries: "today 14:05", or with its weekday and date."""
    clock_time = date_format(at, "H:i")
    if at.date() == today:
        return gettext("today %(time)s") % {"time": clock_time}
    return gettext("%(day)s, %(time)s") % {"day": date_format(at, "D j M Y"), "time": clock_time}


def answers(given: dict[str, Any]) -> list[str]:
    """Say the answers to the extra questions of a symptom, each with its question."""
    return [f"{question.words} {answer_words(key, given[key])}" for key, question in QUESTIONS.items() if key in given]


def _shot_seen(value: str) -> str:
    """`value` is the time since the last shot ("5.0 h"), or how far apart two of them were."""
    words = gettext("injection %(value)s before") if value.endswith(" h") else gettext("injections %(value)s")
    return words % {"value": value}


def because(seen: dict[str, Any], names: dict[str, str]) -> str:
    """Say one thing that a rule saw; `names` are the symptoms' names by their slug."""
    slug = seen.get("symptom")
    what = names.get(slug, slug) if slug else ""
    value = seen.get("value") or ""
    said = {
        "note": gettext("%(symptom)s, from the note") % {"symptom": what or gettext("words")},
        "temperature": gettext("temperature %(value)s °C") % {"value": value},
        "result": gettext("blood test %(value)s") % {"value": value},
        "injection": _shot_seen(value),
    }.get(seen["kind"], str(what))
    earlier = not seen.get("today", True) and seen["kind"] != "injection"
    return gettext("%(seen)s, in an earlier entry") % {"seen": said} if earlier else said
