"""Where a person can be in the database, and what becomes of it when they are erased.

Every model that leads to a patient or an account stands in `ERASED` or in `KEPT`, or a test fails.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from symptoms.accounts.models import User
from symptoms.sharing.models import Patient

# Rows that go with the person they are about. In somebody else's diary they stay (see KEPT and `forgetting`).
ERASED: Final = frozenset(
    {
        "accounts.User",
        "accounts.User_groups",
        "accounts.User_user_permissions",
        "account.EmailAddress",
        "account.EmailConfirmation",
        "admin.LogEntry",
        "diary.Draft",
        "diary.Entry",
        "diary.EntryPhoto",
        "diary.EntryVersion",
        "diary.Report",
        "followups.BloodTest",
        "followups.BloodTestPlan",
        "followups.CalendarFeed",
        "followups.CheckIn",
        "followups.Injection",
        "followups.InjectionPlan",
        "followups.InjectionPlanChange",
        "followups.InjectionVersion",
        "followups.Occasion",
        "followups.ReminderCopy",
        "followups.ReminderSettings",
        "followups.Result",
        "followups.ResultVersion",
        "followups.Vaccine",
        "mfa.Authenticator",
        "notifications.Address",
        "notifications.Delivery",
        "notifications.Notice",
        "notifications.Reminder",
        "notifications.Wishes",
        "sharing.ClinicMember",
        "sharing.Grant",
        "sharing.Invitation",
        "sharing.Patient",
        "triage.Assessment",
        "triage.DryRunChange",
        "triage.ExpectedLevel",
        "triage.Flag",
        "triage.FlagEvent",
        "triage.FlaggedEntry",
        "triage.SettingChange",
        "triage.TriageSettings",
        "triage.UsualSymptom",
        "usersessions.UserSession",
    }
)

# Rows that stay when the person they lead to is erased. They then lead to an emptied account.
KEPT: Final[dict[str, str]] = {
    "sharing.Clinic": "a clinic's own page; who answers there is no longer named",
    "triage.DryRun": "a trial of the rules; it tells nothing about a patient",
    "triage.RuleSetVersion": "who changed the rules for everybody, by an account that is emptied",
    "triage.RuleSetEvent": "who changed the rules for everybody, by an account that is emptied",
    "triage.SignOff": "which clinician stands behind a rule: a named signature for all patients",
}

# Rows without a path that hold ids of people, and why they stay.
IDS_ONLY: Final[dict[str, str]] = {
    "audit.Event": "append-only; random ids of people and rows, never a name or what somebody wrote",
    "mydata.Tombstone": "the random ids of who was erased, so that a restored backup is cleared again",
}


@cache
def paths_to_patient() -> tuple[tuple[Any, str], ...]:
    """Return every model that belongs to a patient, with the path to the patient."""
    found = [(model, path) for model in apps.get_models() if (path := _path(model, Patient)) and model is not Patient]
    return tuple(found)


def leads_to_people(model: Any) -> bool:
    """Say whether a model is, or points at, a patient or an account, over any number of steps."""
    return model in (User, Patient) or bool(_path(model, Patient)) or bool(_path(model, User))


def _path(model: Any, target: Any) -> str:
    """Return the shortest path of foreign keys from a model to another, as a filter takes it; empty without one."""
    seen, ways = {model}, [(model, "")]
    while ways:
        here, path = ways.pop(0)
        for field in _relations(here):
            step = f"{path}__{field.name}" if path else field.name
            if field.related_model is target:
                return step
            if field.related_model not in seen:
                seen.add(field.related_model)
                ways.append((field.related_model, step))
    return ""


def _relations(model: Any) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field
