"""Ana chooses whether a caregiver is told when an entry says to get help: where it is offered, and ended."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.sharing.actions import grant_access, set_notice
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
SAYS = {"reads": ["symptoms"], "lasts": ""}
ASKS = "Tell Sam when an entry says to get help"


@pytest.fixture
def sams(cast: Cast) -> Grant:
    return Grant.objects.get(user=cast.sam)


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def change_of(grant: Grant) -> str:
    return reverse("sharing:change", args=[grant.patient_id, grant.pk])


def ticked(html: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="notice"[^>]*>', html)
    return [re.findall(r'value="(\d*)"', box)[0] for box in boxes if "checked" in box]


def test_nobody_is_told_unless_ana_says_so(ana: Client, sams: Grant) -> None:
    html = ana.get(change_of(sams)).content.decode()
    assert ASKS in html
    assert ticked(html) == [""]
    assert len(re.findall(r'id="(notice-\d)"', html)) == len(set(re.findall(r'id="(notice-\d)"', html))) == 6
    assert "gives you time to change, hide or delete the entry first" in html


@pytest.mark.parametrize(
    ("said", "kept", "shown"),
    [
        ("0", 0, "at once"),
        ("1", 1, "after 1 hour"),
        ("4", 4, "after 4 hours"),
        ("12", 12, "after 12 hours"),
        ("24", 24, "after 24 hours"),
        ("", None, ""),
    ],
)
def test_what_she_chose_is_kept_and_shown(
    ana: Client, cast: Cast, sams: Grant, said: str, kept: int | None, shown: str
) -> None:
    set_notice(grant=sams, hours=12 if kept != 12 else 1, by=cast.ana)
    assert ana.post(change_of(sams), {**SAYS, "notice": said}).status_code == 302
    sams.refresh_from_db()
    assert sams.notice_hours == kept
    html = ana.get(reverse("sharing:sharing", args=[cast.ana_log.pk])).content.decode()
    assert (f"Told when an entry says to get help: {shown}." in html) is bool(shown)
    assert ticked(ana.get(change_of(sams)).content.decode()) == [said]


@pytest.mark.parametrize("said", ["2", "-1", "99", "x", "0.5"])
def test_what_is_not_offered_is_refused(ana: Client, sams: Grant, said: str) -> None:
    answer = ana.post(change_of(sams), {**SAYS, "notice": said})
    assert answer.status_code == 422
    assert 'href="#id_notice"' in answer.content.decode()
    sams.refresh_from_db()
    assert (sams.notice_hours, len(sams.reads)) == (None, 4)


def test_it_is_not_offered_to_a_clinic_nor_without_symptoms(ana: Client, cast: Cast, sams: Grant) -> None:
    clinics = Grant.objects.get(patient=cast.ana_log, clinic=cast.clinic)
    Grant.objects.filter(pk=sams.pk).update(reads=["notes"])
    sams.refresh_from_db()
    for grant in (clinics, sams):
        assert "says to get help" not in ana.get(change_of(grant)).content.decode()
        ana.post(change_of(grant), {"reads": grant.reads, "lasts": "", "notice": "0"})
        set_notice(grant=grant, hours=0, by=cast.ana)
        grant.refresh_from_db()
        assert grant.notice_hours is None


def test_it_ends_where_symptoms_are_shared_no_longer(ana: Client, cast: Cast, sams: Grant) -> None:
    set_notice(grant=sams, hours=1, by=cast.ana)
    assert ana.post(change_of(sams), {"reads": ["notes"], "lasts": "", "notice": "1"}).status_code == 302
    sams.refresh_from_db()
    assert (sams.notice_hours, sams.reads) == (None, ["notes"])
    grant_access(patient=cast.ana_log, to=cast.sam, reads=["symptoms"], by=cast.ana)
    sams.refresh_from_db()
    assert sams.notice_hours is None


def test_another_change_leaves_it_as_it_is(cast: Cast, sams: Grant) -> None:
    set_notice(grant=sams, hours=4, by=cast.ana)
    grant_access(patient=cast.ana_log, to=cast.sam, reads=["symptoms", "notes"], by=cast.ana)
    sams.refresh_from_db()
    assert sams.notice_hours == 4


def test_a_share_that_ended_is_not_set(cast: Cast, sams: Grant) -> None:
    Grant.objects.filter(pk=sams.pk).update(revoked_at=sams.starts_at)
    set_notice(grant=sams, hours=0, by=cast.ana)
    sams.refresh_from_db()
    assert sams.notice_hours is None
    assert not Event.objects.filter(verb__startswith="sharing.notice").exists()


@pytest.mark.parametrize(
    "said", [{"notice_hours": 25}, {"notice_hours": 1, "reads": ["notes"], "adds": []}], ids=["days", "no symptoms"]
)
def test_the_table_takes_nothing_else(sams: Grant, said: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=sams.pk).update(**said)


def test_the_table_takes_none_for_a_clinic(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(clinic=cast.clinic).update(notice_hours=0)


@pytest.mark.parametrize("who", ["sam", "bo", "lindqvist"])
def test_nobody_but_the_patient_sets_it(client: Client, cast: Cast, sams: Grant, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(change_of(sams), {**SAYS, "notice": "0"}).status_code in {403, 404}
    sams.refresh_from_db()
    assert sams.notice_hours is None


def test_the_page_of_sharing_asks_no_more_for_it(ana: Client, cast: Cast, sams: Grant) -> None:
    url = reverse("sharing:sharing", args=[cast.ana_log.pk])
    ana.get(url)
    with CaptureQueriesContext(connection) as before:
        ana.get(url)
    set_notice(grant=sams, hours=4, by=cast.ana)
    with CaptureQueriesContext(connection) as after:
        ana.get(url)
    assert len(after) == len(before)
