"""Who asks for a log that is not theirs leaves an event; the answer tells nothing, and nobody can fill the log."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.lib import clock
from tests.factories.cast import Cast


def refusals() -> list[tuple[UUID | None, UUID | None, str]]:
    return list(Event.objects.filter(verb="sharing.refused").order_by("pk").values_list("actor", "patient", "subject"))


def test_a_foreign_id_and_one_never_issued_leave_the_same_and_cost_the_same(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event of a foreign log is no event of that patient: nothing is written to what is theirs."""
    client.force_login(cast.bo)
    client.get("/you/")
    issued, never = cast.ana_log.pk, uuid4()
    seen = []
    for times, number in enumerate((issued, never)):
        later(monkeypatch, 11 * times)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("today:today", args=[number]))
        told = re.sub(r'(nonce|value)="[^"]+"', "", answer.content.decode().replace(str(number), "ID"))
        headers = {name: re.sub(r"nonce-[^']+", "", value) for name, value in answer.headers.items()}
        work = [re.sub(r"'[^']*'(::uuid)?|\b\d+\b", "?", one["sql"]) for one in asked]
        seen.append((answer.status_code, told, headers, work))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404
    assert refusals() == [(cast.bo.uuid, None, f"patient:{issued}"), (cast.bo.uuid, None, f"patient:{never}")]


def test_a_hundred_tries_at_a_page_are_one_row_in_ten_minutes(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.bo)
    for _ in range(40):
        assert client.get(reverse("today:today", args=[uuid4()])).status_code == 404
    assert len(refusals()) == 1
    client.get(reverse("sharing:sharing", args=[cast.ana_log.pk]))
    assert len(refusals()) == 2, "another page"
    later(monkeypatch, 11)
    client.get(reverse("today:today", args=[cast.ana_log.pk]))
    assert len(refusals()) == 3


def test_a_reader_who_may_not_do_this_and_a_stranger_to_a_clinic_leave_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.sam)
    assert client.get(reverse("sharing:sharing", args=[cast.ana_log.pk])).status_code in {403, 404}
    assert client.get(reverse("sharing:members", args=[cast.clinic.pk])).status_code == 404
    assert [subject for _who, _about, subject in refusals()] == [
        f"patient:{cast.ana_log.pk}",
        f"clinic:{cast.clinic.pk}",
    ]


def test_the_owner_leaves_none(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    assert client.get(reverse("today:today", args=[cast.ana_log.pk])).status_code == 200
    assert refusals() == []


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """Have it be so much later."""
    at: datetime = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: at)
