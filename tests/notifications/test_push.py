"""Push to a real endpoint of the test's own, which reads what it got with the browser's keys."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import LazySettings
from django.core import mail

from symptoms.accounts.models import User
from symptoms.notifications.actions import send_due
from symptoms.notifications.actions.addresses import subscribe_browser
from symptoms.notifications.channels import web_push
from symptoms.notifications.endpoints import are_keys, is_push_service
from symptoms.notifications.models import Address, Delivery, Notice, VapidKeys, Wishes
from symptoms.notifications.vapid import vapid_keys
from tests.factories.cast import make_reached
from tests.notifications.kinds import NOON, SECRET, make_reminder
from tests.notifications.servers import Browser, PushServer, make_certificate, push_server

MINUTE = timedelta(minutes=1)
type_of_serve = Callable[[PushServer], PushServer]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("push") / "server.pem")


@pytest.fixture
def serve(certificate: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type_of_serve]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with ExitStack() as stack:

        def start(server: PushServer) -> PushServer:
            stack.enter_context(push_server(server, certificate))
            settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, f"127.0.0.1:{server.port}"]
            return server

        yield start


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana")


def subscribe(user: User, server: PushServer, browser: Browser) -> Address:
    return subscribe_browser(user=user, endpoint=server.endpoint, keys=browser.keys, name="Firefox", by=user)


def push_of(user: User) -> Delivery:
    return Delivery.objects.get(reminder__recipient=user, channel="push")


def test_a_browser_reads_a_push_that_tells_nothing(ana: User, serve: type_of_serve) -> None:
    server, browser = serve(PushServer()), Browser()
    subscribe(ana, server, browser)
    reminder = make_reminder(ana)
    assert send_due(now=NOON).taken == 1
    headers, body = server.got[0]
    told = browser.read(body)
    assert (told["title"], told["body"]) == ("You have a reminder", "")
    assert told["url"].startswith("http://localhost:8000/r/")
    assert told["tag"] == headers["Topic"] == reminder.pk.hex
    assert b"ZQX" not in body + json.dumps(told).encode()
    assert int(headers["TTL"]) > 0
    assert mail.outbox == []  # the first channel of her order took it


def test_a_push_is_signed_with_our_keys(ana: User, serve: type_of_serve) -> None:
    server = serve(PushServer())
    subscribe(ana, server, Browser())
    make_reminder(ana)
    send_due(now=NOON)
    said = server.got[0][0]["Authorization"].removeprefix("vapid ")
    parts = dict(part.strip().split("=", 1) for part in said.split(","))
    assert parts["k"] == vapid_keys().public
    head, claims, signature = parts["t"].split(".")
    raw, point = (base64.urlsafe_b64decode(text + "==") for text in (signature, parts["k"]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    halves = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(encode_dss_signature(*halves), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert told["aud"] == f"https://127.0.0.1:{server.port}"
    assert told["sub"].startswith("mailto:")


def test_keys_are_made_once(db: None) -> None:
    assert vapid_keys().public == vapid_keys().public
    assert VapidKeys.objects.count() == 1


def test_a_person_may_choose_more_for_pushes(ana: User, serve: type_of_serve) -> None:
    server, browser = serve(PushServer()), Browser()
    Wishes.objects.create(user=ana, detail={"push": "full"})
    subscribe(ana, server, browser)
    make_reminder(ana)
    send_due(now=NOON)
    assert browser.read(server.got[0][1])["title"] == SECRET


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_marked_told_in_the_tracker_and_mailed_instead(
    ana: User, serve: type_of_serve, status: int
) -> None:
    server = serve(PushServer(status=status))
    subscribe(ana, server, Browser())
    make_reminder(ana)
    assert send_due(now=NOON).taken == 1
    address = Address.objects.get(channel="push")
    assert address.dead_at is not None
    assert str(status) in address.dead_reason
    assert push_of(ana).state == "failed"
    assert Notice.objects.filter(kind="channel").count() == 1
    assert len(mail.outbox) == 1
    make_reminder(ana)
    send_due(now=NOON)
    assert (len(server.got), len(mail.outbox)) == (1, 2)


def test_one_browser_that_takes_it_is_enough(ana: User, serve: type_of_serve) -> None:
    gone, there = serve(PushServer(status=410)), serve(PushServer())
    for server in (gone, there):
        subscribe(ana, server, Browser())
    make_reminder(ana)
    send_due(now=NOON)
    assert push_of(ana).state == "taken"
    assert Address.objects.filter(dead_at=None).count() == 1
    assert mail.outbox == []


@pytest.mark.parametrize("trouble", ["500", "429", "401", "redirect", "hangs", "away"])
def test_trouble_that_may_pass_is_tried_again(
    ana: User, serve: type_of_serve, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(web_push, "TIMEOUT_S", 0.2)
    inside = serve(PushServer())
    kinds = {
        "500": PushServer(status=500),
        "429": PushServer(status=429, retry_after="120"),
        "401": PushServer(status=401),
        "redirect": PushServer(status=307, location=inside.endpoint),
        "hangs": PushServer(hang_s=0.5),
    }
    server = serve(kinds.get(trouble, PushServer()))
    address = subscribe(ana, server, Browser())
    if trouble == "away":
        Address.objects.filter(pk=address.pk).update(endpoint="https://127.0.0.1:1/x")
        settings.PUSH_SERVICES = ["127.0.0.1:1"]
    make_reminder(ana)
    assert send_due(now=NOON).again == 1
    row = push_of(ana)
    assert row.state == "waiting"
    assert row.next_try_at == NOON + (2 * MINUTE if trouble == "429" else MINUTE / 2)
    assert Address.objects.get().dead_at is None
    assert inside.got == []  # no redirect is followed


def test_a_service_that_was_taken_off_the_list_gets_nothing(
    ana: User, serve: type_of_serve, settings: LazySettings
) -> None:
    server = serve(PushServer())
    subscribe(ana, server, Browser())
    settings.PUSH_SERVICES = []
    make_reminder(ana)
    send_due(now=NOON)
    assert server.got == []
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("keys", [{}, {"p256dh": "x", "auth": "y"}, {"p256dh": "A" * 87, "auth": "A" * 22}])
def test_keys_that_no_browser_made_cost_the_browser_and_not_the_reminder(
    ana: User, serve: type_of_serve, keys: dict[str, str]
) -> None:
    server = serve(PushServer())
    Address.objects.create(user=ana, channel="push", endpoint=server.endpoint, keys=keys)
    make_reminder(ana)
    assert send_due(now=NOON).taken == 1
    assert server.got == []
    assert Address.objects.get(channel="push").dead_at is not None


def test_a_browser_that_changes_hands_belongs_to_the_last_one(ana: User) -> None:
    bo, server, browser = make_reached("Bo"), PushServer(port=443), Browser()
    subscribe(ana, server, browser)
    subscribe(bo, server, browser)
    assert [one.user for one in Address.objects.all()] == [bo]


GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:def_-",
    "https://wns2-par02p.notify.windows.com/w/?token=x",
    "https://web.push.apple.com/Q",
    "https://updates.push.services.mozilla.com:443/wpush/v2/x",
]
BAD = [
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.example/x",
    "https://user:pw@fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://localhost/x",
    "https://169.254.169.254/latest/meta-data",
    "https://notify.windows.com/x",  # only what is below it
    "https://xpush.apple.com/x",
    "https://fcm.googleapis.com:99999999/x",
    "https://[/x",
    "https://fcm.googleapis.com/\n",
    "https://fcm.googleapis.com/é",
    "ftp://fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "",
    "https://",
    "https://fcm.googleapis.com/" + "x" * 600,
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_push_services_are_taken(endpoint: str) -> None:
    assert is_push_service(endpoint)


@pytest.mark.parametrize("endpoint", BAD)
def test_other_addresses_are_not(endpoint: str) -> None:
    assert not is_push_service(endpoint)


def test_keys_of_a_browser_are_known_by_their_length() -> None:
    keys = Browser().keys
    assert are_keys(keys)
    for odd in ({**keys, "auth": ""}, {**keys, "p256dh": keys["auth"]}, {**keys, "more": "x"}, {"auth": keys["auth"]}):
        assert not are_keys(odd)
    assert not are_keys({**keys, "auth": "ü" * 22})
