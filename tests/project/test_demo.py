"""The demo cast, made through the real actions."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from kesimpta_tracker import demo
from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.sharing.access import Permission, can
from symptoms.sharing.models import Patient
from symptoms.triage.models import Assessment, Flag

pytestmark = pytest.mark.django_db


def test_seed_makes_everybody_once() -> None:
    signs = demo.seed()
    assert len(signs) == 6
    assert demo.seed() == []
    ana = Patient.objects.get(user__email="ana@demo.example")
    sam, bo, far, nurse = (User.objects.get(email=f"{name}@demo.example") for name in ("sam", "bo", "far", "lindqvist"))
    assert can(sam, Permission.ADD_ENTRY, ana)
    assert can(nurse, Permission.WORK_FLAGS, ana)
    assert not any(can(stranger, Permission.READ_LOG, ana) for stranger in (bo, far))


def test_every_demo_entry_is_assessed_and_the_fever_waits_in_the_queue() -> None:
    demo.seed()
    entries = len(demo.ANA) + len(demo.BO) + len(demo.DRAWS)
    assert Entry.objects.count() == Assessment.objects.filter(is_current=True).count() == entries
    assert not Entry.objects.unassessed().exists()
    waiting = Flag.objects.filter(state=Flag.State.WAITING, patient__user__email="ana@demo.example")
    assert [flag.tier for flag in waiting] == ["same-day"]


def test_the_printed_passwords_sign_in_and_differ(client: Client) -> None:
    signs = demo.seed()
    assert len({sign.password for sign in signs}) == len(signs)
    for sign in signs:
        assert client.login(email=sign.email, password=sign.password)


def test_the_command_keeps_the_sign_ins_for_their_owner_alone(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    file, out = tmp_path / "sign-ins.txt", StringIO()
    call_command("seed_demo", sign_ins=file, stdout=out)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ana@demo.example" in out.getvalue()
    again = StringIO()
    call_command("seed_demo", sign_ins=file, stdout=again)
    assert again.getvalue() == out.getvalue()


def test_the_command_refuses_outside_the_demo(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("seed_demo", sign_ins=tmp_path / "x")
    assert not User.objects.exists()
