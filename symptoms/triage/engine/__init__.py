"""The pure triage engine: facts in, assessment out. No Django, no models, no clock but the entry's own."""

from symptoms.triage.engine.answers import answer, assessment_as_json
from symptoms.triage.engine.assess import assess
from symptoms.triage.engine.case import CaseError, case_from_json
from symptoms.triage.engine.facts import (
    Assessment,
    BaselineSymptom,
    Because,
    DueTest,
    EntryFacts,
    ExpectedLevel,
    Facts,
    Held,
    InjectionFacts,
    PatientFacts,
    ResultFacts,
    Schedule,
    Settings,
    Tick,
)
from symptoms.triage.engine.loader import load_rule_set, read_rule_files
from symptoms.triage.engine.parsing import RuleError
from symptoms.triage.engine.rules import Branch, Rule, RuleSet
from symptoms.triage.engine.tiers import TIERS

__all__ = [
    "TIERS",
    "Assessment",
    "BaselineSymptom",
    "Because",
    "Branch",
    "CaseError",
    "DueTest",
    "EntryFacts",
    "ExpectedLevel",
    "Facts",
    "Held",
    "InjectionFacts",
    "PatientFacts",
    "ResultFacts",
    "Rule",
    "RuleError",
    "RuleSet",
    "Schedule",
    "Settings",
    "Tick",
    "answer",
    "assess",
    "assessment_as_json",
    "case_from_json",
    "load_rule_set",
    "read_rule_files",
]
