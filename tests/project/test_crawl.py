"""A walk over every route with hostile values: no 5xx, nothing changed by looking, nothing told.

The routes come from the resolver and their fields from each page's own forms, so a new page is walked unasked.
"""

import html
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from zlib import crc32

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from symptoms.accounts.models import User
from symptoms.notifications.vapid import vapid_keys
from tests.factories.cast import Cast, make_cast
from tests.factories.diary import make_entry
from tests.factories.second_factor import curator, sign_in
from tests.factories.shared import as_found, taken_back
from tests.inbox import flags

HOSTILE = (
    "",
    "0",
    "-1",
    "99999999999999999999999999",
    "1e999",
    "NaN",
    "null",
    "true",
    "[]",
    "' OR 1=1 --",
    '"; DROP TABLE diary_entry; --',
    "<script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "${7*7}%(SECRET_KEY)s{0.__class__}",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "http://169.254.169.254/",
    "a\r\nSet-Cookie: x=y",
    "\x00",
    "a\x00b",
    "\u202e\u2066abc",
    "\ufeff",
    "\U0001f9e0" * 50,
    "e" + "\u0301" * 500,
    "2027-02-29",
    "31/02/2027",
    "0000-00-00",
    "99999-01-01T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
    "x" * 100_000,
)
SHORT = tuple(value for value in HOSTILE if value and len(value) < 200)
# What must stand on no page, whatever it was asked.
TELLS = (
    "Traceback",
    "SECRET_KEY =",
    "psycopg2",
    "django.db",
    "root:x:0",
    "OperationalError",
    "DoesNotExist",
    "&lt;Entry",
)
# Told by their own tests, as a walk would sign the walker out or need a browser's file.
LEFT_OUT = {"account_logout"}


def some(values: Sequence[str], salt: str) -> Sequence[str]:
    """Return every fourth value, from another start for each person and page; all of them with CRAWL=all."""
    return values if os.environ.get("CRAWL") == "all" else values[crc32(salt.encode()) % 4 :: 4]


def routes(resolver: URLResolver, space: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the pattern of every route, the admin's left out."""
    for one in resolver.url_patterns:
        step = path + str(one.pattern)
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                yield from routes(one, f"{space}{one.namespace}:" if one.namespace else space, step)
        elif isinstance(one, URLPattern) and one.name not in LEFT_OUT:
            yield f"{space}{one.name}", step


pytestmark = pytest.mark.django_db
ROUTES = dict(routes(get_resolver()))
PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@pytest.fixture
def _django_db_helper(shared_db: None) -> None:
    """Stand in for pytest-django's transaction of each test: `people` has one inside that of the module."""


@pytest.fixture(scope="module")
def cast(shared_db: None) -> Cast:
    return make_cast()


def ids_of(cast: Cast) -> dict[str, str]:
    """Return the ids of Ana's that stand in addresses; every other part gets a value that is nobody's."""
    vapid_keys()  # made at the first start, see `manage.py prepare`
    entry = make_entry(cast.ana_log, {"fatigue": 1}, note="quiet")
    flag = flags.emergency(cast.ana_log)
    flags.assess_all()
    return {
        "patient_id": str(cast.ana_log.pk),
        "entry_id": str(entry.pk),
        "flag_id": str(flag.pk),
        "clinic_id": str(cast.clinic.pk),
    }


def browsers_of(cast: Cast) -> dict[str, Client]:
    found = {name: Client(raise_request_exception=False) for name in ("ana", "nurse", "staff", "nobody")}
    sign_in(found["ana"], cast.ana)
    sign_in(found["nurse"], cast.lindqvist)
    sign_in(found["staff"], curator(cast.staff))
    return found


@pytest.fixture(scope="module")
def things(cast: Cast) -> dict[str, str]:
    return ids_of(cast)


@pytest.fixture(scope="module")
def everybody(cast: Cast) -> dict[str, Client]:
    return browsers_of(cast)


@pytest.fixture
def people(everybody: dict[str, Client], things: dict[str, str]) -> Iterator[dict[str, Client]]:
    with as_found(everybody.values()):
        yield everybody


def address(pattern: str, things: dict[str, str], odd: str | None = None) -> str:
    """Return an address of a route: with the ids that are there, or with `odd` in each of its parts."""

    def fill(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return quote(odd, safe="") if odd is not None else things.get(name, "email")

    plain = pattern.replace("^", "").replace("\\Z", "").replace("$", "").replace("\\", "")
    return "/" + PART.sub(fill, plain)


def checksum() -> str:
    """Return a digest of all rows of ours; sessions, looks that are written down and counts of tries are left out."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("symptoms.") and model._meta.db_table not in {"audit_event", "audit_seal"}
    )
    digest = "coalesce((SELECT md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM \"{}\" t), '')"
    parts = " || ".join(digest.format(one) for one in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5({parts})")
        return str(cursor.fetchone()[0])


def problems(where: str, answer: Any, allowed: range = range(200, 500)) -> list[str]:
    """Return what is wrong with an answer, as sentences."""
    found = [] if answer.status_code in allowed else [f"{where}: {answer.status_code}"]
    text = (
        b"".join(answer).decode(errors="replace")
        if getattr(answer, "streaming", False)
        else answer.content.decode(errors="replace")
    )
    found += [f"{where}: tells {word}" for word in TELLS if word in text]
    if settings.SECRET_KEY != "x" and settings.SECRET_KEY in text:
        found.append(f"{where}: tells the key")
    if "x" in answer.cookies or "Set-Cookie: x" in str(answer.headers):
        found.append(f"{where}: takes a header from a value")
    if "<script>alert(1)" in text or "onerror=alert" in text:
        found.append(f"{where}: a script stands in the page")
    return found


@pytest.mark.parametrize("name", ROUTES)
def test_looking_with_hostile_addresses_changes_and_tells_nothing(
    name: str, things: dict[str, str], people: dict[str, Client]
) -> None:
    pattern = ROUTES[name]
    places = [address(pattern, things)]
    places += [f"{places[0]}?{key}={quote(value)}" for key, value in zip(_query_keys(), SHORT * 2, strict=False)]
    if PART.search(pattern):
        places += [address(pattern, things, odd) for odd in SHORT]
    before, wrong = checksum(), []
    for who, client in people.items():
        for place in [places[0], *some(places[1:], f"{who} {name}")]:
            with transaction.atomic():
                wrong += problems(f"{who} GET {place[:100]!r}", client.get(place))
                transaction.set_rollback(name.startswith(("account_", "mfa_", "usersessions_")))
    assert wrong == []
    assert checksum() == before


def _query_keys() -> list[str]:
    keys = ("q", "next", "state", "open", "seen", "page", "by", "theme", "day", "month", "from", "until", "at", "file")
    return [*keys, "format", "lang", "patient", "clinic", "id", "kind", "step", "url", "callback", "token", "unit", "s"]


FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*", re.IGNORECASE)
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.IGNORECASE | re.DOTALL)


def forms_of(page: str, place: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the address and the field names of each form of a page that writes."""
    for attributes, inside in FORM.findall(page):
        if not re.search(r'method="post"', attributes, re.IGNORECASE):
            continue
        action = re.search(r'action="([^"]*)"', attributes)
        names = sorted({html.unescape(name) for name in FIELD.findall(inside)} - {"csrfmiddlewaretoken"})
        yield html.unescape(action[1]) if action and action[1] else place, names


@pytest.mark.parametrize("name", ROUTES)
def test_every_form_takes_hostile_fields(name: str, things: dict[str, str], people: dict[str, Client]) -> None:
    """Each form of each page is sent with the same odd value in all of its fields, then what it wrote is taken back."""
    place, wrong = address(ROUTES[name], things), []
    for who, client in people.items():
        with taken_back():
            answer = client.get(place)
        targets = {place: ["x"]}
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            targets |= dict(forms_of(answer.content.decode(), place))
        targets.pop("/account/logout/", None)
        for target, names in targets.items():
            for value in some(HOSTILE, f"{who} {target}") if answer.status_code == 200 else HOSTILE[-1:]:
                with taken_back():
                    said = dict.fromkeys(names, value)
                    wrong += problems(f"{who} POST {target} {value[:30]!r}", client.post(target, said))
    assert wrong == []
    assert User.objects.count() == 7


@pytest.mark.parametrize("name", ROUTES)
def test_no_route_takes_another_method(name: str, things: dict[str, str], people: dict[str, Client]) -> None:
    """Attack 11: refused by all of ours, and nothing written; the sign-in library's pages show themselves at most."""
    place, before, wrong = address(ROUTES[name], things), checksum(), []
    of_library = name.startswith(("account_", "mfa_", "usersessions_"))
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X" * 50):
        with transaction.atomic():
            answer = people["ana"].generic(method, place)
            transaction.set_rollback(of_library)
        if answer.status_code not in (range(200, 500) if of_library else (403, 404, 405)):
            wrong.append(f"{method}: {answer.status_code}")
    assert wrong == []
    assert checksum() == before
