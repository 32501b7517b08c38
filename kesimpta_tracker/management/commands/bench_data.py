"""Fill the benchmark's own database, and tell the benchmark who may sign in and where to look."""

import json
import os
import time
from datetime import timedelta
from typing import Any, Final

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kesimpta_tracker.bench import my_data, reminders, rules
from kesimpta_tracker.bench.client import hidden_fields
from kesimpta_tracker.bench.floors import FloorRow
from symptoms.accounts.factors import must_have_factor
from symptoms.accounts.models import User
from symptoms.accounts.sessions import begin
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, Report
from symptoms.lib import clock
from symptoms.sharing.actions import grant_access
from symptoms.sharing.models import Clinic, ClinicMember, Kind, Patient

USUAL = ("fatigue", "headache", "tingling")
URGENT = "swelling-face"


class Command(BaseCommand):
    help = "For `make bench` only: fill a fresh database and print, as JSON, what the benchmark needs to know."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entries", type=int, default=1000)
        parser.add_argument("--sharing", type=int, default=0, help="other patients who share with the clinic")
        parser.add_argument("--rules", type=int, metavar="N", help="only assess, and assess N stored entries anew")
        parser.add_argument("--reminders", type=int, metavar="N", help="only claim among N reminders, and send mails")
        parser.add_argument("--my-data", type=int, metavar="DAYS", help="only download and bring back a diary of DAYS")
        parser.add_argument("--mails", type=int, default=1500, help="how many mails")
        parser.add_argument("--queries", action="store_true", help="count the queries of each page")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exclude(email__endswith="@bench.example").exists():
            raise CommandError("This database has people in it. The benchmark only fills one of its own.")
        if options["rules"]:
            self.stdout.write(json.dumps(measure_rules(options["rules"])))
            return
        if options["reminders"]:
            self.stdout.write(json.dumps(reminders.measure(options["reminders"], options["mails"])))
            return
        if options["my_data"]:
            self.stdout.write(json.dumps(my_data.measure(options["my_data"])))
            return
        known = make_people(options["entries"], options["sharing"])
        if options["queries"]:
            known["queries"] = count_queries(known)
        self.stdout.write(json.dumps(known))


def measure_rules(stored: int) -> dict[str, Any]:
    return {
        "assess": rules.assess_times(),
        "reassess": rules.reassess_stored(stored, processes=os.cpu_count() or 1),
    }


SHARED: Final = (Kind.SYMPTOMS, Kind.NOTES, Kind.INJECTIONS, Kind.BLOOD_TESTS)


def make_people(entries: int, sharing: int = 0) -> dict[str, Any]:
    """Make Ana with a long diary, Sam who reads it, Bo who writes and a nurse. Return addresses and sessions.

    `sharing` says how many other patients share with the nurse's clinic.
    """
    ana, sam, bo, nurse = (
        User.objects.create_user(f"{name}@bench.example", None, name=name.title(), time_zone="UTC")
        for name in ("ana", "sam", "bo", "nurse")
    )
    patient, writer = Patient.objects.create(user=ana), Patient.objects.create(user=bo)
    clinic = Clinic.objects.create(name="MS clinic", phone="+44 20 7946 0018")
    ClinicMember.objects.create(clinic=clinic, user=nurse, role=ClinicMember.Role.NURSE)
    grant_access(patient=patient, to=sam, reads=SHARED, by=ana)
    for shared in (patient, writer):
        grant_access(patient=shared, to=clinic, reads=SHARED, by=shared.user)
    others = User.objects.bulk_create(User(email=f"p{n}@bench.example", time_zone="UTC") for n in range(sharing))
    for one in Patient.objects.bulk_create(Patient(user=user) for user in others):
        grant_access(patient=one, to=clinic, reads=SHARED, by=one.user)
    fill_diary(patient, ana, entries)
    fill_floor(ana, entries)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "sessions": {user.name.lower(): session_for(user) for user in (ana, sam, bo, nurse)},
        "urls": {
            "form": reverse("diary:log", args=[patient.pk]),
            "write": reverse("diary:log", args=[writer.pk]),
            "today": reverse("today:today", args=[patient.pk]),
            "month": reverse("today:month", args=[patient.pk]),
            "queue": reverse("inbox:queue", args=[clinic.pk]),
        },
        "usual": USUAL,
        "urgent": URGENT,
    }


def fill_diary(patient: Patient, author: User, entries: int) -> None:
    """Write one entry a day, already assessed, back from yesterday."""
    symptoms = Symptom.objects.filter(slug__in=USUAL).values_list("pk", flat=True)
    now = clock.now()
    diary = [
        Entry(
            patient=patient,
            author=author,
            day=(now - timedelta(days=back)).date(),
            happened_at=now - timedelta(days=back),
            made_at=now - timedelta(days=back),
            time_zone=author.time_zone,
            assessed_revision=1,
        )
        for back in range(1, entries + 1)
    ]
    Entry.objects.bulk_create(diary, batch_size=1000)
    Report.objects.bulk_create(
        (Report(entry=entry, symptom_id=symptom, grade=1) for entry in diary for symptom in symptoms), batch_size=1000
    )


def fill_floor(owner: User, rows: int) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(FloorRow)
    FloorRow.objects.bulk_create(FloorRow(owner=owner.pk, words=f"Line {number}") for number in range(rows))


def session_for(user: User) -> str:
    """Sign a person in without a password, with a second factor where one is asked for; return the session's key."""
    session = SessionStore()
    begin(session, shared=False)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if must_have_factor(user):
        factor = TOTP.activate(user, generate_totp_secret()).instance
        shown = {"method": "mfa", "at": time.time(), "id": factor.pk, "type": factor.type}
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [shown]
    session.create()
    return str(session.session_key)


def count_queries(known: dict[str, Any]) -> dict[str, int]:
    """Count the queries of every measured page, in this process, once everything is warm."""
    counts: dict[str, int] = {}
    for name, person in (("form", "ana"), ("today", "ana"), ("month", "ana"), ("shared", "sam")):
        client = signed_in(known, person)
        path = known["urls"]["month" if name == "shared" else name]
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        if answer.status_code != 200:
            raise CommandError(f"{path} answered {answer.status_code} to {person}.")
        counts[name] = len(seen)
    client = signed_in(known, "bo")
    for _ in range(2):
        page = client.get(known["urls"]["write"])
        fields = log_fields(hidden_fields(page.content.decode()), USUAL)
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(known["urls"]["write"], fields)
        counts["save"] = len(seen)
        with CaptureQueriesContext(connection) as seen:
            client.get(answer["Location"])
        counts["save and advice"] = counts["save"] + len(seen)
    return counts


def signed_in(known: dict[str, Any], person: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = known["sessions"][person]
    return client


def log_fields(hidden: dict[str, str], slugs: tuple[str, ...]) -> dict[str, Any]:
    """Return what a person sends who ticks these symptoms and says "mild" to each."""
    grades = {f"grade-{slug}": "1" for slug in slugs}
    day = clock.now().date().isoformat()
    own: dict[str, Any] = {name: hidden[name] for name in ("csrfmiddlewaretoken", "key") if name in hidden}
    return {**own, "day": day, "s": list(slugs), "asked": list(slugs), **grades}
