"""Who looks after the rules, who signed them, and what is written down of every step."""

from datetime import timedelta

import pytest

from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.triage import ruleset
from symptoms.triage.actions import rule_sets
from symptoms.triage.actions.rule_sets import Refused
from symptoms.triage.engine import read_rule_files
from symptoms.triage.models import RuleSetEvent, RuleSetVersion, SignOff
from symptoms.triage.rule_text import fingerprints
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.rules import RULE

pytestmark = pytest.mark.django_db


def test_review_day_and_owner_are_set_and_told_again(cast: Cast) -> None:
    version = rules.release()
    RuleSetVersion.objects.update(review_told_at=clock.now())
    today = clock.now().date()
    rule_sets.set_review(version=version, review_on=today + timedelta(days=90), owner=cast.okoye, by=cast.okoye)
    assert (rules.live().owner, rules.live().review_told_at, rules.live().review_on) == (
        cast.okoye,
        None,
        today + timedelta(days=90),
    )
    for days in (-1, 0, 731):
        with pytest.raises(Refused):
            rule_sets.set_review(version=version, review_on=today + timedelta(days=days), owner=None, by=cast.okoye)


def sign(version: RuleSetVersion, cast: Cast, digest: str = "") -> SignOff:
    digest = digest or fingerprints(version.files)[RULE]
    return rule_sets.sign_off(
        version=version, rule_id=RULE, digest=digest, clinician="Dr Okoye", role="Neurologist", by=cast.okoye
    )


def test_a_signature_holds_for_the_text_that_was_read(cast: Cast) -> None:
    version = rules.release()
    signed = sign(version, cast)
    assert sign(version, cast) == signed
    draft = rules.changed_draft(cast.okoye)
    assert fingerprints(draft.files)[RULE] != signed.digest
    with pytest.raises(Refused, match="read it again"):
        sign(draft, cast, signed.digest)


def test_the_print_changes_with_a_group_that_the_rule_names_and_not_with_its_neighbours() -> None:
    files = read_rule_files(ruleset.RULES)
    home = files["home.toml"].replace('breathing = ["wheeze"', 'breathing = ["cough", "wheeze"')
    other = files | {"home.toml": home}

    def changed(rule_id: str) -> bool:
        return fingerprints(files)[rule_id] != fingerprints(other)[rule_id]

    assert changed("E01-anaphylaxis")
    assert not changed(RULE)
    tiers = files | {"home.toml": files["home.toml"].replace('"fatigue", "fatigue-unusual"', '"fatigue-unusual"', 1)}
    assert fingerprints(files)["B00-own-tier"] != fingerprints(tiers)["B00-own-tier"]


def test_every_step_is_written_down_by_whom_without_a_word_of_theirs(cast: Cast) -> None:
    rules.release()
    version = rules.published(cast.okoye, cast.lindqvist, "Words of a person")
    sign(version, cast)
    rule_sets.roll_back(live=version, reason="Words of a person", by=cast.okoye)
    events = Event.objects.filter(verb__startswith="triage.rule").order_by("pk")
    assert [event.verb.removeprefix("triage.") for event in events] == [
        *("rules-loaded", "rules-opened", "rules-changed", "rules-proposed", "rules-published"),
        *("rule-signed", "rules-rolled-back"),
    ]
    assert [event.actor for event in events][3:5] == [cast.okoye.uuid, cast.lindqvist.uuid]
    assert "Words of a person" not in str(list(events.values()))
    last = RuleSetEvent.objects.latest("at")
    assert (last.kind, last.reason, last.by) == ("rolled-back", "Words of a person", cast.okoye)
