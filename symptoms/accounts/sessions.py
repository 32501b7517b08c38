"""How long a session lasts, and which ones a person has.

Twelve hours at most, whatever happens; on a shared device, and for clinic members and staff anywhere, thirty minutes
without anything done. Both are kept in the session itself and checked at each request. Pages that look for news by
themselves do not count as doing something.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from symptoms.accounts.device import device_of
from symptoms.accounts.factors import works_here
from symptoms.accounts.models import User
from symptoms.lib import clock

KEY: Final = "accounts.session"
CHOICE: Final = "accounts.shared-device"
OFFER: Final = "offer_to_end_others"  # read by templates/accounts/_end_others.html
LONGEST_S: Final = 12 * 60 * 60
MINUTE_S: Final = 60
NOTED_EVERY_S: Final = MINUTE_S


class End(StrEnum):
    """Why a session has ended by itself."""

    LONG = "long"
    IDLE = "idle"


def begin(session: SessionBase, *, shared: bool) -> None:
    """Note when this session began, and whether others use the device."""
    now = time.time()
    session[KEY] = {"began": now, "seen": now, "shared": shared}


def is_shared(session: SessionBase) -> bool:
    """Say whether the person said at sign-in that others use the device."""
    return bool(session.get(KEY, {}).get("shared"))


def end_of(about: dict[str, Any] | None, user: User) -> End | None:
    """Return why a session of `user` is over, None while it lasts. One that does not say when it began is over."""
    now = time.time()
    if not about or not 0 <= now - about["began"] < LONGEST_S:
        return End.LONG
    idle = now - about["seen"] >= settings.SESSION_IDLE_MINUTES * MINUTE_S
    return End.IDLE if idle and _ends_idle(about, user) else None


def _ends_idle(about: dict[str, Any], user: User) -> bool:
    return bool(about["shared"] or works_here(user))


def note_use(request: HttpRequest, user: User) -> None:
    """Keep the time of what a person does whose session ends by being idle, to the minute."""
    about = request.session[KEY]
    by_itself = request.method == "GET" and request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    if _ends_idle(about, user) and not by_itself and time.time() - about["seen"] >= NOTED_EVERY_S:
        request.session[KEY] = {**about, "seen": time.time()}


def renew(session: SessionBase) -> None:
    """Go on under a new key; the old one opens nothing from now on."""
    old = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=session.session_key)


def offer_to_end_others(request: HttpRequest | None, user: User) -> None:
    """Have the next pages offer to end the other sessions, where there are any: how one signs in was changed."""
    if request is None or request.user.pk != user.pk:
        return
    if any(not one.is_this for one in sessions_of(user, request.session.session_key)):
        request.session[OFFER] = True


@dataclass(frozen=True, slots=True)
class Signed:
    """One session of a person, as the page shows it."""

    pk: int
    device: str
    began: datetime
    is_shared: bool
    is_this: bool


def sessions_of(user: User, this: str | None) -> list[Signed]:
    """Return the sessions that still open this account, this one first, then the newest. `this` is its key."""
    rows = UserSession.objects.filter(user=user).order_by("-created_at")
    stored = {one.session_key: one for one in Session.objects.filter(session_key__in=[row.session_key for row in rows])}
    found = []
    for row in rows:
        session = stored.get(row.session_key)
        said = session.get_decoded() if session and session.expire_date > clock.now() else {}
        about: dict[str, Any] = said.get(KEY) or {}
        if end_of(about, user) is None and _is_of(user, said):
            began = datetime.fromtimestamp(about["began"], UTC)
            is_this = row.session_key == this
            found.append(Signed(row.pk, device_of(row.user_agent), began, about["shared"], is_this))
    return sorted(found, key=lambda one: not one.is_this)


def _is_of(user: User, said: dict[str, Any]) -> bool:
    """A session from before a change of the password opens nothing."""
    return constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
