from typing import Any, Final
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal import auth as webauthn
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from symptoms.accounts import sessions
from symptoms.accounts.models import User
from symptoms.accounts.once import spend
from symptoms.accounts.refusals import note_refused_passkey, note_throttled
from symptoms.accounts.throttle import wait_s
from symptoms.accounts.words import too_many_tries
from symptoms.lib.one_line import check_one_line

# What is asked for where a field was left empty, and how long a password is.
EMAIL: Final = _("Type your e-mail address.")
PASSWORD: Final = _("Type your password.")
NEW_PASSWORD: Final = _("Type a new password.")
LONG_ENOUGH: Final = _("At least 10 characters. Several words are easy to keep in mind.")


def _ask(form: forms.BaseForm, **words: Any) -> None:
    """Say what to do in each field that was left empty."""
    for name, text in words.items():
        form.fields[name].error_messages["required"] = text


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Sign in with an e-mail address and a password."""

    shared_device = forms.BooleanField(
        label=_("Others use this device"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes = {"n": settings.SESSION_IDLE_MINUTES}
        self.fields["shared_device"].help_text = _("Then you are signed out after %(n)d minutes.") % minutes
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        _ask(self, login=EMAIL, password=PASSWORD)

    def login(self, request: Any, redirect_url: str | None = None) -> HttpResponse:
        """Keep the choice until the sign-in is complete: a second factor may come first."""
        request.session[sessions.CHOICE] = self.cleaned_data["shared_device"]
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        return answer


class AddEmailForm(allauth_forms.AddEmailForm):  # type: ignore[misc]
    """A new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("My new e-mail address")
        _ask(self, email=_("Type your new e-mail address."))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        _ask(self, email=EMAIL)


class _NewPassword:
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, again = (self.fields[name] for name in ("password1", "password2"))  # type: ignore[attr-defined]
        first.label, first.help_text = _("New password"), LONG_ENOUGH
        again.label = _("New password, once more")
        _ask(self, password1=NEW_PASSWORD, password2=_("Type the new password once more."))  # type: ignore[arg-type]


class ChangePasswordForm(_NewPassword, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """Another password, by somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("The password that you have now")
        _ask(self, oldpassword=_("Type the password that you have now."))


class ResetPasswordKeyForm(_NewPassword, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Another password, by the link of a mail."""


class _Once:
    """A code of an authenticator app counts once; a recovery code does so by itself."""

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError as refused:
            if refused.code != "too_many_login_attempts":
                raise
            note_throttled(context.request, user=self.user)  # type: ignore[attr-defined]
            key = f"mfa-auth-user-{self.user.pk}"  # type: ignore[attr-defined]
            raise forms.ValidationError(too_many_tries(wait_s(context.request, key)), code=refused.code) from None
        factor = self.authenticator  # type: ignore[attr-defined]
        if factor.type == Authenticator.Type.TOTP and not spend(factor.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class _Plain:
    """A field for a code: no placeholder, figures first on a phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["inputmode"] = "numeric"
        field.error_messages["required"] = _("Type the code.")


class AuthenticateForm(_Plain, _Once, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(_Plain, _Once, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """Show again who one is."""


class ActivateForm(_Plain, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""


class _Noted:
    """A passkey that is refused is written down."""

    def clean_credential(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except forms.ValidationError:
            note_refused_passkey(context.request, self.user)  # type: ignore[attr-defined]
            raise
        return found


class _Unthrottled:
    """A passkey cannot be guessed, so guesses at codes and passwords never lock it out."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        webauthn.parse_authentication_response(credential)
        return webauthn.complete_authentication(self.user, credential)  # type: ignore[attr-defined]


class LoginPasskeyForm(_Noted, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone: it says who signs in."""


class AuthenticatePasskeyForm(_Noted, _Unthrottled, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step of signing in."""


class ReauthenticatePasskeyForm(_Noted, _Unthrottled, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Show again with a passkey who one is."""


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. It always signs in by itself, so the device checks face, finger or PIN."""

    name = forms.CharField(label=_("Name of the passkey"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True

    def clean_passwordless(self) -> bool:
        return True


class EditPasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"), max_length=60, error_messages={"required": _("Type a name for it.")}
    )


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """Sign up with a name, an e-mail address and a password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        validators=[check_one_line],
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["password1"].help_text = LONG_ENOUGH
        _ask(self, name=_("Type your name."), email=EMAIL, password1=NEW_PASSWORD)
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    def try_save(self, request: Any) -> Any:
        """Make the account. Where there is one already the answer is the same, and takes as long."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request: Any) -> User:
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


# Zones by place; the others (Etc/GMT+5, EST) say nothing to a person.
REGIONS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones to choose from, by region and place."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(REGIONS))
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *zones)]


class YouForm(forms.ModelForm[User]):
    """What a person sets for themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Choose the city nearest to you."))

    class Meta:
        model = User
        fields = ["name", "country", "time_zone", "temperature_unit", "theme"]
        help_texts = {
            "country": _("It decides which emergency number we show."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = dict(zone_choices())
        choices.setdefault(self.instance.time_zone, self.instance.time_zone)
        self.fields["time_zone"].choices = list(choices.items())  # type: ignore[attr-defined]
        self.fields["name"].validators.append(check_one_line)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save"), css_class="btn-primary btn-lg"))
