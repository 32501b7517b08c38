"""An erased person is found nowhere any more, not even after an old backup came back."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.apps import apps
from django.conf import LazySettings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.serializers import deserialize, serialize
from django.db import DatabaseError
from django.test import Client

from kesimpta_tracker.catcher import Catcher
from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.diary.actions import keep_draft
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.mydata import mails, receivers, tasks
from symptoms.mydata.actions import GRACE, ask_to_erase, bring_back, erase_due, keep_data
from symptoms.mydata.actions import replay_tombstones as replay
from symptoms.mydata.actions.forgetting import EMPTIED, FORMER, forget
from symptoms.mydata.models import Tombstone
from symptoms.mydata.places import IDS_ONLY
from symptoms.mydata.unpacking import unpack
from symptoms.sharing.access import Permission, can
from symptoms.sharing.models import Clinic, Patient
from symptoms.triage.signals import watched
from tests.factories.cast import Cast, make_patient, make_user
from tests.factories.diary import make_entry
from tests.mydata import rich
from tests.mydata.rich import zip_of
from tests.mydata.scan import all_tables, hits

IDS_STAY = {apps.get_model(label)._meta.db_table for label in IDS_ONLY}


@pytest.fixture(autouse=True)
def tombstones(settings: LazySettings, tmp_path: Path) -> Path:
    settings.TOMBSTONES = tmp_path / "kept" / "tombstones.jsonl"
    return Path(settings.TOMBSTONES)


@pytest.fixture
def demo(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    settings.DEMO, settings.DEMO_MAIL = True, tmp_path / "mail"
    yield settings.DEMO_MAIL


def over(user: User) -> None:
    """Let the grace of somebody who asked be over."""
    ask_to_erase(user=user, by=user)
    User.objects.filter(pk=user.pk).update(erase_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))


def ids_of(cast: Cast) -> list[str]:
    entries = [str(pk) for pk in Entry.objects.filter(patient=cast.ana_log).values_list("pk", flat=True)]
    return [str(cast.ana.uuid), str(cast.ana_log.pk), *entries]


def test_the_scan_finds_every_canary_before(cast: Cast) -> None:
    """Else it would find nothing afterwards either."""
    rich.fill(cast)
    found = hits(rich.CANARIES)
    assert {word for words in found.values() for word in words} == {word.lower() for word in rich.CANARIES}
    assert len(all_tables()) > 50


@pytest.mark.django_db
def test_an_erased_patient_is_found_nowhere(cast: Cast, demo: Path, django_capture_on_commit_callbacks: Any) -> None:
    rich.fill(cast)
    phone, other = Client(), Client()
    phone.force_login(cast.ana)
    other.force_login(cast.bo)
    of_ana = ContentType.objects.get_for_model(Patient)
    LogEntry.objects.create(
        user=cast.staff, content_type=of_ana, object_id=str(cast.ana_log.pk), object_repr=rich.NAME, action_flag=CHANGE
    )
    Catcher().send_messages([EmailMessage("Hello", "You have a reminder", to=[rich.MAIL])])
    Catcher().send_messages([EmailMessage("Hello", f"{rich.NAME} invites you", to=["sam@example.org"])])
    Catcher().send_messages([EmailMessage("Hello", "You have a reminder", to=["bo@example.org"])])
    ids = ids_of(cast)
    over(cast.ana)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_due() == 1
    assert hits(rich.CANARIES) == {}
    assert set(hits(ids)) <= IDS_STAY
    assert phone.get("/you/").status_code == 302
    assert other.get("/you/").status_code == 200
    assert len(list(demo.glob("*.eml"))) == 1
    assert not Patient.objects.filter(pk=cast.ana_log.pk).exists()


def test_the_file_holds_ids_and_a_time_and_nothing_else(cast: Cast, tombstones: Path) -> None:
    rich.fill(cast)
    over(cast.ana)
    erase_due()
    (said,) = [json.loads(line) for line in tombstones.read_text().splitlines() if line]
    assert set(said) == {"account", "patient", "erased_at"}
    assert (said["account"], said["patient"]) == (str(cast.ana.uuid), str(cast.ana_log.pk))
    assert tombstones.stat().st_mode & 0o777 == 0o600


def test_a_restored_backup_loses_the_erased_person_again(cast: Cast, tombstones: Path) -> None:
    """Dump every table, erase, put the dump back over it, replay: nothing of the person is left."""
    rich.fill(cast)
    ids = ids_of(cast)
    kept = {Event, Tombstone, ContentType}
    rows = [row for model in apps.get_models() if model not in kept for row in model._base_manager.all()]
    dump = serialize("json", rows)
    over(cast.ana)
    erase_due()
    Tombstone.objects.all().delete()  # the backup is older than the erasure
    for row in deserialize("json", dump):
        type(row.object)._base_manager.bulk_create([row.object], ignore_conflicts=True)
    assert hits(rich.CANARIES) != {}
    call_command("replay_tombstones")
    assert hits(rich.CANARIES) == {}
    assert set(hits(ids)) <= IDS_STAY
    assert Tombstone.objects.get().account == cast.ana.uuid
    assert replay() == 0


def test_a_database_whose_file_was_lost_writes_it_again(cast: Cast, tombstones: Path) -> None:
    over(cast.bo)
    erase_due()
    tombstones.unlink()
    tasks.erase()
    assert str(cast.bo.uuid) in tombstones.read_text()


def test_a_torn_line_costs_no_other(cast: Cast, tombstones: Path, caplog: pytest.LogCaptureFixture) -> None:
    over(cast.bo)
    erase_due()
    with tombstones.open("a") as file:
        file.write('{"account": "half')
    over(cast.sam)
    erase_due()
    assert str(cast.sam.uuid) in tombstones.read_text()
    Tombstone.objects.all().delete()
    replay()
    assert set(Tombstone.objects.values_list("account", flat=True)) == {cast.bo.uuid, cast.sam.uuid}
    assert "cannot be read" in caplog.text


def test_a_file_that_cannot_be_written_stops_no_erasure(cast: Cast, settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("")
    settings.TOMBSTONES = tmp_path / "wall" / "tombstones.jsonl"
    over(cast.bo)
    assert erase_due() == 1
    settings.TOMBSTONES = tmp_path / "tombstones.jsonl"
    tasks.erase()
    assert str(cast.bo.uuid) in settings.TOMBSTONES.read_text()


# -- the grace


def test_nothing_is_erased_within_seven_days(cast: Cast, time_machine: Any) -> None:
    begun = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
    time_machine.move_to(begun, tick=False)
    assert ask_to_erase(user=cast.bo, by=cast.bo) == begun + GRACE == begun + timedelta(days=7)
    time_machine.move_to(begun + GRACE - timedelta(seconds=1), tick=False)
    assert erase_due() == 0
    time_machine.move_to(begun + GRACE, tick=False)
    assert erase_due() == 1


def test_asked_twice_the_first_time_stands(cast: Cast) -> None:
    first = ask_to_erase(user=cast.bo, by=cast.bo)
    assert ask_to_erase(user=cast.bo, by=cast.bo) == first
    assert Event.objects.filter(verb="mydata.erase-asked").count() == 1


def test_the_owner_is_told_by_mail_and_it_says_nothing_of_health(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever asked may sit at somebody else's open browser."""
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Tokyo")
    with django_capture_on_commit_callbacks(execute=True):
        at = ask_to_erase(user=cast.ana, by=cast.ana)
        ask_to_erase(user=cast.ana, by=cast.ana)  # said twice, told once
    mails.ERRANDS.wait()
    (sent,) = mail.outbox
    assert (sent.to, sent.cc, sent.bcc) == ([cast.ana.email], [], [])
    assert sent.subject == "Your account is going to be erased"
    assert f"{at.astimezone(ZoneInfo('Asia/Tokyo')):%B %Y, %H:%M}" in str(sent.body)
    told = f"{sent.subject} {sent.body}".lower()
    for word in ("symptom", "kesimpta", "diary", "health", "clinic", "medicine", "injection", "ana"):
        assert word not in told


def test_a_mail_server_that_is_away_stops_no_erasure(
    cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> int:
        raise OSError("away: ana@example.org")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_erase(user=cast.ana, by=cast.ana)
    mails.ERRANDS.wait()
    assert User.objects.get(pk=cast.ana.pk).erase_at
    assert "was not told by mail" in caplog.text
    assert "ana@example.org" not in caplog.text


def test_others_are_shut_out_at_once_and_stay_out(cast: Cast) -> None:
    log = rich.fill(cast)
    ask_to_erase(user=cast.ana, by=cast.ana)
    for reader in (cast.sam, cast.okoye):
        assert not can(reader, Permission.READ_LOG, log)
    assert not log.remindercopy_set.standing().exists()
    assert not log.calendarfeed_set.standing().exists()
    assert not log.invitations.open(clock.now()).exists()
    assert keep_data(user=cast.ana, by=cast.ana)
    assert not can(cast.sam, Permission.READ_LOG, log)
    assert not keep_data(user=cast.ana, by=cast.ana)


def test_kept_data_is_not_erased(cast: Cast) -> None:
    over(cast.bo)
    keep_data(user=cast.bo, by=cast.bo)
    assert erase_due() == 0
    assert User.objects.filter(pk=cast.bo.pk).exists()


# -- who does it


def test_beat_knows_the_tasks_and_their_messages_hold_nothing() -> None:
    plan = {row["task"]: row for row in current_app.conf.beat_schedule.values()}
    for task in (tasks.erase, tasks.remove_old):
        assert task.name in plan
        assert not plan[task.name].get("args") and not plan[task.name].get("kwargs")


def test_the_watcher_erases_where_no_beat_runs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "_last", {})
    over(cast.bo)
    watched.send(sender=None)
    assert not User.objects.filter(pk=cast.bo.pk).exists()


def test_one_that_the_database_refuses_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    over(cast.bo)
    over(cast.staff)

    def refuse(user: User) -> None:
        if user.pk == cast.bo.pk:
            raise DatabaseError
        forget(user)

    monkeypatch.setattr("symptoms.mydata.actions.erasing.forget", refuse)
    assert erase_due() == 1
    assert User.objects.filter(pk=cast.bo.pk).exists()
    assert not Tombstone.objects.filter(account=cast.bo.uuid).exists()


# -- those who wrote in diaries of others


def test_who_wrote_in_anothers_diary_leaves_the_words_and_takes_the_name(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1}, by=cast.sam)
    keep_draft(patient=cast.ana_log, fields={"note": "what Sam did not save"}, by=cast.sam)
    over(cast.sam)
    erase_due()
    entry.refresh_from_db()
    author = entry.author
    assert (author.name, author.is_active, author.has_usable_password()) == (FORMER, False, False)
    assert author.email.endswith(f"@{EMPTIED}")
    assert hits(["sam@example.org", "what Sam did not save"]) == {}
    assert not author.grants.exists() and not author.addresses.exists()
    assert erase_due() == 0
    assert replay() == 0


def test_a_clinic_member_leaves_the_answers(cast: Cast) -> None:
    rich.fill(cast)
    Clinic.objects.filter(pk=cast.clinic.pk).update(owner=cast.okoye)
    over(cast.okoye)
    erase_due()
    assert Patient.objects.filter(pk=cast.ana_log.pk).exists()
    assert "ZQX-ANSWER" in str(hits(["ZQX-ANSWER"])).upper()
    assert hits(["okoye@example.org"]) == {}
    assert not cast.clinic.members.filter(user=cast.okoye.pk).exists()
    cast.clinic.refresh_from_db()
    assert cast.clinic.owner is None


def test_stand_ins_of_an_imported_diary_go_with_it(cast: Cast) -> None:
    log = rich.fill(cast)
    again = make_patient(make_user("Ana Again"))
    diary = unpack(zip_of(patient=log, by=cast.ana))
    bring_back(patient=again, diary=diary, by=again.user)
    assert User.objects.filter(email__endswith="@imported.invalid").count() == 2
    over(again.user)
    erase_due()
    assert User.objects.filter(email__endswith="@imported.invalid").count() == 0
    assert Entry.objects.filter(patient=log).exists()


def test_a_mail_is_sent_to_nobody(cast: Cast) -> None:
    over(cast.bo)
    erase_due()
    assert mail.outbox == []
