"""The second factor: set up, asked for, not to be walked around."""

import io
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.accounts.second_factor import curator_access, has_second_factor, is_curator
from symptoms.audit.models import Event
from tests.factories.cast import Cast
from tests.factories.second_factor import code_of, curator, set_up, sign_in

PASSWORD = "a-long-password-of-okoye"


@pytest.fixture
def okoye(cast: Cast) -> User:
    """Dr Okoye, a curator with a password."""
    cast.okoye.set_password(PASSWORD)
    cast.okoye.save()
    return curator(cast.okoye)


def sign_in_by_password(client: Client, user: User) -> str:
    """Sign in as the page does it, and return where it leads."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return str(answer["Location"])


def asked(client: Client, path: str = "/rules/") -> HttpResponse:
    """Ask a view for curators with the session of `client`."""
    request = RequestFactory().get(path)
    request.session = client.session
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    return curator_access(lambda request: HttpResponse("the rules"))(request)


@pytest.mark.django_db(transaction=True)
def test_set_up_at_the_first_visit_and_sign_in_with_it(client: Client, okoye: User) -> None:
    assert sign_in_by_password(client, okoye) == "/"
    assert asked(client).status_code == 403
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "<svg" in page
    assert "data:" not in page
    assert "style=" not in page
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    assert len(re.findall(r"<code>\d{8}</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())) == 10
    assert asked(client).content == b"the rules", "setting it up showed it"
    other = Client()
    assert sign_in_by_password(other, okoye) == reverse("mfa_authenticate")
    assert "_auth_user_id" not in other.session, "the password alone signs nobody in"


def test_code_opens_the_door_and_is_good_once(client: Client, okoye: User) -> None:
    factor = set_up(okoye)
    code = code_of(factor)
    assert sign_in_by_password(client, okoye) == reverse("mfa_authenticate")
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "One more step" in page
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert asked(client).content == b"the rules"
    other = Client()
    sign_in_by_password(other, okoye)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_password_session_from_before_shows_the_code_and_is_let_in(client: Client, okoye: User) -> None:
    sign_in_by_password(client, okoye)
    factor = set_up(okoye)
    page = asked(client).content.decode()
    assert reverse("mfa_reauthenticate") + "?next=/rules/" in page
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code_of(factor), "next": "/you/"})
    assert answer["Location"] == "/you/"
    assert asked(client).content == b"the rules"


def test_password_alone_does_not_take_the_factor_away(client: Client, okoye: User) -> None:
    sign_in_by_password(client, okoye)
    factor = set_up(okoye)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(pk=factor.pk).exists()
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(factor)})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=okoye).exists()
    assert asked(client).status_code == 403, "what was shown is gone, so it counts no longer"


def test_factor_of_somebody_else_or_of_before_counts_for_nothing(client: Client, cast: Cast, okoye: User) -> None:
    sign_in(client, okoye)
    assert asked(client).content == b"the rules"
    session = client.session
    session["account_authentication_methods_user"] = str(cast.bo.pk)
    session.save()
    assert asked(client).status_code == 403
    sign_in(client, okoye)
    Authenticator.objects.filter(user=okoye).delete()
    set_up(okoye)
    assert asked(client).status_code == 403
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "id": set_up(cast.bo).pk}]
    session.save()
    assert asked(client).status_code == 403


@pytest.mark.parametrize("who", ["ana", "sam", "lindqvist", "far", "staff"])
def test_who_is_no_curator_gets_404_even_with_a_second_factor(client: Client, cast: Cast, who: str) -> None:
    sign_in(client, getattr(cast, who))
    with pytest.raises(Http404):
        asked(client)
    assert not is_curator(getattr(cast, who))


def test_curator_needs_every_part(cast: Cast, okoye: User) -> None:
    assert is_curator(okoye)
    for field in ("is_staff", "is_active"):
        User.objects.filter(pk=okoye.pk).update(**{field: False})
        assert not is_curator(User.objects.get(pk=okoye.pk))
        User.objects.filter(pk=okoye.pk).update(**{field: True})
    okoye.groups.clear()
    assert not is_curator(okoye)


@pytest.mark.parametrize("user", [AnonymousUser(), User(is_active=False)], ids=["signed out", "closed"])
def test_who_is_not_signed_in_has_no_second_factor(user: User | AnonymousUser) -> None:
    request = RequestFactory().get("/")
    request.user = user
    assert not has_second_factor(request)


def test_the_command_makes_curators(cast: Cast) -> None:
    out = io.StringIO()
    call_command("make_curator", cast.far.email.upper(), stdout=out)
    call_command("make_curator", cast.far.email, stdout=out)
    assert is_curator(User.objects.get(pk=cast.far.pk))
    assert "once a second factor is set up" in out.getvalue()
    assert Event.objects.filter(verb="accounts.curator-made", subject=f"user:{cast.far.uuid}").exists()
    with pytest.raises(CommandError, match="must sign up first"):
        call_command("make_curator", "nobody@example.org")


def test_admin_has_no_door_that_asks_for_the_password_alone(client: Client, okoye: User) -> None:
    User.objects.filter(pk=okoye.pk).update(is_superuser=True)
    form = {"username": okoye.email, "password": PASSWORD, "next": "/admin/"}
    answer = client.post(reverse("admin:login"), form)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next=/admin/login/")
    sign_in_by_password(client, okoye)
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.post(reverse("admin:login"), form).status_code == 403
    sign_in(client, okoye)
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(reverse("admin:login"))["Location"] == reverse("admin:index")
