from collections.abc import Iterator

import pytest

from symptoms.accounts.models import User
from symptoms.notifications import wording
from tests.factories.cast import make_reached
from tests.notifications.kinds import KIND, Speaker, say


@pytest.fixture(autouse=True)
def speaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaker]:
    """A renderer for the tests' own kind; a test may change what it says."""
    one = Speaker()
    monkeypatch.setattr(wording, "_renderers", {**wording._renderers, KIND: one})
    monkeypatch.setattr(one, "say", say)
    yield one


@pytest.fixture
def ana(db: None) -> User:
    """Somebody whom a mail reaches."""
    return make_reached("Ana")
