"""One row that cannot be written down never keeps the others waiting."""

from datetime import timedelta

import pytest
from django.test import Client

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage import actions
from symptoms.triage.models import Assessment, Flag
from symptoms.triage.ruleset import live_rules
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


def test_an_entry_whose_assessment_cannot_be_stored_starves_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """A restored row: its assessment stands there already, but the entry does not know it."""
    poison = make_entry(cast.ana_log, {"headache": 1})
    Assessment.objects.create(
        entry=poison,
        revision=1,
        rule_set=live_rules().version,
        tier="none",
        checked=True,
        result={"held": [], "failed": []},
        assessed_at=clock.now(),
        duration_us=1,
        process="restored",
        is_current=False,
    )
    urgent = make_entry(cast.bo_log, {"swelling-face": 3})
    long_ago = clock.now() - timedelta(minutes=5)
    Entry.objects.filter(pk=poison.pk).update(saved_at=long_ago - timedelta(minutes=1))
    Entry.objects.filter(pk=urgent.pk).update(saved_at=long_ago)
    assert actions.assess_waiting() >= 1
    assert Flag.objects.get(lines__entry=urgent).tier == "emergency"
    assert "headache" not in caplog.text


def test_a_damaged_row_in_the_history_does_not_lower_an_emergency(cast: Cast) -> None:
    old = make_entry(cast.ana_log, {"headache": 1}, day=clock.now().date() - timedelta(days=3))
    Entry.objects.filter(pk=old.pk).update(time_zone="Nowhere/At-all")
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    said = actions.assess_entry(entry_id=entry.pk)
    assert said is not None
    assert (said.tier, said.checked) == ("emergency", False)


@pytest.mark.parametrize("damaged", ["history", "entry"])
def test_the_advice_page_stands_where_a_row_is_damaged(cast: Cast, client: Client, damaged: str) -> None:
    old = make_entry(cast.ana_log, {"headache": 1}, day=clock.now().date() - timedelta(days=3))
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    row = old if damaged == "history" else entry
    Entry.objects.filter(pk=row.pk).update(time_zone="Nowhere/At-all")
    client.force_login(cast.ana)
    page = client.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/")
    assert page.status_code == 200
    assert ("Get emergency help now" in page.content.decode()) or damaged == "entry"
