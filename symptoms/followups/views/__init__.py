from symptoms.followups.views.injections import (
    check_in,
    injection,
    injection_change,
    injection_plan,
    injection_remove,
    injections,
)

__all__ = ["check_in", "injection", "injection_change", "injection_plan", "injection_remove", "injections"]
