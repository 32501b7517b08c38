"""What an operator's monitor asks: is every entry looked at, and every reminder told, in time? It names nobody."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.lib.acting import TRACKER, acting_as
from symptoms.notifications.models import Delivery, Reminder

LATE: Final = timedelta(seconds=60)
LATE_REMINDER: Final = timedelta(minutes=5)


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 while all is done in time, 503 when an entry or a reminder waits too long or PostgreSQL is away.

    Messages that a mail server or a push service put off are counted, and are no reason to wake anybody.
    """
    now = clock.now()
    try:
        with acting_as(TRACKER):  # behind the second wall nobody sees no entry, and all would look well
            entries = Entry.objects.waiting_since(now - LATE).count()
            reminders = Reminder.objects.filter(state="waiting", due_at__lt=now - LATE_REMINDER).count()
            put_off = Delivery.objects.filter(state="waiting", tries__gt=0).count()
    except DatabaseError:
        return JsonResponse({"database": "away"}, status=503)
    told = {
        "database": "ok",
        "entries_not_checked_in_time": entries,
        "reminders_not_told_in_time": reminders,
        "messages_put_off": put_off,
    }
    return JsonResponse(told, status=503 if entries or reminders else 200)
