from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from symptoms.triage.ruleset import one_rule_set


class RulesMiddleware:
    """Keep one version of the rules from the start of a request to its end. Pages that ask for none pay nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_rule_set():
            return self.get_response(request)
