"""Which refusals mean the address, and which mean us who send. What is not clear leaves the address alive."""

import sys
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused
from types import ModuleType
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail.backends.locmem import EmailBackend

from symptoms.accounts.models import User
from symptoms.notifications.actions.sending import send_due
from symptoms.notifications.channels import email
from symptoms.notifications.channels.base import Dead, TryAgain
from symptoms.notifications.models import Address, Delivery
from tests.notifications.kinds import NOON, make_reminders


def judged(code: int, said: str) -> object:
    return email.outcome_of(SMTPRecipientsRefused({"ana@example.org": (code, said.encode())}))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts"),
        (550, "Authentication is required before sending"),
        (550, "sender verify failed"),
        (553, "Sender address rejected: not owned by user"),
        (550, "SPF check failed"),
        (550, "192.0.2.7 is blocked using zen.spamhaus.org"),
        (550, "Access denied - Invalid HELO name"),
        (554, "no such user"),
        (550, "5.4.1 Recipient address rejected: Access denied"),
        (450, "5.1.1 odd"),
    ],
)
def test_a_refusal_of_us_kills_no_address(code: int, said: str) -> None:
    assert isinstance(judged(code, said), TryAgain)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (550, "no such user"),
        (550, "5.1.1 <ana@example.org>: User unknown; the sender was told"),
        (550, "user unknown (#5.1.1)"),
        (550, "no mailbox here; asked 5.7.1.9"),
        (551, "user has moved"),
    ],
)
def test_a_refusal_of_the_address_does(code: int, said: str) -> None:
    assert isinstance(judged(code, said), Dead)


class AnymailError(Exception): ...


class AnymailRecipientsRefused(AnymailError): ...


class Service(EmailBackend):
    """A backend that raises what django-anymail raises: neither SMTP's errors nor the system's."""

    refuses: type[Exception] | None = None

    def send_messages(self, messages: Any) -> int:
        if self.refuses is not None:
            raise self.refuses("ZQX: ana@example.org")
        return super().send_messages(messages)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Iterator[type[Service]]:
    modules: dict[str, dict[str, Any]] = {
        "anymail": {},
        "anymail.exceptions": {"AnymailError": AnymailError},
        "anymail.backends": {},
        "anymail.backends.some": {"EmailBackend": Service},
    }
    for name, told in modules.items():
        module = ModuleType(name)
        vars(module).update(told)
        monkeypatch.setitem(sys.modules, name, module)
    settings.EMAIL_BACKEND = "anymail.backends.some.EmailBackend"
    email.own_errors.cache_clear()
    monkeypatch.setattr(Service, "refuses", None)
    yield Service
    email.own_errors.cache_clear()


def test_a_service_that_fails_stops_no_sweep_and_kills_no_address(
    ana: User, service: type[Service], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_reminders(ana, 2)
    monkeypatch.setattr(service, "refuses", AnymailError)
    assert send_due(now=NOON.replace(minute=5)).again == 2
    assert "ANYMAIL" in caplog.text
    assert "ZQX" not in caplog.text
    assert not Address.objects.exclude(dead_at=None).exists()
    monkeypatch.setattr(service, "refuses", None)
    assert send_due(now=NOON.replace(minute=15)).taken == 2


def test_a_service_that_refuses_the_address_ends_it(
    ana: User, service: type[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reminders(ana, 1)
    monkeypatch.setattr(service, "refuses", AnymailRecipientsRefused)
    assert send_due(now=NOON.replace(minute=5)).failed == 1
    assert Delivery.objects.get(channel="email").state == "failed"
    assert Address.objects.get().dead_at is not None
