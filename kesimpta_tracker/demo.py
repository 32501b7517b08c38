"""The demo: a small cast with a few weeks of diary, made through the same actions that the pages call."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from symptoms.accounts.actions import make_curator
from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, save_entry
from symptoms.diary.models import Entry, Grade
from symptoms.followups.actions import log_injection
from symptoms.followups.actions.blood_tests import mark_seen
from symptoms.followups.actions.results import ResultSaid, save_results
from symptoms.followups.models import BloodTest
from symptoms.lib import clock
from symptoms.sharing.actions import grant_access
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Patient
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag
from symptoms.triage.actions.settings import add_usual, expect_level
from symptoms.triage.models import Flag, FlagEvent

DOMAIN: Final = "demo.example"
ZONE: Final = "Europe/London"
# Days ago, what was logged (slug and grade), temperature in Celsius, note.
ANA: Final[tuple[tuple[int, dict[str, int], str, str], ...]] = (
    (24, {"fatigue": 1}, "", ""),
    (22, {"headache": 1, "fatigue": 1}, "", ""),
    (20, {"site-redness": 1, "site-itching": 1}, "", "Small red patch where the pen went in."),
    (19, {"headache": 2, "fatigue": 2, "body-aches": 1}, "", ""),
    (17, {}, "", ""),
    (15, {"fatigue": 1}, "", ""),
    (13, {"runny-nose": 1, "sore-throat": 1}, "", "Everybody at home has a cold."),
    (12, {"runny-nose": 1, "cough": 1}, "", ""),
    (9, {}, "", ""),
    (7, {"fatigue": 1, "tingling": 1}, "", ""),
    (5, {"fatigue": 2}, "", ""),
    (4, {}, "", ""),
    (2, {"headache": 1}, "", ""),
    (1, {"fever": 3, "chills": 2}, "38.4", "Shivery since lunch, slept all afternoon."),
)
BO: Final[tuple[tuple[int, dict[str, int], str, str], ...]] = (
    (3, {"fatigue": 2}, "", ""),
    (1, {"back-pain": 1}, "", ""),
)
# Days ago, and what the lab said: analyte, value, unit, the lab's own range. All inside it: what is shown is the way
# of a test, and what is found is the rules' to show.
LAB: Final[dict[str, tuple[str, str, str]]] = {
    "alt": ("U/L", "10", "40"),
    "ast": ("U/L", "10", "40"),
    "bilirubin": ("umol/L", "3", "21"),
    "igg": ("g/L", "7.0", "16.0"),
    "igm": ("g/L", "0.4", "2.3"),
    "neutrophils": ("10*9/L", "1.8", "7.5"),
    "platelets": ("10*9/L", "150", "400"),
}
DRAWS: Final[tuple[tuple[int, dict[str, str]], ...]] = (
    (218, {"alt": "22", "ast": "19", "bilirubin": "9", "igg": "9.8", "igm": "1.1", "neutrophils": "3.9"}),
    (120, {"alt": "31", "ast": "24", "bilirubin": "11", "neutrophils": "3.4", "platelets": "238"}),
    (25, {"alt": "27", "ast": "21", "bilirubin": "8", "igg": "9.1", "igm": "0.7"}),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who may sign in to the demo, as whom, and with what."""

    role: str
    email: str
    password: str


@transaction.atomic
def seed() -> list[SignIn]:
    """Make the demo cast once; return its sign-ins, or nothing where it stands already."""
    if User.objects.filter(email=f"ana@{DOMAIN}").exists():
        return []
    signs: list[SignIn] = []
    ana, sam, lindqvist, okoye, bo, far = (
        _person(name, role, signs)
        for name, role in (
            ("Ana Moreno", "patient"),
            ("Sam Moreno", "caregiver of Ana"),
            ("Nurse Lindqvist", "MS clinic"),
            ("Dr Okoye", "MS clinic"),
            ("Bo Lind", "another patient"),
            ("Dr Far", "another clinic"),
        )
    )
    clinic = Clinic.objects.create(name="MS clinic", phone="+44 20 7946 0018", office_hours="Monday to Friday, 9 to 5")
    far_clinic = Clinic.objects.create(name="Far clinic", phone="+44 20 7946 0942", office_hours="")
    for member, team, role in (
        (lindqvist, clinic, ClinicMember.Role.NURSE),
        (okoye, clinic, ClinicMember.Role.DOCTOR),
        (far, far_clinic, ClinicMember.Role.DOCTOR),
    ):
        ClinicMember.objects.create(clinic=team, user=member, role=role)
    for curator in (okoye, lindqvist):  # they set up their second factor at the first visit
        make_curator(user=curator, by=None)
    ana_log = Patient.objects.create(user=ana, born_on=date(1987, 5, 4))
    bo_log = Patient.objects.create(user=bo, born_on=date(1975, 9, 21))
    grant_access(patient=ana_log, to=sam, level=Grant.Level.READ_ADD, by=ana)
    grant_access(patient=ana_log, to=clinic, level=Grant.Level.READ, by=ana)
    _shots(ana_log, ana)
    _tests(ana_log, ana, seen_by=lindqvist)
    _settings(ana_log, by=okoye)
    for patient, user, days in ((ana_log, ana, ANA), (bo_log, bo, BO)):
        for row in days:
            _log(patient, user, *row)
    _answer_older_flags(ana_log, by=lindqvist)
    return signs


def _person(name: str, role: str, signs: list[SignIn]) -> User:
    email = f"{name.removeprefix('Nurse ').removeprefix('Dr ').split(' ')[0].lower()}@{DOMAIN}"
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    signs.append(SignIn(f"{name}, {role}", email, password))
    user = User.objects.create_user(email, password, name=name, time_zone=ZONE, country="GB")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _shots(patient: Patient, by: User) -> None:
    today = clock.local_day(clock.now(), ZONE)
    sites = ("thigh-left", "thigh-right", "abdomen-left", "abdomen-right")
    days_ago = (216, 209, 202, 188, 160, 132, 104, 76, 48, 20)
    for number, days in enumerate(days_ago, start=1):
        at = datetime.combine(today - timedelta(days=days), datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=18)
        log_injection(patient=patient, at=at, number=number, site=sites[number % len(sites)], by=by)


def _tests(patient: Patient, by: User, *, seen_by: User) -> None:
    """Three draws, of which the clinic has seen the first two. The hepatitis test stood with the first."""
    today = clock.local_day(clock.now(), ZONE)
    for ago, values in DRAWS:
        said = [
            ResultSaid(analyte, typed, Decimal(typed), "", unit, Decimal(lower), Decimal(upper))
            for analyte, typed in values.items()
            for unit, lower, upper in [LAB[analyte]]
        ]
        if ago == DRAWS[0][0]:
            said += [ResultSaid(analyte, "negative", found="negative") for analyte in ("hbsag", "hbcab")]
        saved = save_results(patient=patient, taken_on=today - timedelta(days=ago), said=said, by=by)
        if saved.entry:
            assess_entry(entry_id=saved.entry)
        if ago != DRAWS[-1][0]:
            for step in BloodTest.objects.unseen().filter(patient=patient).select_related("patient__user"):
                mark_seen(step=step, by=seen_by)


def _settings(patient: Patient, *, by: User) -> None:
    """Have the clinic say what is usual, and what it expects for two weeks."""
    today = clock.local_day(clock.now(), ZONE)
    symptoms = Symptom.objects.in_bulk(["fatigue", "tingling", "joint-pain"], field_name="slug")
    for slug in ("fatigue", "tingling"):
        why = "Since the diagnosis, the same at each visit."
        add_usual(patient=patient, symptom=symptoms[slug], grade=Grade.MILD, why=why, by=by)
    expect_level(
        patient=patient,
        symptom=symptoms["joint-pain"],
        grade=Grade.MODERATE,
        last_day=today + timedelta(days=14),
        why="Knee sprained on a walk. We talked on the phone.",
        by=by,
    )


def _log(patient: Patient, by: User, ago: int, grades: dict[str, int], celsius: str, note: str) -> None:
    symptoms = Symptom.objects.in_bulk(list(grades), field_name="slug")
    said = EntrySaid(
        day=clock.local_day(clock.now(), ZONE) - timedelta(days=ago),
        reports=[ReportSaid(symptoms[slug], grade) for slug, grade in grades.items()],
        temperature_c=Decimal(celsius) if celsius else None,
        temperature_typed=f"{celsius} C" if celsius else "",
        note=note,
    )
    entry: Entry = save_entry(patient=patient, said=said, idempotency_key=uuid4(), by=by)
    made_at = entry.happened_at - timedelta(hours=4)
    Entry.objects.filter(pk=entry.pk).update(made_at=made_at)
    assess_entry(entry_id=entry.pk)


def _answer_older_flags(patient: Patient, *, by: User) -> None:
    """Have the clinic answer all but yesterday's flag, an hour and two after each entry."""
    yesterday = clock.local_day(clock.now(), ZONE) - timedelta(days=1)
    for flag in Flag.objects.filter(patient=patient).select_related("entry"):
        at = flag.entry.made_at
        if flag.entry.day < yesterday:
            acknowledge_flag(flag=flag, by=by)
            resolve_flag(flag=flag, by=by, note="Thank you for writing this down. Call us if it gets worse.")
            taken, closed = at + timedelta(hours=1), at + timedelta(hours=2)
            Flag.objects.filter(pk=flag.pk).update(acknowledged_at=taken, resolved_at=closed)
            flag.events.filter(kind=FlagEvent.Kind.ACKNOWLEDGED).update(at=taken)
            flag.events.filter(kind=FlagEvent.Kind.RESOLVED).update(at=closed)
        Flag.objects.filter(pk=flag.pk).update(raised_at=at, news_at=at)
        for line in flag.lines.select_related("entry"):
            flag.lines.filter(pk=line.pk).update(joined_at=line.entry.made_at)
            flag.events.filter(entry=line.entry, by=None).update(at=line.entry.made_at)
