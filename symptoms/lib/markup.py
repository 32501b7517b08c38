"""Where Trusted Types do not hold: pages whose scripts are not ours to change."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

WITHOUT = {"require-trusted-types-for": None, "trusted-types": None}


def free_markup(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the scripts of this page make markup from text, as htmx and Django's admin do. The rest of the policy holds.

    `script-src 'self'` still lets no script run that the page did not bring.
    """

    @wraps(view)
    def freed(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(*args, **kwargs)
        response._csp_replace = WITHOUT  # type: ignore[attr-defined]  # what django-csp's own decorator sets
        return response

    return freed
