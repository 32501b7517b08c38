"""Settings fail early and kindly. Each case runs in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


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
        f"assert (s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT) == ({secure}, {secure})\n"
        f"assert s.ALLOWED_HOSTS == [{host!r}]\n"
    )
    result = read(code, PUBLIC_URL=url)
    assert result.returncode == 0, result.stderr
