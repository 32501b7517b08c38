"""The second wall: what PostgreSQL itself shows a role that runs the tracker, whatever a view forgot."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.exceptions import MiddlewareNotUsed
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from symptoms.diary.models import Entry, Report
from symptoms.lib import clock
from symptoms.lib.acting import NOBODY, TRACKER, ActingMiddleware, acting_as, actor, become, begin_telling, tell
from symptoms.sharing import wall
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import ClinicMember, Grant
from symptoms.sharing.permissions import OWNER
from symptoms.triage.actions import assess_entry
from symptoms.triage.models import DryRun, DryRunChange, Flag
from symptoms.workbench.selectors.dry_runs import dry_run_for_page
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.roles import ROLE, make_role
from tests.factories.rules import release


@pytest.fixture
def told(db: None, settings: LazySettings) -> Iterator[None]:
    """A connection that is told who acts, as each is where the settings want the wall."""
    connection.ensure_connection()
    settings.SECOND_WALL = True
    begin_telling(connection)
    yield
    connection.execute_wrappers.remove(tell)


@pytest.fixture
def standing(told: None) -> None:
    """The wall as `migrate` puts it up where the settings want it. It falls with the transaction."""
    wall.build()


@pytest.fixture
def walled(standing: None, cast: Cast) -> Iterator[Cast]:
    """Ana's flagged entry, and one of Bo's, seen by a role that owns no table. All falls with the transaction."""
    for log in (cast.ana_log, cast.bo_log):
        assess_entry(entry_id=make_entry(log, {"swelling-face": 3}).pk)
    call_command("grant_runtime_role", make_role(), stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    yield cast
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def whose() -> set[str]:
    """A view that forgot the gate: it asks for every row there is."""
    seen = {str(name) for name in Entry.objects.values_list("patient__user__name", flat=True)}
    assert {str(name) for name in Flag.objects.values_list("patient__user__name", flat=True)} == seen
    assert {str(name) for name in Report.objects.values_list("entry__patient__user__name", flat=True)} == seen
    return seen


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("ana", {"Ana"}),
        ("bo", {"Bo"}),
        ("sam", {"Ana"}),
        ("lindqvist", {"Ana"}),
        ("far", set()),
        ("staff", set()),
    ],
)
def test_each_sees_what_a_grant_opens(walled: Cast, who: str, sees: set[str]) -> None:
    with acting_as(str(getattr(walled, who).pk)):
        assert whose() == sees


@pytest.mark.parametrize("who", [NOBODY, "", "0", "999999", "-1", "Ana", "tracker ", "TRACKER"])
def test_nobody_sees_nothing(walled: Cast, who: str) -> None:
    with acting_as(who):
        assert whose() == set()


def test_the_tracker_sees_all(walled: Cast) -> None:
    assert actor() == TRACKER
    assert whose() == {"Ana", "Bo"}


def test_a_connection_that_was_told_nothing_sees_nothing(walled: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.execute("RESET app.actor; SELECT count(*) FROM diary_entry")
        assert cursor.cursor.fetchone() == (0,)


def _end(cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(
        ends_at=clock.now() - timedelta(seconds=1), starts_at="2020-01-01T00:00Z"
    )


def _begin_later(cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(starts_at=clock.now() + timedelta(days=1))


def _empty(cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(reads=[], adds=[])


def _revoke(cast: Cast) -> None:
    revoke_access(grant=Grant.objects.get(user=cast.sam), by=cast.ana)


def _close_account(cast: Cast) -> None:
    type(cast.sam).objects.filter(pk=cast.sam.pk).update(is_active=False)


@pytest.mark.parametrize("how", [_end, _begin_later, _empty, _revoke, _close_account])
def test_what_no_longer_opens_is_shut(walled: Cast, how: object) -> None:
    how(walled)  # type: ignore[operator]
    with acting_as(str(walled.sam.pk)):
        assert whose() == set()


def test_a_member_who_left_sees_nothing(walled: Cast) -> None:
    ClinicMember.objects.filter(user=walled.lindqvist).update(is_active=False)
    with acting_as(str(walled.lindqvist.pk)):
        assert whose() == set()


def test_rows_of_others_are_neither_changed_nor_written(walled: Cast) -> None:
    with acting_as(str(walled.far.pk)):
        assert Entry.objects.update(note="x") == 0
        assert Entry.objects.all().delete()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            make_entry(walled.ana_log)
    assert Entry.objects.filter(note="x").count() == 0


def test_every_way_of_asking_is_told(walled: Cast) -> None:
    """Many at once, a cursor of the server's, and what comes after a savepoint that failed."""
    with acting_as(str(walled.ana.pk)):
        assert len(list(Entry.objects.iterator())) == 1
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE diary_entry SET note = %s", [["a"], ["b"]])
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(patient=walled.ana_log)
        assert whose() == {"Ana"}
    assert set(Entry.objects.values_list("note", "patient__user__name")) == {("b", "Ana"), ("", "Bo")}


# Requests


def test_a_request_acts_as_the_one_who_is_signed_in(
    walled: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate is taken away: a stranger's page of Ana's log is empty of her rows."""
    monkeypatch.setattr("symptoms.sharing.access.permissions", lambda user, patient: OWNER)
    entry = Entry.objects.get(patient=walled.ana_log)
    page, month = (reverse("diary:entry", args=[walled.ana_log.pk, entry.pk]), month_of(walled))
    for who, status, is_told in ((walled.ana, 200, True), (walled.far, 404, False)):
        client.force_login(who)
        assert client.get(page).status_code == status
        assert (f"/{entry.pk}/" in client.get(month).content.decode()) is is_told
    assert actor() == TRACKER


def month_of(cast: Cast) -> str:
    return reverse("today:month", args=[cast.ana_log.pk])


def test_pages_of_who_may_stand_as_before(walled: Cast, client: Client) -> None:
    entry = Entry.objects.get(patient=walled.ana_log)
    for who in (walled.ana, walled.sam, walled.lindqvist):
        client.force_login(who)
        assert client.get(reverse("diary:entry", args=[walled.ana_log.pk, entry.pk])).status_code == 200
    client.force_login(walled.lindqvist)
    flag = Flag.objects.get(patient=walled.ana_log)
    assert str(flag.pk) in client.get(reverse("inbox:queue", args=[walled.clinic.pk])).content.decode()


def test_who_acts_ends_with_the_request(settings: LazySettings) -> None:
    settings.SECOND_WALL = True
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(actor())
        become(7)
        seen.append(actor())
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        ActingMiddleware(view)(RequestFactory().get("/"))
    become(8)
    assert [*seen, actor()] == [NOBODY, "7", TRACKER]


def test_a_curator_reads_a_dry_run_over_diaries_that_no_grant_opens(walled: Cast) -> None:
    version = release()
    run = DryRun.objects.create(version=version, rules=version.version, wanted=2, asked_by=walled.far)
    for number, entry in enumerate(Entry.objects.all()):
        DryRunChange.objects.create(dry_run=run, entry=entry, number=number, tier_live="", tier_draft="urgent")
    with acting_as(str(walled.far.pk)):
        assert not DryRunChange.objects.exists()
        assert [bool(one.ticks) for one in dry_run_for_page(run, number=1, reader=walled.far).changes] == [True, True]
        assert actor() == str(walled.far.pk)


def test_an_entry_that_waits_is_told_to_a_monitor_that_is_nobody(walled: Cast, client: Client) -> None:
    assert client.get(reverse("health")).status_code == 200
    Entry.objects.update(saved_at=clock.now() - timedelta(minutes=2), assessed_revision=0)
    assert client.get(reverse("health")).status_code == 503


def test_it_costs_no_query(walled: Cast) -> None:
    with acting_as(str(walled.ana.pk)), CaptureQueriesContext(connection) as seen:
        assert Entry.objects.count() == 1
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_took_back_is_told_again(told: None) -> None:
    def said() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.actor', true)")
            return str(cursor.fetchone()[0])

    with acting_as("5"):
        assert said() == "5"
        with pytest.raises(ValueError, match=r"^$"), transaction.atomic():
            with acting_as("6"):
                assert said() == "6"
            raise ValueError
        assert said() == "5"
    assert said() == TRACKER


def test_without_the_wall_nobody_is_told_anything(db: None, settings: LazySettings) -> None:
    settings.SECOND_WALL = False
    begin_telling(connection)
    assert tell not in connection.execute_wrappers
    with pytest.raises(MiddlewareNotUsed):
        ActingMiddleware(lambda request: HttpResponse())


# Which tables


def policies_that_stand() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(wall.STANDING)
        return set(cursor.fetchall())


def test_every_table_of_a_patient_is_walled(standing: None) -> None:
    names = {model._meta.label for model in wall.walled()}
    assert {"diary.Entry", "diary.Report", "triage.Flag", "triage.FlagEvent", "followups.Result"} <= names
    assert not names & wall.OPEN
    assert policies_that_stand() == set(wall.policies())


def test_a_wall_that_fell_is_put_up_again(standing: None) -> None:
    table, name = next(iter(wall.policies()))
    with connection.cursor() as cursor:
        cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
    wall.build()
    assert policies_that_stand() == set(wall.policies())


def test_where_it_stands_one_query_is_enough(standing: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        wall.build()
    assert len(seen) == 1


def test_where_it_is_left_out_it_is_taken_down(standing: None, settings: LazySettings) -> None:
    settings.SECOND_WALL = False
    wall.build()
    assert policies_that_stand() == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity")
        assert cursor.fetchone() == (0,)
