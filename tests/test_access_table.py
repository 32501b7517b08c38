"""Who gets what from every route: one row a route, and a route without a row fails.

Each row tells the status of GET and of POST (with an empty form) for six kinds of person, in this order:

    owner      Ana, whose log it is
    adder      a caregiver who may read and add
    reader     Sam, a caregiver who may read
    clinic     a nurse and a doctor of a clinic that reads the log
    stranger   Bo with his own log, Dr Far of another clinic, staff, a caregiver whose sharing was revoked,
               one whose sharing has ended, one whose sharing has not begun, one who is invited, one who typed a
               code and is not confirmed, a member who left the clinic, somebody who works on the rules
    nobody     signed out, and somebody whose account was closed

A single figure counts for all, "200|302" means either (it depends on what else the person has), and "-" is a
method that the route does not take: 405. PUT, PATCH, DELETE, OPTIONS and TRACE are refused everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.followups.actions import log_injection
from symptoms.followups.actions.vaccines import add_vaccine
from symptoms.lib import clock
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import ClinicMember, Grant, Patient
from symptoms.triage.actions.settings import add_usual, expect_level
from tests.factories.cast import Cast, make_user, share
from tests.factories.second_factor import curator, sign_in, signed_in_before
from tests.followups import blood
from tests.followups.reminding import planned
from tests.inbox import flags
from tests.notifications import reminders
from tests.sharing import inviting
from tests.workbench.access import WORKBENCH

KINDS: Final = ("owner", "adder", "reader", "clinic", "stranger", "nobody")
REFUSED: Final = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NOBODY_GETS: Final = 302  # the sign-in page


@dataclass(frozen=True, slots=True)
class Row:
    """The expected status of one route by kind of person; `ids` are the names of its ids in the address."""

    ids: str
    get: str
    post: str

    def expected(self, method: str, kind: str) -> set[int]:
        """Return the statuses that are right for somebody of this kind."""
        said = (self.post if method == "POST" else self.get).split()
        one = said[KINDS.index(kind)] if len(said) > 1 else said[0]
        if one == "-" or method in REFUSED:
            return {405} if self.is_open or kind != "nobody" else {NOBODY_GETS}
        return {int(status) for status in one.split("|")}

    @property
    def is_open(self) -> bool:
        """Whether the route serves people who are not signed in."""
        return any(said.split()[-1] not in ("-", str(NOBODY_GETS)) for said in (self.get, self.post))


ROUTES: Final[dict[str, Row]] = {
    # One patient's log        own ids            GET: ow  ad  re  cl  st  no     POST
    "today:today": Row("patient", "200 200 200 200 404 302", "-"),
    "diary:log": Row("patient", "200 200 403 403 404 302", "200 200 403 403 404 302"),
    "diary:log-none": Row("patient", "-", "303 303 403 403 404 302"),
    "diary:log-same": Row("patient", "-", "302 302 403 403 404 302"),
    "diary:draft": Row("patient", "-", "204 204 403 403 404 302"),
    "today:month": Row("patient", "200 200 200 200 404 302", "-"),
    "diary:found": Row("patient", "-", "200 200 403 403 404 302"),
    "diary:entry": Row("patient entry", "200 200 200 200 404 302", "-"),
    "diary:entry-edit": Row("patient entry", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "diary:entry-found": Row("patient entry", "-", "302 302 403 403 404 302"),
    "diary:entry-delete": Row("patient entry", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "followups:injections": Row("patient", "200 200 200 200 404 302", "200 403 403 403 404 302"),
    "followups:injection-plan": Row("patient", "200 200 200 200 404 302", "403 403 403 422 404 302"),
    "followups:injection": Row("patient injection", "200 200 200 200 404 302", "-"),
    "followups:injection-change": Row("patient injection", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "followups:injection-remove": Row("patient injection", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "followups:vaccines": Row("patient", "200 200 200 200 404 302", "422 403 403 403 404 302"),
    "followups:vaccine-agreed": Row("patient vaccine", "-", "302 403 403 302 404 302"),
    "followups:vaccine-remove": Row("patient vaccine", "-", "302 403 403 403 404 302"),
    "followups:pen": Row("patient", "200 200 200 200 404 302", "200 200 200 200 404 302"),
    "followups:check-in": Row("patient injection asked", "-", "302 403 403 403 404 302"),
    "followups:reminders": Row("patient", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "followups:copy-add": Row("patient", "-", "422 403 403 403 404 302"),
    "followups:copy-end": Row("patient copy", "-", "302 403 403 403 404 302"),
    "followups:calendar-make": Row("patient", "-", "422 403 403 403 404 302"),
    "followups:calendar-end": Row("patient", "-", "302 403 403 403 404 302"),
    "followups:blood-tests": Row("patient", "200 200 200 200 404 302", "-"),
    "followups:blood-test": Row("patient test", "200 200 200 200 404 302", "422 403 403 422 404 302"),
    "followups:results-add": Row("patient", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "followups:result-change": Row("patient result", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "followups:result-delete": Row("patient result", "200 403 403 200 404 302", "302 403 403 302 404 302"),
    "followups:values": Row("patient analyte", "200 200 200 200 404 302", "-"),
    "followups:test-plan": Row("patient test", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "followups:test-extra": Row("patient test", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "followups:test-not-taken": Row("patient step", "-", "302 403 403 302 404 302"),
    "followups:test-seen": Row("patient step", "-", "403 403 403 302 404 302"),
    "triage:advice": Row("patient entry", "200 200 200 200 404 302", "-"),
    "triage:advice-called": Row("patient entry", "-", "302 302 403 403 404 302"),
    "triage:advice-urgency": Row("patient entry", "-", "302 302 403 403 404 302"),
    "triage:settings": Row("patient", "200 200 200 200 404 302", "-"),
    "triage:settings-change": Row("patient", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "triage:usual-add": Row("patient", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "triage:usual-end": Row("patient usual", "200 403 403 200 404 302", "302 403 403 422 404 302"),
    "triage:expected-add": Row("patient", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "triage:expected-end": Row("patient expected", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "diary:entry-hide": Row("patient entry", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "sharing:history": Row("patient", "200 403 403 403 404 302", "-"),
    "sharing:sharing": Row("patient", "200 403 403 403 404 302", "-"),
    "sharing:invite": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:share-with-clinic": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:change": Row("patient grant", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:withdraw": Row("patient invitation", "-", "302 403 403 403 404 302"),
    "sharing:confirm": Row("patient invitation", "-", "302 403 403 403 404 302"),
    "mydata:download": Row("patient", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "mydata:import": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:revoke": Row("patient grant", "-", "302 403 403 403 404 302"),
    # One clinic
    "inbox:queue": Row("clinic", "404 404 404 200 404 302", "-"),
    "inbox:blood-tests": Row("clinic", "404 404 404 200 404 302", "-"),
    "inbox:flag": Row("clinic flag", "404 404 404 200 404 302", "-"),
    "inbox:acknowledge": Row("clinic flag", "-", "404 404 404 409 404 302"),
    "inbox:resolve": Row("clinic flag", "-", "404 404 404 422 404 302"),
    "sharing:members": Row("clinic", "404 404 404 200 404 302", "-"),
    "sharing:member-invite": Row("clinic", "404 404 404 403 404 302", "404 404 404 403 404 302"),
    "sharing:clinic-settings": Row("clinic", "404 404 404 403 404 302", "404 404 404 403 404 302"),
    "sharing:member-remove": Row("clinic member", "-", "404 404 404 403 404 302"),
    "sharing:member-withdraw": Row("clinic invitation", "-", "404 404 404 403 404 302"),
    # The reader's own
    "sharing:shared-logs": Row("", "200 200 200 200 200 302", "-"),
    "sharing:start": Row("", "-", "302 302 302 302 302 302"),
    "mydata:my-data": Row("", "200 200 200 200 200 302", "-"),
    "mydata:download-account": Row("", "302 200 200 200 200|302 302", "302 200 200 200 200|302 302"),
    "mydata:erase": Row("", "200 200 200 200 200 302", "422 422 422 422 422 302"),
    "mydata:keep": Row("", "-", "302 302 302 302 302 302"),
    "accounts:sessions": Row("", "200 200 200 200 200 302", "-"),
    "accounts:session-end": Row("", "-", "404 404 404 404 404 302"),
    "accounts:sessions-end-others": Row("", "-", "302 302 302 302 302 302"),
    "accounts:you": Row("", "200 200 200 200 200 302", "200 200 200 200 200 302"),
    "notifications:notices": Row("", "200 200 200 200 200 302", "-"),
    "notifications:answer-here": Row("notice", "-", "400 404 404 404 404 302"),
    "notifications:set-aside": Row("notice", "-", "302 404 404 404 404 302"),
    "notifications:reminders": Row("", "200 200 200 200 200 302", "200 200 200 200 200 302"),
    "notifications:test": Row("channel", "-", "302 302 302 302 302 302"),
    "notifications:browser-add": Row("", "-", "422 422 422 422 422 302"),
    "notifications:browser-forget": Row("browser", "-", "302 404 404 404 404 302"),
    "notifications:resume": Row("kind subject", "-", "302 404 404 404 404 302"),
    # Open to all
    "notifications:answer": Row("token", "200", "200"),
    "notifications:push-worker": Row("", "200", "-"),
    "calendar:feed": Row("secret", "200", "-"),
    "demo-codes": Row("", "404", "-"),
    "demo-mail": Row("", "404", "-"),
    "sharing:invitation-code": Row("", "200", "422"),
    "sharing:invitation": Row("", "404", "404"),
    "today:home": Row("", "302 302 302 302 200|302 200", "-"),
    "catalogue:browse": Row("", "200", "200"),
    "catalogue:side-effect": Row("effect", "200", "-"),
    "catalogue:urgent-help": Row("", "200", "-"),
    "health": Row("", "200", "-"),
    "gallery": Row("", "404 404 404 404 200|404 404", "-"),
}
# Of the sign-in library: GET of the signed-in and of the signed-out. Its own tests know what POST does; an
# empty form is answered with the form or with a redirect, and none of these pages shows a log.
SIGN_IN: Final[dict[str, tuple[str, str]]] = {
    "account_login": ("302", "200"),
    "account_logout": ("200", "302"),
    "account_inactive": ("200", "200"),
    "account_signup": ("302", "200"),
    "account_reauthenticate": ("200|302", "302"),
    "account_email": ("200", "302"),
    "account_email_verification_sent": ("200", "200"),
    "account_change_password": ("200|302", "302"),
    "account_set_password": ("200|302", "302"),
    "account_reset_password": ("200", "200"),
    "account_confirm_login_code": ("302", "302"),
    "account_confirm_email": ("200", "200"),
    "account_reset_password_done": ("200", "200"),
    "account_reset_password_from_key": ("200", "200"),
    "account_reset_password_from_key_done": ("200", "200"),
    "mfa_index": ("200", "302"),
    "mfa_authenticate": ("302", "302"),
    "mfa_reauthenticate": ("200|302", "302"),
    "mfa_activate_totp": ("200|302", "302"),
    "mfa_deactivate_totp": ("200|404", "302"),
    "mfa_view_recovery_codes": ("404", "302"),
    "mfa_download_recovery_codes": ("404", "302"),
    "mfa_generate_recovery_codes": ("200|302", "302"),
    "mfa_list_webauthn": ("200", "302"),
    "mfa_add_webauthn": ("200", "302"),
    "mfa_reauthenticate_webauthn": ("302", "302"),
    "mfa_remove_webauthn": ("404", "302"),
    "mfa_edit_webauthn": ("404", "302"),
    "mfa_login_webauthn": ("302", "302"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a browser. `user` is None for who is signed out."""

    name: str
    kind: str
    user: User | None
    client: Client

    def asks(self, method: str, url: str) -> HttpResponse:
        """Send one request, and take back whatever it wrote."""
        return self.tries(method, url)[0]

    def tries(self, method: str, url: str) -> tuple[HttpResponse, tuple[int, ...]]:
        """Send one request, count the rows after it, and take back whatever it wrote."""
        with transaction.atomic():
            answer = self.client.generic(method, url)
            rows = rows_written()
            transaction.set_rollback(True)
        return answer, rows  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class World:
    """Everybody, and the ids of what belongs to Ana ("own") and to others ("foreign")."""

    people: list[Person]
    own: dict[str, Any]
    foreign: dict[str, Any]


def patterns(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Yield the name of every route, as `reverse` takes it."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}"


def url_of(route: str, row: Row, ids: dict[str, Any]) -> str:
    names = {"effect": "slug", "token": "token", "channel": "channel", "kind": "kind", "secret": "secret"}
    names |= {"test": "test", "analyte": "analyte", "asked": "step"}
    return reverse(route, kwargs={names.get(one, f"{one}_id"): ids[one] for one in row.ids.split()})


def rows_written() -> tuple[int, ...]:
    """Count what every table of ours holds, in one query; the event that tells of a refusal is none of them."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("symptoms.")]
    with connection.cursor() as cursor:
        counted = {table: f'SELECT count(*) FROM "{table}"' for table in tables}  # noqa: S608 (our own names)
        counted["audit_event"] += " WHERE verb <> 'sharing.refused'"
        counts = ", ".join(f"({one})" for one in counted.values())
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def plain(answer: HttpResponse) -> str:
    """Return a page without the token that is new each time and without ids."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID", text)


@pytest.fixture
def world(cast: Cast) -> World:
    now, day = clock.now(), timedelta(days=1)
    names = ("Adder", "Revoked", "Expired", "Early", "Inactive", "Closed")
    adder, revoked, expired, early, inactive, closed = (make_user(name) for name in names)
    share(cast.ana_log, adder, level="read-add")
    revoke_access(grant=share(cast.ana_log, revoked), by=cast.ana)
    share(cast.ana_log, expired, ends_at=now - day)
    Grant.objects.filter(pk=share(cast.ana_log, early).pk).update(starts_at=now + day)
    share(cast.ana_log, closed)
    ClinicMember.objects.create(clinic=cast.clinic, user=inactive, role="nurse", is_active=False)
    invited, unconfirmed, works_on_rules = make_user("Invited"), make_user("Unconfirmed"), curator(make_user("Rules"))
    inviting.by_mail(cast, invited.email)
    inviting.code_typed(cast, unconfirmed)
    people = [
        _person("Ana", "owner", cast.ana),
        _person("Adder", "adder", adder),
        _person("Sam", "reader", cast.sam),
        _person("Nurse Lindqvist", "clinic", cast.lindqvist),
        _person("Dr Okoye", "clinic", cast.okoye),
        _person("Bo", "stranger", cast.bo),
        _person("Dr Far", "stranger", cast.far),
        _person("staff", "stranger", cast.staff),
        _person("revoked", "stranger", revoked),
        _person("expired", "stranger", expired),
        _person("not begun", "stranger", early),
        _person("left the clinic", "stranger", inactive),
        _person("invited", "stranger", invited),
        _person("typed a code", "stranger", unconfirmed),
        _person("curator", "stranger", works_on_rules),
        _person("signed out", "nobody", None),
        _person("account closed", "nobody", closed),
    ]
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return World(people, _things(cast, cast.ana_log.pk), _foreign(cast))


def _person(name: str, kind: str, user: User | None) -> Person:
    client = Client()
    if user is not None:
        client.force_login(user)
    return Person(name, kind, user, client)


def _things(cast: Cast, patient_id: Any) -> dict[str, Any]:
    flag = flags.emergency(cast.ana_log)
    shot = log_injection(patient=cast.ana_log, at=clock.now(), number=8, site="", by=cast.ana)
    return {
        "injection": shot.pk,
        "vaccine": add_vaccine(patient=cast.ana_log, name="Flu", kind="unknown", day=date(2030, 1, 1), by=cast.ana).pk,
        "asked": "24h",
        "patient": patient_id,
        "entry": flag.entry_id,
        "flag": flag.pk,
        "clinic": cast.clinic.pk,
        "grant": Grant.objects.get(patient=patient_id, user=cast.sam).pk,
        "invitation": inviting.by_mail(cast, "new@example.org").pk,
        "member": ClinicMember.objects.get(clinic=cast.clinic, user=cast.okoye).pk,
        "effect": "fatigue",
        "channel": "email",
        **reminders.things(cast.ana),
        **planned.things(cast.ana_log, cast.sam),
        **_levels(cast.ana_log, cast.okoye),
        **blood.things(cast.ana_log),
        "test": "liver",
        "analyte": "alt",
    }


def _foreign(cast: Cast) -> dict[str, Any]:
    """Return what belongs to a patient of Dr Far that nobody else knows."""
    hidden = flags.hidden_patient(cast.far_clinic)
    flag = flags.emergency(hidden)
    shot = log_injection(patient=hidden, at=clock.now(), number=8, site="", by=hidden.user)
    return {
        "injection": shot.pk,
        "vaccine": add_vaccine(patient=hidden, name="Flu", kind="unknown", day=date(2030, 1, 1), by=hidden.user).pk,
        "asked": "24h",
        "patient": hidden.pk,
        "entry": flag.entry_id,
        "flag": flag.pk,
        "clinic": cast.far_clinic.pk,
        "grant": Grant.objects.get(patient=hidden).pk,
        "invitation": inviting.to(hidden).pk,
        "member": ClinicMember.objects.get(clinic=cast.far_clinic).pk,
        **reminders.things(hidden.user),
        **planned.things(hidden, cast.far),
        **_levels(hidden, cast.far),
        **blood.things(hidden),
        "test": "no-such-test",
        "analyte": "no-such-value",
    }


def _levels(patient: Patient, by: User) -> dict[str, Any]:
    said: dict[str, Any] = {"patient": patient, "symptom": Symptom.objects.get(slug="tingling"), "grade": 1, "why": "-"}
    today = clock.local_day(clock.now(), patient.time_zone)
    expected = expect_level(**said, last_day=today, by=by)
    return {"usual": add_usual(**said, by=by).pk, "expected": expected.pk}


# The table


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
