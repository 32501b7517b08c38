"""Settings fail early and kindly. Each case runs in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "Zk8vQ2mW5xR1nT7yB4cL9dF3gH6jP0sA-uEoIqXrY_5tGhNmKp"
REAL = {"PUBLIC_URL": "https://tracker.example.org", "SECRET_KEY": KEY}  # an environment for real people


def read(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", code], env={**clean, **env}, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "sqlite:///x.db", "PostgreSQL"),
        ("DATABASE_URL", "mysql://a@b/c", "PostgreSQL"),
        ("PUBLIC_URL", "tracker.example.org", "https://"),
        ("PUBLIC_URL", "ftp://tracker.example.org", "https://"),
        ("DEBUG", "perhaps", "DEBUG"),
        ("EMAIL_PORT", "many", "EMAIL_PORT"),
    ],
)
def test_an_odd_value_stops_the_start_and_says_what_to_do(name: str, value: str, says: str) -> None:
    result = read("import kesimpta_tracker.settings", **{name: value})
    assert result.returncode != 0
    assert says in result.stderr


def test_the_web_process_refuses_to_serve_without_a_key() -> None:
    result = read("import kesimpta_tracker.wsgi", DATABASE_URL="postgres://nobody@localhost/none")
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file")
    code = "import kesimpta_tracker.settings as s; assert s.SECRET_KEY == 'from-a-file', s.SECRET_KEY"
    result = read(code, SECRET_KEY_FILE=str(file))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("url", "secure", "host"),
    [("http://localhost:8000", False, "localhost"), ("https://tracker.example.org", True, "tracker.example.org")],
)
def test_cookies_and_hosts_follow_the_public_url(url: str, secure: bool, host: str) -> None:
    code = (
        "import kesimpta_tracker.settings as s\n"
        f"assert s.SESSION_COOKIE_NAME.startswith('__Host-') == s.CSRF_COOKIE_NAME.startswith('__Host-') == {secure}\n"
        f"assert (s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT) == ({secure}, {secure})\n"
        f"assert s.ALLOWED_HOSTS == [{host!r}]\n"
    )
    result = read(code, PUBLIC_URL=url, SECRET_KEY=KEY)
    assert result.returncode == 0, result.stderr


# For real people


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"DEBUG": "true"}, "Leave DEBUG out"),
        ({"DEMO": "true"}, "Leave DEMO out"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing, short or a sample"),
        ({"SECRET_KEY": "x"}, "token_urlsafe"),
        ({"SECRET_KEY": "x" * 60}, "token_urlsafe"),
        ({"SECRET_KEY": f"django-insecure-{KEY}"}, "token_urlsafe"),
        ({"SECRET_KEY": f"change-me-{KEY}"}, "token_urlsafe"),
        ({"PUBLIC_URL": "http://tracker.example.org"}, "unprotected"),
        ({"PUBLIC_URL": "http://192.168.1.5:8000"}, "unprotected"),
        ({"PUBLIC_URL": "https://localhost", "DEBUG": "1"}, "Leave DEBUG out"),
        ({"ALLOWED_HOSTS": "*"}, "Name each host in full"),
        ({"ALLOWED_HOSTS": "a.example.org,.example.org"}, "Name each host in full"),
    ],
)
@pytest.mark.parametrize("part", ["kesimpta_tracker.wsgi", "kesimpta_tracker.celery as c; c.app.conf.timezone"])
def test_nothing_starts_for_real_people_that_is_for_trials(more: dict[str, str], says: str, part: str) -> None:
    result = read(f"import {part}", **(REAL | {"DATABASE_URL": "postgres://nobody@localhost/none"} | more))
    assert result.returncode != 0
    assert says in result.stderr
    assert KEY not in result.stderr


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000", "http://a.localhost"]
)
def test_a_trial_on_ones_own_machine_may_have_all_of_it(url: str) -> None:
    result = read("import kesimpta_tracker.settings", PUBLIC_URL=url, SECRET_KEY="x", DEBUG="true", DEMO="true")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "url",
    ["https://a.example/path/", "https://user:pass@a.example", "https://a.example/?x=1", "https://a.example:x", ""],
)
def test_the_address_is_a_host_and_nothing_more(url: str) -> None:
    result = read("import kesimpta_tracker.settings", PUBLIC_URL=url, SECRET_KEY=KEY)
    assert result.returncode != 0
    assert "Set it to the address that people type" in result.stderr


def test_the_check_for_deployment_finds_nothing() -> None:
    code = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)"
    command = [sys.executable, "-W", "error", "-c", code, "check", "--deploy", "--fail-level", "WARNING"]
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    told = clean | REAL | {"DATABASE_URL": "postgres://nobody@localhost/none", "BROKER_URL": "redis://localhost:1/0"}
    told["DJANGO_SETTINGS_MODULE"] = "kesimpta_tracker.settings"
    result = subprocess.run(command, env=told, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "no issues (2 silenced)" in result.stdout, result.stdout  # each with its reason in the settings


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("SECRET_KEY", "s.SECRET_KEY"),
        ("DATABASE_URL", "s.DATABASES['default']['PASSWORD']"),
        ("BROKER_URL", "s.CELERY_BROKER_URL"),
        ("EMAIL_HOST_PASSWORD", "s.EMAIL_HOST_PASSWORD"),
        ("ANYMAIL", "s.ANYMAIL['KEY']"),
    ],
)
def test_each_secret_may_come_from_a_file(tmp_path: Path, name: str, setting: str) -> None:
    written = {"DATABASE_URL": f"postgres://a:{KEY}@localhost/a", "ANYMAIL": f'{{"KEY": "{KEY}"}}'}.get(name, KEY)
    (tmp_path / "secret").write_text(written + "\n")
    code = f"import kesimpta_tracker.settings as s; assert {setting} == {KEY!r}"
    result = read(code, **{f"{name}_FILE": str(tmp_path / "secret")})
    assert result.returncode == 0, result.stderr


def test_a_file_that_is_not_there_is_told() -> None:
    result = read("import kesimpta_tracker.settings", SECRET_KEY_FILE="/no/such/file")
    assert result.returncode != 0
    assert "SECRET_KEY_FILE" in result.stderr or "/no/such/file" in result.stderr


@pytest.mark.parametrize(
    ("told", "count"), [({}, 1), ({"TRUSTED_PROXY_COUNT": "2"}, 2), ({"TRUSTED_PROXY_COUNT": "0"}, 0)]
)
def test_only_the_operators_proxies_are_believed(told: dict[str, str], count: int) -> None:
    code = (
        "import kesimpta_tracker.settings as s\n"
        f"assert (s.ALLAUTH_TRUSTED_PROXY_COUNT, bool(s.SECURE_PROXY_SSL_HEADER)) == ({count}, {count > 0})\n"
    )
    result = read(code, **(REAL | told))
    assert result.returncode == 0, result.stderr
