import pytest
from django.test import Client

from symptoms.accounts.models import User
from symptoms.triage.models import RuleSetVersion
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.second_factor import curator, sign_in


@pytest.fixture
def live(cast: Cast) -> RuleSetVersion:
    """The rules of the release, in force."""
    return rules.release()


@pytest.fixture
def okoye(cast: Cast) -> User:
    return curator(cast.okoye)


@pytest.fixture
def lindqvist(cast: Cast) -> User:
    return curator(cast.lindqvist)


@pytest.fixture
def first(okoye: User, live: RuleSetVersion) -> Client:
    """A browser in which Dr Okoye is signed in with the second factor."""
    return sign_in(Client(), okoye)


@pytest.fixture
def second(lindqvist: User, live: RuleSetVersion) -> Client:
    """The browser of another curator."""
    return sign_in(Client(), lindqvist)
