"""What every answer says to browsers and caches, and what is refused at the door."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from kesimpta_tracker import headers
from kesimpta_tracker.headers import CLEAR_SITE_DATA
from symptoms.diary.models import Entry
from tests.access.table import ROUTES, patterns
from tests.factories.cast import Cast
from tests.factories.log_form import filled
from tests.factories.second_factor import curator, sign_in
from tests.inbox import flags

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ana)
    return client


def policy(answer: Any) -> dict[str, str]:
    told = answer["Content-Security-Policy"].split("; ")
    return {name: values for name, _, values in (one.partition(" ") for one in told)}


# Headers


@pytest.mark.parametrize("path", ["/", "/account/login/", "/side-effects/", "/no-such-page/", "/healthz/", "/you/"])
def test_every_answer_is_closed_to_other_sites(db: None, client: Client, path: str) -> None:
    answer = client.get(path)
    assert {name: answer[name] for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]


def test_answers_that_no_view_gives_are_closed_too(db: None, settings: LazySettings) -> None:
    """The redirect to https, the refusal of a secret that came in the clear, and that of a wrong host."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "tracker.example.org"
    asked = (("/you/", "testserver", 301), ("/feed/secret/", "testserver", 404), ("/healthz/", "evil.example.net", 400))
    for path, host, status in asked:
        answer = Client(headers={"host": host}).get(path)
        assert answer.status_code == status
        assert answer["Cache-Control"] == "no-store, private", path
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "evil.example.net" not in answer.content.decode() + str(answer.headers)


def test_the_policy_lets_no_script_or_style_stand_in_a_page(ana: Client) -> None:
    told = policy(ana.get("/you/"))
    assert told["default-src"] == "'none'"
    assert told["script-src"] == told["style-src"] == told["form-action"] == "'self'"
    assert told["base-uri"] == told["frame-ancestors"] == told["object-src"] == "'none'"
    assert "unsafe" not in str(told)
    assert "data:" not in str(told)


def test_trusted_types_hold_but_for_htmx_and_the_admin(cast: Cast, ana: Client) -> None:
    told = policy(ana.get(reverse("diary:log", args=[cast.ana_log.pk])))
    assert told["require-trusted-types-for"] == "'script'"
    assert told["trusted-types"] == "tracker"
    nurse, staff = sign_in(Client(), cast.lindqvist), sign_in(Client(), curator(cast.staff))
    flag = flags.emergency(cast.ana_log)
    for answer in (
        nurse.get(reverse("inbox:queue", args=[cast.clinic.pk])),
        nurse.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])),
        staff.get("/admin/"),
    ):
        assert answer.status_code == 200
        told = policy(answer)
        assert "require-trusted-types-for" not in told
        assert told["script-src"] == "'self'"


def test_only_the_pages_that_need_it_make_markup_from_text() -> None:
    """A page with htmx must be let off, and no other may be."""
    freed = {name for name in _views() if name}
    assert freed == {"queue", "flag", "acknowledge", "resolve", "dry_run"}


def _views() -> set[str]:
    found = set()
    for view in _callbacks(get_resolver()):
        inner = view
        while inner is not None:
            if getattr(inner, "__code__", None) and inner.__code__.co_name == "freed":
                found.add(view.__name__)
            inner = getattr(inner, "__wrapped__", None)
    return found


def _callbacks(resolver: Any) -> Any:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            if one.namespace != "admin":
                yield from _callbacks(one)
        else:
            yield one.callback


def test_no_page_may_be_kept_by_a_cache(cast: Cast, ana: Client) -> None:
    """Open pages too: they hold the token of a form, and a hint of who looks at them."""
    for path in ("/account/login/", "/account/signup/", "/account/password/reset/", "/", "/no-such-page/"):
        assert "no-store" in Client().get(path)["Cache-Control"], path
    assert ana.get(reverse("today:today", args=[cast.ana_log.pk]))["Cache-Control"] == "no-store, private"


def test_static_files_may_be_kept_and_have_the_headers_too(db: None, client: Client, settings: LazySettings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/js/log.js")
    assert answer.status_code == 200
    answer.close()
    assert "no-store" not in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_signing_out_clears_what_the_browser_kept(cast: Cast, ana: Client) -> None:
    assert "Clear-Site-Data" not in ana.get("/you/").headers
    answer = ana.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"].startswith(CLEAR_SITE_DATA)


def test_a_dead_session_clears_what_the_browser_kept(cast: Cast, ana: Client) -> None:
    """A copied cookie after the sign-out, or a tab left open."""
    ana.session.delete()
    answer = ana.get("/you/")
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA


# At the door


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_make_a_browser_write(cast: Cast, ana: Client, site: str) -> None:
    url = reverse("diary:log-none", args=[cast.ana_log.pk])
    assert ana.post(url, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert not Entry.objects.exists()
    assert ana.get(f"/p/{cast.ana_log.pk}/", headers={"Sec-Fetch-Site": site}).status_code == 200
    assert ana.post(url, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def _token(client: Client, path: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    assert found
    return found[1]


def _strict(user: Any) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "how", ["no token", "another's token", "origin null", "origin of another", "json", "plain text", "other site"]
)
def test_a_forged_form_is_refused(cast: Cast, how: str) -> None:
    """Attack 23: whatever is missing or foreign, 403 and nothing written; the right form passes."""
    client, url = _strict(cast.ana), f"/p/{cast.ana_log.pk}/log/none/"
    page = f"/p/{cast.ana_log.pk}/log/"
    mine, another = _token(client, page), _token(_strict(cast.sam), "/you/")
    sent: dict[str, tuple[Any, dict[str, Any]]] = {
        "no token": ({}, {}),
        "another's token": ({"csrfmiddlewaretoken": another}, {}),
        "origin null": ({"csrfmiddlewaretoken": mine}, {"headers": {"Origin": "null"}}),
        "origin of another": ({"csrfmiddlewaretoken": mine}, {"headers": {"Origin": "https://evil.example"}}),
        "json": (f'{{"csrfmiddlewaretoken": "{mine}"}}', {"content_type": "application/json"}),
        "plain text": (f"csrfmiddlewaretoken={mine}", {"content_type": "text/plain"}),
        "other site": ({"csrfmiddlewaretoken": mine}, {"headers": {"Sec-Fetch-Site": "cross-site"}}),
    }
    data, more = sent[how]
    answer = client.post(url, data, **more)
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()
    assert not Entry.objects.exists()
    assert client.post(url, {"csrfmiddlewaretoken": mine}).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"note=" + b"a" * 1_000_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded", 400),
        (b"[" * 200 + b"]" * 200, "application/json", 200),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "application/json", 200),
    ],
)
def test_too_much_is_refused_in_plain_words(cast: Cast, ana: Client, body: bytes, kind: str, status: int) -> None:
    """Attack 35. Deep JSON is nothing to a form: it is answered with the form."""
    answer = ana.post(f"/p/{cast.ana_log.pk}/log/", body, content_type=kind)
    assert answer.status_code == status
    if status != 200:
        assert "Nothing was saved" in answer.content.decode()
        assert "Very unwell?" in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_huge_upload_is_refused_by_its_length(cast: Cast, settings: LazySettings) -> None:
    asked = RequestFactory().post("/", b"", content_type="multipart/form-data; boundary=x")
    asked.META["CONTENT_LENGTH"] = str(settings.LARGEST_UPLOAD + 1)
    answer = headers.RequestMiddleware(lambda request: pytest.fail("it was let through"))(asked)
    assert answer.status_code == 413


@pytest.mark.parametrize(("path", "most"), [("log/", "LARGEST_PHOTOS"), ("my-data/import/", "LARGEST_UPLOAD")])
def test_only_pages_of_an_entry_may_bring_more(cast: Cast, settings: LazySettings, path: str, most: str) -> None:
    for more in (0, 1):
        asked = RequestFactory().post(
            f"/p/{cast.ana_log.pk}/{path}", b"-", content_type="multipart/form-data; boundary=x"
        )
        asked.META["CONTENT_LENGTH"] = str(getattr(settings, most) + more)
        answer = headers.RequestMiddleware(lambda request: HttpResponse("through"))(asked)
        assert answer.status_code == (413 if more else 200)


def test_all_symptoms_ticked_and_answered_fit(cast: Cast, ana: Client) -> None:
    """No limit stands in the way of somebody who has everything."""
    fields: dict[str, Any] = {"note": "x" * 5000}
    slugs = [f"s{n}" for n in range(110)]
    fields["s"] = slugs
    for slug in slugs:
        fields |= {f"{name}-{slug}": "yes" for name in ("grade", "sudden", "heat", "spreading", "curtain", "bleeding")}
        fields |= {f"{name}-{slug}": "both" for name in ("side", "minutes")}
    assert ana.post(f"/p/{cast.ana_log.pk}/log/", fields).status_code in {200, 303}


ODD = {
    "nul": "a\x00b",
    "emoji": "so \U0001f912\U0001f9ca tired",
    "marks": "a" + "\u0301" * 4_000,
    "direction": "\u202eabc\u202c",
    "lines": "one\r\ntwo\u2028three",
}


@pytest.mark.parametrize("what", ODD)
def test_odd_text_is_kept_exactly_but_for_nul(cast: Cast, ana: Client, what: str) -> None:
    """Attack 34."""
    answer = ana.post(f"/p/{cast.ana_log.pk}/log/", filled(cast.ana_log, {"fatigue": "1"}, note=ODD[what]))
    assert answer.status_code == 303
    told = ODD[what].replace("\x00", "").replace("\r\n", "\n")
    assert Entry.objects.get().note.replace("\r\n", "\n") == told


@pytest.mark.parametrize("where", ["/?q=a%00b", "/side-effects/?q=%00", "/no%00page/", "/feed/%00.ics"])
def test_a_nul_in_an_address_is_no_error(db: None, client: Client, where: str) -> None:
    assert client.get(where).status_code in {200, 400, 404}


def test_a_text_that_the_database_cannot_hold_is_refused(rf: RequestFactory) -> None:
    door = headers.RequestMiddleware(lambda request: HttpResponse())
    for problem in (ValueError("A string literal cannot contain NUL (0x00) characters."), _half_a_character()):
        answer = door.process_exception(rf.post("/"), problem)
        assert answer is not None
        assert answer.status_code == 400
    assert door.process_exception(rf.post("/"), ValueError("of ours")) is None


def _half_a_character() -> UnicodeEncodeError:
    with pytest.raises(UnicodeEncodeError) as problem:
        "\ud800".encode()
    return problem.value


def test_half_a_character_is_no_error(cast: Cast, ana: Client) -> None:
    """A lone surrogate, as bytes that are no UTF-8."""
    body = (
        urlencode(filled(cast.ana_log, {"fatigue": "1"}, note=""), doseq=True)
        .encode()
        .replace(b"note=", b"note=a%ED%A0%80b")
    )
    answer = ana.post(f"/p/{cast.ana_log.pk}/log/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert "\ud800" not in Entry.objects.get().note


# Cookies


def test_a_message_for_the_next_page_is_in_no_cookie(cast: Cast, ana: Client) -> None:
    ana.post(f"/p/{cast.ana_log.pk}/log/same/")
    assert set(ana.cookies) <= {"sessionid", "csrftoken"}
    assert "nothing from yesterday" in ana.get(f"/p/{cast.ana_log.pk}/log/").content.decode()


def test_cookies_are_for_the_server_alone(cast: Cast, client: Client, settings: LazySettings) -> None:
    client.force_login(cast.ana)
    client.get(f"/p/{cast.ana_log.pk}/log/")
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["csrftoken"]["samesite"] == "Lax"
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")


# Addresses that are nobody's


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/schema", "/.git/HEAD", "/.env", "/flower/", "/debug/", "/media/", "/__debug__/", "/api/"),
        *("/static/../kesimpta_tracker/settings.py", "/static/%2e%2e/manage.py", "/static/..%2f..%2fetc/passwd"),
    ],
)
def test_there_is_nothing_else_here(cast: Cast, ana: Client, path: str) -> None:
    """Attack 13."""
    for client in (Client(), ana):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "SECRET_KEY" not in answer.content.decode()


def test_the_admin_is_not_there_for_a_patient(cast: Cast, ana: Client) -> None:
    assert ana.get("/admin/").status_code == 404


NEXT = ["//evil.example", "https:evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
NEXT += [
    "/%5cevil.example",
    "/x%0d%0aSet-Cookie:a=b",
    "///evil.example",
    "http:///evil.example",
    "\thttps://evil.example",
]


@pytest.mark.parametrize("next_", NEXT)
def test_nobody_is_led_to_another_site(cast: Cast, client: Client, next_: str) -> None:
    """Attack 22: after sign-in and after sign-out, the way goes on here."""
    cast.ana.set_password("a long pass phrase 42")
    cast.ana.save()
    login = {"login": cast.ana.email, "password": "a long pass phrase 42", "next": next_}
    for answer in (client.post("/account/login/", login), client.post("/account/logout/", {"next": next_})):
        assert answer.status_code in {200, 302}
        place = answer.headers.get("Location", "/")
        assert re.match(r"/(?![/\\])[^\r\n\\]*$", place), place
        assert "a" not in answer.cookies


def test_no_route_takes_a_disguised_method(cast: Cast, ana: Client) -> None:
    """Attack 11: the table asks each method; here the method is hidden in a header or a field."""
    before = Entry.objects.count()
    for route in patterns(get_resolver()):
        if route in ROUTES and ROUTES[route].ids == "patient" and ROUTES[route].post == "-":
            url = reverse(route, args=[cast.ana_log.pk])
            for trick in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
                assert ana.post(url, headers={trick: "GET"}).status_code == 405
                assert ana.get(url, headers={trick: "DELETE"}).status_code == 200
            assert ana.post(url, {"_method": "GET"}).status_code == 405
    assert Entry.objects.count() == before
