from symptoms.followups.models.blood_tests import BloodTest, BloodTestPlan, Result, ResultVersion
from symptoms.followups.models.check_ins import CheckIn
from symptoms.followups.models.injections import Injection, InjectionVersion
from symptoms.followups.models.plans import InjectionPlan, InjectionPlanChange
from symptoms.followups.models.reminders import CalendarFeed, Occasion, ReminderCopy, ReminderSettings
from symptoms.followups.models.vaccines import Vaccine

__all__ = [
    "BloodTest",
    "BloodTestPlan",
    "CalendarFeed",
    "CheckIn",
    "Injection",
    "InjectionPlan",
    "InjectionPlanChange",
    "InjectionVersion",
    "Occasion",
    "ReminderCopy",
    "ReminderSettings",
    "Result",
    "ResultVersion",
    "Vaccine",
]
