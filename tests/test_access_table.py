"""Every route, asked with every method by every kind of person, answers what `tests/access/table.py` says."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access.table import KINDS, NOBODY_GETS, REFUSED, ROUTES, SIGN_IN, patterns, url_of
from tests.access.world import Person, World, make_world, plain, rows_written
from tests.factories.second_factor import sign_in, signed_in_before
from tests.factories.shared import as_found
from tests.workbench.access import WORKBENCH

pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper(shared_db: None) -> None:
    """Stand in for pytest-django's transaction of each test: `world` has one inside that of the module."""


@pytest.fixture(scope="module")
def everybody(shared_db: None) -> World:
    return make_world()


@pytest.fixture
def world(everybody: World) -> Iterator[World]:
    everybody.sign_in_again()
    with as_found(person.client for person in everybody.people):
        yield everybody


def test_every_route_has_a_row() -> None:
    found = {name for name in patterns(get_resolver()) if not name.startswith("admin:")}
    assert found == set(ROUTES) | set(SIGN_IN) | set(WORKBENCH)


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_gets_what_the_table_says(world: World, route: str) -> None:
    """Ask with every method as every person: the status is right, a refusal wrote nothing, no cache keeps it."""
    row = ROUTES[route]
    url = url_of(route, row, world.own)
    before = rows_written()
    wrong = []
    for person in world.people:
        for method in ("GET", "HEAD", "POST", *REFUSED):
            wanted = row.expected(method, person.kind)
            answer, after = person.tries(method, url)
            if answer.status_code not in wanted:
                wrong.append(f"{method} by {person.name}: {answer.status_code}, not {sorted(wanted)}")
            if answer.status_code in {403, 404, 405} and after != before:
                wrong.append(f"{method} by {person.name}: refused, but something was written")
            if person.kind != "nobody" and answer["Cache-Control"] != "no-store, private":
                wrong.append(f"{method} by {person.name}: a cache may keep it")
    assert wrong == []


@pytest.mark.parametrize("route", [route for route, row in ROUTES.items() if "302" in row.get or "302" in row.post])
def test_signed_out_people_are_led_to_the_sign_in_page(world: World, route: str) -> None:
    row = ROUTES[route]
    if row.is_open:
        return
    url = url_of(route, row, world.own)
    for person in world.people:
        if person.kind == "nobody":
            assert person.asks("GET", url)["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize(
    "route", [route for route, row in ROUTES.items() if row.ids not in {"", "effect", "token", "channel", "secret"}]
)
def test_foreign_ids_answer_just_like_ids_never_issued(world: World, route: str) -> None:
    """Whatever id of the address is foreign, alone or with the others: same status, same page, nothing written."""
    row = ROUTES[route]
    method = "POST" if row.get == "-" else "GET"
    before = rows_written()
    for person in world.people:
        if person.name == "Dr Far":  # the foreign patient shares with him
            continue
        for names in _suffixes(row.ids.split()):
            foreign = url_of(route, row, world.own | {name: world.foreign[name] for name in names})
            unknown = url_of(route, row, world.own | {name: _never_issued(name) for name in names})
            one, two = person.asks(method, foreign), person.asks(method, unknown)
            assert one.status_code == two.status_code, f"{person.name} {names}"
            assert one.status_code in {302, 403, 404}, f"{person.name} {names}"
            if one.status_code != NOBODY_GETS:
                assert plain(one) == plain(two), f"{person.name} {names}"
    assert rows_written() == before


def _never_issued(name: str) -> Any:
    return 2**31 - 1 if name == "member" else uuid4()


def _suffixes(names: list[str]) -> list[list[str]]:
    """Return all ids, then the last one alone."""
    return [names, names[-1:]] if len(names) > 1 else [names]


@pytest.mark.parametrize("route", [route for route, row in ROUTES.items() if "patient" in row.ids and row.get != "-"])
def test_a_look_by_somebody_else_is_written_down_and_the_own_is_not(world: World, route: str) -> None:
    row = ROUTES[route]
    url = url_of(route, row, world.own)
    for person in world.people:
        looks = _looks(person)
        if person.client.get(url).status_code == 200 and person.kind != "owner":
            assert _looks(person) == looks + 1, person.name
        else:
            assert _looks(person) == looks, person.name


def _looks(person: Person) -> int:
    events = apps.get_model("audit", "Event").objects.filter(verb="sharing.looked")
    return int(events.filter(actor=person.user.uuid).count()) if person.user else 0


@pytest.mark.parametrize("trick", ["HTTP_X_HTTP_METHOD_OVERRIDE", "_method"])
def test_a_method_cannot_be_disguised(world: World, trick: str) -> None:
    ana = world.people[0]
    url = url_of("diary:entry", ROUTES["diary:entry"], world.own)
    if trick == "_method":
        assert ana.client.post(url, {"_method": "DELETE"}).status_code == 405
    else:
        assert ana.client.post(url, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 405


# The sign-in library and the admin


@pytest.mark.parametrize("route", SIGN_IN)
def test_sign_in_pages_answer_as_listed(world: World, route: str) -> None:
    keys: dict[str, dict[str, str | int]] = {
        "account_confirm_email": {"key": "unknown"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
    }
    url = reverse(route, kwargs=keys.get(route))
    signed_in, signed_out = ({int(one) for one in said.split("|")} for said in SIGN_IN[route])
    for person in world.people:
        wanted = signed_out if person.kind == "nobody" else signed_in
        answer = person.asks("GET", url)
        assert answer.status_code in wanted, f"{person.name}: {answer.status_code}"
        for name in ("Swelling", "fatigue"):
            assert name not in answer.content.decode()


def test_admin_is_closed_to_all_but_staff_with_their_second_factor(world: World) -> None:
    for person in world.people:
        for url in (reverse("admin:index"), reverse("admin:login"), reverse("admin:triage_flag_changelist")):
            answer = person.asks("GET", url)
            if person.kind == "nobody":  # by way of the admin's own address to the one sign-in page
                doors = {f"{reverse(door)}?next={url}" for door in ("account_login", "admin:login")}
                assert answer.status_code == 302
                assert answer["Location"] in doors
            elif person.user and person.user.is_staff:
                assert answer.status_code in {200, 302, 403}  # the last: no right to see flags
                assert signed_in_before(Client(), person.user, 0).get(url).status_code == 403
            else:
                assert answer.status_code == 404, person.name


def test_staff_without_more_rights_opens_nothing_in_the_admin(world: World) -> None:
    staff = next(person for person in world.people if person.name == "staff")
    assert staff.user is not None
    sign_in(staff.client, staff.user)
    assert staff.asks("GET", reverse("admin:index")).status_code == 200
    for name in patterns(get_resolver()):
        if name.endswith(("_changelist", "_add")):
            assert staff.asks("GET", reverse(name)).status_code == 403, name


def test_rows_name_every_kind_of_person_or_none() -> None:
    assert {len(row.get.split()) for row in ROUTES.values()} <= {1, len(KINDS)}
    assert {len(row.post.split()) for row in ROUTES.values()} <= {1, len(KINDS)}
