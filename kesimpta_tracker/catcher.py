"""The demo's mail server: keeps each mail as a file, and shows them at /demo/mail/. Never used for real people."""

import email
import email.policy
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage as Parsed
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from symptoms.lib import clock

SHOWN: Final = 50


class Catcher(BaseEmailBackend):
    """Writes each mail into a file of its own, which only the owner of the folder may read."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = settings.DEMO_MAIL
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{clock.now():%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            path = folder / f".{name}"
            path.touch(mode=0o600)
            path.write_bytes(message.message().as_bytes())
            path.rename(folder / name)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as the page shows it. `lines` are (text, is an address of ours to follow)."""

    at: datetime | None
    to: str
    subject: str
    lines: list[tuple[str, bool]]


def caught(folder: Path, most: int = SHOWN) -> list[Caught]:
    """Return the newest mails, the newest first."""
    paths = sorted(folder.glob("[0-9]*.eml"), reverse=True)[:most] if folder.is_dir() else []
    return [_read(path) for path in paths]


def _read(path: Path) -> Caught:
    mail = email.message_from_bytes(path.read_bytes(), _class=Parsed, policy=email.policy.default)
    part = mail.get_body(("plain",))
    ours = settings.PUBLIC_URL.rstrip("/") + "/"
    lines = [(line, line.startswith(ours)) for line in (part.get_content() if part else "").splitlines()]
    date = mail["Date"]
    return Caught(date.datetime if date else None, str(mail["To"]), str(mail["Subject"]), lines)


@require_safe
@login_not_required
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Show what the demo has mailed to anybody. Outside the demo there is no such page."""
    if not settings.DEMO:
        raise Http404
    answer = render(request, "demo_mail.html", {"mails": caught(settings.DEMO_MAIL)})
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
