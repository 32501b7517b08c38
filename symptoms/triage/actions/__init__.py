from symptoms.triage.actions.answering import AlreadyTaken, acknowledge_flag, resolve_flag, tell_called
from symptoms.triage.actions.assessing import GRACE, assess_entry, assess_now, assess_waiting, result_as_json

__all__ = [
    "GRACE",
    "AlreadyTaken",
    "acknowledge_flag",
    "assess_entry",
    "assess_now",
    "assess_waiting",
    "resolve_flag",
    "result_as_json",
    "tell_called",
]
