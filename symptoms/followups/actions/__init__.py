from symptoms.followups.actions.injections import log_injection

__all__ = ["log_injection"]
