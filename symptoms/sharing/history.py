"""What happened with a log, as its patient reads it: who did what, and who looked, by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from symptoms.accounts.models import User
from symptoms.audit import words
from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.models import Patient

SHOWN: Final = 50
LOOKED: Final = "sharing.looked"
# The longest number that the key of a row can have.
DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did, or pages that somebody opened one after the other; `at` is the last time (UTC)."""

    at: datetime
    text: str
    is_look: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What happened, by day, the newest first. `older` names the place to go on from, "" where nothing is left."""

    days: list[tuple[date, list[Line]]]
    older: str
    is_newest: bool


def history_for_page(patient: Patient, *, before: str) -> HistoryPage:
    """Return one page of what happened with a log, in two queries. `before` is the place where the last one ended."""
    rows = Event.objects.filter(patient=patient.pk).exclude(verb__in=words.not_told()).order_by("-pk")
    place = int(before) if before.isascii() and before.isdigit() and len(before) <= DIGITS else None
    found = list((rows.filter(pk__lt=place) if place else rows)[: SHOWN + 1])
    events, names = found[:SHOWN], _names(found, patient)
    days = [
        (day, _lines(group, names))
        for day, group in groupby(events, lambda one: clock.local_day(one.at, patient.time_zone))
    ]
    return HistoryPage(days, str(events[-1].pk) if len(found) > SHOWN else "", place is None)


def _names(events: Iterable[Event], patient: Patient) -> dict[UUID | None, str]:
    people = User.objects.filter(uuid__in={event.actor for event in events if event.actor})
    return {None: _("The tracker"), **{one.uuid: str(one) for one in people}, patient.user.uuid: _("You")}


def _lines(events: Iterable[Event], names: dict[UUID | None, str]) -> list[Line]:
    lines = []
    for (actor, verb, _alone), group in groupby(
        events, lambda one: (one.actor, one.verb, one.verb != LOOKED and one.pk)
    ):
        same = list(group)
        who = names.get(actor) or _("Somebody who is no longer here")
        text = _opened(who, len(same)) if verb == LOOKED else words.sentence(verb, who)
        lines.append(Line(same[0].at, text or _("%(who)s did something") % {"who": who}, verb == LOOKED))
    return lines


def _opened(who: str, pages: int) -> str:
    told = ngettext("%(who)s opened a page", "%(who)s opened %(n)s pages", pages)
    return told % {"who": who, "n": pages}
