"""What a person with an account of their own tries at the log of another, beside what the table of routes walks."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.inbox import flags
from tests.sharing import inviting

EXTRA = {"flag": "none", "created_at": "2020-01-01", "made_at": "2020-01-01", "is_staff": "1", "rule_version": "0"}


@pytest.fixture
def bo(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.bo)
    return client


def test_an_entry_belongs_to_the_log_of_the_address_whatever_is_posted(bo: Client, cast: Cast) -> None:
    today = clock.local_day(clock.now(), cast.bo.time_zone).isoformat()
    said = {"day": today, "s": "fatigue", "grade-fatigue": "1", "asked": "fatigue", "key": str(uuid4())}
    more = {"patient": str(cast.ana_log.pk), "author": str(cast.ana.pk), "hidden_at": "2020-01-01", **EXTRA}
    assert bo.post(reverse("diary:log", args=[cast.bo_log.pk]), {**said, **more}).status_code == 303
    entry = Entry.objects.get()
    assert (entry.patient, entry.author, entry.hidden_at) == (cast.bo_log, cast.bo, None)
    assert entry.made_at.year > 2020
    assert not User.objects.get(pk=cast.bo.pk).is_staff


def test_an_entry_of_another_is_not_reached_through_the_own_log(bo: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fatigue": 1})
    before = Entry.objects.filter(pk=entry.pk).values().get()
    for route in ("entry", "entry-edit", "entry-delete", "entry-hide", "entry-found"):
        url = reverse(f"diary:{route}", args=[cast.bo_log.pk, entry.pk])
        assert bo.get(url).status_code in {404, 405}
        assert bo.post(url, {"patient": str(cast.bo_log.pk)}).status_code in {404, 405}
    assert Entry.objects.filter(pk=entry.pk).values().get() == before


@pytest.mark.parametrize("state", ["invited", "typed", "expired", "revoked", "not begun", "nothing shared"])
def test_who_is_not_in_or_no_longer_in_can_do_nothing(bo: Client, cast: Cast, state: str) -> None:
    entry = make_entry(cast.ana_log, {"fatigue": 1})
    if state in {"invited", "typed"}:
        inviting.by_mail(cast, cast.bo.email) if state == "invited" else inviting.code_typed(cast, cast.bo)
    else:
        changes: dict[str, dict[str, Any]] = {
            "expired": {"starts_at": "2020-01-01T00:00Z", "ends_at": "2020-02-01T00:00Z"},
            "revoked": {"revoked_at": "2020-02-01T00:00Z"},
            "not begun": {"starts_at": "2999-01-01T00:00Z"},
            "nothing shared": {"reads": [], "adds": []},
        }
        grant = share(cast.ana_log, cast.bo, "read-add")
        Grant.objects.filter(pk=grant.pk).update(**changes[state])
    before = list(Entry.objects.values())
    for route in ("diary:entry", "diary:entry-edit", "diary:entry-delete", "triage:advice", "triage:advice-called"):
        url = reverse(route, args=[cast.ana_log.pk, entry.pk])
        assert {bo.get(url).status_code, bo.post(url).status_code} <= {404, 405}, route
    for route in ("diary:log", "diary:log-none", "mydata:download"):
        url = reverse(route, args=[cast.ana_log.pk])
        assert {bo.get(url).status_code, bo.post(url, EXTRA).status_code} <= {404, 405}, route
    assert list(Entry.objects.values()) == before


@pytest.mark.parametrize("who", ["lindqvist", "sam"])
def test_a_closed_account_is_out_at_its_next_request(cast: Cast, who: str) -> None:
    flag, user = flags.emergency(cast.ana_log), getattr(cast, who)
    client = Client()
    client.force_login(user)
    log = reverse("today:today", args=[cast.ana_log.pk])
    assert client.get(log).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    for url in (log, reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])):
        assert client.get(url)["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("inbox:acknowledge", args=[cast.clinic.pk, flag.pk])).status_code == 302
    flag.refresh_from_db()
    assert flag.state == "waiting"


def test_nothing_is_done_by_looking(client: Client, cast: Cast) -> None:
    flag, made = flags.emergency(cast.ana_log), inviting.by_mail(cast, "x@example.org")
    grant = Grant.objects.get(user=cast.sam)
    log = cast.ana_log.pk
    urls = {
        cast.ana: [
            reverse("sharing:revoke", args=[log, grant.pk]),
            reverse("sharing:withdraw", args=[log, made.pk]),
            reverse("sharing:confirm", args=[log, made.pk]),
        ],
        cast.okoye: [
            reverse("inbox:acknowledge", args=[cast.clinic.pk, flag.pk]),
            reverse("inbox:resolve", args=[cast.clinic.pk, flag.pk]),
        ],
    }
    for user, addresses in urls.items():
        client.force_login(user)
        for url in addresses:
            for method in (client.get, client.head, client.options, client.delete, client.trace):
                assert method(url).status_code == 405
            assert client.get(url, headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    grant.refresh_from_db()
    made.refresh_from_db()
    flag.refresh_from_db()
    assert (grant.revoked_at, made.withdrawn_at, flag.state) == (None, None, "waiting")
