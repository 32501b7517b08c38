"""The demo cast may not sign in where real people do."""

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from kesimpta_tracker.production import read_address
from kesimpta_tracker.started import refuse_demo_cast
from symptoms.accounts.models import User


@pytest.fixture(autouse=True)
def _keep_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own transaction lives on it


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "refused"), [("https://tracker.example.org", True), ("http://localhost:8000", False)])
def test_the_demo_cast_is_refused_for_real_people_alone(settings: LazySettings, url: str, refused: bool) -> None:
    settings.PUBLIC_ADDRESS = read_address(url)
    refuse_demo_cast()
    ana = User.objects.create(email="Ana@Demo.example", name="Ana")
    if refused:
        with pytest.raises(ImproperlyConfigured, match="start with an empty database"):
            refuse_demo_cast()
    else:
        refuse_demo_cast()
    ana.is_active = False
    ana.save()
    refuse_demo_cast()


def test_a_database_that_is_away_stops_nobody_from_saying_so(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_ADDRESS = read_address("https://tracker.example.org")

    def away(**_filters: str) -> None:
        raise DatabaseError

    monkeypatch.setattr(User.objects, "filter", away)
    refuse_demo_cast()
