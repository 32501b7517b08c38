from symptoms.triage.models.assessments import Assessment
from symptoms.triage.models.flags import Flag, FlagEvent, FlaggedEntry, FlagQuerySet
from symptoms.triage.models.rule_sets import DryRun, DryRunChange, RuleSetEvent, RuleSetVersion, SignOff
from symptoms.triage.models.settings import ExpectedLevel, SettingChange, TriageSettings, UsualSymptom
from symptoms.triage.models.tiers import FLAGGED, URGENCY, Tier

__all__ = [
    "FLAGGED",
    "URGENCY",
    "Assessment",
    "DryRun",
    "DryRunChange",
    "ExpectedLevel",
    "Flag",
    "FlagEvent",
    "FlagQuerySet",
    "FlaggedEntry",
    "RuleSetEvent",
    "RuleSetVersion",
    "SettingChange",
    "SignOff",
    "Tier",
    "TriageSettings",
    "UsualSymptom",
]
