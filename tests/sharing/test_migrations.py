"""From two levels to kinds, and back, with rows in the table."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from symptoms.catalogue import actions as catalogue
from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.sharing.models import Grant
from tests.conftest import CATALOGUE
from tests.factories.cast import Cast, make_cast

LEVELS = ("sharing", "0001_initial")


def migrate_to(*targets: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def newest() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    if not Symptom.objects.exists():
        catalogue.load_catalogue(CATALOGUE)


@pytest.mark.django_db(transaction=True)
def test_what_was_open_is_spelled_out_and_going_back_opens_nothing() -> None:
    cast: Cast = make_cast()
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"])
    Grant.objects.filter(clinic=cast.clinic).update(reads=["symptoms"])
    try:
        old = migrate_to(LEVELS).get_model("sharing", "Grant").objects
        assert old.get(user=cast.sam.pk).level == "read-add"
        assert old.get(user=cast.sam.pk).revoked_at is None
        assert old.get(clinic=cast.clinic.pk).revoked_at <= clock.now()
        old.filter(clinic=cast.clinic.pk).update(revoked_at=None)
    finally:
        newest()
    read = ["symptoms", "notes", "injections", "blood-tests"]
    assert [(one.reads, one.adds) for one in Grant.objects.order_by("clinic")] == [(read, []), (read, read[:2])]
