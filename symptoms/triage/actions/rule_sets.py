"""The life of a version of the rules: a draft is opened, changed and proposed by one person and published by another.

Whoever changes what is in force takes turns. What was published never changes again; to change it is a new draft.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.triage import rule_text
from symptoms.triage.engine import RuleError
from symptoms.triage.models import RuleSetEvent, RuleSetVersion, SignOff
from symptoms.triage.rule_checks import Problem, load, problem_of, problems_of
from symptoms.triage.rule_text import Files

State: Final = RuleSetVersion.State
Origin: Final = RuleSetVersion.Origin
Kind: Final = RuleSetEvent.Kind
LONGEST_NAME: Final = 80
# Any fixed number: it names the turn of those who change what is in force.
TURN: Final = 4_711_003
# The longest time between two reviews. Basis: judgement; the label changes about once a year.
LONGEST_REVIEW: Final = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """It cannot be done; `why` is a sentence for the person who asked, `problems` what must be mended first."""

    why: str
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.why


class Loaded(Enum):
    """What became of the rules of a release."""

    KNOWN = "known already"
    LIVE = "now in force"
    WAITING = "wait for the curators, whose own version is in force"


def problems_in(version: RuleSetVersion) -> list[Problem]:
    """Return all that keeps this version from judging entries."""
    return problems_of(version.files, frozenset(Symptom.objects.filter(retired_at=None).values_list("slug", flat=True)))


@transaction.atomic
def load_release(*, files: Files) -> Loaded:
    """Store the rules of this release, and put them in force unless a curator's version is. Safe to repeat."""
    _take_turn()
    rules = load(files)
    if rules.review_on is None:
        raise RuleError("review_on: the rules of a release name the day by which somebody must look at them again")
    if RuleSetVersion.objects.filter(origin=Origin.RELEASE, version=rules.version).exists():
        return Loaded.KNOWN
    live = _live()
    waits = live is not None and live.origin == Origin.CURATOR
    if live is not None and not waits:
        _move(live, State.RETIRED)
    now = clock.now()
    version = RuleSetVersion.objects.create(
        version=rules.version,
        files=dict(files),
        origin=Origin.RELEASE,
        state=State.DRAFT if waits else State.LIVE,
        based_on=live,
        review_on=rules.review_on,
        published_at=None if waits else now,
    )
    _happened(Kind.LOADED, version, by=None, state=version.state)
    return Loaded.WAITING if waits else Loaded.LIVE


@transaction.atomic
def open_draft(*, purpose: str, by: User) -> RuleSetVersion:
    """Open a draft that reads as the version in force does."""
    _take_turn()
    live = _live()
    if live is None:
        raise Refused(_("No version is in force. Ask the operator to load the rules of this release."))
    draft = RuleSetVersion.objects.create(
        version=live.version,
        files=live.files,
        origin=Origin.CURATOR,
        based_on=live,
        purpose=purpose,
        created_by=by,
        review_on=max(live.review_on, clock.now().date()),
        owner=live.owner or by,
    )
    _happened(Kind.OPENED, draft, by=by)
    return draft


@transaction.atomic
def change_rule(*, draft: RuleSetVersion, rule_id: str, text: str, by: User) -> RuleSetVersion:
    """Replace one rule of a draft. RuleError says what cannot be read, with its key; nothing is kept then."""
    found = _draft(draft.pk)
    return _keep(found, rule_text.with_rule(found.files, rule_id, text), rule_id, by)


@transaction.atomic
def add_rule(*, draft: RuleSetVersion, file: str, text: str, by: User) -> RuleSetVersion:
    """Add a rule at the end of one of a draft's files."""
    found = _draft(draft.pk)
    files = rule_text.with_new_rule(found.files, file, text)
    return _keep(found, files, rule_text.id_in(rule_text.tidy(text)), by)


@transaction.atomic
def remove_rule(*, draft: RuleSetVersion, rule_id: str, by: User) -> RuleSetVersion:
    """Take a rule out of a draft."""
    found = _draft(draft.pk)
    return _keep(found, rule_text.without_rule(found.files, rule_id), rule_id, by)


@transaction.atomic
def change_file(*, draft: RuleSetVersion, file: str, text: str, by: User) -> RuleSetVersion:
    """Replace a whole file of a draft: for groups, own tiers and the name of the version."""
    found = _draft(draft.pk)
    if file not in found.files:
        raise RuleError(f"{file}: there is no such file")
    return _keep(found, {**found.files, file: rule_text.tidy(text) + "\n"}, file, by)


@transaction.atomic
def propose(*, draft: RuleSetVersion, by: User) -> RuleSetVersion:
    """Hand a draft to a second person. It must hold all its examples, and say something new."""
    _take_turn()
    found = _locked(draft.pk, State.DRAFT, _("This draft was proposed, published or dropped meanwhile."))
    _check(found)
    found.proposed_by, found.proposed_at = by, clock.now()
    _move(found, State.PROPOSED, "proposed_by", "proposed_at")
    _happened(Kind.PROPOSED, found, by=by)
    return found


@transaction.atomic
def send_back(*, version: RuleSetVersion, by: User) -> RuleSetVersion:
    """Make a proposed version a draft again."""
    _take_turn()
    found = _locked(version.pk, State.PROPOSED, _("This version does not wait for a second person any more."))
    found.proposed_by = found.proposed_at = None
    _move(found, State.DRAFT, "proposed_by", "proposed_at")
    _happened(Kind.SENT_BACK, found, by=by)
    return found


@transaction.atomic
def publish(*, version: RuleSetVersion, by: User) -> RuleSetVersion:
    """Put a proposed version in force. Not by the one who proposed it; of two who try at once, one wins."""
    _take_turn()
    found = _locked(version.pk, State.PROPOSED, _("This version does not wait for a second person any more."))
    if found.proposed_by_id == by.pk:
        raise Refused(_("You proposed this. Another person must publish it."))
    _check(found)
    if (live := _live()) is not None:
        _move(live, State.RETIRED)
    found.published_by, found.published_at = by, clock.now()
    _move(found, State.LIVE, "published_by", "published_at")
    _happened(Kind.PUBLISHED, found, by=by, before=str(live.pk) if live else "")
    return found


@transaction.atomic
def drop(*, version: RuleSetVersion, by: User) -> RuleSetVersion:
    """Give a draft or a proposal up. It stays in the history."""
    _take_turn()
    found = RuleSetVersion.objects.select_for_update().get(pk=version.pk)
    if found.state not in (State.DRAFT, State.PROPOSED):
        raise Refused(_("Only a draft can be dropped."))
    _move(found, State.DROPPED)
    _happened(Kind.DROPPED, found, by=by)
    return found


@transaction.atomic
def roll_back(*, live: RuleSetVersion, reason: str, by: User) -> RuleSetVersion:
    """Put the version that was in force before `live` in force again. One person may: two published it before.

    `live` is what that person saw in force; where it is no longer, nothing happens.
    """
    _take_turn()
    now = _live()
    before = version_before()
    if now is None or now.pk != live.pk:
        raise Refused(_("Another version came into force meanwhile. Please look again."))
    if before is None:
        raise Refused(_("No other version was in force before this one."))
    if not reason.strip():
        raise Refused(_("Say why, so that others understand it later."))
    try:
        load(before.files)
    except RuleError as error:
        raise Refused(_("The version before cannot be read by this software."), (problem_of(error),)) from error
    _move(now, State.RETIRED)
    _move(before, State.LIVE)
    _happened(Kind.ROLLED_BACK, before, by=by, reason=reason.strip(), before=str(now.pk))
    return before


def version_before() -> RuleSetVersion | None:
    """Return the version that was in force before the live one."""
    retired = RuleSetVersion.objects.filter(state=State.RETIRED)
    return retired.order_by("-changed_at").first()


@transaction.atomic
def set_review(*, version: RuleSetVersion, review_on: date, owner: User | None, by: User) -> RuleSetVersion:
    """Say by when somebody must look at a version again, and who is reminded. The rules stay as they are."""
    today = clock.now().date()
    if not today < review_on <= today + LONGEST_REVIEW:
        raise Refused(_("Choose a day from tomorrow to two years from now."))
    found = RuleSetVersion.objects.select_for_update().get(pk=version.pk)
    found.review_on, found.owner, found.review_told_at = review_on, owner, None
    found.save(update_fields=["review_on", "owner", "review_told_at"])
    _happened(Kind.REVIEW_SET, found, by=by, review_on=review_on.isoformat(), owner=str(owner.uuid) if owner else "")
    return found


@transaction.atomic
def sign_off(*, version: RuleSetVersion, rule_id: str, digest: str, clinician: str, role: str, by: User) -> SignOff:
    """Write down that a named clinician stands by a rule as it reads now, which `digest` is the print of."""
    if rule_text.fingerprints(version.files).get(rule_id) != digest:
        raise Refused(_("This rule was changed since you opened the page. Please read it again."))
    told = {"clinician": clinician, "role": role, "by": by}
    signed, is_new = SignOff.objects.get_or_create(rule_id=rule_id, digest=digest, defaults=told)
    if is_new:
        record("triage.rule-signed", by=by, subject=f"rule:{rule_id}"[:80], data={"digest": digest})
    return signed


def _take_turn() -> None:
    """Wait until nobody else changes what is in force. The lock falls with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def _live() -> RuleSetVersion | None:
    return RuleSetVersion.objects.filter(state=State.LIVE).first()


def _draft(pk: UUID) -> RuleSetVersion:
    found = _locked(pk, State.DRAFT, _("This version is no draft any more. Open a new draft to change it."))
    if found.origin == Origin.RELEASE:
        raise Refused(_("These rules came with the software. Open a draft of your own to change them."))
    return found


def _locked(pk: UUID, state: str, otherwise: str) -> RuleSetVersion:
    found = RuleSetVersion.objects.select_for_update(of=["self"]).get(pk=pk)
    if found.state != state:
        raise Refused(otherwise)
    return found


def _keep(draft: RuleSetVersion, files: dict[str, str], what: str, by: User) -> RuleSetVersion:
    version = load(files).version
    if len(version) > LONGEST_NAME:
        raise RuleError(f"version: a shorter name, at most {LONGEST_NAME} letters with its digest")
    draft.version = version
    draft.files, draft.changed_at = files, clock.now()
    draft.save(update_fields=["version", "files", "changed_at"])
    _happened(Kind.CHANGED, draft, by=by, what=what[:80])
    return draft


def _check(version: RuleSetVersion) -> None:
    """Refuse what cannot judge entries, what changes nothing, and what would undo a publication unseen."""
    live = _live()
    if version.origin == Origin.CURATOR and version.based_on_id != (live.pk if live else None):
        raise Refused(_("Other rules came into force since this draft was opened. Open a new draft from them."))
    if live is not None and version.files == live.files:
        raise Refused(_("This draft says the same as the rules in force."))
    if problems := problems_in(version):
        raise Refused(_("Some rules do not do what their examples say. Mend them first."), tuple(problems))


def _move(version: RuleSetVersion, state: str, *fields: str) -> None:
    version.state, version.changed_at = State(state), clock.now()
    version.save(update_fields=["state", "changed_at", *fields])


def _happened(
    kind: str, version: RuleSetVersion, *, by: User | None, what: str = "", reason: str = "", **data: Any
) -> None:
    """Write the step into the history of the version, and into the audit without what a person wrote."""
    RuleSetEvent.objects.create(version=version, kind=kind, by=by, what=what, reason=reason)
    told = {"version": version.version, **({"what": what} if what else {}), **data}
    record(f"triage.rules-{kind}", by=by, subject=f"rules:{version.pk}", data=told)
