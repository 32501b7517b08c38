from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr_code(svg: str) -> SafeString:
    """Draw the square that an authenticator app scans; allauth makes the SVG, and no text of a person is in it."""
    return mark_safe(svg)  # noqa: S308
