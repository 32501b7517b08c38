from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.notifications.actions import answer_reminder, put_aside
from symptoms.notifications.models import Notice, Reminder
from symptoms.notifications.selectors import notices_for_page


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/notices.html", {"page": notices_for_page(person(request))})


@require_POST
def answer_here(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Answer a reminder from the list, signed in."""
    own = Notice.objects.filter(recipient=person(request), reminder__isnull=False).exclude(kind=Notice.Kind.MESSAGE)
    notice = get_object_or_404(own.select_related("reminder"), pk=notice_id)
    if (said := request.POST.get("answer")) not in Reminder.Answer.values or notice.reminder is None:
        return HttpResponseBadRequest()
    answer_reminder(reminder=notice.reminder, answer=said, by=person(request))
    messages.success(request, _("Saved."))
    return redirect("notifications:notices")


@require_POST
def set_aside(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.filter(recipient=person(request)), pk=notice_id)
    put_aside(notice=notice, by=person(request))
    return redirect("notifications:notices")
