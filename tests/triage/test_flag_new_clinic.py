"""A clinic that joins later has not heard what another one closed before it could look."""

import pytest

from symptoms.lib import clock
from symptoms.sharing.models import Clinic, Grant
from symptoms.triage import actions
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, share
from tests.triage.runs import SORE, flag_of, logged


@pytest.mark.parametrize("state", ["acknowledged", "resolved"])
def test_a_run_that_another_clinic_answered_is_news_for_a_clinic_that_joins_later(cast: Cast, state: str) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    if state == "resolved":
        actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    grant = share(cast.ana_log, Clinic.objects.create(name="A second clinic"))
    Grant.objects.filter(pk=grant.pk).update(starts_at=clock.now())
    again = flag_of(logged(cast, SORE))
    assert again.state == Flag.State.WAITING
    assert logged(cast, SORE).flagged.raised is False
