"""A version of the rules from draft to publication and back: two persons, nothing by accident, nothing unseen."""

import io
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.triage import ruleset
from symptoms.triage.actions import rule_sets
from symptoms.triage.actions.rule_sets import Loaded, Refused
from symptoms.triage.engine import RuleError, read_rule_files
from symptoms.triage.models import RuleSetVersion
from symptoms.triage.rule_text import blocks
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.rules import RULE

pytestmark = pytest.mark.django_db


def other_release(name: str) -> dict[str, str]:
    files = read_rule_files(ruleset.RULES)
    return files | {"home.toml": files["home.toml"].replace("2026.11-draft", name)}


# The release


def test_rules_of_the_release_come_into_force_once() -> None:
    files = read_rule_files(ruleset.RULES)
    assert rule_sets.load_release(files=files) is Loaded.LIVE
    assert rule_sets.load_release(files=files) is Loaded.KNOWN
    assert (rules.live().version, rules.live().origin) == (ruleset.release_rules().version, "release")
    assert rules.live().review_on == ruleset.release_rules().review_on


def test_a_newer_release_takes_over_from_a_release(cast: Cast) -> None:
    rules.release()
    assert rule_sets.load_release(files=other_release("2027.01")) is Loaded.LIVE
    assert rules.live().version.startswith("2027.01")
    assert RuleSetVersion.objects.filter(state="retired").count() == 1


def test_a_newer_release_waits_where_curators_made_their_own(cast: Cast) -> None:
    rules.release()
    own = rules.published(cast.okoye, cast.lindqvist)
    assert rule_sets.load_release(files=other_release("2027.01")) is Loaded.WAITING
    assert rules.live() == own
    waiting = RuleSetVersion.objects.get(state="draft")
    assert waiting.origin == "release"
    with pytest.raises(Refused, match="came with the software"):
        rule_sets.change_rule(draft=waiting, rule_id=RULE, text=rules.text_of(waiting), by=cast.okoye)
    rule_sets.publish(version=rule_sets.propose(draft=waiting, by=cast.okoye), by=cast.lindqvist)
    assert rules.live() == waiting


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    said = [io.StringIO(), io.StringIO()]
    for out in said:
        call_command("load_rules", stdout=out)
    assert [out.getvalue() for out in said] == [
        "rules of this release: now in force\n",
        "rules of this release: known already\n",
    ]
    (tmp_path / "rules.toml").write_text("rule = 7")
    with pytest.raises(CommandError):
        call_command("load_rules", str(tmp_path))
    files = read_rule_files(ruleset.RULES)
    for name, text in files.items():
        (tmp_path / name).write_text("\n".join(line for line in text.splitlines() if not line.startswith("review_on")))
    (tmp_path / "rules.toml").unlink()
    with pytest.raises(CommandError, match="review_on"):
        call_command("load_rules", str(tmp_path))


# Drafts


def test_a_draft_starts_as_what_is_in_force_and_changes_nothing(cast: Cast) -> None:
    before = rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    assert (draft.files, draft.based_on, draft.state) == (before.files, before, "draft")
    changed = rule_sets.change_rule(draft=draft, rule_id=RULE, text=rules.reworded(draft), by=cast.okoye)
    assert "Sore mouth, reworded" in rules.text_of(changed)
    assert changed.version != before.version
    assert rules.live().files == before.files


def test_no_draft_where_nothing_is_in_force(cast: Cast) -> None:
    with pytest.raises(Refused, match="No version is in force"):
        rule_sets.open_draft(purpose="Try", by=cast.okoye)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[rule]]", "[[rules]]", "write one rule"),
        ('id = "P21-mouth"', 'id = "P99-other"', "must stay as it is"),
        ('tier = "', 'tier = "very-', "branch"),
        ("title = ", "titel = ", "unknown key 'titel'"),
        ("mouth-sores", "mouth-sore", "unknown symptom mouth-sore"),
        ("headline = ", "headline = 3 #", "must be a text"),
        ("[[rule]]", "[[rule]]\n[[rule]]", "write one rule"),
        ("[[rule]]", "[home]\nvisit = []\n[[rule]]", "write one rule"),
        ("rationale = ", "rationale == ", "Invalid|invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_key_and_kept_out(cast: Cast, old: str, new: str, says: str) -> None:
    rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    text = rules.text_of(draft)
    assert old in text
    with pytest.raises(RuleError, match=says):
        rule_sets.change_rule(draft=draft, rule_id=RULE, text=text.replace(old, new), by=cast.okoye)
    assert RuleSetVersion.objects.get(pk=draft.pk).files == rules.live().files


def test_line_ends_of_a_browser_are_no_change(cast: Cast) -> None:
    rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    text = f"\r\n{rules.text_of(draft)}\r\n".replace("\n", "\r\n")
    changed = rule_sets.change_rule(draft=draft, rule_id=RULE, text=text, by=cast.okoye)
    assert changed.files == rules.live().files


def test_rules_are_added_and_removed(cast: Cast) -> None:
    rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    new = rules.text_of(draft).replace(RULE, "P22-new")
    draft = rule_sets.add_rule(draft=draft, file="prompt.toml", text=new, by=cast.okoye)
    assert blocks(draft.files)["P22-new"].file == "prompt.toml"
    with pytest.raises(RuleError, match="this id is taken"):
        rule_sets.add_rule(draft=draft, file="prompt.toml", text=new, by=cast.okoye)
    with pytest.raises(RuleError, match="no such file"):
        rule_sets.add_rule(draft=draft, file="new.toml", text=new.replace("P22", "P23"), by=cast.okoye)
    draft = rule_sets.remove_rule(draft=draft, rule_id="P22-new", by=cast.okoye)
    assert "P22-new" not in blocks(draft.files)
    assert blocks(draft.files).keys() == blocks(rules.live().files).keys()
    with pytest.raises(RuleError, match="no such rule"):
        rule_sets.remove_rule(draft=draft, rule_id="P22-new", by=cast.okoye)


def test_a_file_is_changed_as_a_whole(cast: Cast) -> None:
    rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    home = draft.files["home.toml"].replace("2026.11-draft", "2026.12-ours")
    draft = rule_sets.change_file(draft=draft, file="home.toml", text=home, by=cast.okoye)
    assert draft.version.startswith("2026.12-ours+")
    with pytest.raises(RuleError, match="no such file"):
        rule_sets.change_file(draft=draft, file="other.toml", text=home, by=cast.okoye)
    with pytest.raises(RuleError, match="a shorter name"):
        rule_sets.change_file(draft=draft, file="home.toml", text=home.replace("2026.12", "9" * 80), by=cast.okoye)


# Fit to judge


def draft_with(by: Any, old: str, new: str, rule_id: str = RULE) -> RuleSetVersion:
    draft = rule_sets.open_draft(purpose="Try", by=by)
    text = rules.text_of(draft, rule_id)
    assert old in text
    return rule_sets.change_rule(draft=draft, rule_id=rule_id, text=text.replace(old, new), by=by)


def test_the_rules_of_the_release_have_no_problem() -> None:
    assert rule_sets.problems_in(rules.release()) == []


@pytest.mark.parametrize(
    ("rule_id", "old", "new", "key", "says"),
    [
        ("E02-face-swelling", "Call {emergency_number} now.", "Get help now.", "steps", "must tell whom to call"),
        ("E02-face-swelling", "Call {emergency_number} now.", "Call {number} now.", "steps", "may stand in braces"),
        ("E02-face-swelling", "counts as severe", "counts as severe", "", ""),
        ("E02-face-swelling", 'symptom = "swelling-face", first', 'symptom = "hives", first', "holds[0]", "does not"),
        ("E02-face-swelling", ", first_day = true", "", "near_misses[1]", "should miss this example, and holds"),
        ("E02-face-swelling", "today = { swelling-face = 1 } }]", "tomorrow = { hives = 1 } }]", "holds[0]", "read"),
        ("E02-face-swelling", "today = { swelling-face = 1 } }]", "today = { nose = 1 } }]", "holds[0]", "nose"),
        (
            "E02-face-swelling",
            "Speak to your care team before",
            "Nothing to worry. Before",
            "steps",
            "Nothing to worry",
        ),
    ],
)
def test_a_draft_that_does_not_do_what_it_says_is_not_proposed(
    cast: Cast, rule_id: str, old: str, new: str, key: str, says: str
) -> None:
    rules.release()
    draft = draft_with(cast.okoye, old, new, rule_id)
    found = rule_sets.problems_in(draft)
    if not says:
        assert found == []
        return
    assert any(key in one.key and says in one.text for one in found), found
    assert found[0].file == "emergency.toml"
    with pytest.raises(Refused) as refused:
        rule_sets.propose(draft=draft, by=cast.okoye)
    assert refused.value.problems == tuple(found)
    assert RuleSetVersion.objects.get(pk=draft.pk).state == "draft"


def test_symptoms_are_those_of_the_catalogue() -> None:
    version = rules.release()
    Symptom.objects.filter(slug="fatigue").update(slug="tail-ache")
    assert [str(one) for one in rule_sets.problems_in(version)] == [
        "home.fatigue: the catalogue does not know this symptom",
        "home.tail-ache: this symptom of the catalogue has no own tier",
    ]


# Two persons


def test_a_second_person_publishes(cast: Cast) -> None:
    before = rules.release()
    version = rules.proposed(cast.okoye)
    with pytest.raises(Refused, match="Another person must publish it"):
        rule_sets.publish(version=version, by=cast.okoye)
    assert rules.live() == before
    rule_sets.publish(version=version, by=cast.lindqvist)
    assert rules.live() == version
    assert (rules.live().proposed_by, rules.live().published_by) == (cast.okoye, cast.lindqvist)
    assert RuleSetVersion.objects.get(pk=before.pk).state == "retired"


def test_the_database_too_refuses_one_person_alone(cast: Cast) -> None:
    rules.release()
    version = rules.proposed(cast.okoye)
    RuleSetVersion.objects.filter(state="live").update(state="retired")
    with pytest.raises(IntegrityError, match="triage_published_by_two"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(
            state="live", published_by=cast.okoye, published_at=clock.now()
        )
    with pytest.raises(IntegrityError, match="triage_published_by_two"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(state="live")


def test_what_was_published_never_changes_again(cast: Cast) -> None:
    rules.release()
    version = rules.published(cast.okoye, cast.lindqvist)
    changes: tuple[Callable[[], object], ...] = (
        lambda: rule_sets.change_rule(draft=version, rule_id=RULE, text=rules.text_of(version), by=cast.okoye),
        lambda: rule_sets.remove_rule(draft=version, rule_id=RULE, by=cast.okoye),
        lambda: rule_sets.change_file(draft=version, file="calm.toml", text="", by=cast.okoye),
        lambda: rule_sets.propose(draft=version, by=cast.okoye),
        lambda: rule_sets.send_back(version=version, by=cast.okoye),
        lambda: rule_sets.drop(version=version, by=cast.okoye),
        lambda: rule_sets.publish(version=version, by=cast.lindqvist),
    )
    for change in changes:
        with pytest.raises(Refused):
            change()
    assert rules.live().files == version.files


def test_a_proposal_is_not_changed_but_sent_back(cast: Cast) -> None:
    rules.release()
    version = rules.proposed(cast.okoye)
    with pytest.raises(Refused, match="no draft any more"):
        rule_sets.change_rule(draft=version, rule_id=RULE, text=rules.text_of(version), by=cast.okoye)
    back = rule_sets.send_back(version=version, by=cast.lindqvist)
    assert (back.state, back.proposed_by, back.proposed_at) == ("draft", None, None)
    with pytest.raises(Refused, match="does not wait"):
        rule_sets.publish(version=version, by=cast.lindqvist)


def test_a_draft_that_changes_nothing_is_not_proposed(cast: Cast) -> None:
    rules.release()
    draft = rule_sets.open_draft(purpose="Try", by=cast.okoye)
    with pytest.raises(Refused, match="says the same"):
        rule_sets.propose(draft=draft, by=cast.okoye)


def test_a_draft_of_older_rules_does_not_undo_a_newer_publication(cast: Cast) -> None:
    rules.release()
    late = rules.proposed(cast.okoye, "The late one")
    early = rules.published(cast.okoye, cast.lindqvist, "The early one")
    with pytest.raises(Refused, match="Other rules came into force"):
        rule_sets.publish(version=late, by=cast.lindqvist)
    assert rules.live() == early


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins(cast: Cast) -> None:
    rules.release()
    version = rules.proposed(cast.okoye)
    ready, outcomes = Barrier(2), []

    def press(by: Any) -> None:
        ready.wait()
        try:
            rule_sets.publish(version=version, by=by)
            outcomes.append("published")
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=press, args=[by]) for by in (cast.lindqvist, cast.far)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This version does not wait for a second person any more.", "published"]
    assert Event.objects.filter(verb="triage.rules-published").count() == 1


# Back


def test_roll_back_puts_the_version_before_in_force_again(cast: Cast) -> None:
    before = rules.release()
    after = rules.published(cast.okoye, cast.lindqvist)
    rule_sets.roll_back(live=after, reason="Too many flags", by=cast.okoye)
    assert rules.live() == before
    with pytest.raises(Refused, match="Another version came into force"):
        rule_sets.roll_back(live=after, reason="Pressed twice", by=cast.okoye)
    assert rules.live() == before
    rule_sets.roll_back(live=before, reason="It was right after all", by=cast.lindqvist)
    assert rules.live() == after


def test_roll_back_goes_one_step_at_a_time(cast: Cast) -> None:
    rules.release()
    first = rules.published(cast.okoye, cast.lindqvist, "First")
    second = rules.published(cast.lindqvist, cast.okoye, "Second")
    assert rule_sets.version_before() == first
    assert rule_sets.roll_back(live=second, reason="No", by=cast.okoye) == first


def test_roll_back_needs_a_reason_and_a_version_to_go_to(cast: Cast) -> None:
    before = rules.release()
    with pytest.raises(Refused, match="No other version"):
        rule_sets.roll_back(live=before, reason="Why not", by=cast.okoye)
    after = rules.published(cast.okoye, cast.lindqvist)
    with pytest.raises(Refused, match="Say why"):
        rule_sets.roll_back(live=after, reason="  ", by=cast.okoye)
    RuleSetVersion.objects.filter(pk=before.pk).update(files={"home.toml": "["})
    with pytest.raises(Refused, match="cannot be read by this software"):
        rule_sets.roll_back(live=after, reason="No", by=cast.okoye)
    assert rules.live() == after


def test_dropped_drafts_stay_in_the_history(cast: Cast) -> None:
    rules.release()
    version = rule_sets.drop(version=rules.proposed(cast.okoye), by=cast.lindqvist)
    assert version.state == "dropped"
    with pytest.raises(Refused):
        rule_sets.publish(version=version, by=cast.lindqvist)
