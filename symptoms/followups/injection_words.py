"""Sentences about shots: why that day, what to do when one is late, before one, and where each of it is from.

Sources are named to people in words; the keys in brackets are those of clinical.md 10. All wait for sign-off.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from symptoms.followups.models import Injection, InjectionPlan
from symptoms.followups.schedule import AfterLate, DueShot, Interval

# P18: days after the due day from which a dose counts as missed (clinical.md 2.3; delays = judgement).
MISSED_STARTER: Final = 1
MISSED_MONTHLY: Final = 3
LAST_STARTER_DUE: Final = 4
# P11 asks about an infection when the next dose is due within so many days (clinical.md 2.3).
NEAR: Final = 3
# P19: how long a pen may be out of the fridge (US-MG, EU-PIL 5).
MOST_OUT: Final = timedelta(days=7)

Text: TypeAlias = str | Promise


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about shots: its points, and where they are from."""

    title: Text
    points: tuple[Text, ...]
    source: Text


US_AND_EU: Final = gettext_lazy("From the US label and Medication Guide, and the EU leaflet.")
# US-MG, EMPR, KES-EU, COSX, US-HCP, EU-PIL 2.
BEFORE: Final = Note(
    gettext_lazy("Before you inject"),
    (
        gettext_lazy("Take it out of the fridge 15 to 30 minutes before. Do not shake it."),
        gettext_lazy("The liquid is clear to slightly cloudy. Do not use it if it is cloudy or has bits in it."),
        gettext_lazy("Do not use it if it looks damaged, a seal is broken, or it fell with the cap off."),
        gettext_lazy("Choose a new spot. Keep 5 cm (2 inches) from the navel."),
        gettext_lazy("Keep off moles, scars, stretch marks, and skin that is tender, bruised, red, scaly or hard."),
        gettext_lazy("The upper arm is for somebody else to inject."),
    ),
    gettext_lazy("From the US Medication Guide and the maker. The distance is that of a pen of the same kind."),
)
# P19: US-MG, EU-PIL 5.
STORAGE: Final = Note(
    gettext_lazy("Keeping it"),
    (
        gettext_lazy("In the fridge at 2 to 8 °C (36 to 46 °F), in its carton. Never freeze it."),
        gettext_lazy("Out of the fridge: once, at most 7 days, not above 30 °C (86 °F)."),
        gettext_lazy("Put back in the fridge, it must be used within those 7 days. Write the date on the carton."),
        gettext_lazy(
            "Was it out longer, warmer or frozen? Do not use it. Contact your pharmacy or supply team in 1 to 2 days."
        ),
    ),
    gettext_lazy("From the US Medication Guide and the EU leaflet, section 5."),
)
# P18: US-PI 2.2, EU-PIL 3; the starter dose is a cautious default that was not confirmed.
LATE: Final = Note(
    gettext_lazy("If a shot is late"),
    (
        gettext_lazy("The label says: take it as soon as you can. Do not wait for the next date."),
        gettext_lazy("Was it a starter dose (weeks 0, 1 or 2), or are you unsure? Call your care team first."),
        gettext_lazy(
            "The EU leaflet counts the next one from the day you injected. Your clinic may keep the old days."
        ),
        gettext_lazy("Did you take more than one dose? Call your care team right away."),
    ),
    gettext_lazy(
        "From the US label (2.2) and the EU leaflet, section 3. To call first about a starter dose is our own caution."
    ),
)
# P17 and section 5: US-PP, EU-PIL 2, US-MG.
VACCINES: Final = Note(
    gettext_lazy("Vaccines and pregnancy"),
    (
        gettext_lazy(
            "Is a vaccine live, or do you not know? Do not have it until your MS team agrees. Ask before the date."
        ),
        gettext_lazy("Other vaccines may work less well during treatment. Ask when to have them."),
        gettext_lazy("Use contraception during treatment and for 6 months after the last shot."),
        gettext_lazy("Are you pregnant, or do you think so? Call your care team before the next shot."),
        gettext_lazy("Was a baby exposed before birth? Tell its doctor before any live vaccine."),
    ),
    US_AND_EU,
)
# A part or a misfire: no label read says what follows. Judgement.
NOT_WHOLE: Final = Note(
    gettext_lazy("If not all of it went in"),
    (
        gettext_lazy("Do not inject again on your own. Call your care team and say what happened."),
        gettext_lazy("Keep the pen. They, or the maker, may ask for its batch number."),
        gettext_lazy(
            "A part counts here as a shot. One that misfired does not: it stays due until your team tells you more."
        ),
    ),
    gettext_lazy("Our own caution. No label that we read says what to do."),
)
NOTES: Final = (BEFORE, STORAGE, LATE, NOT_WHOLE, VACCINES)
INFECTION: Final = gettext_lazy(
    "Have you had a fever or an infection in the last 7 days? Ask your MS team before you inject. "
    "Do not skip or delay on your own."
)


# P11: an infection tells of one's own for seven days (clinical.md 2.3, 4 "Log fields").
ILL_FOR: Final = timedelta(days=7)
ILL: Final = frozenset({Injection.Infection.YES, Injection.Infection.UNSURE})
ILL_BEFORE: Final = gettext_lazy(
    "You had a fever or an infection before your last shot, or were not sure. Call your care team today and tell them. "
    "Log what you feel, so that it is checked."
)


def is_missed(due: DueShot, days_left: int) -> bool:
    """Say whether a dose counts as missed by P18; one without a number is taken for a monthly one."""
    starter = due.number is not None and due.number <= LAST_STARTER_DUE
    return -days_left >= (MISSED_STARTER if starter else MISSED_MONTHLY)


def why_that_day(plan: InjectionPlan | None, last: tuple[date, int | None] | None) -> tuple[str, str]:
    """Return how the next day was worked out, and where the rule is from. `last` is day and number of the newest."""
    if last is None:
        return _("It is the first day of your plan."), _("Set in your plan.")
    day = {"day": date_format(last[0], "l j F")}
    if plan and plan.after_late == AfterLate.ORIGINAL and plan.start:
        start = {"day": date_format(plan.start, "j F Y")}
        return _("Your plan keeps the days set at the start, %(day)s.") % start, _("Set in your plan.")
    if last[1] is not None and last[1] < LAST_STARTER_DUE:
        told = _("The first shots are in weeks 0, 1, 2 and 4. The last one was on %(day)s.")
        return told % day, _("From the US label and the EU leaflet, section 3.")
    if plan and plan.interval == Interval.DAYS_28:
        told = _("28 days after your last shot, on %(day)s.")
        return told % day, _("The trials used 28 days. The label says monthly. Your plan sets it.")
    told = _("One month after your last shot, on %(day)s.")
    return told % day, _("From the US label and the EU leaflet: monthly, counted from the day you injected.")


def still_asks(shot: Injection, now: datetime) -> list[str]:
    """Return what a shot of the last seven days asks for; an older one asks for nothing today."""
    return after_logging(shot) if now - shot.at <= ILL_FOR else []


def after_logging(shot: Injection) -> list[str]:
    """Return what a shot that was just logged asks for: not all of it went in, an infection, a pen past its days."""
    told = []
    if shot.dose != Injection.Dose.WHOLE:
        told.append(_("Not all of it went in. Do not inject again on your own. Call your care team and tell them."))
    if shot.infection in ILL:
        told.append(
            _(
                "You had a fever or an infection before this shot, or are not sure. "
                "Please call your care team today and tell them. "
                "Now log what you feel or felt, so that it is checked."
            )
        )
    out = shot.out_of_fridge_at
    if out is not None and shot.at - out > MOST_OUT:
        told.append(
            _(
                "It was out of the fridge for more than 7 days, the most that the US and EU labels allow. "
                "Contact your care team or pharmacy about this shot in 1 to 2 days."
            )
        )
    given_on = shot.at.astimezone(ZoneInfo(shot.time_zone)).date()
    if shot.expires_on is not None and given_on > shot.expires_on:
        told.append(_("Its use-by month was over. Contact your care team or pharmacy about this shot."))
    return told
