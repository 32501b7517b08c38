"""Secrets of second factors are sealed in the database, with keys that can be changed; a code counts once."""

import io

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.accounts.once import spend
from symptoms.accounts.sealed import MARK, is_newest, seal, unseal
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import code_of, set_up

PASSWORD = "a long and quiet word"
RAW = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def okoye(cast: Cast) -> User:
    cast.okoye.set_password(PASSWORD)
    cast.okoye.save()
    return confirmed(cast.okoye)


def test_secret_and_seed_are_sealed_where_they_are_stored(okoye: User) -> None:
    factor, codes = set_up(okoye), RecoveryCodes.activate(okoye)
    secret, seed = factor.data["secret"], codes.instance.data["seed"]
    assert secret.startswith(MARK)
    assert seed.startswith(MARK)
    assert decrypt(secret) not in str(Authenticator.objects.values_list("data", flat=True))
    assert len(codes.get_unused_codes()) == 10
    assert seal("x") != seal("x"), "the same secret looks different each time"


def test_keys_can_be_changed(settings: LazySettings) -> None:
    settings.SECRET_KEY, settings.FACTOR_KEY = "first", ""
    old = seal(RAW)
    settings.FACTOR_KEY = "second"
    assert unseal(old) == RAW, "the other key stands by"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "third", ["first"]
    assert unseal(old) == RAW
    settings.SECRET_KEY_FALLBACKS, settings.FACTOR_KEY_FALLBACKS = [], ["first"]
    assert unseal(old) == RAW
    assert not is_newest(old)
    assert is_newest(seal(RAW))


@pytest.mark.parametrize("broken", [MARK, f"{MARK}x", MARK + Fernet(Fernet.generate_key()).encrypt(b"x").decode()])
def test_what_no_key_opens_does_not_count(broken: str) -> None:
    with pytest.raises(ValidationError, match="cannot read"):
        unseal(broken)


def test_factor_that_cannot_be_read_lets_nobody_in(client: Client, okoye: User, settings: LazySettings) -> None:
    factor = set_up(okoye)
    code = code_of(factor)
    client.post(reverse("account_login"), {"login": okoye.email, "password": PASSWORD})
    settings.FACTOR_KEY = settings.SECRET_KEY = "lost"
    answer = client.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 302}


def test_command_seals_what_was_stored_before_and_after_a_new_key(okoye: User, settings: LazySettings) -> None:
    settings.SECRET_KEY_IS_TEMPORARY = False
    factor, codes = set_up(okoye), RecoveryCodes.activate(okoye).instance
    Authenticator.objects.filter(pk=factor.pk).update(data={"secret": RAW})
    out = io.StringIO()
    call_command("seal_factors", stdout=out)
    assert "1 second factors" in out.getvalue()
    settings.FACTOR_KEY = "a new key"
    call_command("seal_factors", stdout=out)
    assert "2 second factors" in out.getvalue()
    settings.SECRET_KEY = "and the old one is gone"
    for one, name in ((factor, "secret"), (codes, "seed")):
        one.refresh_from_db()
        assert is_newest(one.data[name])
    assert unseal(factor.data["secret"]) == RAW
    call_command("seal_factors", stdout=out)
    assert "0 second factors" in out.getvalue()


def test_command_does_nothing_without_a_key_that_lasts(okoye: User, settings: LazySettings) -> None:
    settings.SECRET_KEY_IS_TEMPORARY, settings.FACTOR_KEY = True, ""
    factor = set_up(okoye)
    Authenticator.objects.filter(pk=factor.pk).update(data={"secret": RAW})
    call_command("seal_factors", stdout=io.StringIO())
    factor.refresh_from_db()
    assert factor.data["secret"] == RAW


def test_code_of_the_app_counts_once_even_when_the_cache_forgot(okoye: User) -> None:
    factor = set_up(okoye)
    code = code_of(factor)
    assert spend(factor.pk, code)
    cache.clear()
    assert not spend(factor.pk, code)
    assert not spend(factor.pk, "000000x")
    assert not spend(factor.pk, "")


def test_earlier_code_counts_no_longer_after_a_later_one(okoye: User, monkeypatch: pytest.MonkeyPatch) -> None:
    factor = set_up(okoye)
    now = 1_900_000_000
    clock = "allauth.mfa.totp.internal.auth.time.time"
    monkeypatch.setattr(clock, lambda: now)
    early = code_of(factor)
    monkeypatch.setattr(clock, lambda: now + 30)
    late = code_of(factor)
    assert early != late
    assert spend(factor.pk, late)
    assert not spend(factor.pk, early), "it stands in the window still, but a later one was used"


def test_code_of_the_app_signs_in_once(client: Client, okoye: User) -> None:
    factor = set_up(okoye)
    code = code_of(factor)
    for times in (1, 2):
        browser = Client()
        browser.post(reverse("account_login"), {"login": okoye.email, "password": PASSWORD})
        answer = browser.post(reverse("mfa_authenticate"), {"code": code})
        cache.clear()
        assert ("_auth_user_id" in browser.session) is (times == 1)
    assert "it was used before" in answer.content.decode()


def test_recovery_code_signs_in_once(client: Client, okoye: User) -> None:
    set_up(okoye)
    code = RecoveryCodes.activate(okoye).get_unused_codes()[3]
    for times in (1, 2):
        browser = Client()
        browser.post(reverse("account_login"), {"login": okoye.email, "password": PASSWORD})
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in browser.session) is (times == 1)
