"""Nobody but curators with their second factor learns that there is a workbench."""

from typing import Any, Final
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from symptoms.accounts.models import User
from symptoms.triage.models import DryRun, RuleSetVersion
from symptoms.workbench import urls
from tests.access.table import REFUSED
from tests.access.world import Person, plain, rows_written
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.second_factor import sign_in, signed_in_before
from tests.workbench.access import WORKBENCH

NAMES: Final = {"rule": "rule_id", "version": "version_id", "dry_run": "dry_run_id", "file": "file_name"}


@pytest.fixture
def ids(live: RuleSetVersion, okoye: User) -> dict[str, Any]:
    draft = rules.changed_draft(okoye)
    run = DryRun.objects.create(version=draft, rules=draft.version, wanted=10, asked_by=okoye)
    return {"rule": rules.RULE, "version": draft.pk, "dry_run": run.pk, "file": "home.toml"}


def url_of(route: str, ids: dict[str, Any]) -> str:
    return reverse(route, kwargs={NAMES[one]: ids[one] for one in WORKBENCH[route][0].split()})


@pytest.mark.parametrize("route", WORKBENCH)
def test_everybody_gets_what_the_table_says(route: str, ids: dict[str, Any], cast: Cast, okoye: User) -> None:
    _names, get, post = WORKBENCH[route]
    url, before, wrong = url_of(route, ids), rows_written(), []
    half, closed = Client(), Client()
    signed_in_before(half, okoye, 0)
    closed.force_login(cast.sam)
    people = [
        Person("curator", "curator", okoye, sign_in(Client(), okoye)),
        Person("curator without second factor", "half", okoye, half),
        Person("staff with second factor", "stranger", cast.staff, sign_in(Client(), cast.staff)),
        Person("nurse with second factor", "stranger", cast.lindqvist, sign_in(Client(), cast.lindqvist)),
        Person("patient", "stranger", cast.ana, sign_in(Client(), cast.ana)),
        Person("signed out", "nobody", None, Client()),
        Person("account closed", "nobody", cast.sam, closed),
    ]
    User.objects.filter(pk=cast.sam.pk).update(is_active=False)
    for person in people:
        for method in ("GET", "HEAD", "POST", *REFUSED):
            said = post if method == "POST" else get
            taken = said != "-" and method not in REFUSED
            kind = {"curator": int(said) if taken else 405, "half": 403, "stranger": 404, "nobody": 302}[person.kind]
            wanted = kind if taken or person.kind in {"nobody", "half"} else 405
            answer, after = person.tries(method, url)
            if answer.status_code != wanted:
                wrong.append(f"{method} by {person.name}: {answer.status_code}, not {wanted}")
            if person.kind != "curator" and after != before:
                wrong.append(f"{method} by {person.name}: something was written")
            if person.kind != "nobody" and answer["Cache-Control"] != "no-store, private":
                wrong.append(f"{method} by {person.name}: a cache may keep it")
    assert wrong == []


@pytest.mark.parametrize("route", [route for route, row in WORKBENCH.items() if row[0]])
def test_unknown_ids_are_404_for_a_curator_and_look_so_to_others(
    route: str, ids: dict[str, Any], first: Client, cast: Cast
) -> None:
    names, get, _post = WORKBENCH[route]
    unknown = {"rule": "X99-none", "version": uuid4(), "dry_run": uuid4(), "file": "none.toml"}
    stranger = sign_in(Client(), cast.ana)
    ask = "post" if get == "-" else "get"
    for name in names.split():
        url = url_of(route, ids | {name: unknown[name]})
        if route == "workbench:remove-rule" and name == "rule":
            continue  # told in words on the draft's page
        assert getattr(first, ask)(url).status_code == 404, name
        known = getattr(stranger, ask)(url_of(route, ids))
        assert plain(known) == plain(getattr(stranger, ask)(url))
        assert plain(known) == plain(stranger.get(f"/rules/{uuid4()}/"))  # type: ignore[arg-type]


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: str(pattern.name))
def test_every_view_stands_behind_the_gate(pattern: URLPattern) -> None:
    view: Any = pattern.callback
    while not getattr(view, "for_curators", False):
        view = view.__wrapped__
    assert f"workbench:{pattern.name}" in WORKBENCH
