"""Whatever changes a patient's reminders has them worked out again, within what changed them."""

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save
from django.dispatch import receiver

from symptoms.accounts.models import User
from symptoms.accounts.signals import settings_changed
from symptoms.followups.actions.answers import act_on_answer
from symptoms.followups.actions.reminders import COPIED, plan_reminders
from symptoms.followups.models import InjectionPlan, Occasion
from symptoms.followups.reminder_words import RENDERERS, copies_gone
from symptoms.followups.signals import blood_tests_changed, injection_saved
from symptoms.notifications.models import Reminder
from symptoms.notifications.signals import reminder_answered, reminders_resumed, wishes_changed
from symptoms.notifications.wording import register
from symptoms.sharing.models import Patient

for kind, render in RENDERERS.items():
    register(kind, render, hide=copies_gone if kind in COPIED.values() else None)


@receiver(injection_saved, dispatch_uid="followups.plan-after-a-shot")
@receiver(blood_tests_changed, dispatch_uid="followups.plan-after-a-test")
def plan_after(patient: Patient, **kwargs: Any) -> None:
    plan_reminders(patient)


@receiver(post_save, sender=InjectionPlan, dispatch_uid="followups.plan-after-a-plan")
def plan_after_a_plan(instance: InjectionPlan, **kwargs: Any) -> None:
    plan_reminders(instance.patient)


@receiver(settings_changed, dispatch_uid="followups.plan-after-settings")
@receiver(wishes_changed, dispatch_uid="followups.plan-after-wishes")
def plan_for(user: User, **kwargs: Any) -> None:
    """A zone or quiet hours were changed: of the patient, or of somebody who gets copies."""
    copied = Patient.objects.filter(remindercopy__user=user, remindercopy__ended_at=None)
    own = Patient.objects.filter(user=user)
    for patient in (own | copied).distinct().select_related("user__wishes"):
        plan_reminders(patient)


@receiver(reminders_resumed, dispatch_uid="followups.plan-after-resumed")
def plan_again(subject: UUID, **kwargs: Any) -> None:
    for occasion in Occasion.objects.filter(pk=subject).select_related("patient__user__wishes"):
        plan_reminders(occasion.patient)


@receiver(reminder_answered, dispatch_uid="followups.answered")
def take_answer(reminder: Reminder, **kwargs: Any) -> None:
    act_on_answer(reminder)
