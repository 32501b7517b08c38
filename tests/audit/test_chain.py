"""The audit log cannot be changed, and whoever could change it all the same is found out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symptoms.audit import sealing, tasks
from symptoms.audit.actions import record
from symptoms.audit.chain import BEGINNING, digest_of
from symptoms.audit.models import Event, Seal
from symptoms.audit.sealing import seal_all, seal_events
from symptoms.audit.verifying import TABLES, verify
from symptoms.triage.management.commands.watch import Command as Watch


def sql(words: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words, values or None)


def as_owner(words: str, *values: int) -> None:
    """Do what only the owner of the tables can: switch the triggers off, and on again."""
    for table in TABLES:
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sql(words, *values)
    guard()


def guard() -> None:
    for table in TABLES:
        for what in ("append_only", "no_truncate"):
            sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{what}")


@pytest.fixture
def guarded(db: None) -> None:
    """As after `migrate`: in tests' databases TRUNCATE is let through, for the tests with real transactions."""
    guard()


@pytest.fixture
def chained(guarded: None) -> list[Event]:
    """Five sealed events."""
    seal_all()
    events = [record("a.b", by=None, patient=uuid4(), subject=f"thing:{n}", data={"n": n}) for n in range(5)]
    assert seal_all() == 5
    assert verify().holds
    return events


def verified(*words: str) -> str:
    """Return what the command prints when it does not hold."""
    with pytest.raises(CommandError) as error:
        call_command("verify_audit", *words, stdout=StringIO())
    assert error.value.returncode == 1
    return str(error.value)


# -- nobody changes a row


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "words",
    [
        "UPDATE {} SET {} = {}",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE false",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM {}",
    ],
)
def test_the_owner_of_the_tables_is_refused_too(chained: list[Event], table: str, words: str) -> None:
    column = {"audit_event": "verb", "audit_seal": "digest"}[table]
    with pytest.raises(DatabaseError, match=r"never changed or removed|permission denied to set"), transaction.atomic():
        sql(words.format(table, column, column))
    assert Event.objects.filter(pk__in=[one.pk for one in chained]).count() == 5
    assert verify().holds


def test_django_is_refused_too(chained: list[Event]) -> None:
    attempts: list[Callable[[], Any]] = [
        chained[0].save,
        chained[0].delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(verb="x.y"),
        lambda: Event.objects.bulk_update(chained, ["verb"]),
        Seal.objects.all().delete,
        lambda: Seal.objects.update(digest=""),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            attempt()
    assert verify().holds


# -- sealing


def test_a_row_costs_one_query_and_waits_for_no_seal(db: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record("a.b", by=None)
    (only,) = [query["sql"] for query in queries]
    assert only.startswith('INSERT INTO "audit_event"')


def test_seals_follow_one_another_from_the_beginning(chained: list[Event]) -> None:
    digest = BEGINNING
    for position, seal in enumerate(Seal.objects.order_by("position"), start=1):
        assert (seal.position, seal.previous) == (position, digest)
        digest = digest_of(Event.objects.get(pk=seal.event_id), digest)
        assert seal.digest == digest
    assert str(seal) == f"{position}: {digest}"
    assert seal_events() == 0


def test_the_digest_of_a_known_row() -> None:
    """Worked out with sha256sum, so that a chain kept today is read in years."""
    event = Event(pk=7, at="2026-11-02T09:00:00Z", verb="a.b", subject="thing:1", data={"z": 1, "a": "ä"})
    event.at = Event._meta.get_field("at").to_python(event.at)
    assert digest_of(event, BEGINNING) == KNOWN


KNOWN = "e87e9be7beaba641ec6a50146ede466f64b0568a204b43deb99be8ee09f6df2c"


def test_a_row_that_comes_late_with_a_lower_id_is_sealed_at_the_end(chained: list[Event]) -> None:
    low = Event.objects.create(pk=chained[0].pk - 1000, verb="late.row")
    assert seal_events() == 1
    last = Seal.objects.latest("position")
    assert last.event_id == low.pk
    assert verify().holds


def test_one_that_comes_very_late_is_found_by_the_hourly_look(
    chained: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LATE_IDS", 10)
    Event.objects.create(pk=chained[0].pk - 1000, verb="late.row")
    assert seal_events() == 0
    assert verify().waiting == 1
    assert seal_events(whole=True) == 1


def test_many_are_sealed_in_short_transactions(guarded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seal_all()
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr("symptoms.audit.verifying.CHUNK", 2)
    for _ in range(7):
        record("a.b", by=None)
    assert [seal_events() for _ in range(4)] == [3, 3, 1, 0]
    assert verify().holds


def test_gaps_in_ids_are_no_fault(chained: list[Event]) -> None:
    Event.objects.create(pk=chained[-1].pk + 500, verb="after.gap")
    seal_all()
    assert verify().holds


def test_beat_and_watcher_seal_and_the_log_tells_the_digest(guarded: None, caplog: pytest.LogCaptureFixture) -> None:
    plan = {row["task"]: row for row in current_app.conf.beat_schedule.values()}
    assert not plan[tasks.seal.name].get("args") and not plan[tasks.seal.name].get("kwargs")
    seal_all()
    record("a.b", by=None)
    with caplog.at_level("INFO", logger="symptoms.audit"):
        assert tasks.seal() == 1
    assert Seal.objects.latest("position").digest in caplog.text
    event = record("c.d", by=None)
    Watch().look()
    assert Seal.objects.filter(event_id=event.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_sealers_at_once_make_one_chain() -> None:
    for n in range(60):
        record("a.b", by=None, data={"n": n})

    def work(_: int) -> int:
        try:
            return sum(seal_events() for _ in range(20))
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "BATCH", 1)
        with ThreadPoolExecutor(4) as pool:
            sealed = sum(pool.map(work, range(4)))
    sealed += seal_all()
    report = verify()
    assert (sealed, report.sealed, report.waiting, report.faults) == (60, 60, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_who_is_not_the_sealer_does_not_wait_and_saving_goes_on() -> None:
    with transaction.atomic():
        assert sealing._is_my_turn()
        record("a.b", by=None)

        def other() -> tuple[int, int]:
            try:
                return seal_events(), record("c.d", by=None).pk
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            sealed, _ = pool.submit(other).result(timeout=10)
        assert sealed == 0
    assert seal_events() == 2


# -- what is found


def test_the_command_prints_counts_and_the_newest_digest(chained: list[Event]) -> None:
    record("not.sealed", by=None)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    total, newest = Event.objects.count(), Seal.objects.latest("position").digest
    assert f"events: {total}, sealed: {total}, not sealed yet: 0" in out.getvalue()
    assert newest in out.getvalue()
    call_command("verify_audit", "--anchor", f" {newest.upper()} ", stdout=out)
    record("later.on", by=None)
    call_command("verify_audit", "--anchor", newest, stdout=out)


TAMPERING = {
    "verb": "UPDATE audit_event SET verb = 'x.y' WHERE id = {2}",
    "at": "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = {2}",
    "actor": "UPDATE audit_event SET actor = gen_random_uuid() WHERE id = {2}",
    "patient": "UPDATE audit_event SET patient = NULL WHERE id = {2}",
    "subject": "UPDATE audit_event SET subject = subject || ' ' WHERE id = {2}",
    "data": 'UPDATE audit_event SET data = \'{{"n": "2"}}\' WHERE id = {2}',
    "event removed": "DELETE FROM audit_event WHERE id = {2}",
    "last event removed": "DELETE FROM audit_event WHERE id = {4}",
    "seal's digest": "UPDATE audit_seal SET digest = repeat('a', 64) WHERE event_id = {2}",
    "last seal's digest": "UPDATE audit_seal SET digest = repeat('a', 64) WHERE event_id = {4}",
    "seal's previous": "UPDATE audit_seal SET previous = repeat('a', 64) WHERE event_id = {2}",
    "seal removed": "DELETE FROM audit_seal WHERE event_id = {2}",
    "event and seal removed": "DELETE FROM audit_event WHERE id = {2}; DELETE FROM audit_seal WHERE event_id = {2}",
    "id changed": "UPDATE audit_event SET id = id + 1000000 WHERE id = {2}",
    "events swapped": "UPDATE audit_event e SET verb = 'swap', subject = o.subject, data = o.data, patient = o.patient"
    " FROM audit_event o WHERE (e.id, o.id) IN (({1}, {2}), ({2}, {1}))",
    "seals swapped": "UPDATE audit_seal SET position = -1 WHERE event_id = {1};"
    " UPDATE audit_seal SET position = position - 1 WHERE event_id = {2};"
    " UPDATE audit_seal SET position = (SELECT position + 1 FROM audit_seal WHERE event_id = {2}) WHERE event_id = {1}",
    "a seal of nothing": "INSERT INTO audit_seal SELECT max(position) + 1, -5, 'x', 'y' FROM audit_seal",
    "a seal before the beginning": "INSERT INTO audit_seal VALUES (0, -5, repeat('0', 64), repeat('0', 64))",
    "a seal far ahead": "INSERT INTO audit_event (id, at, verb, subject, data) VALUES (-9, now(), 'a', '', '{{}}');"
    " INSERT INTO audit_seal SELECT max(position) + 9, -9, (SELECT digest FROM audit_seal ORDER BY position DESC"
    " LIMIT 1), 'y' FROM audit_seal",
}


@pytest.mark.parametrize("how", sorted(TAMPERING))
def test_tampering_is_found(chained: list[Event], how: str) -> None:
    as_owner(TAMPERING[how].format(*(event.pk for event in chained)))
    assert "The first, at seal" in verified()


def test_the_first_fault_is_named_with_its_event(chained: list[Event]) -> None:
    as_owner("UPDATE audit_event SET verb = 'x.y' WHERE id >= %s", chained[2].pk)
    position = Seal.objects.get(event_id=chained[2].pk).position
    said = verified()
    assert f"3 faults. The first, at seal {position} of event {chained[2].pk}: the event, or its seal, was" in said


def test_a_last_event_removed_with_its_seal_is_found_by_the_anchor(chained: list[Event]) -> None:
    anchor = Seal.objects.latest("position").digest
    last = chained[4].pk
    as_owner("DELETE FROM audit_event WHERE id = %s; DELETE FROM audit_seal WHERE event_id = %s", last, last)
    call_command("verify_audit", stdout=StringIO())
    assert "The anchor is not in the chain" in verified("--anchor", anchor)


def test_a_chain_made_anew_is_found_by_the_anchor(chained: list[Event]) -> None:
    anchor = Seal.objects.latest("position").digest
    as_owner("DELETE FROM audit_seal; UPDATE audit_event SET verb = 'x.y' WHERE id = %s", chained[2].pk)
    call_command("verify_audit", stdout=StringIO())
    assert "The anchor is not in the chain" in verified("--anchor", anchor)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("what", ["append_only", "no_truncate"])
def test_a_trigger_that_is_off_is_told(chained: list[Event], table: str, what: str) -> None:
    sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_{what}")
    assert f"{table}_{what}" in verified()
    sql(f"DROP TRIGGER {table}_{what} ON {table}")
    assert f"{table}_{what}" in verified()


# -- by chance

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abü", max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def rolled_back(guarded: None) -> Iterator[Callable[[], Any]]:
    """Give each example a savepoint of its own."""
    yield transaction.atomic


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.text("abc.-", min_size=1, max_size=60), ANY), min_size=1, max_size=8),
    cuts=st.lists(st.booleans(), min_size=8, max_size=8),
    victim=st.integers(0, 7),
)
def test_any_rows_hold_and_any_one_removed_or_moved_in_time_is_found(
    rolled_back: Callable[[], Any], rows: list[tuple[str, Any]], cuts: list[bool], victim: int
) -> None:
    with rolled_back():
        seal_all()
        events = []
        for (verb, data), cut in zip(rows, cuts, strict=False):
            events.append(record(verb, by=None, data={"any": data}))
            if cut:
                seal_events()
        seal_all()
        assert verify().holds
        one = events[victim % len(events)].pk
        as_owner("UPDATE audit_event SET at = at - interval '1 hour' WHERE id = %s", one)
        first = verify().first
        assert first and first.event_id == one
        as_owner("DELETE FROM audit_event WHERE id = %s", one)
        first = verify().first
        assert first and (first.event_id, first.what) == (one, "the event was removed")
        transaction.set_rollback(True)
