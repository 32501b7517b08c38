"""The admin's door: staff who signed in with their second factor, and nobody else."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from symptoms.accounts.second_factor import ask_for_second_factor, has_second_factor
from symptoms.lib.markup import free_markup


class Door(AdminSite):
    """Signed-out people are led to the one sign-in page, people who are no staff get 404."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and has_second_factor(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return self.refusal(request) or free_markup(inner)(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return the answer to whoever may not come in; None for those who may."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not super().has_permission(request):
            raise Http404
        return None if has_second_factor(request) else ask_for_second_factor(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Have no second way to sign in, for it would not ask for the second factor."""
        return self.refusal(request) or redirect("admin:index")
