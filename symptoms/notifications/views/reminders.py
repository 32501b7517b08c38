from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from symptoms.accounts.person import person
from symptoms.notifications import routes
from symptoms.notifications.actions import resume_reminders
from symptoms.notifications.actions.wishes import ask_for_test, change_wishes
from symptoms.notifications.channels.in_app import SLUG as IN_APP
from symptoms.notifications.forms import WishesForm
from symptoms.notifications.models import Reminder
from symptoms.notifications.selectors import reminders_for_page
from symptoms.notifications.vapid import vapid_keys


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Show and change how a person is reminded, and show what was sent."""
    page = reminders_for_page(person(request))
    form = WishesForm(request.POST or None, instance=page.wishes)
    if request.method == "POST" and form.is_valid():
        page.wishes.channels, page.wishes.detail = form.cleaned_data["channels"], form.cleaned_data["detail"]
        change_wishes(wishes=page.wishes, by=person(request))
        messages.success(request, _("Saved."))
        return redirect("notifications:reminders")
    context = {"page": page, "form": form, "push_key": vapid_keys().public}
    return render(request, "notifications/reminders.html", context)


@require_POST
def test_channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Send the person a test through one channel."""
    if channel != IN_APP and not routes.is_known(channel):
        raise Http404
    if ask_for_test(user=person(request), channel=channel, by=person(request)):
        messages.success(
            request, _("A test is on its way. It takes up to half a minute. Its result is in the list below.")
        )
    else:
        messages.info(request, _("A test is on its way already. Wait a few seconds, then load this page again."))
    return redirect("notifications:reminders")


@require_POST
def resume(request: HttpRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Let reminders come again that the person stopped."""
    own = Reminder.objects.filter(recipient=person(request), state=Reminder.State.STOPPED)
    if not own.filter(kind=kind, subject=subject_id).exists():
        raise Http404
    resume_reminders(recipient=person(request), kind=kind, subject=subject_id, by=person(request))
    messages.success(request, _("These reminders come again."))
    return redirect("notifications:reminders")
