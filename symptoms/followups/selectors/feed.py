"""The calendar that a secret address leads to: shots and blood tests that come, as whole days (RFC 5545).

Whole days float: they are the patient's own days wherever the calendar is read. Titles and identifiers say nothing
about health unless the patient chose so.
"""

from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid5

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from symptoms.followups.models import CalendarFeed, Injection, InjectionPlan
from symptoms.followups.selectors.occasions import due_shots
from symptoms.followups.selectors.planned_tests import test_name, tests_to_take
from symptoms.lib import clock

SHOTS: Final = 6
PRODUCT: Final = "-//Symptom tracker//Reminders//EN"
# How often a calendar may look again.
TTL: Final = timedelta(hours=12)
DAY: Final = timedelta(days=1)


def calendar_of(feed: CalendarFeed, *, now: datetime) -> bytes:
    """Return the calendar of a feed, in the patient's language."""
    with translation.override(feed.patient.user.language):
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Reminders"))
        calendar.add("refresh-interval", TTL, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", TTL)
        for key, day, title in _days(feed, now):
            calendar.add_component(_event(feed, key, day, title, now))
        said: bytes = calendar.to_ical()
        return said


def _days(feed: CalendarFeed, now: datetime) -> list[tuple[str, date, str]]:
    """Return (lasting key, local day, title) of all that comes, the next shots before the tests."""
    patient, today = feed.patient, clock.local_day(now, feed.patient.time_zone)
    full = feed.detail == CalendarFeed.Detail.FULL
    given = Injection.objects.filter(patient=patient).until(now)
    plan = InjectionPlan.objects.filter(patient=patient).first()
    shots = due_shots(plan, given.first(), patient=patient, today=today, most=SHOTS)
    count = given.count()
    found = []
    for n, shot in enumerate(shots, start=count + 1):
        found.append((f"shot {n}", shot.day, _("Injection") if full else _("Reminder")))
    for test in tests_to_take(patient, today=today):
        title = _("Blood test: %(test)s") % {"test": test_name(test.key)} if full else _("Reminder")
        found.append((f"test {test.key} {test.due_on}", test.day, title))
    return found


def _event(feed: CalendarFeed, key: str, day: date, title: str, now: datetime) -> Event:
    """Return one whole day. Its identifier stays when the day moves, so that calendars move it too."""
    event = Event()
    event.add("uid", f"{uuid5(feed.pk, key)}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("url", settings.PUBLIC_URL)
    return event
