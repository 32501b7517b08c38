"""Template tags of the visual house: icons, tiers, grades, the main navigation."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from symptoms.lib import emergency
from symptoms.lib.words import GRADES, TIERS, Words

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    """One place of the main navigation."""

    label: Words
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tab leads: a route, and the rooms (or routes) in which the tab counts as current."""

    label: Words
    icon: str
    route: str
    rooms: tuple[str, ...]
    of_patient: bool = False


LOG_PLACES: Final = (
    Place(_("Today"), "sun", "today:today", ("today:today",), of_patient=True),
    Place(_("Diary"), "calendar3", "today:month", ("today:month", "diary", "triage:advice"), of_patient=True),
    Place(_("Injections"), "droplet-half", "followups:injections", ("followups",), of_patient=True),
)
SIDE_EFFECTS: Final = Place(
    _("Side effects"), "book", "catalogue:browse", ("catalogue:browse", "catalogue:side-effect")
)
RULES: Final = ("triage:settings", "triage:usual-add", "triage:usual-end")
YOU: Final = Place(
    _("You"), "person", "accounts:you", ("accounts", "notifications", "mydata", "sharing:sharing", *RULES)
)
READER_PLACES: Final = (
    Place(_("Home"), "house", "today:home", ("today",)),
    Place(_("Shared logs"), "people-fill", "sharing:shared-logs", ("sharing:shared-logs",)),
)
VISITOR_PLACES: Final = (
    Place(_("Welcome"), "house", "today:home", ("today",)),
    SIDE_EFFECTS,
    Place(_("Urgent help"), "telephone-fill", "catalogue:urgent-help", ("catalogue:urgent-help",)),
    Place(_("Sign in"), "lock", "account_login", ("account_login",)),
)


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw a shape of the sprite; without `label` it is hidden from screen readers."""
    if label:
        return _shape(static("icons.svg"), name, css, format_html('role="img" aria-label="{}"', label))
    return _silent_shape(static("icons.svg"), name, css)


@lru_cache(maxsize=512, typed=True)  # a string that is safe and one that is not are never the same
def _silent_shape(sprite: str, name: str, css: str) -> SafeString:
    return _shape(sprite, name, css, mark_safe('aria-hidden="true"'))


def _shape(sprite: str, name: str, css: str, spoken: SafeString) -> SafeString:
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        spoken,
        sprite,
        name,
    )


@register.simple_tag
def tier_word(tier: str) -> Words:
    """Return the sentence that every page uses for this tier."""
    return TIERS[tier].sentence


@register.simple_tag
def tier_icon(tier: str, css: str = "") -> SafeString:
    """Draw the shape of this tier."""
    return icon(TIERS[tier].shape, css)


@register.inclusion_tag("components/tier_badge.html")
def tier_badge(tier: str, full: bool = False) -> dict[str, Any]:
    """Show a tier as a small mark with its shape and its short words (or, `full`, the whole sentence)."""
    words = TIERS.get(tier)
    if words is None:
        return {"tier": "none"}
    return {"tier": tier, "words": words.sentence if full else words.short, "shape": words.shape}


@register.simple_tag
def grade_word(grade: int | None) -> Words:
    """Return the word of a grade from 0 to 4; a missing grade says so."""
    return _("Not rated") if grade is None else GRADES[int(grade)].word


@register.simple_tag
def grade_anchor(grade: int) -> Words:
    """Return what a grade means on a day."""
    return GRADES[int(grade)].anchor


@register.simple_tag
def grades() -> list[tuple[int, Words, Words, Words]]:
    """Return (grade, word, anchor, word for a narrow place) of all five grades, lowest first."""
    return [(grade, words.word, words.anchor, words.narrow) for grade, words in enumerate(GRADES)]


@register.simple_tag
def day_words(day: Any) -> SafeString:
    """Say what a coloured day shows, for somebody who cannot see it. There are few such words: drawn once and kept."""
    return _day_words(day.logged, day.grade, getattr(day, "future", False), day.dose, day.flag, get_language())


@lru_cache(maxsize=512)
def _day_words(
    logged: bool, grade: int | None, future: bool, dose: bool, flag: bool, _language: str | None
) -> SafeString:
    day = {"logged": logged, "grade": grade, "future": future, "dose": dose, "flag": flag}
    return render_to_string("components/day_words.html", {"day": day})


@register.simple_tag
def weekdays() -> list[tuple[str, str]]:
    """Return (short name, name) of the days from Monday to Sunday."""
    return [(str(WEEKDAYS_ABBR[day])[:2], str(WEEKDAYS[day])) for day in range(7)]


@register.simple_tag
@lru_cache(maxsize=8)
def bars(grade: int | None) -> SafeString:
    """Draw as many bars as the grade counts, so that colour is never the only sign."""
    marks = format_html_join("", "{}", ((mark_safe("<i></i>"),) for _mark in range(int(grade or 0))))
    return format_html('<span class="bars" aria-hidden="true">{}</span>', marks)


@register.simple_tag(takes_context=True)
def emergency_number(context: Context) -> str:
    """Return the emergency number of the patient in view, else of the reader; empty without a country."""
    country = getattr(context.get("patient"), "country", "") or getattr(context.get("user"), "country", "")
    return emergency.country(country).emergency if country else ""


@register.simple_tag(takes_context=True)
def reads_another(context: Context) -> bool:
    """Say whether the patient in view is somebody else than the reader."""
    patient, user = context.get("patient"), context.get("user")
    return bool(patient and user) and getattr(patient, "user_id", None) != getattr(user, "pk", None)


@register.simple_tag(takes_context=True)
def main_tabs(context: Context) -> list[Tab]:
    """Return the main navigation for whoever reads: patient, reader of other people's logs, or visitor."""
    user = context.get("user")
    if not getattr(user, "is_authenticated", False):
        return _tabs(VISITOR_PLACES, context, None)
    patient = context.get("patient") or getattr(user, "patient", None)
    places = (*(LOG_PLACES if patient else READER_PLACES), SIDE_EFFECTS, YOU)
    return _tabs(places, context, getattr(patient, "pk", None))


def _tabs(places: tuple[Place, ...], context: Context, patient_id: object) -> list[Tab]:
    match = getattr(context.get("request"), "resolver_match", None)
    view, room = getattr(match, "view_name", ""), getattr(match, "namespace", "")
    tabs = []
    for place in places:
        try:
            url = reverse(place.route, kwargs={"patient_id": patient_id} if place.of_patient else None)
        except NoReverseMatch:  # the error page must stand even where a room is not built in
            continue
        tabs.append(Tab(place.label, place.icon, url, view in place.rooms or room in place.rooms))
    return tabs
