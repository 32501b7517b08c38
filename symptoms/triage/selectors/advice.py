import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.formats import date_format
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry
from symptoms.diary.selectors import cut
from symptoms.lib import clock
from symptoms.lib.emergency import Country, country
from symptoms.lib.units import temperature_words, unit_of
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope
from symptoms.sharing.selectors import Readership, readership_of
from symptoms.triage.engine import Assessment, Because, Facts, Held, RuleSet, Tick, assess
from symptoms.triage.engine.assess import FAULTS
from symptoms.triage.engine.tiers import RANK, UNCHECKED
from symptoms.triage.facts import readable_facts, unsure
from symptoms.triage.models import FLAGGED
from symptoms.triage.past import is_of_the_past
from symptoms.triage.ruleset import live_rules
from symptoms.triage.selectors.flag_news import FlagNews, news_of_flag
from symptoms.triage.selectors.found import Told, slugs_told, told_in_note, words_of
from symptoms.triage.words import basis_words, source_words

log = logging.getLogger(__name__)

# Below these tiers the page tells what was saved and lists all signs that ask for a call.
CALL_TIERS: Final = frozenset(FLAGGED)
# Rules about any symptom at all: a rule that knows the symptom leads before them.
GENERAL: Final = ("B00", "PRO1", "V01")
# The rule that asks the patient.
ASKS: Final = "PRO1"
NOTE_SHOWN: Final = 80
NUMBER: Final = "{emergency_number}"
NOT_JUDGED: Final = Assessment(tier=UNCHECKED, checked=False, held=())


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing a rule saw, or that was saved: what, its grade (None: not graded), how we know it."""

    what: str
    grade: int | None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One rule that holds: what to do, what it saw, and what it rests on. `general`: it repeats others."""

    rule_id: str
    tier: str
    title: str
    headline: str
    steps: tuple[str, ...]
    reasons: list[Reason]
    source: str
    basis: str
    rationale: str
    general: bool


@dataclass(frozen=True, slots=True)
class AdvicePage:
    """The advice for one entry as the page tells it, the most urgent first. `past`: it stands in no list."""

    entry: Entry
    tier: str
    checked: bool
    lead: Card | None
    others: list[Card]
    saved: list[Reason]
    readers: Readership
    country: Country
    reader: User
    flag: FlagNews
    rule_set: str
    told: list[Told]
    past: bool

    @property
    def waits_for_answer(self) -> bool:
        """Whether words of the note may mean something that asks for help, and nobody said so or denied it."""
        return any(not (one.sure or one.denied) for one in self.told)

    @property
    def asks_for_call(self) -> bool:
        return self.tier in CALL_TIERS

    @property
    def asks_if_urgent(self) -> bool:
        """Whether "is it urgent for you?" is asked: PRO1 holds, and no rule leads that knows the symptom.

        It is asked on while a yes has lifted PRO1 to the lead, so that the answer can be taken back.
        """
        if self.lead is None or not self.lead.general:
            return False
        if self.tier == "prompt":
            return any(card.rule_id.startswith(ASKS) for card in (self.lead, *self.others))
        return bool(self.entry.urgent) and self.lead.rule_id.startswith(ASKS)

    @property
    def specific(self) -> list[Card]:
        """The other rules that know their symptoms, each with advice of its own."""
        return [card for card in self.others if not card.general]

    @property
    def general(self) -> list[Card]:
        """The other rules about any symptom at all; they hold beside the ones that lead."""
        return [card for card in self.others if card.general]

    @property
    def own_entry(self) -> bool:
        """Whether the reader wrote the entry."""
        return self.entry.author_id == self.reader.pk

    @property
    def names(self) -> str:
        """Everybody else who can read the entry, as one phrase; empty where nobody can."""
        people = [self.entry.patient.user, *self.readers.people]
        others = [str(one) for one in people if one.pk != self.reader.pk]
        return get_text_list([*others, *(str(one) for one in self.readers.clinics)], _("and"))

    @property
    def clinics(self) -> str:
        return get_text_list([str(clinic) for clinic in self.readers.clinics], _("and"))


def advice_for_page(patient: Patient, entry: Entry, *, reader: User, scope: Scope) -> AdvicePage:
    """Judge `entry` now, with the same engine as the worker, and return all that the page shows.

    It judges by all that the patient wrote, and says of it what is in the `scope` of the reader.
    Seven queries, whatever the length of the diary. It never waits for a worker and never asks one.
    """
    entry.patient = patient
    facts, whole = readable_facts(entry)
    said, rules = _judge(facts)
    said = said if whole else unsure(said)
    names = _names_of(said.held, facts, slugs_told(entry))
    words = Wording(facts, entry, reader, names, scope)
    held = sorted(said.held, key=lambda one: leading(one.tier, one.rule_id))
    cards = [words.card(one, rules) for one in held] if rules else []
    saved = words.saved()
    told = told_in_note(entry, facts.entries[-1], names, rules.home_tiers if rules else {}) if scope.notes else []
    leads = bool(cards) and cards[0].tier == said.tier
    flag = news_of_flag(entry, scope)
    return AdvicePage(
        entry=cut(entry, scope),
        tier=said.tier,
        checked=said.checked,
        lead=cards[0] if leads else None,
        others=cards[1:] if leads else cards,
        saved=saved,
        readers=readership_of(patient),
        country=country(patient.country),
        reader=reader,
        flag=flag,
        rule_set=rules.version if rules else "",
        told=told,
        past=_is_past(said, flag, entry),
    )


def _is_past(said: Assessment, flag: FlagNews, entry: Entry) -> bool:
    """Say whether it asks for a call and stands in no list, for an import brought it. A query where it is old."""
    return said.tier in CALL_TIERS and not flag.raised and is_of_the_past(entry)


def leading(tier: str, rule_id: str) -> tuple[int, bool, str]:
    """Return the key by which rules stand on a page: urgency, then the ones that know the symptom."""
    return (RANK[tier], rule_id.startswith(GENERAL), rule_id)


def _judge(facts: Facts) -> tuple[Assessment, RuleSet | None]:
    try:
        rules = live_rules()
        return assess(facts, rules), rules
    except (OSError, *FAULTS):
        # The page then shows every sign that asks for a call: an unread rule must never look like "nothing".
        log.exception("the rules could not be read or asked; the advice page shows the whole list")
        return NOT_JUDGED, None


def _names_of(held: Iterable[Held], facts: Facts, told: Iterable[str]) -> dict[str, str]:
    slugs = {because.symptom for one in held for because in one.because if because.symptom}
    slugs.update(told, (tick.symptom for tick in facts.entries[-1].ticks))
    return dict(Symptom.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _hidden(entry: Entry) -> frozenset[datetime]:
    """Return the instants that the patient's hidden entries count for. One query."""
    hidden = Entry.objects.filter(patient=entry.patient_id).exclude(hidden_at=None)
    return frozenset(hidden.values_list("happened_at", flat=True))


class Wording:
    """Puts what the rules saw into words, for one reader of one entry."""

    def __init__(self, facts: Facts, entry: Entry, reader: User, names: dict[str, str], scope: Scope) -> None:
        self.facts = facts
        self.entry = entry
        self.reader = reader
        self.names = names
        self.scope = scope
        self.hidden = _hidden(entry) if not scope.hidden else frozenset()
        self.number = country(entry.patient.country).emergency
        self.unit = unit_of(entry.patient.user.temperature_unit)
        self.today = clock.local_day(clock.now(), entry.patient.time_zone)

    def card(self, held: Held, rules: RuleSet) -> Card:
        rule = rules[held.rule_id]
        headline, steps = rule.text_for(held.tier)
        return Card(
            rule_id=rule.id,
            tier=held.tier,
            title=rule.title,
            headline=self.numbered(headline),
            steps=tuple(self.numbered(step) for step in steps),
            reasons=list(dict.fromkeys(self.reason(because) for because in held.because)),
            source=source_words(rule.source),
            basis=basis_words(rule.basis),
            rationale=rule.rationale,
            general=rule.id.startswith(GENERAL),
        )

    def numbered(self, text: str) -> str:
        """Return a rule's words with the emergency number of the patient's country."""
        return text.replace(NUMBER, self.number)

    def saved(self) -> list[Reason]:
        """Return what the entry itself says, the worst first."""
        said = self.facts.entries[-1]
        ticked = [tick for tick in said.ticks if tick.severity != 0 and tick.source == "tick"]
        ticks = sorted(ticked, key=_worst_first)
        found = [Reason(self.name(tick.symptom), tick.severity) for tick in ticks]
        if self.entry.temperature_c is not None:
            degrees = self.temperature(self.entry.temperature_c, of_entry=True)
            found.append(Reason(_("Temperature %(degrees)s") % {"degrees": degrees}, None))
        return found

    def reason(self, because: Because) -> Reason:
        if (told := self.untold(because)) is not None:
            return told
        if because.kind == "injection":
            return Reason(_("Last shot"), None, self.since_shot())
        if because.kind == "result":
            return Reason(because.value or "", None, _("Result of a blood test"))
        if because.kind == "temperature":
            of_entry = because.entry == len(self.facts.entries) - 1
            degrees = self.temperature(Decimal(because.value or 0), of_entry=of_entry)
            return Reason(_("Temperature %(degrees)s") % {"degrees": degrees}, None, self.logged(because))
        grade = self.grade(because)
        if because.kind == "note":
            name = self.name(because.symptom) if because.symptom else _("Words in the note")
            return Reason(name, None, self.found(because))
        return Reason(self.name(because.symptom or ""), grade, self.logged(because))

    def untold(self, because: Because) -> Reason | None:
        """Return what is said of something the reader may not see, or None of what they may."""
        if because.kind == "injection" and not self.scope.injections:
            return Reason(_("An injection, not shared with you"), None)
        if because.kind == "result" and not self.scope.blood_tests:
            return Reason(_("A blood test, not shared with you"), None)
        if because.kind == "note" and not self.scope.notes:
            return Reason(self.name(because.symptom) if because.symptom else _("A note, not shared with you"), None)
        if because.entry is not None and self.facts.entries[because.entry].at in self.hidden:
            return Reason(_("An earlier entry, not shared with you"), None)
        return None

    def temperature(self, celsius: Decimal, *, of_entry: bool) -> str:
        return temperature_words(celsius, self.entry.temperature_typed if of_entry else "", self.unit)

    def name(self, slug: str) -> str:
        return self.names.get(slug) or slug.replace("-", " ").capitalize()

    def grade(self, because: Because) -> int | None:
        ticks = self.facts.entries[because.entry].ticks if because.entry is not None else ()
        grades = [tick.severity for tick in ticks if tick.symptom == because.symptom]
        return max((grade for grade in grades if grade is not None), default=None)

    def logged(self, because: Because) -> str:
        """Return who put it down and when: "You ticked it at 14:05"."""
        if because.entry is None:
            return ""
        facts = self.facts.entries[because.entry]
        today = facts.day == self.today
        when = date_format(facts.at, "H:i") if today else date_format(facts.day, "l j F")
        if because.entry != len(self.facts.entries) - 1:
            told = _("Logged today at %(when)s") if today else _("Logged for %(when)s")
        elif self.entry.author_id == self.reader.pk:
            told = _told_by_you(because.kind == "tick", today)
        else:
            told = _told_by_another(because.kind == "tick", today)
        return told % {"who": self.entry.author, "when": when}

    def found(self, because: Because) -> str:
        """Return the words of the note, or its beginning, in which something was found."""
        note = self.facts.entries[because.entry].note if because.entry is not None else ""
        of_entry = because.entry == len(self.facts.entries) - 1
        found = words_of(self.entry, because.symptom) if of_entry else ""
        words = because.value or found or Truncator(note).chars(NOTE_SHOWN)
        return _("Found in the note: “%(words)s”") % {"words": words} if words else _("Found in the note")

    def since_shot(self) -> str:
        """Return when the last shot before the entry was and, where it was made on its day, how long ago."""
        at = self.facts.entries[-1].at
        shots = [shot.at for shot in self.facts.injections if shot.at <= at]
        if not shots:
            return ""
        words = {"day": date_format(max(shots), "l j F"), "time": date_format(max(shots), "H:i")}
        if self.entry.happened_at != self.entry.made_at:
            return _("%(day)s at %(time)s") % words
        hours = round((at - max(shots)) / timedelta(hours=1))
        told = ngettext(
            "%(day)s at %(time)s, %(hours)s hour before this entry",
            "%(day)s at %(time)s, %(hours)s hours before this entry",
            hours,
        )
        return told % {**words, "hours": hours}


def _told_by_you(ticked: bool, today: bool) -> str:
    if ticked:
        return _("You ticked it at %(when)s") if today else _("You ticked it for %(when)s")
    return _("You logged it at %(when)s") if today else _("You logged it for %(when)s")


def _told_by_another(ticked: bool, today: bool) -> str:
    if ticked:
        return _("%(who)s ticked it at %(when)s") if today else _("%(who)s ticked it for %(when)s")
    return _("%(who)s logged it at %(when)s") if today else _("%(who)s logged it for %(when)s")


def _worst_first(tick: Tick) -> tuple[int, str]:
    return (-(tick.severity if tick.severity is not None else 1), tick.symptom)


def headline_of(held: Sequence[dict[str, str]], tier: str) -> str:
    """Return the words of the rule that leads a stored result at `tier`, empty where there is none."""
    at_tier = sorted((one["rule_id"] for one in held if one["tier"] == tier), key=lambda one: leading(tier, one))
    if not at_tier:
        return ""
    try:
        rule = live_rules().rules.get(at_tier[0])
    except (OSError, *FAULTS):
        log.exception("the rules could not be read")
        return ""
    return rule.text_for(tier)[0] if rule else ""
