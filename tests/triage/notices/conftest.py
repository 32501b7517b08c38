from datetime import timedelta

import pytest

from symptoms.lib import clock
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast, confirmed
from tests.followups.reminding.steps import Watch
from tests.triage.notices.steps import NOON


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    hands = Watch()
    hands.at = NOON
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
def sams(cast: Cast) -> Grant:
    confirmed(cast.sam)
    Grant.objects.update(starts_at=NOON - timedelta(days=99))
    return Grant.objects.get(patient=cast.ana_log, user=cast.sam)
