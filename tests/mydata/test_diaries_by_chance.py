"""Diaries that nobody thought of: whatever stands in one comes back equal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, delete_entry, save_entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.mydata.actions import bring_back
from symptoms.mydata.unpacking import unpack
from symptoms.sharing.models import Patient
from tests.factories.cast import Cast, make_patient, make_user
from tests.mydata.test_round_trip import RESTORED, packed, said

SLUGS = ("headache", "fatigue", "fever", "vision-loss", "tingling", "dizzy")
# Whatever a database keeps: signs of all planes, without NUL and halves of letters.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
ANSWERS = st.fixed_dictionaries(
    {}, optional={"sudden": st.sampled_from(["yes", "no", "unsure"]), "minutes": st.integers(0, 100_000)}
)
REPORTS = st.dictionaries(
    st.sampled_from(SLUGS), st.tuples(st.one_of(st.none(), st.integers(0, 4)), ANSWERS), max_size=4
)
CELSIUS = st.one_of(st.none(), st.decimals("34", "43", places=2))
DAY = st.fixed_dictionaries(
    {
        "back": st.integers(0, 28),
        "reports": REPORTS,
        "note": TEXT,
        "celsius": CELSIUS,
        "by_sam": st.booleans(),
        "changed": st.one_of(st.none(), TEXT),
        "deleted": st.booleans(),
    }
)
SHOT = st.fixed_dictionaries({"back": st.integers(0, 300), "site": st.sampled_from(["", "thigh-left", "arm-right"])})


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back all that is written within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(cast: Cast, days: list[dict[str, Any]], shots: list[dict[str, Any]]) -> Patient:
    symptoms = Symptom.objects.in_bulk(SLUGS, field_name="slug")
    today = clock.local_day(clock.now(), cast.ana_log.time_zone)

    def told(day: dict[str, Any], note: str) -> EntrySaid:
        reports = [ReportSaid(symptoms[slug], grade, answers) for slug, (grade, answers) in day["reports"].items()]
        celsius: Decimal | None = day["celsius"]
        typed = f"{celsius} C" if celsius is not None else ""
        return EntrySaid(today - timedelta(days=day["back"]), reports, celsius, typed, note)

    for day in days:
        by = cast.sam if day["by_sam"] else cast.ana
        entry = save_entry(patient=cast.ana_log, said=told(day, day["note"]), idempotency_key=uuid4(), by=by)
        if day["changed"] is not None:
            entry = change_entry(entry=entry, said=told(day, day["changed"]), by=by)
        if day["deleted"]:
            delete_entry(entry=entry, by=by)
    for shot in shots:
        at = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=shot["back"] + 1)
        log_injection(patient=cast.ana_log, at=at, number=None, site=shot["site"], by=cast.ana)
    return cast.ana_log


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(DAY, max_size=5), shots=st.lists(SHOT, max_size=3))
def test_whatever_stands_in_a_diary_comes_back_equal(
    cast: Cast, days: list[dict[str, Any]], shots: list[dict[str, Any]]
) -> None:
    with taken_back():
        first = packed(write(cast, days, shots))
        again = make_patient(make_user("Ana Again"))
        bring_back(patient=again, diary=unpack(first), by=again.user)
        one, two = said(first), said(packed(Patient.objects.get(pk=again.pk)))
        assert {name: two[name] for name in RESTORED} == {name: one[name] for name in RESTORED}
        assert len(one["entries"]) == len(days)
