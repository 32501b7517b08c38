"""A share that was ended stays so, also after an older backup came back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django import DjangoCaptureOnCommitCallbacks

from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.mydata.actions import replay_tombstones, write_missing
from symptoms.sharing.access import Permission, can
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast, share


@pytest.fixture(autouse=True)
def kept(settings: LazySettings, tmp_path: Path) -> Path:
    settings.TOMBSTONES = tmp_path / "kept" / "tombstones.jsonl"
    return Path(settings.TOMBSTONES)


@pytest.fixture
def ended(cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Grant:
    """Sam's grant, which Ana ended."""
    grant = Grant.objects.get(patient=cast.ana_log, user=cast.sam)
    with django_capture_on_commit_callbacks(execute=True):
        revoke_access(grant=grant, by=cast.ana)
    grant.refresh_from_db()
    return grant


def restore(grant: Grant) -> None:
    """Put the row back as a backup from before has it."""
    Grant.objects.filter(pk=grant.pk).update(revoked_at=None)


def test_it_is_ended_again_at_the_moment_at_which_it_was(cast: Cast, ended: Grant) -> None:
    restore(ended)
    assert can(cast.sam, Permission.READ_LOG, cast.ana_log)
    assert replay_tombstones() == 0
    assert not can(cast.sam, Permission.READ_LOG, cast.ana_log)
    assert Grant.objects.get(pk=ended.pk).revoked_at == ended.revoked_at
    event = Event.objects.get(verb="mydata.share-ended-again")
    assert (event.actor, event.patient, event.subject) == (None, cast.ana_log.pk, f"grant:{ended.pk}")


def test_nothing_is_done_twice_and_other_shares_stand(cast: Cast, ended: Grant) -> None:
    restore(ended)
    replay_tombstones()
    replay_tombstones()
    assert Event.objects.filter(verb="mydata.share-ended-again").count() == 1
    assert can(cast.lindqvist, Permission.READ_LOG, cast.ana_log)


def test_a_newer_share_with_the_same_person_stands(cast: Cast, ended: Grant) -> None:
    share(cast.ana_log, cast.sam)
    replay_tombstones()
    assert can(cast.sam, Permission.READ_LOG, cast.ana_log)


def test_the_file_holds_ids_and_times_alone(kept: Path, ended: Grant) -> None:
    assert ended.revoked_at is not None
    (line,) = [json.loads(text) for text in kept.read_text().splitlines() if text]
    assert line == {"grant": str(ended.pk), "revoked_at": ended.revoked_at.isoformat()}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert write_missing() == 0


def test_where_the_file_cannot_be_written_the_share_ends_and_the_watcher_writes_later(
    cast: Cast,
    kept: Path,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    kept.mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        revoke_access(grant=Grant.objects.get(user=cast.sam), by=cast.ana)
    assert not can(cast.sam, Permission.READ_LOG, cast.ana_log)
    assert "cannot be written" in caplog.text
    kept.rmdir()
    assert write_missing() == 1


@pytest.mark.parametrize("damage", ["{", '{"grant": 5}', '{"grant": "x", "revoked_at": "2026-01-01"}', "[]", "7"])
def test_a_damaged_line_hides_no_other(kept: Path, ended: Grant, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    kept.write_text(f"{damage}\n{kept.read_text()}")
    restore(ended)
    replay_tombstones()
    assert Grant.objects.get(pk=ended.pk).revoked_at is not None
    assert "line 1 of the file of tombstones cannot be read" in caplog.text


def test_a_time_without_its_zone_is_damage(kept: Path, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    grant = Grant.objects.get(user=cast.sam)
    kept.parent.mkdir()
    at = (clock.now() - timedelta(days=1)).replace(tzinfo=None).isoformat()
    kept.write_text(json.dumps({"grant": str(grant.pk), "revoked_at": at}))
    replay_tombstones()
    assert Grant.objects.get(pk=grant.pk).revoked_at is None
    assert "cannot be read" in caplog.text
