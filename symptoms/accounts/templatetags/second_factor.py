import json

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr_code(svg: str) -> SafeString:
    """Draw the square that an authenticator app scans; allauth makes the SVG, and no text of a person is in it."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def as_json(value: object) -> str:
    """Write what a script reads from an attribute; the template escapes it."""
    return json.dumps(value)


@register.simple_tag
def demo_codes_url() -> str:
    """Return where the demo shows the codes of its people; empty outside the demo."""
    return reverse("demo-codes") if settings.DEMO else ""
