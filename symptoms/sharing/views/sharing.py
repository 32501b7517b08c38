"""The patient's own pages of sharing. What widens a share asks who is there; what ends one never does."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.accounts.step_up import recent_sign_in
from symptoms.lib import clock
from symptoms.lib.limits import Limit, too_often
from symptoms.sharing import actions
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.forms import ClinicShareForm, GrantForm, InviteForm
from symptoms.sharing.mails import send_invitation
from symptoms.sharing.models import Grant, Invitation, Patient
from symptoms.sharing.selectors import landing_for, sharing_for_page

# Each may send a mail to somebody who does not know the tracker.
INVITATIONS: Final = Limit("invitations", most=20, per=timedelta(days=1))


@require_safe
@patient_access(Permission.MANAGE_SHARING)
def sharing(request: HttpRequest, patient: Patient) -> HttpResponse:
    return render(request, "sharing/sharing.html", {"patient": patient, "page": sharing_for_page(patient)})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_SHARING)
@recent_sign_in
def invite(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None, patient=patient)
    if not form.is_valid():
        return render(request, "sharing/invite.html", {"patient": patient, "form": form}, status=_status(request))
    if not INVITATIONS.allows(f"person {person(request).pk}"):
        return too_often(request, INVITATIONS)
    said = {name: form.cleaned_data[name] for name in ("way", "email", "for_whom")}
    made, secret = actions.invite_to_log(patient=patient, by=person(request), **said, **form.scopes)
    if made.way == Invitation.Way.CODE:
        context = {"patient": patient, "invitation": made, "code": secret}
        return render(request, "sharing/invite_code.html", context)
    _mail(request, made, secret)
    return redirect("sharing:sharing", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_SHARING)
@recent_sign_in
def share_with_clinic(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ClinicShareForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        clinic = form.cleaned_data["clinic"]
        actions.grant_access(patient=patient, to=clinic, by=person(request), **form.scopes)
        messages.success(request, _("Your log is now shared with %(name)s.") % {"name": clinic})
        return redirect("sharing:sharing", patient.pk)
    return render(request, "sharing/share_clinic.html", {"patient": patient, "form": form}, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_SHARING)
@recent_sign_in
def change(request: HttpRequest, patient: Patient, grant_id: UUID) -> HttpResponse:
    current = Grant.objects.current(clock.now()).filter(patient=patient)
    grant = get_object_or_404(current.select_related("user", "clinic", "patient__user"), pk=grant_id)
    form = GrantForm(request.POST if request.method == "POST" else None, grant=grant)
    name = str(grant.user or grant.clinic)
    if form.is_valid():
        to = grant.user or grant.clinic
        assert to is not None  # noqa: S101 (a constraint of the table)
        actions.grant_access(patient=patient, to=to, by=person(request), **form.scopes)
        actions.set_notice(grant=grant, hours=form.told_after, by=person(request))
        messages.success(request, _("Saved. It counts for %(name)s from now on.") % {"name": name})
        return redirect("sharing:sharing", patient.pk)
    context = {"patient": patient, "form": form, "grant": grant, "name": name}
    return render(request, "sharing/change.html", context, status=_status(request))


@require_POST
@patient_access(Permission.MANAGE_SHARING)
def revoke(request: HttpRequest, patient: Patient, grant_id: UUID) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.filter(patient=patient), pk=grant_id)
    actions.revoke_access(grant=grant, by=person(request))
    messages.success(request, _("%(name)s can no longer see your log.") % {"name": grant.clinic or grant.user})
    return redirect("sharing:sharing", patient.pk)


@require_POST
@patient_access(Permission.MANAGE_SHARING)
def invitation_withdraw(request: HttpRequest, patient: Patient, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id, patient=patient)
    tell_withdrawn(request, invitation)
    return redirect("sharing:sharing", patient.pk)


@require_POST
@patient_access(Permission.MANAGE_SHARING)
@recent_sign_in
def invitation_confirm(request: HttpRequest, patient: Patient, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("claimed_by"), pk=invitation_id, patient=patient)
    if actions.confirm(invitation=invitation, by=person(request)):
        messages.success(request, _("Your log is now shared with %(name)s.") % {"name": invitation.claimed_by})
    else:
        messages.warning(request, _("This invitation is no longer open. Nothing is shared by it."))
    return redirect("sharing:sharing", patient.pk)


@require_safe
def shared_logs(request: HttpRequest) -> HttpResponse:
    return render(request, "sharing/shared_logs.html", {"landing": landing_for(person(request))})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    patient = actions.start_diary(user=person(request))
    return redirect("today:today", patient.pk)


def tell_withdrawn(request: HttpRequest, invitation: Invitation) -> None:
    """Take an invitation back and say so; or say that somebody took it up before, for then they are in."""
    if actions.withdraw(invitation=invitation, by=person(request)) or invitation.withdrawn_at:
        messages.success(request, _("The invitation no longer works."))
    else:
        messages.warning(request, _("This invitation was accepted already. Look below: you can stop what it opened."))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _mail(request: HttpRequest, invitation: Invitation, secret: str) -> None:
    """Send the mail and say so. Where it cannot be sent, the invitation is taken back: nobody could ever use it."""
    if send_invitation(invitation, secret):
        messages.success(request, _("We sent an invitation to %(email)s.") % {"email": invitation.email})
        return
    actions.withdraw(invitation=invitation, by=person(request))
    messages.error(request, _("We could not send the mail. Nobody is invited. Try again later, or use a code."))
