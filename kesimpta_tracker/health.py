"""What an operator's monitor asks: is every entry looked at in time? It says nothing about anybody."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from symptoms.diary.models import Entry
from symptoms.lib import clock

LATE: Final = timedelta(seconds=60)


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 while all is looked at in time, 503 when an entry waits over a minute or PostgreSQL is away."""
    try:
        late = Entry.objects.waiting_since(clock.now() - LATE).count()
    except DatabaseError:
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "ok", "entries_not_checked_in_time": late}, status=503 if late else 200)
