"""A line that says how many notices wait, for pages where a person begins."""

from typing import Any

from django import template
from django.template.context import Context

from symptoms.accounts.models import User
from symptoms.notifications.selectors import open_notices

register = template.Library()


@register.inclusion_tag("notifications/_waiting.html", takes_context=True)
def waiting_notices(context: Context) -> dict[str, Any]:
    """Link to the notices of whoever reads, where any wait. One query."""
    user = context.get("user")
    return {"count": open_notices(user) if isinstance(user, User) else 0}
