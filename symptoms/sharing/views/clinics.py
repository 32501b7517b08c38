"""Who works in a clinic. Every member sees it; only a manager changes it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.accounts.step_up import recent_sign_in
from symptoms.lib.limits import too_often
from symptoms.sharing import actions
from symptoms.sharing.access import clinic_access, manager_access
from symptoms.sharing.forms import ClinicForm, MemberForm
from symptoms.sharing.mails import send_invitation
from symptoms.sharing.models import Clinic, ClinicMember, Invitation
from symptoms.sharing.selectors import clinic_for_page
from symptoms.sharing.views.sharing import INVITATIONS, tell_withdrawn


@require_safe
@clinic_access
def members(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    page = clinic_for_page(clinic, person(request))
    return render(request, "sharing/members.html", {"clinic": clinic, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_access
@recent_sign_in
def member_invite(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    form = MemberForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "sharing/member_invite.html", {"clinic": clinic, "form": form}, status=status)
    if not INVITATIONS.allows(f"person {person(request).pk}"):
        return too_often(request, INVITATIONS)
    said = {name: form.cleaned_data[name] for name in ("email", "role")}
    made, secret = actions.invite_to_clinic(clinic=clinic, by=person(request), **said)
    if send_invitation(made, secret):
        messages.success(request, _("We sent an invitation to %(email)s.") % {"email": made.email})
    else:
        actions.withdraw(invitation=made, by=person(request))
        messages.error(request, _("We could not send the mail. Nobody is invited. Try again later."))
    return redirect("sharing:members", clinic.pk)


@require_POST
@manager_access
@recent_sign_in
def member_remove(request: HttpRequest, clinic: Clinic, member_id: int) -> HttpResponse:
    standing = ClinicMember.objects.filter(clinic=clinic, is_active=True).select_related("user")
    member = get_object_or_404(standing, pk=member_id)
    try:
        actions.remove_member(member=member, by=person(request))
    except actions.LastManager:
        messages.error(request, _("A clinic needs a manager. Let somebody else manage it first."))
    else:
        messages.success(request, _("%(name)s no longer works in this clinic.") % {"name": member.user})
    return (
        redirect("sharing:shared-logs")
        if member.user_id == person(request).pk
        else redirect("sharing:members", clinic.pk)
    )


@require_POST
@manager_access
def member_withdraw(request: HttpRequest, clinic: Clinic, invitation_id: UUID) -> HttpResponse:
    tell_withdrawn(request, get_object_or_404(Invitation, pk=invitation_id, clinic=clinic))
    return redirect("sharing:members", clinic.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_access
@recent_sign_in
def clinic_settings(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    form = ClinicForm(request.POST if request.method == "POST" else None, instance=clinic)
    if form.is_valid():
        actions.set_clinic(clinic=clinic, by=person(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("sharing:members", clinic.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "sharing/clinic_settings.html", {"clinic": clinic, "form": form}, status=status)
