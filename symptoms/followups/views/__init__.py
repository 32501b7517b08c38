from symptoms.followups.views.injections import injections

__all__ = ["injections"]
