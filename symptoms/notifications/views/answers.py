"""The page behind the link of a message. It says nothing about anybody's health, and asks for no sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from symptoms.lib.acting import become
from symptoms.notifications.actions import answer_reminder
from symptoms.notifications.links import reminder_of
from symptoms.notifications.models import Reminder


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show done, later and stop; only a POST acts, for mail programs open every link by themselves."""
    reminder = _reminder(token)
    if reminder is None:
        return _alone(render(request, "notifications/link_gone.html", status=404))
    become(reminder.recipient_id)
    if request.method == "POST" and request.POST.get("answer") in Reminder.Answer.values:
        answer_reminder(reminder=reminder, answer=request.POST["answer"])
        return _alone(redirect("notifications:answer", token))
    with translation.override(reminder.recipient.language):
        return _alone(render(request, "notifications/answer.html", {"reminder": reminder.merged_into or reminder}))


def _reminder(token: str) -> Reminder | None:
    """Return the reminder of a token that is ours and not too old, while its recipient still has an account."""
    pk = reminder_of(token)
    if pk is None:
        return None
    found = Reminder.objects.select_related("recipient", "merged_into").filter(pk=pk, recipient__is_active=True)
    return found.first()


def _alone(response: HttpResponse) -> HttpResponse:
    """Keep the page out of caches, and its address out of what browsers tell other pages."""
    response.headers["Cache-Control"] = "no-store, private"
    # Not "no-referrer": then browsers send no origin with the form, and it would be refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
