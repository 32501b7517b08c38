"""The codes that the authenticator apps of the demo's people would show. On this machine only, in the demo only."""

from dataclasses import dataclass
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kesimpta_tracker.demo import DOMAIN
from kesimpta_tracker.production import is_loopback

PERIOD_S: Final = 30


@dataclass(frozen=True, slots=True)
class Code:
    """Who signs in with it, and the six figures of this half minute."""

    name: str
    email: str
    figures: str


def codes() -> list[Code]:
    """Return the codes of the demo's people, by name."""
    people = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email__endswith=f"@{DOMAIN}")
    found = []
    for one in people.select_related("user").order_by("user__name"):
        periods = list(yield_hotp_counters_from_time())
        figures = format_hotp_value(hotp_value(decrypt(one.data["secret"]), periods[len(periods) // 2]))
        found.append(Code(str(one.user), one.user.email, figures))
    return found


@require_safe
@login_not_required
def demo_codes(request: HttpRequest) -> HttpResponse:
    """Show the codes to whoever sits at this machine. Elsewhere, and outside the demo, there is no such page."""
    near = is_loopback(settings.PUBLIC_ADDRESS.host) and is_loopback(request.META.get("REMOTE_ADDR", ""))
    if not (settings.DEMO and near):
        raise Http404
    answer = render(request, "demo_codes.html", {"codes": codes(), "period": PERIOD_S})
    answer.headers["Cache-Control"] = "no-store, private"
    answer.headers["Refresh"] = str(PERIOD_S // 2)
    return answer
