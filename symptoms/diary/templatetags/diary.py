"""Who logged when, and the parts of the log page that are the same for everybody, drawn once and kept."""

from functools import lru_cache
from typing import Final
from uuid import UUID

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from symptoms.catalogue import finder
from symptoms.diary.forms.cards import BLANK_CARD
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.diary.selectors.log import Area

register = template.Library()
# They stand for the two ids in an address that is reversed once; nobody has these.
ANY_PATIENT: Final = UUID(int=1)
ANY_ENTRY: Final = UUID(int=2)


@register.simple_tag
def area_chips(area: Area) -> SafeString:
    """Draw one part of the body with its symptoms. What it says is the key, so it can never be stale."""
    return _area(area, get_language())


@register.filter
def search_words(slug: str) -> str:
    """Return what else a symptom is called, for the search box of the log page."""
    return finder.search_words(slug)


@register.simple_tag
def blank_card() -> SafeString:
    """Draw the card with every question, which the script copies for what is ticked on the page."""
    return _blank_card(get_language())


@register.simple_tag(takes_context=True)
def logged(context: Context, entry: Entry) -> str:
    """Say when an entry was made, in the reader's zone, and by whom."""
    made = timezone.localtime(entry.made_at)
    if made.date() == entry.day:
        when = _("Logged at %(time)s") % {"time": f"{made:%H:%M}"}
    else:
        when = _("Logged on %(day)s at %(time)s") % {"day": date_format(made, "l j F"), "time": f"{made:%H:%M}"}
    return f"{when} {_by(entry, context)}"


def _by(entry: Entry, context: Context) -> str:
    if entry.author_id == context["user"].pk:
        return _("by you")
    if entry.author_id == context["patient"].user_id:
        return _("by %(name)s") % {"name": entry.author}
    return _("by %(name)s (caregiver)") % {"name": entry.author}


@register.simple_tag
def entry_url(route: str, patient_id: UUID, entry_id: UUID) -> str:
    """Return the address of an entry on a list: `{% url %}` looks through all routes for each line anew."""
    pattern = _pattern(route, get_script_prefix())
    return pattern.replace(str(ANY_PATIENT), str(patient_id)).replace(str(ANY_ENTRY), str(entry_id))


@lru_cache(maxsize=16)
def _pattern(route: str, _prefix: str) -> str:
    return reverse(route, args=[ANY_PATIENT, ANY_ENTRY])


@register.filter
def time_made(entry: Entry) -> str:
    """Return the time of day at which an entry was made, in the reader's zone."""
    return f"{timezone.localtime(entry.made_at):%H:%M}"


@register.filter
def time_added(photo: EntryPhoto) -> str:
    """Return the time of day at which a photo was added, in the reader's zone."""
    return f"{timezone.localtime(photo.added_at):%H:%M}"


@lru_cache(maxsize=2048)
def _area(area: Area, _language: str | None) -> SafeString:
    return render_to_string("diary/_area.html", {"area": area})


@lru_cache(maxsize=32)
def _blank_card(_language: str | None) -> SafeString:
    return render_to_string("diary/_card.html", {"card": BLANK_CARD})
