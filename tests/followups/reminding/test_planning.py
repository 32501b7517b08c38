"""Reminders of a patient, planned again and again: each once, at the right minute, and none for what is done."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from symptoms.accounts.actions import change_settings
from symptoms.followups.actions.reminders import change_reminders, note_day, plan_reminders, refresh_reminders
from symptoms.followups.models import CheckIn, Injection, InjectionPlan, Occasion, ReminderSettings
from symptoms.followups.schedule.reminders import SHOT_LATE_DAYS
from symptoms.notifications.actions import answer_reminder, resume_reminders, send_due
from symptoms.notifications.actions.wishes import change_wishes
from symptoms.notifications.models import Notice, Reminder, Wishes
from symptoms.sharing.models import Patient
from tests.factories.cast import Cast
from tests.followups.reminding.steps import NOW, Watch, give, told, waiting

pytestmark = pytest.mark.django_db


def test_a_shot_plans_the_next_one_in_the_patients_zone(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))  # 19:00, in summer time
    got = waiting(cast.ana_log, "injection")
    assert got["3d"] == datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
    assert got["1d"] == datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    assert got["30min"] == datetime(2026, 11, 2, 18, 30, tzinfo=UTC)  # 18:30 still, in winter time
    assert got["late-1"] == datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def test_the_plan_of_the_clinic_counts(cast: Cast, watch: Watch) -> None:
    InjectionPlan.objects.create(patient=cast.ana_log, interval="28d", shot_at=time(10, 0))
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    assert waiting(cast.ana_log, "injection")["30min"] == datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
    InjectionPlan.objects.update(ended_on=date(2026, 10, 20))
    plan_reminders(cast.ana_log)
    assert waiting(cast.ana_log, "injection") == {}


def test_a_change_of_the_plan_moves_what_waits(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    InjectionPlan.objects.create(patient=cast.ana_log, interval="28d")
    assert waiting(cast.ana_log, "injection")["1d"] == datetime(2026, 10, 29, 9, 0, tzinfo=UTC)


def test_a_shot_that_misfired_is_asked_about_by_nobody(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, NOW, dose="misfire")
    assert waiting(cast.ana_log, "check-in") == {}


def test_planning_again_changes_nothing(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    before = set(Reminder.objects.values_list("pk", "step", "due_at", "state"))
    for _ in range(3):
        plan_reminders(cast.ana_log)
    assert set(Reminder.objects.values_list("pk", "step", "due_at", "state")) == before
    assert Occasion.objects.filter(kind="injection").count() == 1


def test_each_is_told_once_through_months_of_sweeps_and_plans(cast: Cast, watch: Watch) -> None:
    """No chain: the reminders of a late shot go on though nobody answers one."""
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    for _ in range(80):
        watch.at += timedelta(days=1)
        send_due(now=watch.at, seconds=0)
        plan_reminders(cast.ana_log)
    steps = ["1d", "30min", "3d", *(f"late-{n}" for n in SHOT_LATE_DAYS)]
    assert told(cast.ana_log, "injection") == sorted(steps)


def test_a_shot_that_is_logged_ends_the_reminders_of_it_and_their_notices(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    assert Notice.objects.filter(recipient=cast.ana, settled_at=None, reminder__kind="injection").exists()
    give(cast.ana_log, watch.at, number=9)
    assert not Notice.objects.filter(recipient=cast.ana, settled_at=None, reminder__kind="injection").exists()
    assert set(waiting(cast.ana_log, "injection").values()) == {
        at for at in waiting(cast.ana_log, "injection").values() if at > datetime(2026, 11, 30, tzinfo=UTC)
    }
    assert Occasion.objects.open().filter(kind="injection").get().due_on == date(2026, 12, 4)


def test_the_next_one_does_not_drift_with_the_hour_of_an_answer(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    before = waiting(cast.ana_log, "injection")
    watch.at = datetime(2026, 10, 30, 17, 42, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    answer_reminder(reminder=Reminder.objects.get(kind="injection", step="3d"), answer="done", by=cast.ana)
    plan_reminders(cast.ana_log)
    after = waiting(cast.ana_log, "injection")
    assert after == {step: at for step, at in before.items() if step != "3d"}


def test_later_puts_off_this_one_and_silences_no_other(cast: Cast, watch: Watch) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 0), by=cast.ana)
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    logs = waiting(cast.ana_log, "daily-log")
    watch.at = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
    Reminder.objects.filter(kind="daily-log", due_at__lt=watch.at).delete()
    send_due(now=watch.at, seconds=0)
    answer_reminder(reminder=Reminder.objects.get(kind="injection", step="3d"), answer="later", by=cast.ana)
    plan_reminders(cast.ana_log)
    assert {"later", "1d", "30min", "late-1"} <= set(waiting(cast.ana_log, "injection"))
    assert set(waiting(cast.ana_log, "daily-log").values()) >= {at for at in logs.values() if at > watch.at}


def test_stop_ends_this_shot_and_not_the_next(
    cast: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    row = Reminder.objects.get(kind="injection", step="3d")
    answer_reminder(reminder=row, answer="stop", by=cast.ana)
    plan_reminders(cast.ana_log)
    assert waiting(cast.ana_log, "injection") == {}
    with django_capture_on_commit_callbacks(execute=True):
        resume_reminders(recipient=cast.ana, kind="injection", subject=row.subject, by=cast.ana)
    assert "1d" in waiting(cast.ana_log, "injection")
    give(cast.ana_log, watch.at, number=9)
    assert "3d" in waiting(cast.ana_log, "injection")


def test_done_never_logs_a_shot_but_leads_to_the_list(
    cast: Cast, watch: Watch, django_capture_on_commit_callbacks: Any
) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 11, 2, 18, 31, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=Reminder.objects.get(kind="injection", step="30min"), answer="done")
    assert Injection.objects.count() == 1
    assert waiting(cast.ana_log, "injection-log") == {"log": watch.at + timedelta(hours=1)}
    assert "late-1" in waiting(cast.ana_log, "injection")  # a slip of a finger silences nothing
    watch.at += timedelta(hours=1)
    send_due(now=watch.at, seconds=0)
    assert Notice.objects.get(reminder__kind="injection-log").url.endswith("/injections/")
    give(cast.ana_log, watch.at, number=9)
    assert not Notice.objects.filter(reminder__kind="injection-log", settled_at=None).exists()


def test_done_to_the_fridge_leads_nowhere(cast: Cast, watch: Watch, django_capture_on_commit_callbacks: Any) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    with django_capture_on_commit_callbacks(execute=True):
        answer_reminder(reminder=Reminder.objects.get(kind="injection", step="3d"), answer="done")
    assert waiting(cast.ana_log, "injection-log") == {}


def test_who_moves_to_another_zone_is_told_there_and_once(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 10, 30, 9, 1, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    cast.ana.time_zone = "America/New_York"
    change_settings(user=cast.ana, changed=["time_zone"], by=cast.ana)
    got = waiting(cast.ana_log, "injection")
    assert "3d" not in got
    assert got["1d"] == datetime(2026, 11, 1, 14, 0, tzinfo=UTC)  # 9 in the morning in New York, after its change
    watch.at = datetime(2026, 11, 1, 14, 1, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    cast.ana.time_zone = "Pacific/Chatham"  # where that day is over: what waits and lies behind comes at once
    change_settings(user=cast.ana, changed=["time_zone"], by=cast.ana)
    assert told(cast.ana_log, "injection") == ["1d", "3d"]


def test_new_quiet_hours_move_what_waits(cast: Cast, watch: Watch, django_capture_on_commit_callbacks: Any) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    with django_capture_on_commit_callbacks(execute=True):
        change_wishes(wishes=Wishes(user=cast.ana, quiet_from=time(20, 0), quiet_to=time(10, 30)), by=cast.ana)
    assert waiting(cast.ana_log, "injection")["3d"] == datetime(2026, 10, 30, 10, 30, tzinfo=UTC)


def test_an_outage_loses_nothing_though_the_plan_is_made_again_in_it(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 10, 30, 19, 0, tzinfo=UTC)  # ten hours after "3d" was due
    plan_reminders(cast.ana_log)
    send_due(now=watch.at, seconds=0)
    row = Reminder.objects.get(kind="injection", step="3d")
    assert (row.state, row.late) == ("told", True)


def test_what_lies_behind_a_new_plan_is_not_told(cast: Cast, watch: Watch) -> None:
    watch.at = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)  # the shot of a month ago is written down only now
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    assert min(waiting(cast.ana_log, "injection").values()) > watch.at


def test_the_words_are_those_of_the_day_they_are_told(cast: Cast, watch: Watch) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
    watch.at = datetime(2026, 11, 1, 9, 1, tzinfo=UTC)
    Reminder.objects.filter(step="3d").delete()
    send_due(now=watch.at, seconds=0)
    assert Notice.objects.get(reminder__step="1d").title == "Your injection is due tomorrow"
    watch.at = datetime(2026, 11, 5, 9, 1, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    late = Notice.objects.filter(reminder__step__startswith="late").latest("made_at")
    assert late.title == "You have a reminder" or late.title.startswith("Your injection was due on")
    assert "Monday 2 November" in " ".join([late.title, late.body])


def test_check_ins_follow_a_shot_until_they_are_answered(cast: Cast, watch: Watch) -> None:
    shot = give(cast.ana_log, NOW)
    assert list(waiting(cast.ana_log, "check-in")) == ["evening", "24h", "72h"]
    for step, hours in (("evening", 7), ("24h", 24), ("72h", 72)):
        CheckIn.objects.create(patient=cast.ana_log, injection=shot, step=step, due_at=NOW + timedelta(hours=hours))
    CheckIn.objects.filter(step="24h").update(state="answered", settled_at=NOW)
    watch.at = NOW + timedelta(hours=25)
    send_due(now=watch.at, seconds=0)
    assert told(cast.ana_log, "check-in") == ["evening"]
    plan_reminders(cast.ana_log)
    assert list(waiting(cast.ana_log, "check-in")) == ["72h"]
    watch.at = NOW + timedelta(days=9)
    plan_reminders(cast.ana_log)
    assert waiting(cast.ana_log, "check-in") == {}


def test_nobody_is_asked_about_the_day_unless_they_chose_an_hour(cast: Cast, watch: Watch) -> None:
    plan_reminders(cast.ana_log)
    assert waiting(cast.ana_log, "daily-log") == {}
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 30), by=cast.ana)
    got = waiting(cast.ana_log, "daily-log")
    assert got["2026-10-20"] == datetime(2026, 10, 20, 18, 30, tzinfo=UTC)
    assert got["2026-10-26"] == datetime(2026, 10, 26, 19, 30, tzinfo=UTC)
    assert len(got) == 14
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=None, by=cast.ana)
    assert waiting(cast.ana_log, "daily-log") == {}


def test_the_question_is_left_out_on_a_day_with_an_entry(cast: Cast, watch: Watch) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 30), by=cast.ana)
    note_day(patient_id=cast.ana_log.pk, day=date(2026, 10, 20), stirred=False)
    watch.at = datetime(2026, 10, 21, 18, 31, tzinfo=UTC)
    send_due(now=watch.at, seconds=0)
    assert told(cast.ana_log, "daily-log") == ["2026-10-21"]
    assert Reminder.objects.get(kind="daily-log", step="2026-10-20").state == "dropped"


def test_it_asks_less_after_quiet_weeks_and_daily_after_a_symptom(cast: Cast, watch: Watch) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 30), by=cast.ana)
    watch.at = NOW + timedelta(days=30)
    plan_reminders(cast.ana_log)
    ahead = [step for step, at in waiting(cast.ana_log, "daily-log").items() if at > watch.at]
    assert ahead == ["2026-11-24", "2026-12-01"]
    note_day(patient_id=cast.ana_log.pk, day=date(2026, 11, 19), stirred=True)
    assert refresh_reminders() >= 1
    assert len([at for at in waiting(cast.ana_log, "daily-log").values() if at > watch.at]) == 14


def test_an_injection_brings_the_daily_question_back(cast: Cast, watch: Watch) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 30), by=cast.ana)
    watch.at = NOW + timedelta(days=30)
    give(cast.ana_log, watch.at)
    assert len([at for at in waiting(cast.ana_log, "daily-log").values() if at > watch.at]) == 14


def test_an_entry_of_an_earlier_day_takes_nothing_back(cast: Cast, watch: Watch) -> None:
    change_reminders(patient=cast.ana_log, told_at=time(9, 0), log_at=time(19, 30), by=cast.ana)
    note_day(patient_id=cast.ana_log.pk, day=date(2026, 10, 20), stirred=True)
    note_day(patient_id=cast.ana_log.pk, day=date(2026, 10, 12), stirred=True)
    row = ReminderSettings.objects.get(patient=cast.ana_log)
    assert (row.logged_on, row.stirred_on) == (date(2026, 10, 20), date(2026, 10, 20))


def test_noting_a_day_is_one_query_and_makes_no_row(cast: Cast, watch: Watch, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        note_day(patient_id=cast.ana_log.pk, day=date(2026, 10, 20), stirred=True)
    assert not ReminderSettings.objects.exists()


def test_the_refresh_finds_everybody_once_and_is_stopped_by_nobody(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.bo.time_zone = "Nowhere/Land"
    cast.bo.save()
    assert refresh_reminders() == Patient.objects.count() - 1
    assert refresh_reminders() == 0
    watch.at += timedelta(hours=7)
    assert refresh_reminders() == Patient.objects.count() - 1
    watch.at -= timedelta(days=3)  # a clock that jumps back
    assert refresh_reminders() == Patient.objects.count() - 1


def test_nothing_stands_of_a_change_that_was_taken_back(cast: Cast, watch: Watch) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC))
        raise RuntimeError
    assert not Reminder.objects.exists()


def test_a_reminder_of_nothing_is_dropped(cast: Cast, watch: Watch) -> None:
    for kind in (
        "injection",
        "blood-test",
        "check-in",
        "daily-log",
        "injection-log",
        "injection-copy",
        "blood-test-copy",
    ):
        Reminder.objects.create(recipient=cast.ana, kind=kind, subject=uuid4(), step="day", due_at=NOW)
    send_due(now=NOW, seconds=0)
    assert set(Reminder.objects.values_list("state", flat=True)) == {"dropped"}
