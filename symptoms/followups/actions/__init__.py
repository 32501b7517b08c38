from symptoms.followups.actions.injection_plans import PlanRefused, PlanSaid, plan_of, set_injection_plan
from symptoms.followups.actions.injections import (
    MoreSaid,
    change_injection,
    log_injection,
    remove_injection,
    settle_check_in,
)

__all__ = [
    "MoreSaid",
    "PlanRefused",
    "PlanSaid",
    "change_injection",
    "log_injection",
    "plan_of",
    "remove_injection",
    "set_injection_plan",
    "settle_check_in",
]
