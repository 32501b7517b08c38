"""Passwords: how they are kept, and which are refused because others know them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from symptoms.accounts import passwords
from symptoms.accounts.models import User
from symptoms.accounts.passwords import KnownPasswordValidator, folded, known, mark


def test_list_is_sorted_whole_and_large() -> None:
    marks = passwords.FILE.read_bytes()
    assert len(marks) % passwords.SIZE == 0
    assert len(known()) == 128_899
    assert all(known()[place] < known()[place + 1] for place in range(len(known()) - 1))
    assert known()[0] in marks
    assert mark("1234567890") in {known()[place] for place in range(len(known()))}


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "Password123",
        "PASSWORD123",
        "password2031!!",
        "unbelievable",
        "\uff30\uff41\uff53\uff53\uff57\uff4f\uff52\uff44123",  # full-width letters
        "kesimpta2026",
        "Kesimpta-Tracker!",
        "my-Symptom-diary-1",
        "multiple sclerosis 7",
        "localhost-tracker",
    ],
)
def test_known_and_obvious_ones_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        KnownPasswordValidator().validate(password)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "a long and quiet word", "tracker of lost umbrellas", "9af3-11bc-77aa"]
)
def test_ones_own_words_are_taken(password: str) -> None:
    KnownPasswordValidator().validate(password)


def test_list_is_made_again_byte_by_byte(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, bases, made = (tmp_path / name for name in ("whole.txt", "bases.txt", "made.bin"))  # type: ignore[operator]
    whole.write_text("Longer-Than-Ten\nshort\nlonger-than-ten\n\u00e9t\u00e9s longs ensemble\n", "utf-8")
    bases.write_text("monkey\nabc\n", "utf-8")
    monkeypatch.setattr("symptoms.accounts.management.commands.make_known_passwords.FILE", made)
    call_command("make_known_passwords", str(whole), str(bases))
    words = sorted(mark(word) for word in ("longer-than-ten", "\u00e9t\u00e9s longs ensemble", "monkey"))
    assert made.read_bytes() == b"".join(words)
    assert folded("MONKEY") == "monkey"


def test_password_is_kept_as_argon2id(db: None, costly_passwords: None) -> None:
    user = User.objects.create_user("new@example.org", "a long and quiet word", name="New")
    kind, _version, costs = user.password.removeprefix("argon2$").split("$")[:3]
    memory_kib, rounds, _lanes = (int(cost.split("=")[1]) for cost in costs.split(","))
    assert kind == "argon2id"
    assert memory_kib >= 19 * 1024  # OWASP Password Storage Cheat Sheet: 19 MiB and two rounds at least
    assert rounds >= 2
    assert user.check_password("a long and quiet word")
    assert not user.check_password("a long and quiet words")


def test_change_of_password_refuses_a_known_one(client: Client, db: None) -> None:
    user = User.objects.create_user("new@example.org", "a long and quiet word", name="New")
    client.force_login(user)
    said = {"oldpassword": "a long and quiet word", "password1": "qwertyuiop", "password2": "qwertyuiop"}
    page = client.post(reverse("account_change_password"), said).content.decode()
    assert "Many people use this one" in page
    user.refresh_from_db()
    assert user.check_password("a long and quiet word")
