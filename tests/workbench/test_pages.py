"""The workbench in a browser without JavaScript: what curators read, write and may not see."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.triage import ruleset
from symptoms.triage.actions import rule_sets
from symptoms.triage.actions.dry_runs import run_dry_run
from symptoms.triage.engine import read_rule_files
from symptoms.triage.models import DryRun, DryRunChange, RuleSetVersion, SignOff
from symptoms.triage.rule_text import blocks, fingerprints
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.rules import RULE

CANARY = "ZQX-NOTE-7f3a"


def read(client: Client, route: str, *ids: Any, **query: str) -> str:
    answer = client.get(reverse(f"workbench:{route}", args=ids), query)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def press(client: Client, route: str, *ids: Any, **form: Any) -> str:
    """Post a form, follow where it leads, and return that page."""
    answer = client.post(reverse(f"workbench:{route}", args=ids), form, follow=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def refused(client: Client, route: str, *ids: Any, **form: Any) -> str:
    answer = client.post(reverse(f"workbench:{route}", args=ids), form)
    assert answer.status_code == 422
    return " ".join(html.unescape(answer.content.decode()).split())


# The rules in force


def test_every_rule_is_listed_with_tier_basis_and_signature(first: Client) -> None:
    page = read(first, "rules")
    assert page.count('<tr role="row"') == 71
    assert "70 of 70 are not signed by a clinician." in page
    for told in ("E01-anaphylaxis", "F01-no-confirm", "B00-own-tier", "label", "Not signed"):
        assert told in page


def test_rules_are_filtered_by_tier_and_by_signature(first: Client, live: RuleSetVersion) -> None:
    page = read(first, "rules", tier="emergency")
    assert "E01-anaphylaxis" in page
    assert RULE not in page
    assert RULE in read(first, "rules", tier="<script>")
    press(first, "sign", RULE, digest=print_of(live), clinician="Dr Okoye", role="Neurologist")
    assert RULE not in read(first, "rules", signed="no")
    assert "69 of 70 are not signed" in read(first, "rules")


def print_of(version: RuleSetVersion) -> str:
    from_files: dict[str, str] = fingerprints(version.files)
    return from_files[RULE]


def test_a_rule_is_read_with_words_examples_sources_and_text(first: Client) -> None:
    page = read(first, "rule", "E01-anaphylaxis")
    for told in (
        "This may be a severe allergic reaction.",
        "hives late last night, wheeze after midnight",
        "20 h before: Hives or raised itchy bumps (mild)",
        "skin alone",
        "Kesimpta package leaflet (EU), section 2,4",
        "[[rule.branch]]",
    ):
        assert told in page
    assert "Injection 8 hours before, number 9" in read(first, "rule", "E02-face-swelling")
    for rule_id in blocks(read_rule_files(ruleset.RULES)):
        read(first, "rule", rule_id)


def test_a_signature_is_kept_and_ends_with_a_change(
    first: Client, live: RuleSetVersion, okoye: User, cast: Cast
) -> None:
    page = refused(first, "sign", RULE, digest=print_of(live), clinician="", role="Neurologist")
    assert "Write who stands by this rule." in page
    assert 'value="Neurologist"' in page
    page = press(first, "sign", RULE, digest=print_of(live), clinician="<b>Dr Okoye</b>", role="Neurologist")
    assert "Signed. The signature ends when this rule is changed." in page
    assert "<strong><b>" not in first.get(reverse("workbench:rule", args=[RULE])).content.decode()
    rules.published(okoye, cast.lindqvist)
    page = read(first, "rule", RULE)
    assert "Nobody has signed this rule as it reads now." in page
    assert "Signed as it read before" in page
    assert "changed since you opened the page" in press(
        first, "sign", RULE, digest=print_of(live), clinician="Dr Okoye", role="Neurologist"
    )
    assert SignOff.objects.count() == 1


def test_pages_stand_before_any_version_was_stored(first: Client) -> None:
    RuleSetVersion.objects.all().delete()
    assert "manage.py load_rules" in read(first, "rules")
    assert "No version is stored yet." in read(first, "versions")
    assert first.get(reverse("workbench:rule", args=[RULE])).status_code == 404
    assert "No version is in force." in press(first, "open", purpose="Try")


def test_curators_find_the_workbench_on_their_own_page_and_others_do_not(
    first: Client, client: Client, cast: Cast
) -> None:
    link = f'href="{reverse("workbench:rules")}"'
    assert link in first.get(reverse("accounts:you")).content.decode()
    for user in (cast.ana, cast.staff):
        client.force_login(user)
        assert link not in client.get(reverse("accounts:you")).content.decode()


# Banners


def test_past_the_day_of_review_every_page_says_so(first: Client, live: RuleSetVersion) -> None:
    assert "were to be reviewed by" not in read(first, "rules")
    RuleSetVersion.objects.update(review_on=date(2026, 1, 5))
    for route, ids in (("rules", []), ("rule", [RULE]), ("versions", []), ("version", [live.pk])):
        assert "These rules were to be reviewed by 5 January 2026." in read(first, route, *ids)
    assert "Choose a day from tomorrow" in press(first, "review", live.pk, review_on="2026-01-06")
    in_a_year = clock.now().date() + timedelta(days=365)
    press(first, "review", live.pk, review_on=in_a_year.isoformat())
    assert "were to be reviewed by" not in read(first, "rules")
    assert "Write the day as 2027-05-01." in refused(first, "review", live.pk, review_on="soon")


def test_a_release_that_waits_is_shown(first: Client, okoye: User, cast: Cast) -> None:
    rules.published(okoye, cast.lindqvist)
    files = read_rule_files(ruleset.RULES)
    rule_sets.load_release(files=files | {"home.toml": files["home.toml"].replace("2026.11-draft", "2027.01")})
    page = read(first, "rules")
    assert "A new release brings other rules." in page
    waiting = RuleSetVersion.objects.get(state="draft")
    assert reverse("workbench:version", args=[waiting.pk]) in page
    assert "2027.01" in read(first, "version", waiting.pk)


def test_a_version_that_does_not_judge_is_said(first: Client, live: RuleSetVersion) -> None:
    assert "does not judge by the version below" not in read(first, "versions")
    RuleSetVersion.objects.filter(pk=live.pk).update(version="2030.01+0000000000")
    assert "does not judge by the version below" in read(first, "versions")


# A draft


def test_draft_is_opened_broken_mended_proposed_and_published(first: Client, second: Client, okoye: User) -> None:
    assert "Say in a sentence what shall change." in refused(first, "open", purpose=" ")
    page = press(first, "open", purpose="Plainer <words>")
    draft = RuleSetVersion.objects.get(state="draft")
    assert "Plainer <words>" in page
    assert "It says the same." in page
    text = rules.text_of(draft)
    wrong = text.replace("title = ", "titel = ") + "\n# <script>typed</script>"
    page = refused(first, "edit-rule", draft.pk, RULE, text=wrong)
    assert f"prompt.toml: {RULE}: unknown key 'titel'" in page
    assert "# <script>typed</script>" in page, "what was typed is kept"
    assert (
        "<script>typed"
        not in first.post(reverse("workbench:edit-rule", args=[draft.pk, RULE]), {"text": wrong}).content.decode()
    )
    page = press(first, "edit-rule", draft.pk, RULE, text=rules.reworded(draft, "Sore <places>"))
    assert "Kept in the draft. Nothing is in force yet." in page
    assert '+title = "Sore <places>"' in page
    assert "<places>" not in first.get(reverse("workbench:version", args=[draft.pk])).content.decode()
    page = press(first, "propose", draft.pk)
    assert "You proposed this. Another person must publish it." in page
    assert reverse("workbench:publish", args=[draft.pk]) not in page
    assert "Another person must publish it." in press(first, "publish", draft.pk)
    assert RuleSetVersion.objects.get(pk=draft.pk).state == "proposed"
    page = read(second, "version", draft.pk)
    assert "Dr Okoye proposed this on" in page
    assert '+title = "Sore <places>"' in page
    page = press(second, "publish", draft.pk)
    assert "Published. It is in force everywhere within seconds." in page
    assert RuleSetVersion.objects.get(state="live").pk == draft.pk
    assert "Sore <places>" in read(first, "rule", RULE)


def test_problems_are_said_with_file_key_and_example_and_keep_the_draft_back(first: Client, okoye: User) -> None:
    draft = rule_sets.open_draft(purpose="Try", by=okoye)
    text = rules.text_of(draft, "E02-face-swelling").replace(", first_day = true", "")
    page = press(first, "edit-rule", draft.pk, "E02-face-swelling", text=text)
    assert "problems to mend first" in page
    assert "emergency.toml, E02-face-swelling.near_misses[1]" in page
    assert "the rule should miss this example, and holds" in page
    assert reverse("workbench:propose", args=[draft.pk]) not in page
    assert "Mend them first." in press(first, "propose", draft.pk)


def test_rules_and_files_are_added_changed_and_taken_out(first: Client, okoye: User) -> None:
    draft = rule_sets.open_draft(purpose="Try", by=okoye)
    new = rules.text_of(draft).replace(RULE, "P22-new")
    assert "Write the rule here." in refused(first, "new-rule", draft.pk, file="prompt.toml", text="")
    assert "Select a valid choice" in refused(first, "new-rule", draft.pk, file="../home.toml", text=new)
    assert "New: P22-new" in press(first, "new-rule", draft.pk, file="prompt.toml", text=new)
    assert "P22-new" not in press(first, "remove-rule", draft.pk, "P22-new").split("What happened")[0]
    assert "there is no such rule" in press(first, "remove-rule", draft.pk, "P22-new")
    home = draft.files["home.toml"].replace("2026.11-draft", "2026.12-ours")
    assert '+version = "2026.12-ours"' in press(first, "edit-file", draft.pk, "home.toml", text=home)
    assert "home.toml" in refused(first, "edit-file", draft.pk, "home.toml", text="[")


@pytest.mark.parametrize("state", ["proposed", "live", "dropped"])
def test_only_a_draft_has_an_editor(first: Client, okoye: User, cast: Cast, state: str) -> None:
    made = rules.published(okoye, cast.lindqvist) if state == "live" else rules.proposed(okoye)
    if state == "dropped":
        press(first, "drop", made.pk)
    for route, ids in (("edit-rule", [RULE]), ("edit-file", ["home.toml"]), ("new-rule", [])):
        assert first.get(reverse(f"workbench:{route}", args=[made.pk, *ids])).status_code == 404
    assert "Add a rule" not in read(first, "version", made.pk)


def test_a_draft_of_older_rules_says_so(first: Client, okoye: User, cast: Cast) -> None:
    draft = rules.changed_draft(okoye, "Late")
    rules.published(okoye, cast.lindqvist, "Early")
    page = read(first, "version", draft.pk)
    assert "Other rules came into force since this draft was opened." in page
    assert reverse("workbench:propose", args=[draft.pk]) not in page


def test_sent_back_and_dropped(first: Client, second: Client, okoye: User) -> None:
    made = rules.proposed(okoye)
    assert "It is a draft again." in press(second, "send-back", made.pk)
    assert "Dropped. It stays in the history." in press(first, "drop", made.pk)
    assert "closed and never changes again" in read(first, "version", made.pk)


def test_roll_back_from_the_page(first: Client, okoye: User, cast: Cast, live: RuleSetVersion) -> None:
    assert "Go back at once" not in read(first, "versions")
    made = rules.published(okoye, cast.lindqvist)
    assert live.version in read(first, "versions")
    assert "so that others understand it later" in refused(first, "roll-back", live=made.pk, reason="")
    page = press(first, "roll-back", live=made.pk, reason="Too many <flags>")
    assert "in force again, everywhere within seconds" in page
    assert "“Too many <flags>”" in page
    assert RuleSetVersion.objects.get(state="live") == live
    assert "Another version came into force meanwhile" in press(first, "roll-back", live=made.pk, reason="Twice")
    refused(first, "roll-back", live="nonsense", reason="No")


# A dry run


@pytest.fixture
def run(cast: Cast, okoye: User, live: RuleSetVersion) -> DryRun:
    """A dry run in which two entries change."""
    log_injection(patient=cast.ana_log, at=clock.now() - timedelta(hours=30), number=8, site="", by=cast.ana)
    draft = rules.changed_draft(okoye)
    told = {"version": draft, "rules": draft.version, "against": live.version, "asked_by": okoye, "state": "done"}
    figures = {"wanted": 100, "total": 40, "done": 40, "flagged_live": 3, "flagged_draft": 5, "changed": 2}
    made: DryRun = DryRun.objects.create(**told, **figures, moves={"prompt > same-day": 2, "none > none": 38})
    for number in (1, 2):
        entry = make_entry(cast.ana_log, {"hives": 2, "fatigue": None}, note=CANARY)
        change = {"gained": ["S04-hives"], "lost": ["P01-any"], "tier_live": "prompt", "tier_draft": "same-day"}
        DryRunChange.objects.create(dry_run=made, entry=entry, number=number, **change)
    return made


def test_dry_run_shows_figures_moves_and_entries_without_whose_they_are(first: Client, run: DryRun, cast: Cast) -> None:
    page = read(first, "dry-run", run.pk)
    for told in ("7.5", "12.5", "Entry 1", "Hives or raised itchy bumps (moderate)", "(not rated)", "30 h after"):
        assert told in page
    assert "Only in the draft: S04-hives" in page
    assert re.search(r'class="moved">2<', page)
    changes = page.split("Entry by entry")[1].split("</ol>")[0]
    for secret in (CANARY, "Ana", cast.ana.email, str(cast.ana_log.pk), f"{clock.now():%Y}", "1987"):
        assert secret not in changes
    assert CANARY not in page
    looks = Event.objects.filter(verb="workbench.dry-run-looked", subject=f"dry-run:{run.pk}")
    assert [event.actor for event in looks] == [User.objects.get(name="Dr Okoye").uuid]


def test_dry_run_is_asked_for_and_done_in_the_background(first: Client, okoye: User, cast: Cast) -> None:
    make_entry(cast.ana_log, {"headache": 1}, day=clock.now().date() - timedelta(days=5))
    make_entry(cast.ana_log, {"mouth-sores": 1})
    draft = rules.changed_draft(okoye)
    text = rules.text_of(draft)
    draft = rule_sets.change_rule(
        draft=draft, rule_id=RULE, text=text.replace('tier = "prompt"', 'tier = "same-day"'), by=okoye
    )
    for wrong, says in (("", "Write a number."), ("x", "Write a number."), ("0", "at least one"), ("50001", "at most")):
        assert says in refused(first, "start-dry-run", draft.pk, wanted=wrong)
    page = press(first, "start-dry-run", draft.pk, wanted="100")
    assert "Waits for a worker" in page
    run_dry_run(dry_run_id=DryRun.objects.get().pk)
    page = read(first, "dry-run", DryRun.objects.get().pk)
    assert "Entry by entry" in page
    assert f"Only in the draft: {RULE}" in page
    assert "1 entry changes" in read(first, "version", draft.pk)


def test_dry_run_says_how_far_it_is_and_asks_again_until_it_is_done(first: Client, run: DryRun) -> None:
    assert "hx-trigger" not in read(first, "dry-run", run.pk)
    DryRun.objects.update(state="running", done=10)
    page = read(first, "dry-run", run.pk)
    assert "10 of 40 entries." in page
    assert 'hx-trigger="every 2s"' in page
    assert 'value="25"' in page
    part = first.get(reverse("workbench:dry-run", args=[run.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "10 of 40 entries." in part
    assert Event.objects.filter(verb="workbench.dry-run-looked").count() == 2, "asking again is not a look"
    DryRun.objects.update(state="failed", fault="The worker stopped")
    assert "The worker stopped" in read(first, "dry-run", run.pk)


def test_changes_come_fifty_a_page_in_the_same_queries(
    first: Client, run: DryRun, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("workbench:dry-run", args=[run.pk])
    first.get(url)
    with django_assert_num_queries(11):
        first.get(url)
    for number in range(3, 61):
        entry = make_entry(cast.ana_log, {"hives": 2})
        told = {"tier_live": "prompt", "tier_draft": "visit"}
        DryRunChange.objects.create(dry_run=run, entry=entry, number=number, **told)
    with django_assert_num_queries(11):
        page = first.get(url).content.decode()
    assert "Entry 50<" in page
    assert "Entry 51<" not in page
    assert "Entry 51<" in first.get(url, {"page": "2"}).content.decode()
    for odd in ("0", "-1", "x", "99999999"):
        assert first.get(url, {"page": odd}).status_code == 200


def test_list_pages_cost_the_same_with_many_versions(
    first: Client, okoye: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(6):
        rules.changed_draft(okoye)
    with django_assert_max_num_queries(14):
        read(first, "versions")
    with django_assert_max_num_queries(10):
        read(first, "rules")
