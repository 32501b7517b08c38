"""What somebody posted and could not be taken at once: kept in the session until they have shown who they are.

Only for the person who typed it, only once, and for an hour.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

KEY: Final = "accounts.kept"
LONGEST: Final = 200_000  # characters; a full log form has some 20,000
AGE_S: Final = 60 * 60
LEFT_OUT: Final = ("csrfmiddlewaretoken",)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent: where to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool


def keep(request: HttpRequest, user_id: int) -> None:
    """Keep what was posted for this person. A form that is too long is not kept."""
    fields = request.POST.copy()
    for name in LEFT_OUT:
        fields.pop(name, None)
    said = fields.urlencode()
    if len(said) > LONGEST:
        return
    request.session[KEY] = {
        "user": user_id,
        "path": request.get_full_path(),
        "fields": said,
        "files": bool(request.FILES),
        "at": time.time(),
    }


def take(request: HttpRequest) -> Kept | None:
    """Return what was kept for the page that is asked for, and keep it no longer; None where there is nothing."""
    held = request.session.get(KEY)
    if not held or held["path"] != request.get_full_path():
        return None
    forget(request)
    if held["user"] != request.user.pk or time.time() - held["at"] > AGE_S:
        return None
    data = QueryDict(held["fields"])
    fields = [(name, value) for name, values in data.lists() for value in values]
    return Kept(held["path"], fields, held["files"])


def was_typed(request: HttpRequest) -> bool:
    """Say whether a person sent a form that holds something, and not a script of a page.

    Browsers tell the one from the other since 2023 (Fetch Metadata); from older ones nothing is kept.
    """
    is_page = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return request.method == "POST" and is_page and any(name not in LEFT_OUT for name in request.POST)


def forget(request: HttpRequest) -> None:
    """Keep nothing any longer."""
    request.session.pop(KEY, None)


def forget_of_others(request: HttpRequest, user_id: int) -> None:
    """Whoever signs in gets nothing that another person typed."""
    held = request.session.get(KEY)
    if held and held["user"] != user_id:
        forget(request)


def offer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Show a page that sends it again by one press."""
    return render(request, "accounts/carry_on.html", {"kept": kept})


def offer_stale(request: HttpRequest) -> HttpResponse | None:
    """Offer to send again a form of ours whose token has grown old; None where it may be forged.

    That it comes from a page of ours is what the browser says and no other site can make it say.
    """
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not own or not was_typed(request) or "password" in "".join(request.POST):
        return None
    if not request.user.is_authenticated:
        return offer_signed_out(request)
    return render(request, "accounts/carry_on.html", {"kept": _sent(request)}, status=403)


def offer_signed_out(request: HttpRequest) -> HttpResponse:
    """Keep in the page what was sent by somebody who is signed out: nobody knows whose it is."""
    return render(request, "accounts/carry_on.html", {"kept": _sent(request), "is_signed_out": True}, status=403)


def _sent(request: HttpRequest) -> Kept:
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in LEFT_OUT]
    return Kept(request.get_full_path(), fields, bool(request.FILES))
