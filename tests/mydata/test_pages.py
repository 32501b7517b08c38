"""The pages of one's own data, as a person uses them."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.mydata import gathering
from symptoms.mydata.actions import ask_to_erase
from symptoms.sharing.actions import add_member
from symptoms.sharing.models import ClinicMember
from tests.factories.cast import Cast, make_patient, make_user
from tests.factories.diary import make_entry
from tests.factories.second_factor import signed_in_before
from tests.mydata import rich
from tests.mydata.rich import zip_of


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def upload(raw: bytes, name: str = "my-diary.zip") -> dict[str, Any]:
    file = io.BytesIO(raw)
    file.name = name
    return {"file": file}


def test_the_page_warns_before_the_download_and_says_what_is_in_it(ana: Client, cast: Cast) -> None:
    page = ana.get(reverse("mydata:download", args=[cast.ana_log.pk])).content.decode()
    assert "Once it is on your device, we cannot protect it." in page
    assert "who looked" in page
    assert not Event.objects.filter(verb="mydata.downloaded").exists()


def test_a_download_is_a_zip_with_a_name_made_here(ana: Client, cast: Cast) -> None:
    """Attack 41: whatever a person is called, the name of the file is ours."""
    cast.ana.name = '../../x"\r\nX: y' + "CON.txt" * 9
    cast.ana.save()
    answer = ana.post(reverse("mydata:download", args=[cast.ana_log.pk]))
    day = clock.local_day(clock.now(), "Europe/London")
    assert answer["Content-Disposition"] == f'attachment; filename="my-diary-{day}.zip"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store, private")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert archive.testzip() is None
    assert Event.objects.filter(verb="mydata.downloaded", actor=cast.ana.uuid).count() == 1


@pytest.mark.parametrize("route", ["mydata:download", "mydata:import"])
def test_the_diary_asks_again_who_is_there(route: str, cast: Cast) -> None:
    old = signed_in_before(Client(), cast.ana, 3600)
    for method in (old.get, old.post):
        answer = method(reverse(route, args=[cast.ana_log.pk]))
        assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not Event.objects.filter(verb__startswith="mydata.").exists()


@pytest.mark.parametrize("route", ["mydata:download-account", "mydata:erase"])
def test_the_account_asks_again_who_is_there(route: str, cast: Cast) -> None:
    old = signed_in_before(Client(), cast.sam, 3600)
    answer = old.post(reverse(route), {"sure": "on"})
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    cast.sam.refresh_from_db()
    assert cast.sam.erase_at is None


def test_who_keeps_no_diary_downloads_the_account(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.sam)
    assert reverse("mydata:download-account") in client.get(reverse("mydata:my-data")).content.decode()
    answer = client.post(reverse("mydata:download-account"))
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert json.loads(archive.read("diary.json"))["person"]["name"] == "Sam"


def test_too_much_for_one_file_is_said(ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_entry(cast.ana_log, {"headache": 1})
    monkeypatch.setattr(gathering, "MOST_ROWS", 1)
    page = ana.post(reverse("mydata:download", args=[cast.ana_log.pk]), follow=True).content.decode()
    assert "more than one file can hold" in page


# -- bringing back


def test_a_diary_comes_back_through_the_page(cast: Cast, client: Client) -> None:
    raw = zip_of(patient=rich.fill(cast), by=cast.ana).getvalue()
    again = make_patient(make_user("Ana Again"))
    client.force_login(again.user)
    url = reverse("mydata:import", args=[again.pk])
    answer = client.post(url, upload(raw), follow=True)
    assert answer.redirect_chain == [(reverse("today:today", args=[again.pk]), 302)]
    assert "Your diary is back" in answer.content.decode()
    assert Entry.objects.filter(patient=again).count() == Entry.objects.filter(patient=cast.ana_log).count()
    for route in ("today:month", "followups:injections", "followups:blood-tests", "triage:settings"):
        assert client.get(reverse(route, args=[again.pk])).status_code == 200
    for entry in Entry.objects.live().filter(patient=again):
        assert client.get(reverse("diary:entry", args=[again.pk, entry.pk])).status_code == 200
        assert client.get(reverse("triage:advice", args=[again.pk, entry.pk])).status_code == 200
    second = client.post(url, upload(raw), follow=True).content.decode()
    assert "There is something in your diary already" in second


@pytest.mark.parametrize(
    ("raw", "told"), [(b"%PDF", "not a ZIP file"), (b"", "empty"), (None, "Choose the file first")]
)
def test_a_wrong_file_is_told_in_plain_words(cast: Cast, client: Client, raw: bytes | None, told: str) -> None:
    client.force_login(cast.bo)
    said = upload(raw) if raw is not None else {}
    answer = client.post(reverse("mydata:import", args=[cast.bo_log.pk]), said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page and 'class="error-summary"' in page


def test_a_spoiled_diary_is_told_by_file_and_line(cast: Cast, client: Client) -> None:
    make_entry(cast.ana_log, {"headache": 1, "nausea": 2})
    with zipfile.ZipFile(zip_of(patient=cast.ana_log, by=cast.ana)) as archive:
        text = archive.read("diary.json").decode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("diary.json", text.replace('"grade": 1', '"grade": 7').replace('"grade": 2', '"grade": 8'))
    client.force_login(cast.bo)
    page = client.post(reverse("mydata:import", args=[cast.bo_log.pk]), upload(out.getvalue())).content.decode()
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if '"grade"' in line]
    assert lines and all(f"diary.json, line {n}: grade" in page for n in lines)


# -- erasing


@pytest.mark.parametrize("others", [0, 1])
def test_who_manages_a_clinic_alone_is_told_before_the_account_is_erased(
    client: Client, cast: Cast, others: int
) -> None:
    ClinicMember.objects.filter(clinic=cast.clinic).delete()
    add_member(clinic=cast.clinic, user=cast.okoye, role="manager", by=None)
    for _one in range(others):
        add_member(clinic=cast.clinic, user=cast.lindqvist, role="manager", by=None)
    client.force_login(cast.okoye)
    page = client.get(reverse("mydata:erase")).content.decode()
    assert "You work for a clinic here." in page
    assert ("Nobody else manages it." in page) is (others == 0)


def test_erasing_says_who_loses_sight_and_asks_for_a_tick(ana: Client, cast: Cast) -> None:
    page = ana.get(reverse("mydata:erase")).content.decode()
    assert "MS clinic" in page and "Sam" in page and "The law may ask it to keep that" in page
    assert ana.post(reverse("mydata:erase")).status_code == 422
    cast.ana.refresh_from_db()
    assert cast.ana.erase_at is None


def test_every_page_tells_of_it_until_it_is_taken_back(ana: Client, cast: Cast) -> None:
    assert ana.post(reverse("mydata:erase"), {"sure": "on"}).status_code == 302
    for url in (reverse("mydata:my-data"), reverse("accounts:you"), reverse("today:today", args=[cast.ana_log.pk])):
        page = ana.get(url).content.decode()
        assert "Your account and your data will be erased on" in page and "Keep my data" in page
    page = ana.post(reverse("mydata:keep"), follow=True).content.decode()
    assert "We keep your data" in page and "will be erased on" not in page


def test_the_banner_costs_no_query(ana: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    url = reverse("accounts:you")
    ana.get(url)
    with django_assert_max_num_queries(20) as before:
        ana.get(url)
    ask_to_erase(user=cast.ana, by=cast.ana)
    with django_assert_max_num_queries(20) as after:
        ana.get(url)
    assert len(after) == len(before)


def test_nobody_else_keeps_or_erases_for_ana(cast: Cast) -> None:
    at = ask_to_erase(user=cast.ana, by=cast.ana)
    client = Client()
    client.force_login(cast.bo)
    client.post(reverse("mydata:keep"), {"user": cast.ana.pk})
    cast.ana.refresh_from_db()
    assert cast.ana.erase_at == at
    assert at - clock.now() > timedelta(days=6)


def test_a_clinic_is_told_before_sharing_that_it_may_keep_what_it_read(ana: Client, cast: Cast) -> None:
    page = ana.get(reverse("sharing:sharing", args=[cast.ana_log.pk])).content.decode()
    assert "A clinic may have to keep what it has read" in page
