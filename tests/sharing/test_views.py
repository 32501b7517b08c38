"""The sharing page, the list of shared logs, and starting a diary: works, reader, stranger, bad id, wrong method."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.access import permissions
from symptoms.sharing.models import Grant, Patient
from tests.factories.cast import ADD, Cast, make_user, share


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
    assert "May read your log and add entries in their own name." in html
    assert "May read your log and answer you." in html
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
    for url in (sharing_of(cast.ana_log), revoke_of(Grant.objects.get(user=cast.sam))):
        assert client.post(url).status_code == 403
    assert client.get(sharing_of(cast.ana_log)).status_code == 403
    assert not Grant.objects.exclude(revoked_at=None).exists()


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_sharing_is_not_found_for_strangers(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(sharing_of(cast.ana_log)).status_code == 404
    assert client.post(sharing_of(cast.ana_log), {"email": "far@example.org"}).status_code == 404
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


@pytest.mark.parametrize("email", ["far@example.org", "FAR@Example.org"])
def test_share_with_a_person_by_address(client: Client, cast: Cast, email: str) -> None:
    client.force_login(cast.bo)
    answer = client.post(sharing_of(cast.bo_log), {"email": email, "level": "read-add"}, follow=True)
    assert "Your log is now shared with Dr Far." in answer.content.decode()
    grant = Grant.objects.get(patient=cast.bo_log)
    assert (grant.user, grant.clinic, grant.adds, grant.ends_at) == (cast.far, None, list(ADD), None)


def test_share_with_a_clinic(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    client.post(sharing_of(cast.bo_log), {"clinic": cast.clinic.pk, "level": "read"})
    assert permissions(cast.lindqvist, cast.bo_log)


def test_share_for_thirty_days_ends_with_the_last_of_them(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    client.post(sharing_of(cast.bo_log), {"email": "sam@example.org", "level": "read", "lasts": "30"})
    ends = Grant.objects.get(patient=cast.bo_log).ends_at
    assert ends is not None
    today = clock.local_day(clock.now(), cast.bo.time_zone)
    assert clock.local_day(ends, cast.bo.time_zone) == today + timedelta(days=30)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Choose a clinic, or type one person"),
        ({"email": "nobody@example.org"}, "Nobody here uses this address yet"),
        ({"email": "bo@example.org"}, "This is your own address"),
        ({"email": "not an address"}, "valid email"),
        ({"email": "sam@example.org", "level": "owner"}, "not one of the available choices"),
        ({"email": "sam@example.org", "lasts": "99999"}, "not one of the available choices"),
        ({"clinic": str(uuid4())}, "not one of the available choices"),
    ],
)
def test_share_that_cannot_be_says_what_to_do_and_shares_nothing(
    client: Client, cast: Cast, fields: dict[str, str], told: str
) -> None:
    client.force_login(cast.bo)
    answer = client.post(sharing_of(cast.bo_log), {"level": "read", **fields})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Grant.objects.filter(patient=cast.bo_log).exists()


def test_share_with_a_clinic_and_a_person_at_once_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    both = {"email": "sam@example.org", "clinic": cast.clinic.pk, "level": "read"}
    assert "Not both" in client.post(sharing_of(cast.bo_log), both).content.decode()
    assert not Grant.objects.filter(patient=cast.bo_log).exists()


def test_share_with_a_closed_account_is_refused(client: Client, cast: Cast) -> None:
    gone = make_user("Gone", is_active=False)
    client.force_login(cast.bo)
    answer = client.post(sharing_of(cast.bo_log), {"email": gone.email, "level": "read"})
    assert "Nobody here uses this address yet" in answer.content.decode()


def test_share_ignores_fields_that_are_not_asked(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    extra = {"patient": cast.ana_log.pk, "revoked_at": "2020-01-01", "starts_at": "2099-01-01"}
    client.post(sharing_of(cast.bo_log), {"email": "far@example.org", "level": "read", **extra})
    assert permissions(cast.far, cast.bo_log)
    assert not permissions(cast.far, cast.ana_log)


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
    assert "You may read and add entries." in html
    assert reverse("today:today", args=[cast.ana_log.pk]) in html


def test_shared_logs_leaves_out_what_has_ended(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(ends_at=clock.now() - timedelta(minutes=1))
    client.force_login(cast.sam)
    html = page(client, reverse("sharing:shared-logs"))
    assert "Ana\u2019s log" not in html
    assert "sam@example.org" in html


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
