"""A diary with something in every table, made through the actions that pages call, and what of it must never leak."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Final

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, delete_entry, keep_draft
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.followups.actions.blood_tests import PlanSaid as BloodPlanSaid
from symptoms.followups.actions.blood_tests import set_plan
from symptoms.followups.actions.feeds import make_feed
from symptoms.followups.actions.injection_plans import PlanSaid, set_injection_plan
from symptoms.followups.actions.injections import MoreSaid, change_injection, remove_injection
from symptoms.followups.actions.reminders import give_copies, plan_reminders
from symptoms.followups.actions.results import change_result
from symptoms.followups.actions.vaccines import add_vaccine, note_agreed
from symptoms.lib import clock
from symptoms.mydata.actions import download
from symptoms.notifications.models import Address, Notice, Wishes
from symptoms.sharing.actions import invite_to_log
from symptoms.sharing.models import Patient
from symptoms.triage.actions import acknowledge_flag, assess_entry
from symptoms.triage.actions.settings import RulesSaid, add_usual, change_settings, expect_level, rules_of
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.photos import make_photo
from tests.followups import blood
from tests.inbox import flags

# Strings that stand nowhere else: whatever holds one of them tells of Ana.
NOTE: Final = "ZQX-NOTE-7f3a"
NAME: Final = "Ana ZQXNAME"
MAIL: Final = "zqx-ana@example.org"
CANARIES: Final = (
    "ZQX-NOTE-7f3a",
    "ZQXNAME",
    "zqx-ana",
    "ZQX-DRAFT",
    "ZQX-BATCH",
    "ZQX-WHY",
    "ZQX-ANSWER",
    "ZQX-PUSH",
    "ZQX-WHO",
    "zqx-guest",
)


def fill(cast: Cast) -> Patient:
    """Fill Ana's diary, and return it."""
    log, ana, sam = cast.ana_log, cast.ana, cast.sam
    User.objects.filter(pk=ana.pk).update(name=NAME, email=MAIL)
    ana.refresh_from_db()
    log.user = ana
    today = clock.local_day(clock.now(), log.time_zone)
    headache = Symptom.objects.get(slug="headache")
    for back in range(5):
        make_entry(log, {"headache": back % 5, "fatigue": None}, day=today - timedelta(days=back), note=NOTE)
    changed = make_entry(log, {"nausea": 2}, day=today, temperature_c=Decimal("38.60"), note=f"chills {NOTE}")
    change_entry(entry=changed, said=EntrySaid(today, [ReportSaid(headache, 3)], note="=1+1"), by=ana)
    make_photo(changed, "red")
    make_photo(changed, "blue")
    delete_entry(entry=make_entry(log, {"dizzy": 1}, day=today), by=ana)
    make_entry(log, {"tingling": 2}, day=today - timedelta(days=1), by=sam, note="she looked pale, cold hands")
    _follow_up(cast)
    add_usual(patient=log, symptom=headache, grade=1, why="ZQX-WHY", by=ana)
    tingling = Symptom.objects.get(slug="tingling")
    expect_level(patient=log, symptom=tingling, grade=2, last_day=today, why="ZQX-WHY", by=cast.okoye)
    flag = flags.emergency(log, note=NOTE)
    acknowledge_flag(flag=flag, by=cast.okoye, note="ZQX-ANSWER we ring you")
    Wishes.objects.create(user=ana, channels=["email"], detail={"email": "full"})
    Address.objects.create(user=ana, channel="push", endpoint="https://push.example/ZQX-PUSH", keys={"auth": "x"})
    Notice.objects.create(recipient=ana, title=NOTE)
    Notice.objects.create(recipient=sam, title=f"{NAME} has news", url=f"/p/{log.pk}/")
    invite_to_log(
        patient=log, way="email", reads=["symptoms"], by=ana, email="zqx-guest@example.org", for_whom="ZQX-WHO"
    )
    invite_to_log(patient=cast.bo_log, way="email", reads=["symptoms"], by=cast.bo, email=MAIL)
    assess_all()
    keep_draft(patient=log, fields={"note": "ZQX-DRAFT"}, by=ana)
    keep_draft(patient=log, fields={"note": "what Sam did not save"}, by=sam)
    return log


def assess_all() -> None:
    """Have all entries assessed that wait, the oldest first, without the grace that a worker has."""
    for entry in Entry.objects.unassessed().order_by("saved_at", "pk"):
        assess_entry(entry_id=entry.pk)


def _follow_up(cast: Cast) -> None:
    log, ana = cast.ana_log, cast.ana
    log_injection(patient=log, at=clock.now() - timedelta(days=30), number=7, site="thigh-left", by=ana)
    shot = log_injection(patient=log, at=clock.now() - timedelta(days=1), number=8, site="", by=ana)
    more = MoreSaid(batch="ZQX-BATCH", medicine_before="paracetamol")
    change_injection(injection=shot, at=shot.at, number=8, site="thigh-right", by=ana, more=more)
    gone = log_injection(patient=log, at=clock.now() - timedelta(days=2), number=9, site="", by=ana)
    remove_injection(injection=gone, by=ana)
    (result,) = blood.add(log, blood.said("alt", "30", "U/L", "10", "40")).results
    change_result(result=result, said=blood.said("alt", "31.50", "U/L", "10", "40"), by=ana)
    plan = BloodPlanSaid(is_on=True, first_due=clock.now().date() + timedelta(days=20), every_months=6)
    set_plan(patient=log, test="liver", said=plan, why="ZQX-WHY", by=cast.okoye)
    vaccine = add_vaccine(patient=log, name="ZQX-VACCINE", kind="live", day=clock.now().date(), by=ana)
    note_agreed(vaccine=vaccine, by=cast.okoye)
    rules = RulesSaid(strict_mode=True, fever_c=Decimal("37.8"), relapses=(clock.now().date() - timedelta(days=400),))
    change_settings(patient=log, said=rules, seen=rules_of(log).mark, why="ZQX-WHY", by=cast.okoye)
    set_injection_plan(patient=log, said=PlanSaid(interval="28d"), why="ZQX-WHY", by=ana)
    give_copies(patient=log, to=cast.sam, hours=3, by=ana)
    make_feed(patient=log, detail="full", by=ana)
    plan_reminders(log)


def zip_of(patient: Patient | None, by: User) -> io.BytesIO:
    """Return a download, and leave no file open."""
    with download(patient=patient, by=by) as packed:
        return io.BytesIO(packed.read())
