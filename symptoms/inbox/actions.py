"""What a clinic read, written down, and what it is told."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.notifications import routes
from symptoms.notifications.models import Notice
from symptoms.sharing.models import Clinic, ClinicMember, Grant
from symptoms.triage.models import Flag


def note_queue_look(*, clinic: Clinic, state: str, rows: int, by: User) -> None:
    """Write down that `by` read the list of a clinic: one row for the list, not one for each line.

    Fifty rows for every look would drown the few that matter to a patient: who opened the own entry.
    A refresh that shows nothing new is no look, so an open screen does not write all night.
    """
    record("inbox.queue-looked", by=by, subject=f"clinic:{clinic.pk}", data={"state": state, "rows": rows})


def note_flag_look(*, flag: Flag, by: User) -> None:
    """Write down that `by` opened one flag. The patient finds it among "who looked"."""
    record(
        "sharing.looked",
        by=by,
        patient=flag.patient_id,
        subject=f"flag:{flag.pk}",
        data={"page": "inbox:flag"},
    )


def note_tests_look(*, clinic: Clinic, rows: int, by: User) -> None:
    """Write down that `by` read the clinic's list of blood tests."""
    record("inbox.tests-looked", by=by, subject=f"clinic:{clinic.pk}", data={"rows": rows})


def tell_of_unreachable(*, user: User) -> None:
    """Tell the clinics that read this person's diary, in the tracker, that no message reaches the person any more.

    Reminders of injections and blood tests then depend on somebody calling (assurance.md, H8). Nothing is told
    while another channel still works, nor of somebody who keeps no diary.
    """
    user = User.objects.select_related("wishes").get(pk=user.pk)  # with what was just found out
    if any(routes.is_known(slug) and routes.reaches(user, slug) for slug in routes.wishes_of(user).channels):
        return
    grants = Grant.objects.current(clock.now()).filter(patient__user=user).exclude(clinic=None)
    members = ClinicMember.objects.filter(clinic__in=grants.values("clinic"), is_active=True, user__is_active=True)
    notices = []
    for member in members.select_related("user"):
        with translation.override(member.user.language):
            notices.append(
                Notice(
                    recipient=member.user,
                    kind=Notice.Kind.CHANNEL,
                    title=_("No message reaches %(name)s any more") % {"name": user},
                    body=_("Their mail or their browser refuses our messages. Call them about what is due."),
                    url=reverse("inbox:blood-tests", args=[member.clinic_id]),
                )
            )
    Notice.objects.bulk_create(notices)
