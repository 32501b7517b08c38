"""Log and answer as a patient and a clinic do, for the tests of runs and their flags."""

from datetime import date, timedelta
from typing import Any

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage import actions
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

SORE: dict[str, int | None] = {"sore-throat": 1}


def day(ago: int) -> date:
    return clock.local_day(clock.now(), "Europe/London") - timedelta(days=ago)


def logged(cast: Cast, grades: dict[str, int | None], ago: int = 0, **fields: Any) -> Entry:
    entry = make_entry(cast.ana_log, grades, day=day(ago), **fields)
    actions.assess_entry(entry_id=entry.pk)
    return entry


def flag_of(entry: Entry) -> Flag:
    return Flag.objects.get(lines__entry=entry)


def kinds(flag: Flag) -> list[str]:
    return [event.kind for event in flag.events.all()]


def say(entry: Entry, grades: dict[str, int]) -> None:
    symptoms = Symptom.objects.in_bulk(list(grades), field_name="slug")
    reports = [ReportSaid(symptoms[slug], grade) for slug, grade in grades.items()]
    change_entry(entry=entry, said=EntrySaid(day=entry.day, reports=reports), by=entry.author)
    actions.assess_entry(entry_id=entry.pk)


def told(flag: Flag, days_ago: int) -> None:
    """Move all that the clinic heard and did into the past."""
    at = clock.now() - timedelta(days=days_ago)
    Flag.objects.filter(pk=flag.pk).update(raised_at=at, news_at=at)
    Flag.objects.filter(pk=flag.pk).exclude(acknowledged_at=None).update(acknowledged_at=at)
    Flag.objects.filter(pk=flag.pk).exclude(resolved_at=None).update(resolved_at=at)
