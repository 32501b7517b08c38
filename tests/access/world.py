"""Everybody who may come to a route, each with a browser, and the ids that stand in its address."""

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.followups.actions import log_injection
from symptoms.followups.actions.vaccines import add_vaccine
from symptoms.lib import clock
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import ClinicMember, Grant, Patient
from symptoms.triage.actions.settings import add_usual, expect_level
from tests.factories.cast import Cast, make_cast, make_user, share
from tests.factories.photos import make_photo
from tests.factories.second_factor import curator
from tests.factories.shared import taken_back
from tests.followups import blood
from tests.followups.reminding import planned
from tests.inbox import flags
from tests.notifications import reminders
from tests.sharing import inviting
from tests.signing_in import force_login

CLOSED: Final = "account closed"


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
        with taken_back():
            answer = self.client.generic(method, url)
            rows = rows_written()
        if answer.streaming:
            answer.getvalue()  # at its end the file is closed
        return answer, rows  # type: ignore[return-value]


# Seconds, less than what counts as having signed in just now.
STALE: Final = 120.0


@dataclass(slots=True)
class World:
    """Everybody, and the ids of what belongs to Ana ("own") and to others ("foreign")."""

    people: list[Person]
    own: dict[str, Any]
    foreign: dict[str, Any]
    signed_in: float

    def sign_in_again(self) -> None:
        """Have everybody signed in just now: a world that many tests share grows old."""
        if time.monotonic() - self.signed_in < STALE:
            return
        for person in self.people:
            if person.user is not None and person.name != CLOSED:
                force_login(person.client, person.user)
        self.signed_in = time.monotonic()


# How often somebody asked is counted, and that they were refused is written down: no rows of anybody's.
COUNTS: Final = "lib_tally"
REFUSALS: Final = " WHERE verb <> 'sharing.refused'"


def rows_written() -> tuple[int, ...]:
    """Count what every table of ours holds, but for what is written down of refusals, in one query."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("symptoms.")]
    counted = {table: f'SELECT count(*) FROM "{table}"' for table in tables if table != COUNTS}  # noqa: S608 (our own)
    counted["audit_event"] += REFUSALS
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({one})" for one in counted.values()))
        return tuple(cursor.fetchone())


def plain(answer: HttpResponse) -> str:
    """Return a page without the token that is new each time and without ids."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID", text)


def make_world() -> World:
    cast = make_cast()
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
        _person(CLOSED, "nobody", closed),
    ]
    User.objects.filter(pk=closed.pk).update(is_active=False)
    world = World(people, _things(cast, cast.ana_log.pk), _foreign(cast), time.monotonic())
    flags.assess_all()
    return world


def _person(name: str, kind: str, user: User | None) -> Person:
    client = Client()
    if user is not None:
        force_login(client, user)
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
        "photo": make_photo(flag.entry).pk,
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
        "photo": make_photo(flag.entry).pk,
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
