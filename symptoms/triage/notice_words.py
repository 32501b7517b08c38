"""What a caregiver is told of an entry that says to get help. Everything is asked again when it goes out."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.notifications.models import LATER_STEP, Reminder
from symptoms.notifications.wording import Words
from symptoms.sharing.models import Grant, Kind
from symptoms.triage.actions import assess_now
from symptoms.triage.actions.notices import KIND, TOLD_OF
from symptoms.triage.models import URGENCY, Assessment, Tier

# One message a caregiver, patient and severity in so long (assurance H7).
ONCE_IN: Final = timedelta(hours=24)


def notice_words(reminder: Reminder) -> Words | None:
    """Tell a caregiver that an entry says to get help; None where that holds no longer, or was just said."""
    reader = reminder.recipient
    found = Entry.objects.live().filter(pk=reminder.subject, hidden_at=None).exclude(author=reader.pk)
    entry: Entry | None = found.select_related("patient__user").first()
    if entry is None or not _is_wanted(entry, reader):
        return None
    tier = _tier_now(entry)
    if tier not in TOLD_OF or reminder.step not in (tier, LATER_STEP) or _just_said(reminder, entry, tier):
        return None
    name = {"name": entry.patient.name}
    body = _(
        "%(name)s asked us to tell you. Open it to read what to do. Never wait for a message like this one: "
        "it may come late. In an emergency, call the emergency number."
    )
    url = reverse("triage:advice", args=[entry.patient_id, entry.pk])
    title = _("An entry in the log of %(name)s asks for help soon") % name
    # What cannot wait for the morning goes out in quiet hours too, as the page of reminders says.
    return Words(title, body % name, url, urgent=tier == Tier.EMERGENCY, is_message=True)


def _is_wanted(entry: Entry, reader: User) -> bool:
    """Say whether the share holds now, reads symptoms, and the patient still wants this person told."""
    return Grant.objects.current(clock.now()).telling().filter(patient=entry.patient_id, user=reader.pk).exists()


def _tier_now(entry: Entry) -> str:
    """Return what the entry says now. One that was changed a moment ago is judged here: the worker may be late."""
    if entry.assessed_revision < entry.revision:
        return assess_now(entry).tier
    tiers = Assessment.objects.filter(entry=entry, is_current=True).values_list("tier", flat=True)
    return tiers.first() or Tier.NONE.value


def _just_said(reminder: Reminder, entry: Entry, tier: str) -> bool:
    """Say whether this reader heard as much of this patient in the last 24 hours, or worse of this very entry."""
    if reminder.state != Reminder.State.WAITING or reminder.step == LATER_STEP:
        return False
    told = Reminder.objects.filter(
        recipient=reminder.recipient_id, kind=KIND, told_at__gt=clock.now() - ONCE_IN, state__in=HEARD
    ).exclude(pk=reminder.pk)
    worse = [one.value for one in TOLD_OF if URGENCY[one] <= URGENCY[Tier(tier)]]
    of_patient = Q(step=tier, subject__in=Entry.objects.filter(patient=entry.patient_id).values("pk"))
    return told.filter(of_patient | Q(step__in=worse, subject=entry.pk)).exists()


HEARD: Final = (Reminder.State.TOLD, Reminder.State.ANSWERED, Reminder.State.STOPPED, Reminder.State.MERGED)


def notices_gone(reader: User, reminders: Collection[Reminder]) -> set[UUID]:
    """Return what tells of an entry that this reader may read no longer. One query."""
    shared = Grant.objects.current(clock.now()).filter(user=reader.pk, reads__contains=[Kind.SYMPTOMS])
    subjects = {one.subject for one in reminders}
    entries = Entry.objects.live().filter(pk__in=subjects, hidden_at=None, patient__in=shared.values("patient"))
    may_read = set(entries.values_list("pk", flat=True))
    return {one.pk for one in reminders if one.subject not in may_read}
