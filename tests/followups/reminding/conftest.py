import pytest

from symptoms.lib import clock
from tests.followups.reminding.steps import Watch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    hands = Watch()
    monkeypatch.setattr(clock, "now", hands)
    return hands
