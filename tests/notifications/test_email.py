"""Mail against a real server that takes, refuses, hangs and drops; and what comes of an address that is dead."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from symptoms.accounts.models import User
from symptoms.notifications import routes
from symptoms.notifications.actions import send_due
from symptoms.notifications.actions.delivering import GIVE_UP_AFTER, NEXT_AFTER_TRIES
from symptoms.notifications.channels.base import Channel, Message, Outcome, Taken
from symptoms.notifications.models import Address, Delivery, Notice, Wishes
from symptoms.notifications.signals import channel_died
from tests.factories.cast import make_reached
from tests.notifications.kinds import NOON, make_reminder, make_reminders
from tests.notifications.servers import MailServer, closed_port, mail_server, silent_server

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
type_of_serve = Callable[[MailServer | int], MailServer]


class Pigeon(Channel):
    """A channel of an operator's own."""

    slug = "pigeon"
    name = "Pigeon"
    flown: list[Message] = []

    @classmethod
    def reaches(cls, user: User, addresses: object) -> bool:
        return True

    def send(self, message: Message) -> Outcome:
        self.flown.append(message)
        return Taken()


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana")


@pytest.fixture
def serve(settings: LazySettings) -> Iterator[type_of_serve]:
    """Point the mail settings at a server, or at a port."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "127.0.0.1", False, 0.3
    with ExitStack() as stack:

        def start(server: MailServer | int) -> MailServer:
            if isinstance(server, int):
                settings.EMAIL_PORT = server
                return MailServer()
            settings.EMAIL_PORT = stack.enter_context(mail_server(server))
            return server

        yield start


@pytest.fixture
def pigeons(settings: LazySettings) -> Iterator[list[Message]]:
    settings.NOTIFICATION_CHANNELS = {**settings.NOTIFICATION_CHANNELS, "pigeon": f"{__name__}.Pigeon"}
    Pigeon.flown = []
    yield Pigeon.flown
    routes.channel_class.cache_clear()


def mail_of(user: User) -> Delivery:
    return Delivery.objects.get(reminder__recipient=user, channel="email")


def test_a_batch_goes_over_one_connection(ana: User, serve: type_of_serve) -> None:
    server = serve(MailServer())
    make_reminders(ana, 12)
    assert send_due(now=NOON + MINUTE).taken == 12
    assert (len(server.mails), server.connections) == (12, 1)
    assert {tuple(one) for one in server.recipients} == {("ana@example.org",)}
    assert server.mails[0]["Auto-Submitted"] == "auto-generated"


TROUBLE = {
    "4xx for the address": MailServer(rcpt="450 mailbox busy"),
    "4xx for the mail": MailServer(data="451 try later"),
    "drops at the address": MailServer(drop="rcpt"),
    "drops in the mail": MailServer(drop="data"),
    "421 good-bye": MailServer(rcpt="421 closing"),
    "the mail is not wanted": MailServer(data="554 not wanted"),
    "we may not relay": MailServer(rcpt="550 5.7.1 relaying denied"),
    "we may not relay, without a status": MailServer(rcpt="550 relay not permitted"),
    "we must sign in": MailServer(rcpt="530 authentication required"),
    "our name is refused": MailServer(rcpt="550 sender address rejected: not owned by user"),
    "the mailbox is full": MailServer(rcpt="552 5.2.2 over quota"),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_trouble_that_may_pass_is_tried_again_later_and_more_seldom(ana: User, serve: type_of_serve, what: str) -> None:
    serve(TROUBLE[what])
    make_reminder(ana)
    now, pauses = NOON, []
    for _ in range(5):
        assert send_due(now=now).again == 1
        assert not send_due(now=now)
        row = mail_of(ana)
        pauses.append(row.next_try_at - now)
        now = row.next_try_at
    assert row.state == "waiting"
    assert row.reason
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 8 * MINUTE
    good = serve(MailServer())
    assert send_due(now=now).taken == 1
    assert len(good.mails) == 1
    assert mail_of(ana).reason == ""
    assert not Address.objects.exclude(dead_at=None).exists()


@pytest.mark.parametrize("what", ["refuses", "hangs"])
def test_a_server_that_is_away_costs_one_time_out_and_not_one_a_mail(
    ana: User, serve: type_of_serve, what: str, transactional_db: None
) -> None:
    make_reminders(ana, 20)
    begun = datetime.now()  # noqa: DTZ005 (a difference)
    with silent_server() as port:
        serve(port if what == "hangs" else closed_port())
        assert send_due(now=NOON + MINUTE).again == 20
    assert datetime.now() - begun < timedelta(seconds=3)  # noqa: DTZ005
    assert Notice.objects.count() == 20  # the tracker itself told them all the same
    server = serve(MailServer())
    assert send_due(now=NOON + 5 * MINUTE).taken == 20
    assert max(server.ids().values()) == 1


@pytest.mark.parametrize(
    "said", ["550 no such user", "550 5.1.1 no such user", "550 5.2.1 closed", "556 no mail", "550 no (#5.1.1)"]
)
def test_a_bounce_marks_the_address_tells_in_the_tracker_and_takes_the_next_channel(
    ana: User, serve: type_of_serve, pigeons: list[Message], said: str
) -> None:
    server = MailServer(rcpt=said)
    Wishes.objects.create(user=ana, channels=["email", "pigeon"])
    heard: list[str] = []

    def hear(channel: str, **_kwargs: object) -> None:
        heard.append(channel)

    channel_died.connect(hear)
    serve(server)
    make_reminders(ana, 3)
    assert send_due(now=NOON + MINUTE).taken == 3
    address = Address.objects.get()
    assert (address.endpoint, address.dead_at is not None) == ("ana@example.org", True)
    assert "refused" in address.dead_reason
    assert Notice.objects.filter(kind="channel").count() == 1
    assert [one.title for one in pigeons] == ["You have a reminder"] * 3
    tried = server.tried
    make_reminder(ana, NOON + HOUR)
    assert send_due(now=NOON + HOUR).taken == 1
    assert server.tried == tried  # a dead address is left alone
    assert len(pigeons) == 4
    channel_died.disconnect(hear)


def test_a_test_brings_a_dead_address_back_to_life(ana: User, serve: type_of_serve) -> None:
    serve(MailServer(rcpt="550 no such user"))
    make_reminder(ana)
    send_due(now=NOON)
    assert Address.objects.get().dead_at is not None
    serve(MailServer())
    make_reminder(ana, kind="test", step="email")
    assert send_due(now=NOON).taken == 1
    assert Address.objects.get().dead_at is None


def test_a_new_address_starts_anew(ana: User, serve: type_of_serve) -> None:
    serve(MailServer(rcpt="550 no such user"))
    make_reminder(ana)
    send_due(now=NOON)
    ana.email = "other@example.org"
    ana.save()
    EmailAddress.objects.filter(user=ana).update(email=ana.email)
    server = serve(MailServer())
    make_reminder(ana)
    send_due(now=NOON)
    assert server.recipients == [["other@example.org"]]


def test_after_a_few_tries_the_next_channel_gets_it_too(
    ana: User, serve: type_of_serve, pigeons: list[Message]
) -> None:
    Wishes.objects.create(user=ana, channels=["email", "pigeon"])
    serve(closed_port())
    make_reminder(ana)
    now = NOON
    for tried in range(1, NEXT_AFTER_TRIES + 1):
        send_due(now=now)
        assert len(pigeons) == (tried == NEXT_AFTER_TRIES)
        now = mail_of(ana).next_try_at
    assert mail_of(ana).state == "waiting"


def test_after_three_days_it_is_given_up_and_the_person_is_told(ana: User, serve: type_of_serve) -> None:
    serve(closed_port())
    make_reminder(ana)
    now, tries = NOON, 0
    while (row := Delivery.objects.filter(channel="email").first()) is None or row.state == "waiting":
        send_due(now=now)
        now = max(now + MINUTE, mail_of(ana).next_try_at)
        tries += 1
    assert row.state == "failed"
    assert GIVE_UP_AFTER <= now - NOON < GIVE_UP_AFTER + 12 * HOUR
    assert 30 < tries < 100
    assert Notice.objects.get(kind="channel").title == "A message did not reach you"


def test_mails_of_one_person_do_not_wait_for_the_trouble_of_another(ana: User, serve: type_of_serve) -> None:
    class Picky(MailServer):
        async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
            if address == "ana@example.org":
                return "450 busy"
            return await super().handle_RCPT(server, session, envelope, address, options)

    server = serve(Picky())
    sam = make_reached("Sam")
    for n in range(3):
        make_reminder(ana, NOON + timedelta(seconds=n))
        make_reminder(sam, NOON + timedelta(seconds=n))
    said = send_due(now=NOON + MINUTE)
    assert (said.taken, said.again) == (3, 3)
    assert server.connections <= 1 + 3  # a refusal costs a connection, no more


@pytest.mark.parametrize("fault", [ValueError, KeyError, RuntimeError, ConnectionResetError, UnicodeError])
def test_a_message_that_a_channel_chokes_on_stops_no_other(
    ana: User, pigeons: list[Message], monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    Wishes.objects.create(user=ana, channels=["pigeon"])
    bad, good = make_reminder(ana), make_reminder(ana)

    def choke(self: Pigeon, message: Message) -> Outcome:
        if str(bad.pk) in message.id:
            raise fault
        pigeons.append(message)
        return Taken()

    monkeypatch.setattr(Pigeon, "send", choke)
    said = send_due(now=NOON)
    assert (said.taken, said.again) == (1, 1)
    assert str(good.pk) in pigeons[0].id
    assert Delivery.objects.get(reminder=bad, channel="pigeon").next_try_at > NOON


def test_a_channel_that_is_gone_gives_way_to_the_next(ana: User, serve: type_of_serve, settings: LazySettings) -> None:
    server = serve(MailServer())
    Wishes.objects.create(user=ana, channels=["pigeon", "email"])
    make_reminder(ana)
    with override_settings(NOTIFICATION_CHANNELS={**settings.NOTIFICATION_CHANNELS, "pigeon": f"{__name__}.Pigeon"}):
        send_due(now=NOON, seconds=0)
    routes.channel_class.cache_clear()
    assert {row.channel for row in Delivery.objects.all()} == {"in-app", "pigeon"}
    send_due(now=NOON)
    assert Delivery.objects.get(channel="pigeon").state == "failed"
    assert len(server.mails) == 1


@pytest.mark.parametrize("path", ["symptoms.notifications.channels.email.Email", "symptoms.lib.clock.now"])
def test_a_wrong_channel_in_the_settings_is_said(settings: LazySettings, path: str) -> None:
    settings.NOTIFICATION_CHANNELS = {"pigeon": path}
    routes.channel_class.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        routes.channel_class("pigeon")
    routes.channel_class.cache_clear()
