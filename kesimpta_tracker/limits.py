"""How often one person, or one address, may write and may ask for ids that are not theirs.

Nothing that says how somebody feels is counted here: an entry, a change of it, its advice. The sign-in pages have
limits of their own (django-allauth).
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

from kesimpta_tracker.headers import SAFE
from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib.limits import Limit, too_often, who_asks

logger = logging.getLogger(__name__)

# Far beyond what a hand can do: a button every second, for five minutes.
WRITES: Final = Limit("writes", most=300, per=timedelta(minutes=5))
# The page keeps a draft 1.5 s after the last key and reads a note after 0.7 s: at most 40 and 85 a minute.
DRAFTS: Final = Limit("drafts", most=300, per=timedelta(minutes=5))
READINGS: Final = Limit("readings of a note", most=600, per=timedelta(minutes=5))
# Each sends a message to the outside.
TESTS: Final = Limit("tests of a channel", most=20, per=timedelta(hours=1))
SEARCHES: Final = Limit("searches", most=300, per=timedelta(minutes=5))
# Somebody who follows an old link meets a few ids that are gone; a hundred is a search.
GUESSES: Final = Limit("ids that are not there", most=100, per=timedelta(minutes=10))
OWN: Final = {
    "diary:draft": DRAFTS,
    "diary:found": READINGS,
    "notifications:test": TESTS,
    "catalogue:browse": SEARCHES,
}
NEVER: Final = frozenset(
    {
        "diary:log",
        "diary:log-none",
        "diary:log-same",
        "diary:entry-edit",
        "diary:entry-found",
        "triage:advice-called",
        "triage:advice-urgency",
        "notifications:answer",
        "mfa_login_webauthn",  # a passkey cannot be guessed, and its owner is never locked out
        "mfa_reauthenticate_webauthn",
    }
)


class LimitMiddleware:
    """Answers 429 to who writes or guesses too often. Pages that are theirs stay open to them all the while."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        limit = limit_of(request)
        return too_often(request, limit) if limit and not limit.allows(who_asks(request)) else None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Count each id that leads nowhere, foreign or never issued: the answer is the same for both."""
        match = request.resolver_match
        if not isinstance(problem, Http404) or match is None or not match.kwargs:
            return None
        count = GUESSES.count(who_asks(request))
        if count == GUESSES.most + 1:
            raise_alarm(request)
        return too_often(request, GUESSES) if count > GUESSES.most else None


def limit_of(request: HttpRequest) -> Limit | None:
    match = request.resolver_match
    if request.method in SAFE or match is None or match.view_name in NEVER:
        return None
    return OWN.get(match.view_name, WRITES)


def raise_alarm(request: HttpRequest) -> None:
    """Write down, once in a while for each, that somebody searches for what is not theirs."""
    user = request.user if isinstance(request.user, User) else None
    record("sharing.guessed-ids", by=user, data={"more_than": GUESSES.most})
    logger.warning("Many ids that are not there were asked for, by %s", f"person {user.pk}" if user else "an address")
