"""Who gets what from every route: one row a route, and a route without a row fails.

Each row tells the status of GET and of POST (with an empty form) for six kinds of person, in this order:

    owner      Ana, whose log it is
    adder      a caregiver who may read and add
    reader     Sam, a caregiver who may read
    clinic     a nurse and a doctor of a clinic that reads the log
    stranger   Bo with his own log, Dr Far of another clinic, staff, a caregiver whose sharing was revoked,
               one whose sharing has ended, one whose sharing has not begun, one who is invited, one who typed a
               code and is not confirmed, a member who left the clinic, somebody who works on the rules
    nobody     signed out, and somebody whose account was closed

A single figure counts for all, "200|302" means either (it depends on what else the person has), and "-" is a
method that the route does not take: 405. PUT, PATCH, DELETE, OPTIONS and TRACE are refused everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, reverse

KINDS: Final = ("owner", "adder", "reader", "clinic", "stranger", "nobody")
REFUSED: Final = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NOBODY_GETS: Final = 302  # the sign-in page


@dataclass(frozen=True, slots=True)
class Row:
    """The expected status of one route by kind of person; `ids` are the names of its ids in the address."""

    ids: str
    get: str
    post: str

    def expected(self, method: str, kind: str) -> set[int]:
        """Return the statuses that are right for somebody of this kind."""
        said = (self.post if method == "POST" else self.get).split()
        one = said[KINDS.index(kind)] if len(said) > 1 else said[0]
        if one == "-" or method in REFUSED:
            return {405} if self.is_open or kind != "nobody" else {NOBODY_GETS}
        return {int(status) for status in one.split("|")}

    @property
    def is_open(self) -> bool:
        """Whether the route serves people who are not signed in."""
        return any(said.split()[-1] not in ("-", str(NOBODY_GETS)) for said in (self.get, self.post))


ROUTES: Final[dict[str, Row]] = {
    # One patient's log        own ids            GET: ow  ad  re  cl  st  no     POST
    "today:today": Row("patient", "200 200 200 200 404 302", "-"),
    "diary:log": Row("patient", "200 200 403 403 404 302", "200 200 403 403 404 302"),
    "diary:log-none": Row("patient", "-", "303 303 403 403 404 302"),
    "diary:log-same": Row("patient", "-", "302 302 403 403 404 302"),
    "diary:draft": Row("patient", "-", "204 204 403 403 404 302"),
    "today:month": Row("patient", "200 200 200 200 404 302", "-"),
    "diary:found": Row("patient", "-", "200 200 403 403 404 302"),
    "diary:entry": Row("patient entry", "200 200 200 200 404 302", "-"),
    # Photos are a kind of their own, which none of these readers was given: tests/diary/test_photos.py gives it.
    "diary:photo": Row("patient entry photo", "200 403 403 403 404 302", "-"),
    "diary:entry-edit": Row("patient entry", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "diary:entry-found": Row("patient entry", "-", "302 302 403 403 404 302"),
    "diary:entry-delete": Row("patient entry", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "followups:injections": Row("patient", "200 200 200 200 404 302", "200 403 403 403 404 302"),
    "followups:injection-plan": Row("patient", "200 200 200 200 404 302", "403 403 403 422 404 302"),
    "followups:injection": Row("patient injection", "200 200 200 200 404 302", "-"),
    "followups:injection-change": Row("patient injection", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "followups:injection-remove": Row("patient injection", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "followups:vaccines": Row("patient", "200 200 200 200 404 302", "422 403 403 403 404 302"),
    "followups:vaccine-agreed": Row("patient vaccine", "-", "302 403 403 302 404 302"),
    "followups:vaccine-remove": Row("patient vaccine", "-", "302 403 403 403 404 302"),
    "followups:pen": Row("patient", "200 200 200 200 404 302", "200 200 200 200 404 302"),
    "followups:check-in": Row("patient injection asked", "-", "302 403 403 403 404 302"),
    "followups:reminders": Row("patient", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "followups:copy-add": Row("patient", "-", "422 403 403 403 404 302"),
    "followups:copy-end": Row("patient copy", "-", "302 403 403 403 404 302"),
    "followups:calendar-make": Row("patient", "-", "422 403 403 403 404 302"),
    "followups:calendar-end": Row("patient", "-", "302 403 403 403 404 302"),
    "followups:blood-tests": Row("patient", "200 200 200 200 404 302", "-"),
    "followups:blood-test": Row("patient test", "200 200 200 200 404 302", "422 403 403 422 404 302"),
    "followups:results-add": Row("patient", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "followups:result-change": Row("patient result", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "followups:result-delete": Row("patient result", "200 403 403 200 404 302", "302 403 403 302 404 302"),
    "followups:values": Row("patient analyte", "200 200 200 200 404 302", "-"),
    "followups:test-plan": Row("patient test", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "followups:test-extra": Row("patient test", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "followups:test-not-taken": Row("patient step", "-", "302 403 403 302 404 302"),
    "followups:test-seen": Row("patient step", "-", "403 403 403 302 404 302"),
    "triage:advice": Row("patient entry", "200 200 200 200 404 302", "-"),
    "triage:advice-called": Row("patient entry", "-", "302 302 403 403 404 302"),
    "triage:advice-urgency": Row("patient entry", "-", "302 302 403 403 404 302"),
    "triage:settings": Row("patient", "200 200 200 200 404 302", "-"),
    "triage:settings-change": Row("patient", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "triage:usual-add": Row("patient", "200 403 403 200 404 302", "422 403 403 422 404 302"),
    "triage:usual-end": Row("patient usual", "200 403 403 200 404 302", "302 403 403 422 404 302"),
    "triage:expected-add": Row("patient", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "triage:expected-end": Row("patient expected", "403 403 403 200 404 302", "403 403 403 422 404 302"),
    "diary:entry-hide": Row("patient entry", "200 403 403 403 404 302", "302 403 403 403 404 302"),
    "sharing:history": Row("patient", "200 403 403 403 404 302", "-"),
    "sharing:sharing": Row("patient", "200 403 403 403 404 302", "-"),
    "sharing:invite": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:share-with-clinic": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:change": Row("patient grant", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:withdraw": Row("patient invitation", "-", "302 403 403 403 404 302"),
    "sharing:confirm": Row("patient invitation", "-", "302 403 403 403 404 302"),
    "mydata:download": Row("patient", "200 403 403 403 404 302", "200 403 403 403 404 302"),
    "mydata:import": Row("patient", "200 403 403 403 404 302", "422 403 403 403 404 302"),
    "sharing:revoke": Row("patient grant", "-", "302 403 403 403 404 302"),
    # One clinic
    "inbox:queue": Row("clinic", "404 404 404 200 404 302", "-"),
    "inbox:blood-tests": Row("clinic", "404 404 404 200 404 302", "-"),
    "inbox:flag": Row("clinic flag", "404 404 404 200 404 302", "-"),
    "inbox:acknowledge": Row("clinic flag", "-", "404 404 404 409 404 302"),
    "inbox:resolve": Row("clinic flag", "-", "404 404 404 422 404 302"),
    "sharing:members": Row("clinic", "404 404 404 200 404 302", "-"),
    "sharing:member-invite": Row("clinic", "404 404 404 403 404 302", "404 404 404 403 404 302"),
    "sharing:clinic-settings": Row("clinic", "404 404 404 403 404 302", "404 404 404 403 404 302"),
    "sharing:member-remove": Row("clinic member", "-", "404 404 404 403 404 302"),
    "sharing:member-withdraw": Row("clinic invitation", "-", "404 404 404 403 404 302"),
    # The reader's own
    "sharing:shared-logs": Row("", "200 200 200 200 200 302", "-"),
    "sharing:start": Row("", "-", "302 302 302 302 302 302"),
    "mydata:my-data": Row("", "200 200 200 200 200 302", "-"),
    "mydata:download-account": Row("", "302 200 200 200 200|302 302", "302 200 200 200 200|302 302"),
    "mydata:erase": Row("", "200 200 200 200 200 302", "422 422 422 422 422 302"),
    "mydata:keep": Row("", "-", "302 302 302 302 302 302"),
    "accounts:sessions": Row("", "200 200 200 200 200 302", "-"),
    "accounts:session-end": Row("", "-", "404 404 404 404 404 302"),
    "accounts:sessions-end-others": Row("", "-", "302 302 302 302 302 302"),
    "accounts:you": Row("", "200 200 200 200 200 302", "200 200 200 200 200 302"),
    "notifications:notices": Row("", "200 200 200 200 200 302", "-"),
    "notifications:answer-here": Row("notice", "-", "400 404 404 404 404 302"),
    "notifications:set-aside": Row("notice", "-", "302 404 404 404 404 302"),
    "notifications:reminders": Row("", "200 200 200 200 200 302", "200 200 200 200 200 302"),
    "notifications:test": Row("channel", "-", "302 302 302 302 302 302"),
    "notifications:browser-add": Row("", "-", "422 422 422 422 422 302"),
    "notifications:browser-forget": Row("browser", "-", "302 404 404 404 404 302"),
    "notifications:resume": Row("kind subject", "-", "302 404 404 404 404 302"),
    # Open to all
    "notifications:answer": Row("token", "200", "200"),
    "notifications:push-worker": Row("", "200", "-"),
    "calendar:feed": Row("secret", "200", "-"),
    "demo-codes": Row("", "404", "-"),
    "demo-mail": Row("", "404", "-"),
    "sharing:invitation-code": Row("", "200", "422"),
    "sharing:invitation": Row("", "404", "404"),
    "today:home": Row("", "302 302 302 302 200|302 200", "-"),
    "catalogue:browse": Row("", "200", "200"),
    "catalogue:side-effect": Row("effect", "200", "-"),
    "catalogue:urgent-help": Row("", "200", "-"),
    "health": Row("", "200", "-"),
    "gallery": Row("", "404 404 404 404 200|404 404", "-"),
}
# Of the sign-in library: GET of the signed-in and of the signed-out. Its own tests know what POST does; an
# empty form is answered with the form or with a redirect, and none of these pages shows a log.
SIGN_IN: Final[dict[str, tuple[str, str]]] = {
    "account_login": ("302", "200"),
    "account_logout": ("200", "302"),
    "account_inactive": ("200", "200"),
    "account_signup": ("302", "200"),
    "account_reauthenticate": ("200|302", "302"),
    "account_email": ("200", "302"),
    "account_email_verification_sent": ("200", "200"),
    "account_change_password": ("200|302", "302"),
    "account_set_password": ("200|302", "302"),
    "account_reset_password": ("200", "200"),
    "account_confirm_login_code": ("302", "302"),
    "account_confirm_email": ("200", "200"),
    "account_reset_password_done": ("200", "200"),
    "account_reset_password_from_key": ("200", "200"),
    "account_reset_password_from_key_done": ("200", "200"),
    "mfa_index": ("200", "302"),
    "mfa_authenticate": ("302", "302"),
    "mfa_reauthenticate": ("200|302", "302"),
    "mfa_activate_totp": ("200|302", "302"),
    "mfa_deactivate_totp": ("200|404", "302"),
    "mfa_view_recovery_codes": ("404", "302"),
    "mfa_download_recovery_codes": ("404", "302"),
    "mfa_generate_recovery_codes": ("200|302", "302"),
    "mfa_list_webauthn": ("200", "302"),
    "mfa_add_webauthn": ("200", "302"),
    "mfa_reauthenticate_webauthn": ("302", "302"),
    "mfa_remove_webauthn": ("404", "302"),
    "mfa_edit_webauthn": ("404", "302"),
    "mfa_login_webauthn": ("302", "302"),
}


def patterns(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Yield the name of every route, as `reverse` takes it."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}"


def url_of(route: str, row: Row, ids: dict[str, Any]) -> str:
    names = {"effect": "slug", "token": "token", "channel": "channel", "kind": "kind", "secret": "secret"}
    names |= {"test": "test", "analyte": "analyte", "asked": "step"}
    return reverse(route, kwargs={names.get(one, f"{one}_id"): ids[one] for one in row.ids.split()})
