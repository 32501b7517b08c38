from collections.abc import Iterable

from django import template

from symptoms.lib.words import Words
from symptoms.sharing.scope import kinds_of

register = template.Library()


@register.simple_tag
def kinds(slugs: Iterable[str]) -> list[Words]:
    """Return the names of these kinds, in their order."""
    return kinds_of(slugs)
