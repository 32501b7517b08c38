"""The sharing page, the list of shared logs, and starting a diary: works, reader, stranger, bad id, wrong method."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.access import Permission, permissions
from symptoms.sharing.actions import grant_access
from symptoms.sharing.models import Clinic, Grant, Patient
from tests.factories.cast import ADD, Cast, make_user, share
from tests.factories.second_factor import signed_in_before


def sharing_of(log: Patient) -> str:
    return reverse("sharing:sharing", args=[log.pk])


def revoke_of(grant: Grant, log: Patient | None = None) -> str:
    return reverse("sharing:revoke", args=[(log or grant.patient).pk, grant.pk])


def page(client: Client, url: str, **fields: Any) -> str:
    answer = client.get(url, **fields)
    assert answer.status_code == 200
    return answer.content.decode()


def test_sharing_shows_who_may_read_and_until_when(client: Client, cast: Cast) -> None:
    ends = clock.now() + timedelta(days=40)
    Grant.objects.filter(user=cast.sam).update(ends_at=ends, adds=list(ADD))
    client.force_login(cast.ana)
    html = page(client, sharing_of(cast.ana_log))
    assert "Adds: Symptoms, Notes." in html
    assert "Sees: Symptoms, Notes, Injections, Blood tests." in html
    assert f"Until {ends.day} " in html.replace(ends.strftime("%A "), "")
    assert "Yes, stop sharing with Sam" in html
    assert "Yes, stop sharing with MS clinic" in html


def test_sharing_without_anybody_says_so_and_that_nobody_watches(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    html = page(client, sharing_of(cast.bo_log))
    assert "Only you can see your log" in html
    assert "No clinic reads this log. Nobody is watching it." in html
    assert "Nobody else has opened your log yet." in html


def test_sharing_with_a_clinic_does_not_say_that_nobody_watches(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    assert "Nobody is watching" not in page(client, sharing_of(cast.ana_log))


def test_sharing_lists_who_looked(client: Client, cast: Cast) -> None:
    client.force_login(cast.sam)
    client.get(reverse("today:today", args=[cast.ana_log.pk]))
    client.force_login(cast.ana)
    html = page(client, sharing_of(cast.ana_log))
    assert "Nobody else has opened" not in html
    assert html.count("<strong>Sam</strong>") == 1


@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_sharing_is_refused_to_readers(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    for url in (clinic_form_of(cast.ana_log), revoke_of(Grant.objects.get(user=cast.sam))):
        assert client.post(url).status_code == 403
    assert client.get(sharing_of(cast.ana_log)).status_code == 403
    assert not Grant.objects.exclude(revoked_at=None).exists()


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_sharing_is_not_found_for_strangers(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(sharing_of(cast.ana_log)).status_code == 404
    assert client.post(clinic_form_of(cast.ana_log), {"clinic": cast.far_clinic.pk}).status_code == 404
    assert client.post(revoke_of(Grant.objects.get(user=cast.sam))).status_code == 404
    assert not Grant.objects.exclude(revoked_at=None).exists()


def test_sharing_of_an_id_never_issued_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    assert client.get(reverse("sharing:sharing", args=[uuid4()])).status_code == 404
    assert client.post(reverse("sharing:revoke", args=[cast.ana_log.pk, uuid4()])).status_code == 404


def test_sharing_asks_to_sign_in_first(client: Client, cast: Cast) -> None:
    answer = client.get(sharing_of(cast.ana_log))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_sharing_refuses_other_methods(client: Client, cast: Cast, method: str) -> None:
    client.force_login(cast.ana)
    assert getattr(client, method)(sharing_of(cast.ana_log)).status_code == 405
    assert client.get(revoke_of(Grant.objects.get(user=cast.sam))).status_code == 405
    assert client.get(reverse("sharing:start")).status_code == 405
    assert client.post(reverse("sharing:shared-logs")).status_code == 405


def clinic_form_of(log: Patient) -> str:
    return reverse("sharing:share-with-clinic", args=[log.pk])


def change_of(grant: Grant) -> str:
    return reverse("sharing:change", args=[grant.patient_id, grant.pk])


def test_share_with_a_clinic_opens_what_is_ticked_and_nothing_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    client.post(clinic_form_of(cast.bo_log), {"clinic": cast.clinic.pk, "reads": ["symptoms", "blood-tests"]})
    assert Grant.objects.get(patient=cast.bo_log).reads == ["symptoms", "blood-tests"]
    allowed = permissions(cast.lindqvist, cast.bo_log)
    assert Permission.READ_SYMPTOMS in allowed
    assert Permission.READ_NOTES not in allowed


def test_nothing_is_ticked_before_the_patient_ticks_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    for route in ("sharing:invite", "sharing:share-with-clinic"):
        html = page(client, reverse(route, args=[cast.bo_log.pk]))
        assert 'name="reads"' in html
        assert not [box for box in re.findall(r"<input[^>]*checkbox[^>]*>", html) if "checked" in box]


def test_share_for_thirty_days_ends_with_the_last_of_them(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    client.post(clinic_form_of(cast.bo_log), {"clinic": cast.clinic.pk, "reads": "symptoms", "lasts": "30"})
    ends = Grant.objects.get(patient=cast.bo_log).ends_at
    assert ends is not None
    today = clock.local_day(clock.now(), cast.bo.time_zone)
    assert clock.local_day(ends, cast.bo.time_zone) == today + timedelta(days=30)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Choose a clinic"),
        ({"clinic": "known"}, "Tick at least one thing"),
        ({"clinic": "known", "reads": "everything"}, "not one of the available choices"),
        ({"clinic": "known", "reads": "notes", "lasts": "99999"}, "not one of the available choices"),
        ({"clinic": str(uuid4()), "reads": "notes"}, "not one of the available choices"),
        ({"clinic": "x\u0000", "reads": "notes"}, ""),
    ],
)
def test_share_that_cannot_be_says_what_to_do_and_shares_nothing(
    client: Client, cast: Cast, fields: dict[str, str], told: str
) -> None:
    client.force_login(cast.bo)
    said = {**fields, "clinic": str(cast.clinic.pk)} if fields.get("clinic") == "known" else fields
    answer = client.post(clinic_form_of(cast.bo_log), said)
    assert answer.status_code in {400, 422}
    assert told in answer.content.decode()
    assert not Grant.objects.filter(patient=cast.bo_log).exists()


def test_a_clinic_is_never_given_to_add(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    extra = {"adds": ["symptoms"], "patient": cast.ana_log.pk, "revoked_at": "2020-01-01", "starts_at": "2099-01-01"}
    client.post(clinic_form_of(cast.bo_log), {"clinic": cast.far_clinic.pk, "reads": ["symptoms"], **extra})
    assert Grant.objects.get(patient=cast.bo_log).adds == []
    assert permissions(cast.far, cast.bo_log)
    assert not permissions(cast.far, cast.ana_log)


def test_what_somebody_may_see_is_changed_later_and_counts_at_once(client: Client, cast: Cast) -> None:
    grant = Grant.objects.get(user=cast.sam)
    client.force_login(cast.ana)
    assert 'id="reads-notes" checked' in page(client, change_of(grant))
    answer = client.post(change_of(grant), {"reads": ["symptoms", "injections"], "adds": ["injections"], "lasts": "90"})
    assert answer.status_code == 302
    grant.refresh_from_db()
    assert (grant.reads, grant.adds) == (["symptoms", "injections"], ["injections"])
    assert grant.ends_at is not None
    allowed = permissions(cast.sam, cast.ana_log)
    assert Permission.ADD_INJECTIONS in allowed
    assert Permission.READ_NOTES not in allowed


def test_the_end_is_kept_where_it_is_not_changed(client: Client, cast: Cast) -> None:
    ends = clock.now() + timedelta(days=12)
    Grant.objects.filter(user=cast.sam).update(ends_at=ends)
    client.force_login(cast.ana)
    client.post(change_of(Grant.objects.get(user=cast.sam)), {"reads": ["notes"], "lasts": "keep"})
    assert Grant.objects.get(user=cast.sam).ends_at == ends
    client.post(change_of(Grant.objects.get(user=cast.sam)), {"reads": ["notes"], "lasts": ""})
    assert Grant.objects.get(user=cast.sam).ends_at is None


@pytest.mark.parametrize(
    ("reads", "adds", "told"),
    [
        (["notes"], ["symptoms"], "To add it, they must also see it: Symptoms."),
        (["notes"], ["notes"], "To add notes, they must also add symptoms."),
        (["reports"], ["reports"], "not one of the available choices"),
    ],
)
def test_adding_what_cannot_be_is_refused(
    client: Client, cast: Cast, reads: list[str], adds: list[str], told: str
) -> None:
    client.force_login(cast.ana)
    before = Grant.objects.filter(user=cast.sam).values().get()
    answer = client.post(change_of(Grant.objects.get(user=cast.sam)), {"reads": reads, "adds": adds})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Grant.objects.filter(user=cast.sam).values().get() == before


def test_a_share_that_was_stopped_cannot_be_changed(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(revoked_at=clock.now())
    client.force_login(cast.ana)
    url = change_of(Grant.objects.get(user=cast.sam))
    assert client.get(url).status_code == client.post(url, {"reads": ["notes"]}).status_code == 404


def test_a_clinic_that_sees_symptoms_for_the_first_time_is_told_of_flags_anew(cast: Cast) -> None:
    Grant.objects.filter(clinic=cast.clinic).update(reads=["notes"])
    before = clock.now()
    grant = grant_access(patient=cast.ana_log, to=cast.clinic, reads=["notes", "symptoms"], by=cast.ana)
    assert grant.starts_at >= before
    same = grant_access(patient=cast.ana_log, to=cast.clinic, reads=["symptoms"], by=cast.ana)
    assert same.starts_at == grant.starts_at


def test_a_clinic_without_symptoms_watches_nothing_and_the_page_says_so(client: Client, cast: Cast) -> None:
    Grant.objects.filter(clinic=cast.clinic).update(reads=["notes"])
    client.force_login(cast.ana)
    html = page(client, sharing_of(cast.ana_log))
    assert "Without your symptoms they see no flagged entry." in html
    assert "Nobody is watching it." in html


def test_a_clinic_that_names_nobody_is_told_of_to_the_patient(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    assert "Perhaps nobody does." in page(client, sharing_of(cast.ana_log))
    said = {"owner": cast.lindqvist, "stand_in": cast.okoye, "response_hours": 24}
    Clinic.objects.filter(pk=cast.clinic.pk).update(**said)
    html = page(client, sharing_of(cast.ana_log))
    assert "Perhaps nobody does." not in html
    assert "They say they answer within 24 office hours" in html


def test_widening_asks_who_is_there_and_stopping_never_does(client: Client, cast: Cast) -> None:
    signed_in_before(client, cast.ana, ago_s=3600)
    grant = Grant.objects.get(user=cast.sam)
    invite = reverse("sharing:invite", args=[cast.ana_log.pk])
    for url in (change_of(grant), invite, clinic_form_of(cast.ana_log)):
        for method in (client.get, client.post):
            answer = method(url, {"reads": ["photos"]})
            assert answer.status_code == 302
            assert "reauthenticate" in answer["Location"]
    grant.refresh_from_db()
    assert "photos" not in grant.reads
    assert client.post(revoke_of(grant)).status_code == 302
    assert not permissions(cast.sam, cast.ana_log)


def test_who_looked_is_told_in_words_by_day(client: Client, cast: Cast) -> None:
    reader = Client()
    reader.force_login(cast.sam)
    for route in ("today:today", "today:month", "followups:injections"):
        reader.get(reverse(route, args=[cast.ana_log.pk]))
    client.force_login(cast.ana)
    assert "3 pages: injections, diary, first page" in page(client, sharing_of(cast.ana_log))


def test_sharing_pages_have_a_way_out_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    grant = Grant.objects.get(user=cast.sam)
    invite = reverse("sharing:invite", args=[cast.ana_log.pk])
    for url in (sharing_of(cast.ana_log), change_of(grant), invite, clinic_form_of(cast.ana_log)):
        html = page(client, url)
        assert "data-exit" in html
        assert "Exit this page" in html
        assert "It does not clear the history of your browser." in html


def test_revoke_shuts_the_open_page_of_the_reader_at_once(client: Client, cast: Cast) -> None:
    reader = Client()
    reader.force_login(cast.sam)
    log = reverse("today:today", args=[cast.ana_log.pk])
    assert reader.get(log).status_code == 200
    client.force_login(cast.ana)
    answer = client.post(revoke_of(Grant.objects.get(user=cast.sam)), follow=True)
    assert "Sam can no longer see your log." in answer.content.decode()
    assert reader.get(log).status_code == 404
    assert "Nobody shares a log with you now" in page(reader, reverse("sharing:shared-logs"))


def test_revoke_of_a_grant_through_another_log_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    grant = Grant.objects.get(user=cast.sam)
    assert client.post(revoke_of(grant, cast.bo_log)).status_code == 404
    assert Grant.objects.get(pk=grant.pk).revoked_at is None


def test_revoke_needs_the_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    grant = Grant.objects.get(user=cast.sam)
    assert client.post(revoke_of(grant)).status_code == 403
    assert Grant.objects.get(pk=grant.pk).revoked_at is None


def test_shared_logs_lists_them_with_what_one_may_do(client: Client, cast: Cast) -> None:
    share(cast.bo_log, cast.sam, "read-add")
    client.force_login(cast.sam)
    html = page(client, reverse("sharing:shared-logs"))
    assert html.index("Ana\u2019s log") < html.index("Bo\u2019s log")
    assert "You may add: Symptoms, Notes." in html
    assert reverse("today:today", args=[cast.ana_log.pk]) in html


def test_shared_logs_leaves_out_what_has_ended(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(ends_at=clock.now() - timedelta(minutes=1))
    client.force_login(cast.sam)
    html = page(client, reverse("sharing:shared-logs"))
    assert "Ana\u2019s log" not in html
    assert "I was invited and have a code" in html


def test_shared_logs_of_a_nurse_leads_to_the_clinic(client: Client, cast: Cast) -> None:
    client.force_login(cast.lindqvist)
    assert reverse("inbox:queue", args=[cast.clinic.pk]) in page(client, reverse("sharing:shared-logs"))


def test_start_opens_a_diary_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.sam)
    for _ in range(2):
        answer = client.post(reverse("sharing:start"))
        assert answer.status_code == 302
    assert Patient.objects.filter(user=cast.sam).count() == 1
    assert answer["Location"] == reverse("today:today", args=[Patient.objects.get(user=cast.sam).pk])


def test_sharing_page_costs_the_same_for_one_and_many(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        user = make_user(f"Reader{n}")
        share(cast.ana_log, user)
        Event.objects.create(actor=user.uuid, patient=cast.ana_log.pk, verb="sharing.looked")
    client.force_login(cast.ana)
    with django_assert_max_num_queries(8):
        client.get(sharing_of(cast.ana_log))


def test_names_are_shown_as_text(client: Client, cast: Cast) -> None:
    evil = make_user("<script>alert(1)</script>", time_zone="UTC")
    share(cast.ana_log, evil)
    client.force_login(cast.ana)
    html = page(client, sharing_of(cast.ana_log))
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
