"""Invitations: once, for a while, for one account; two names and a click; nothing of the secret anywhere."""

import logging
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.access import permissions
from symptoms.sharing.actions import NotOpen, digest, invite_to_clinic, invite_to_log, plain, take_up
from symptoms.sharing.models import ClinicMember, Grant, Invitation
from tests.factories.cast import Cast, make_cast, make_user
from tests.sharing.inviting import open_in

CODE_PAGE = "/invitations/"
OPEN_PAGE = "/invitations/open/"


def invite_page(cast: Cast) -> str:
    return reverse("sharing:invite", args=[cast.ana_log.pk])


def sharing_page(cast: Cast) -> str:
    return reverse("sharing:sharing", args=[cast.ana_log.pk])


@pytest.fixture
def far(cast: Cast) -> Client:
    """Dr Far, who sees nothing of Ana yet, in a browser of their own."""
    client = Client()
    client.force_login(cast.far)
    return client


def by_mail(client: Client, cast: Cast, email: str = "far@example.org", **fields: Any) -> str:
    """Have Ana invite by e-mail, and return the secret that the mail holds."""
    client.force_login(cast.ana)
    said = {"way": "email", "email": email, "reads": ["symptoms"], **fields}
    assert client.post(invite_page(cast), said).status_code == 302
    found = re.search(r"#(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def by_code(client: Client, cast: Cast, **fields: Any) -> str:
    """Have Ana make a code, and return it as her page shows it."""
    client.force_login(cast.ana)
    said = {"way": "code", "for_whom": "My neighbour", "reads": ["symptoms"], **fields}
    found = re.search(r"data-code>([A-Z0-9-]+)<", client.post(invite_page(cast), said).content.decode())
    assert found
    return found[1]


# By e-mail


def test_who_was_invited_by_mail_sees_both_names_and_is_let_in_by_a_click(
    client: Client, cast: Cast, far: Client
) -> None:
    secret = by_mail(client, cast, reads=["symptoms", "injections"], adds=["symptoms"], lasts="30")
    assert open_in(far, secret) == 200
    html = far.get(OPEN_PAGE).content.decode()
    for words in ("Ana", "ana@example.org", "Dr Far", "far@example.org", "Symptoms, Injections"):
        assert words in html
    assert not permissions(cast.far, cast.ana_log)  # seen is not accepted
    assert far.post(OPEN_PAGE)["Location"] == reverse("today:today", args=[cast.ana_log.pk])
    grant = Grant.objects.get(user=cast.far)
    assert (grant.reads, grant.adds, grant.revoked_at) == (["symptoms", "injections"], ["symptoms"], None)
    assert grant.ends_at is not None


def test_a_mail_names_nobody_and_tells_nothing_of_health(client: Client, cast: Cast) -> None:
    secret = by_mail(client, cast)
    (sent,) = mail.outbox
    assert sent.to == ["far@example.org"]
    assert sent.subject == "You have an invitation"
    told = f"{sent.subject} {sent.body}".replace(secret, "").lower()
    for word in ("ana", "symptom", "kesimpta", "diary", "log ", "clinic", "far"):
        assert word not in told.replace("tracker", "")
    assert f"/invitations/#{secret}" in str(sent.body)  # behind the #: sent to no server, in no Referer


def test_the_page_says_the_same_whether_an_account_has_the_address(client: Client, cast: Cast) -> None:
    answers = []
    client.force_login(cast.ana)
    for email in ("far@example.org", "nobody@example.org"):
        said = {"way": "email", "email": email, "reads": ["symptoms"]}
        answer = client.post(invite_page(cast), said, follow=True)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        answers.append(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text.replace(email, "ADDRESS")))
        Invitation.objects.all().delete()
    assert answers[0] == answers[1]
    assert [one.to for one in mail.outbox] == [["far@example.org"], ["nobody@example.org"]]


def test_an_invitation_by_mail_holds_for_that_address_alone(client: Client, cast: Cast) -> None:
    secret = by_mail(client, cast, "new@example.org")
    other = Client()
    other.force_login(cast.bo)
    assert open_in(other, secret) == 403
    assert other.post(OPEN_PAGE).status_code == 403
    assert "new@example.org" not in other.get(OPEN_PAGE).content.decode()
    assert not permissions(cast.bo, cast.ana_log)
    assert Invitation.objects.get().claimed_at is None


def test_a_mail_that_cannot_be_sent_invites_nobody(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> int:
        raise OSError("away")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    client.force_login(cast.ana)
    said = {"way": "email", "email": "far@example.org", "reads": ["symptoms"]}
    assert "Nobody is invited" in client.post(invite_page(cast), said, follow=True).content.decode()
    assert not Invitation.objects.open(clock.now()).exists()


def test_the_own_address_is_no_invitation(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    said = {"way": "email", "email": "ANA@example.org", "reads": ["symptoms"]}
    assert "This is your own address" in client.post(invite_page(cast), said).content.decode()
    assert not Invitation.objects.exists()


# By a code that is read aloud


def test_a_code_lets_in_only_after_the_patient_said_who_it_is(client: Client, cast: Cast, far: Client) -> None:
    code = by_code(client, cast)
    assert open_in(far, code.lower().replace("-", " ")) == 200
    answer = far.post(OPEN_PAGE)
    assert "far@example.org" in answer.content.decode()
    assert not permissions(cast.far, cast.ana_log)
    assert far.get(reverse("today:today", args=[cast.ana_log.pk])).status_code == 404
    html = client.get(sharing_page(cast)).content.decode()
    assert "Dr Far (far@example.org) typed your code" in html
    assert "You made it for: My neighbour." in html
    made = Invitation.objects.get()
    assert client.post(reverse("sharing:confirm", args=[cast.ana_log.pk, made.pk])).status_code == 302
    assert permissions(cast.far, cast.ana_log)


def test_a_no_to_who_typed_the_code_shares_nothing_ever(client: Client, cast: Cast, far: Client) -> None:
    open_in(far, by_code(client, cast))
    far.post(OPEN_PAGE)
    made = Invitation.objects.get()
    for route in ("sharing:withdraw", "sharing:confirm"):
        assert client.post(reverse(route, args=[cast.ana_log.pk, made.pk])).status_code == 302
    assert not permissions(cast.far, cast.ana_log)


def test_a_code_is_not_shown_again(client: Client, cast: Cast) -> None:
    code = by_code(client, cast)
    assert code not in client.get(sharing_page(cast)).content.decode()
    assert code not in client.get(invite_page(cast)).content.decode()


@pytest.mark.parametrize("typed", ["abcde-fghjk", "ABCDE FGHJK", " a b c d e f g h j k\n"])
def test_a_code_may_be_typed_as_it_was_heard(typed: str) -> None:
    assert plain(typed) == "ABCDEFGHJK"


def test_a_token_is_taken_letter_by_letter() -> None:
    assert plain("aB-c_d9") == "aB-c_d9"


def test_the_own_code_is_not_for_oneself(client: Client, cast: Cast) -> None:
    assert open_in(client, by_code(client, cast)) == 403


# Signed out


def test_signed_out_people_are_led_to_sign_in_and_come_back(client: Client, cast: Cast) -> None:
    secret = by_mail(client, cast)
    cast.far.set_password("a long enough phrase")
    cast.far.save()
    visitor = Client()
    assert open_in(visitor, secret) == 200
    html = visitor.get(OPEN_PAGE).content.decode()
    assert f"{reverse('account_login')}?next=/invitations/open/" in html
    assert f"{reverse('account_signup')}?next=/invitations/open/" in html
    assert not re.search(r"\bAna\b", html)  # a signed-out person learns nobody's name
    visitor.post(
        f"{reverse('account_login')}?next={OPEN_PAGE}", {"login": "far@example.org", "password": "a long enough phrase"}
    )
    assert visitor.session["sharing.invitation"]
    visitor.force_login(cast.far)  # the second factor of a clinic's member; its own tests have it
    assert "ana@example.org" in visitor.get(OPEN_PAGE).content.decode()


# What an attacker tries (attacks 6, 8, 18)


@pytest.mark.parametrize("spoil", ["one letter", "expired", "withdrawn", "inviter gone", "empty", "too long"])
def test_a_secret_that_does_not_hold_opens_nothing(client: Client, cast: Cast, far: Client, spoil: str) -> None:
    secret = by_mail(client, cast)
    made = Invitation.objects.all()
    if spoil == "one letter":
        secret = ("A" if secret[0] != "A" else "B") + secret[1:]
    elif spoil == "expired":
        made.update(expires_at=clock.now())
    elif spoil == "withdrawn":
        client.post(reverse("sharing:withdraw", args=[cast.ana_log.pk, made.get().pk]))
    elif spoil == "inviter gone":
        User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    else:
        secret = "" if spoil == "empty" else secret * 9
    answer = far.post(CODE_PAGE, {"code": secret}, follow=True)
    assert answer.status_code in {404, 422}
    assert "ana@example.org" not in answer.content.decode()
    assert far.post(OPEN_PAGE).status_code == 404
    assert not permissions(cast.far, cast.ana_log)


@pytest.mark.parametrize("spoil", ["expired", "withdrawn"])
def test_an_invitation_that_ends_while_its_page_is_open_lets_nobody_in(
    client: Client, cast: Cast, far: Client, spoil: str
) -> None:
    open_in(far, by_mail(client, cast))
    now = clock.now()
    Invitation.objects.update(**({"expires_at": now} if spoil == "expired" else {"withdrawn_at": now}))
    assert far.post(OPEN_PAGE).status_code == 404
    assert not permissions(cast.far, cast.ana_log)


def test_an_invitation_works_once(client: Client, cast: Cast, far: Client) -> None:
    secret = by_mail(client, cast)
    open_in(far, secret)
    assert far.post(OPEN_PAGE).status_code == 302
    assert far.post(OPEN_PAGE).status_code == 404
    assert far.post(CODE_PAGE, {"code": secret}).status_code == 404
    Grant.objects.filter(user=cast.far).update(revoked_at=clock.now())
    assert open_in(far, secret) == 404
    assert not permissions(cast.far, cast.ana_log)


def test_more_fields_than_the_click_are_not_read(client: Client, cast: Cast, far: Client) -> None:
    open_in(far, by_mail(client, cast, lasts="30"))
    extra = {"scope": "full", "reads": ["notes", "photos"], "adds": ["symptoms"], "expires": "2099-01-01"}
    extra |= {"ends_at": "", "status": "confirmed", "patient": str(cast.bo_log.pk), "settled_at": "2020-01-01"}
    far.post(OPEN_PAGE, extra)
    grant = Grant.objects.get(user=cast.far)
    assert (grant.patient, grant.reads, grant.adds) == (cast.ana_log, ["symptoms"], [])
    assert grant.ends_at is not None
    assert grant.ends_at < clock.now() + timedelta(days=31)


def test_more_fields_do_not_confirm_a_code(client: Client, cast: Cast, far: Client) -> None:
    open_in(far, by_code(client, cast))
    far.post(OPEN_PAGE, {"status": "confirmed", "settled_at": "2020-01-01", "confirm": "1", "way": "email"})
    assert not permissions(cast.far, cast.ana_log)
    made = Invitation.objects.get()
    assert far.post(reverse("sharing:confirm", args=[cast.ana_log.pk, made.pk])).status_code == 404
    assert not permissions(cast.far, cast.ana_log)


def test_who_is_in_cannot_change_what_they_see(cast: Cast) -> None:
    sam = Client()
    sam.force_login(cast.sam)
    grant = Grant.objects.get(user=cast.sam)
    before = Grant.objects.filter(pk=grant.pk).values().get()
    fields = {"scope": "full", "reads": ["photos"], "adds": ["photos"], "expires": "2099", "status": "confirmed"}
    for route in ("sharing:change", "sharing:revoke"):
        assert sam.post(reverse(route, args=[cast.ana_log.pk, grant.pk]), fields).status_code == 403
    for route in ("sharing:invite", "sharing:share-with-clinic"):
        assert sam.post(reverse(route, args=[cast.ana_log.pk]), fields).status_code == 403
    assert Grant.objects.filter(pk=grant.pk).values().get() == before


def test_opening_never_accepts(client: Client, cast: Cast, far: Client) -> None:
    open_in(far, by_mail(client, cast))
    for method in ("GET", "HEAD"):
        far.generic(method, OPEN_PAGE)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        assert far.generic(method, OPEN_PAGE).status_code == 405
    assert Invitation.objects.get().claimed_at is None


def test_secrets_stand_nowhere(client: Client, cast: Cast, far: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        secret, code = by_mail(client, cast), by_code(client, cast)
        open_in(far, secret)
        far.post(OPEN_PAGE)
    rows = [repr(vars(row)) for model in (Invitation, Event, Grant) for row in model.objects.all()]
    for kept in (secret, code, code.replace("-", "")):
        assert kept not in caplog.text
        assert not [row for row in rows if kept in row]
        assert kept not in repr(dict(far.session.items()))


def test_pages_of_an_invitation_send_no_referer(client: Client, cast: Cast, far: Client) -> None:
    secret = by_mail(client, cast)
    for answer in (far.get(CODE_PAGE), far.post(CODE_PAGE, {"code": secret}), far.get(OPEN_PAGE), far.post(OPEN_PAGE)):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert secret not in repr(dict(answer.headers))


def test_codes_cannot_be_tried_without_end(client: Client, cast: Cast, far: Client) -> None:
    code = by_code(client, cast)
    tries = [far.post(CODE_PAGE, {"code": f"ABCDE-FGHJ{n % 7 + 2}"}).status_code for n in range(25)]
    assert set(tries) == {404, 429}
    assert tries[-1] == 429
    assert far.post(CODE_PAGE, {"code": code}).status_code == 429


def test_invitations_cannot_be_sent_without_end(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    said = {"way": "email", "reads": ["symptoms"]}
    told = [client.post(invite_page(cast), {**said, "email": f"n{n}@example.org"}).status_code for n in range(22)]
    assert told[:20] == [302] * 20
    assert told[20:] == [429, 429]
    assert len(mail.outbox) == 20


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_accept_at_once_one_is_let_in() -> None:
    cast = make_cast()
    made, _secret = invite_to_log(patient=cast.ana_log, way="code", reads=["symptoms"], by=cast.ana)
    users = [make_user(f"Hopeful{n}") for n in range(20)]
    start, let_in, refused = threading.Barrier(20), [], []

    def accept(user: User) -> None:
        start.wait()
        try:
            take_up(invitation_id=made.pk, by=user)
            let_in.append(user)
        except NotOpen:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(let_in), len(refused)) == (1, 19)
    assert Invitation.objects.get().claimed_by == let_in[0]


# To a clinic


def test_an_invitation_to_a_clinic_makes_a_member_and_no_grant(cast: Cast) -> None:
    ClinicMember.objects.filter(user=cast.okoye).update(role="manager")
    made, secret = invite_to_clinic(clinic=cast.clinic, email="bo@example.org", role="nurse", by=cast.okoye)
    bo = Client()
    bo.force_login(cast.bo)
    assert open_in(bo, secret) == 200
    assert bo.post(OPEN_PAGE)["Location"] == reverse("inbox:queue", args=[cast.clinic.pk])
    member = ClinicMember.objects.get(user=cast.bo)
    assert (member.clinic, member.role, member.is_active) == (cast.clinic, "nurse", True)
    assert not Grant.objects.filter(user=cast.bo).exists()
    assert made.secret == digest(secret)
