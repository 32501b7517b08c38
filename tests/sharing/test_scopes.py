"""Nothing of a kind that is not shared reaches a reader, by any route: a mark of its own in every field tells.

Ana's log holds a mark in each field of each kind. Each kind of reader then asks for every route that takes an id of
hers, by GET and by POST, with one kind shared at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import blood_tests, log_injection
from symptoms.followups.actions.injection_plans import PlanSaid, set_injection_plan
from symptoms.followups.actions.injections import MoreSaid, change_injection
from symptoms.lib import clock
from symptoms.sharing.models import Grant, Kind
from symptoms.triage.actions import acknowledge_flag, assess_entry
from symptoms.triage.actions.settings import add_usual, expect_level
from symptoms.triage.models import Flag
from tests.access.table import ROUTES, url_of
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.photos import make_photo
from tests.followups import blood
from tests.followups.reminding import planned
from tests.notifications import reminders

NOTE: Final = "Zeldamark says my face and lips are swelling up and I cannot breathe"
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "symptoms": ("Swelling-mark", "Fever-mark", "38.37", "Usual-mark", "Expected-mark", "Reply-mark"),
    "notes": ("Zeldamark", "Oldnote-mark", "lips are swelling up and"),
    "injections": ("Batch-mark", "Oldbatch-mark", "Medicine-mark", "Planwhy-mark", "njection 87"),
    "blood-tests": ("31.7773", "Extrawhy-mark", "Testwhy-mark", "17.7771"),
    "photos": ("Photo 1 of 1", "JFIF"),
    "reports": (),
}
HIDDEN: Final = "Hidden-mark"


@dataclass(frozen=True, slots=True)
class Log:
    """Ana's log full of marks, and the ids of what is in it."""

    cast: Cast
    ids: dict[str, Any]


def _rename(slug: str, name: str) -> Symptom:
    Symptom.objects.filter(slug=slug).update(name=name)
    return Symptom.objects.get(slug=slug)


@pytest.fixture
def log(cast: Cast) -> Log:
    ana, today = cast.ana, clock.local_day(clock.now(), cast.ana.time_zone)
    swelling, fever = _rename("swelling-face", "Swelling-mark"), _rename("fever", "Fever-mark")
    _rename("eye-pain", HIDDEN)
    said: dict[str, Any] = {"patient": cast.ana_log, "by": ana}
    shot = log_injection(
        at=clock.now() - timedelta(hours=5), number=87, site="thigh-left", more=MoreSaid(batch="Oldbatch-mark"), **said
    )
    more = MoreSaid(batch="Batch-mark", medicine_before="Medicine-mark")
    change_injection(injection=shot, at=shot.at, number=87, site="thigh-left", by=ana, more=more)
    set_injection_plan(said=PlanSaid(interval="28d"), why="Planwhy-mark", patient=cast.ana_log, by=cast.okoye)
    (result,) = blood.add(cast.ana_log, blood.said("alt", "31.7773", "U/L", "17.7771", "40")).results
    blood_tests.ask_for_test(
        patient=cast.ana_log, test="liver", due_on=today + timedelta(days=9), why="Extrawhy-mark", by=cast.okoye
    )
    plan = blood_tests.PlanSaid(is_on=True, first_due=today + timedelta(days=3), every_months=3)
    blood_tests.set_plan(patient=cast.ana_log, test="blood-count", said=plan, why="Testwhy-mark", by=cast.okoye)
    usual = add_usual(patient=cast.ana_log, symptom=fever, grade=1, why="Usual-mark", by=ana)
    expected = expect_level(
        patient=cast.ana_log, symptom=fever, grade=1, last_day=today, why="Expected-mark", by=cast.okoye
    )
    hidden = make_entry(cast.ana_log, {"eye-pain": 4}, day=today - timedelta(days=1), note=HIDDEN)
    entry = make_entry(cast.ana_log, {"fever": 2}, note="Oldnote-mark", temperature_c=Decimal("38.37"))
    reports = [ReportSaid(swelling, 3), ReportSaid(fever, 2)]
    new = EntrySaid(today, reports, note=NOTE, temperature_c=Decimal("38.37"), temperature_typed="38.37 C")
    entry = change_entry(entry=entry, said=new, by=ana)
    for one in (hidden, entry):
        assess_entry(entry_id=one.pk)
    Entry.objects.filter(pk=hidden.pk).update(hidden_at=clock.now() - timedelta(days=1))
    photo = make_photo(entry)
    flag = Flag.objects.get(lines__entry=entry)
    acknowledge_flag(flag=flag, by=cast.lindqvist, note="Reply-mark")
    ids = {
        "patient": cast.ana_log.pk,
        "entry": entry.pk,
        "photo": photo.pk,
        "hidden": hidden.pk,
        "flag": flag.pk,
        "injection": shot.pk,
        "asked": "24h",
        "clinic": cast.clinic.pk,
        "grant": Grant.objects.get(user=cast.sam).pk,
        "test": "liver",
        "analyte": "alt",
        "result": result.pk,
        "step": result.blood_test_id,
        "usual": usual.pk,
        "expected": expected.pk,
        "effect": "fatigue",
        "channel": "email",
        **reminders.things(ana),
        **planned.things(cast.ana_log, cast.sam),
    }
    return Log(cast, ids)


def share_only(log: Log, *kinds: str, adds: tuple[str, ...] = ()) -> None:
    Grant.objects.filter(patient=log.cast.ana_log).update(reads=list(kinds), adds=list(adds))


def routes(log: Log) -> Iterator[tuple[str, str]]:
    """Yield (method, address) of all that takes an id of hers. Her feed and links are addressed to nobody else."""
    for route, row in ROUTES.items():
        ids = set(row.ids.split())
        # The pages that show every symptom there is tell nothing of her.
        if ids <= log.ids.keys() and not {"secret", "token"} & ids and not route.startswith("catalogue:"):
            url = url_of(route, row, log.ids)
            yield from (("GET", url) for _get in range(row.get != "-"))
            yield from (("POST", url) for _post in range(row.post != "-"))
    patient, clinic = ([log.ids[name]] for name in ("patient", "clinic"))
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    month, queue = reverse("today:month", args=patient), reverse("inbox:queue", args=clinic)
    yield "GET", url_of("diary:entry", ROUTES["diary:entry"], log.ids | {"entry": log.ids["hidden"]})
    yield "GET", url_of("triage:advice", ROUTES["triage:advice"], log.ids | {"entry": log.ids["hidden"]})
    yield from (("GET", f"{month}?m={yesterday:%Y-%m}{day}") for day in ("", f"&day={yesterday}"))
    yield from (("GET", f"{queue}?state={state}") for state in ("acknowledged", "resolved"))


def told(log: Log, user: User) -> Iterator[tuple[str, str]]:
    """Yield (request, all that its answer holds) for every route, asked as `user`."""
    client = Client()
    client.force_login(user)
    for method, url in routes(log):
        for extra in ({}, {"HX-Request": "true"}) if "/clinics/" in url else ({},):
            with transaction.atomic():
                answer = client.generic(method, url, headers=extra)
                transaction.set_rollback(True)
            yield f"{method} {url} {extra}", f"{_text(answer)} {dict(answer.headers)}"


def _text(answer: Any) -> str:
    """Return a body as text, an archive with all that is in it."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return str(body.decode(errors="replace"))


READERS: Final = ("sam", "lindqvist")


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("who", READERS)
def test_no_byte_of_another_kind_is_told(log: Log, who: str, kind: str) -> None:
    share_only(log, kind, adds=(kind,))
    leaks, seen = [], set()
    for request, text in told(log, getattr(log.cast, who)):
        for other, marks in MARKS.items():
            if other == kind:
                seen |= {mark for mark in marks if mark in text}
            else:
                leaks += [(request, mark) for mark in marks if mark in text]
        # Where a symptom is to be chosen, every name there is stands in the list.
        if HIDDEN in text and not any(one in text for one in ("data-picks", 'name="symptom"')):
            leaks.append((request, HIDDEN))
    assert leaks == []
    if MARKS[kind]:  # the walk would find them
        assert seen, "the pages of this kind show nothing of it"


def test_all_kinds_but_the_notes_show_no_note(log: Log) -> None:
    kinds = [kind for kind in Kind.values if kind != "notes"]
    share_only(log, *kinds)
    for who in READERS:
        for request, text in told(log, getattr(log.cast, who)):
            assert not [mark for mark in MARKS["notes"] if mark in text], request


@pytest.mark.parametrize("who", READERS)
def test_a_shared_kind_is_told_in_full(log: Log, who: str) -> None:
    """The marks are where the walk looks: with all kinds shared it finds every one, but nothing hidden."""
    share_only(log, *Kind.values)
    everything = "".join(text for _request, text in told(log, getattr(log.cast, who)))
    missing = [mark for marks in MARKS.values() for mark in marks if mark not in everything]
    assert missing == []


def test_nothing_at_all_is_told_where_nothing_is_shared(log: Log) -> None:
    share_only(log)
    for who in READERS:
        for request, text in told(log, getattr(log.cast, who)):
            assert not [mark for marks in MARKS.values() for mark in marks if mark in text], request


def test_the_patient_sees_what_she_hid(log: Log) -> None:
    client = Client()
    client.force_login(log.cast.ana)
    url = reverse("diary:entry", args=[log.ids["patient"], log.ids["hidden"]])
    assert HIDDEN in client.get(url).content.decode()
