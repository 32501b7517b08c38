from symptoms.followups.forms.injection_plans import InjectionPlanForm
from symptoms.followups.forms.injections import InjectionForm, instant

__all__ = ["InjectionForm", "InjectionPlanForm", "instant"]
