import uuid
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from symptoms.lib.emergency import country_choices


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list, such as Europe/London."))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: by e-mail, in a language, a time zone and a country of their own."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class TemperatureUnit(models.TextChoices):
        CELSIUS = "C", _("Celsius (°C)")
        FAHRENHEIT = "F", _("Fahrenheit (°F)")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("E-mail address"), max_length=254)
    name = models.CharField(_("Name"), max_length=80)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=64, default="Europe/London", validators=[validate_zone])
    country = models.CharField(_("Country"), max_length=2, default="GB", choices=country_choices)
    temperature_unit = models.CharField(
        _("Temperature in"), max_length=1, choices=TemperatureUnit, default=TemperatureUnit.CELSIUS
    )
    theme = models.CharField(_("Colours"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # When the account is erased, for the person asked for it (see mydata). Here, for every page tells of it.
    erase_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]
        indexes = [models.Index(fields=["erase_at"], condition=Q(erase_at__isnull=False), name="accounts_user_erase")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return the first name, for a greeting."""
        return self.name.split(" ")[0] if self.name else self.email
