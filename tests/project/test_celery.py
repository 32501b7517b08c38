"""A worker's connection to the database: kept from task to task, and made anew where it died."""

from typing import Any

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.db import connection

from kesimpta_tracker.celery import app
from symptoms.diary.models import Entry
from symptoms.triage.tasks import assess_entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def between_tasks() -> Any:
    fixup = DjangoWorkerFixup(app)

    def between() -> None:
        fixup.on_task_postrun(sender=assess_entry)
        fixup.on_task_prerun(sender=assess_entry)
        task_prerun.send(sender=assess_entry, task_id="1", task=assess_entry)

    return between


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    return int(process)


def test_a_connection_is_kept_from_task_to_task(between_tasks: Any) -> None:
    before = backend()
    between_tasks()
    assert backend() == before


def test_a_connection_that_the_server_ended_is_made_anew(between_tasks: Any) -> None:
    before = backend()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [before])
    other.close()
    between_tasks()
    assert not Entry.objects.exists()
    assert backend() != before
