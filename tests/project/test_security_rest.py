"""Requirements of OWASP ASVS 5.0 that no other test looks at (docs/security.md)."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django.urls import reverse

from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed

HOME: Final = Path(__file__).resolve().parents[2]
SCRIPTS: Final = sorted((HOME / "static" / "js").glob("*.js"))
CODE: Final = sorted((*(HOME / "symptoms").rglob("*.py"), *(HOME / "kesimpta_tracker").rglob("*.py")))
# Markup that the server made and escaped; Trusted Types allow it there alone.
MARKUP: Final = {"log.js"}
PASSWORD: Final = "a long and quiet word"


def test_our_scripts_make_no_code_or_markup_from_text() -> None:
    assert SCRIPTS
    for script in SCRIPTS:
        text = script.read_text()
        assert not re.search(r"\beval\(|new Function\(|document\.write|insertAdjacentHTML|outerHTML\s*=", text), script
        assert script.name in MARKUP or not re.search(r"innerHTML\s*=[^=]", text), script


def test_our_scripts_keep_nothing_in_the_browser() -> None:
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|\bcaches\.|document\.cookie\s*=")
    assert not [script.name for script in SCRIPTS if kept.search(script.read_text())]


def test_no_program_is_started_through_a_shell() -> None:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in {"os.system", "os.popen", "eval", "exec", "pickle.loads"}, path
                assert not [key for key in node.keywords if key.arg == "shell"], path


@pytest.mark.parametrize("path", ["/", "/account/login/", "/side-effects/", "/no-such-page/"])
def test_no_page_lets_another_origin_read_it(db: None, client: Client, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/", "/account/login/", "/no-such-page/"])
def test_pages_name_their_type_and_charset(db: None, client: Client, path: str) -> None:
    assert client.get(path)["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/static/", "/static/js/", "/static/css/"])
def test_no_folder_is_listed(db: None, client: Client, settings: LazySettings, path: str) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    assert client.get(path).status_code == 404


def test_a_password_is_masked_where_it_is_typed(db: None, client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    [field] = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in field


def test_a_new_password_needs_the_old_one(db: None, client: Client) -> None:
    user = User.objects.create_user("new@example.org", PASSWORD, name="New")
    client.force_login(user)
    new = "quite another quiet word"
    client.post(reverse("account_change_password"), {"oldpassword": "a wrong one", "password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_long_password_counts_to_its_last_letter_as_typed(db: None) -> None:
    long = " Wet " + "grass and Morning " * 7 + "\u00e9 "  # over 100 characters, spaces at both ends
    user = User.objects.create_user("new@example.org", long, name="New")
    assert user.check_password(long)
    for other in (long[:-1], long.strip(), long.lower(), long[:72], long + "x"):
        assert not user.check_password(other)
    assert authenticate(RequestFactory().post("/"), email="new@example.org", password=long) == user


def test_a_session_key_is_new_and_long_at_each_sign_in(cast: Cast, client: Client) -> None:
    keys = []
    for _time in range(2):
        client.force_login(cast.ana)
        keys.append(client.session.session_key or "")
        client.logout()
    assert keys[0] != keys[1]
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)  # 36 ** 32 is more than 2 ** 165


def test_recovery_codes_have_enough_digits(cast: Cast) -> None:
    codes = RecoveryCodes.activate(confirmed(cast.okoye)).get_unused_codes()
    assert all(len(re.sub(r"\D", "", code)) >= 7 for code in codes)  # 10 ** 7 is more than 2 ** 23
