"""After a test with real transactions the database is as it was when the run began."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.catalogue.models import SideEffect, Symptom
from symptoms.diary.models import Entry
from symptoms.sharing.models import Grant
from tests import emptying
from tests.factories.cast import make_cast, make_user
from tests.factories.diary import make_entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start() -> emptying.Start:
    return emptying.look()


def test_it_begins_with_the_catalogue_and_the_permissions_alone(start: emptying.Start) -> None:
    assert {"catalogue_symptom", "catalogue_sideeffect", "auth_permission", "django_content_type"} <= set(start)
    assert {table for table in start if not table.startswith(("catalogue_", "auth_permission", "django_"))} == set()


def test_what_was_written_is_gone_and_what_was_changed_is_back(start: emptying.Start) -> None:
    make_entry(make_cast().ana_log, {"fatigue": 2})
    assert Event.objects.exists()
    Symptom.objects.filter(slug="fatigue").update(name="Changed")
    SideEffect.objects.all().delete()
    Permission.objects.filter(codename__startswith="add").delete()
    emptying.go_back_to(start)
    assert not any(model.objects.exists() for model in (User, Entry, Event, Grant))
    assert emptying.look() == start


def test_an_added_row_of_the_catalogue_goes(start: emptying.Start) -> None:
    one = Symptom.objects.get(slug="fatigue")
    one.pk, one.slug = None, "new"
    one.save(force_insert=True)
    emptying.go_back_to(start)
    assert emptying.look() == start


def test_rows_that_stay_are_told(start: emptying.Start) -> None:
    make_user("Ana")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE RULE kept AS ON DELETE TO {User._meta.db_table} DO INSTEAD NOTHING")
    try:
        with pytest.raises(AssertionError, match=User._meta.db_table):
            emptying.go_back_to(start)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP RULE kept ON {User._meta.db_table}")


@pytest.mark.parametrize("model", [Symptom, SideEffect])
def test_ids_count_on_where_a_migration_made_the_table_anew(start: emptying.Start, model: Any) -> None:
    one = model.objects.first()
    model.objects.filter(pk=one.pk).update(slug="changed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", [model._meta.db_table])
    emptying.go_back_to(start)
    assert emptying.look() == start
    last = model.objects.order_by("pk").last().pk
    one.pk, one.slug = None, "new"
    one.save(force_insert=True)
    assert one.pk > last
