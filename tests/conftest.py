import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import TransactionTestCase

from symptoms.catalogue import actions as catalogue
from symptoms.triage import ruleset
from tests import emptying
from tests.factories.cast import Cast, make_cast
from tests.factories.shared import taken_back

pytest_plugins = ["tests.services", "tests.browser", "tests.turnstile", "tests.signing_in", "tests.behind_wall"]

# Tests make and drop much: looking for circles of it less often takes a tenth of the time away.
gc.set_threshold(100_000, 50, 100)
CATALOGUE = Path(catalogue.__file__).parent / "data"
LEAST_WORK = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}  # RFC 9106, 3.1: 8 KiB a lane at least


@pytest.fixture(scope="session", autouse=True)
def _places_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep files of the tests out of the folder; an empty one of collected files, for WhiteNoise warns without it."""
    django_settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    django_settings.TOMBSTONES = tmp_path_factory.mktemp("kept") / "tombstones.jsonl"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, role_of_the_run: Callable[[], None]
) -> Iterator[None]:
    """Load the curated catalogue once into each worker's database. Tests with real transactions go back to that."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            for table in emptying.APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        catalogue.load_catalogue(CATALOGUE)
        role_of_the_run()
        start = emptying.look()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: emptying.go_back_to(start))
        yield


@pytest.fixture(autouse=True)
def _real_transactions_first(request: pytest.FixtureRequest) -> None:
    """Have the database of a test with real transactions ready before its other fixtures."""
    marker = request.node.get_closest_marker("django_db")
    real = bool(marker and marker.kwargs.get("transaction"))
    if real or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[dict[str, int]]:
    """Have Argon2 work as little as it can, for all but those tests that ask for `costly_passwords`."""
    costs = {name: getattr(Argon2PasswordHasher, name) for name in LEAST_WORK}
    with pytest.MonkeyPatch.context() as patched:
        for name, least in LEAST_WORK.items():
            patched.setattr(Argon2PasswordHasher, name, least)
        yield costs


@pytest.fixture
def costly_passwords(_passwords_cost_little: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Argon2 work as hard as it does for people."""
    for name, cost in _passwords_cost_little.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)


@pytest.fixture(scope="module")
def shared_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the fixtures of a module write rows that all of its tests share; they are gone after the last one."""
    with django_db_blocker.unblock(), taken_back():
        yield


@pytest.fixture(autouse=True)
def _rules_of_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge by the release's files and never ask for a live version, or query counts would hang on the clock."""
    monkeypatch.setattr(ruleset, "MEMORY", ruleset.Memory(ask=lambda: None))


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, with two diaries and two clinics."""
    return make_cast()


@pytest.fixture(autouse=True)
def _plain_static_files(settings: LazySettings) -> None:
    settings.WHITENOISE_AUTOREFRESH = True  # no collected files are needed, nor missed with a warning
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
