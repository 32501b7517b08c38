from symptoms.followups.forms.injections import InjectionForm, instant

__all__ = ["InjectionForm", "instant"]
