"""Take a person out of every table. What stays is in `places.KEPT`, with its reason."""

import email
import email.policy
import logging
import re
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import ProtectedError, Q

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.followups.models import Occasion
from symptoms.mydata.places import paths_to_patient
from symptoms.mydata.stand_ins import DOMAIN
from symptoms.notifications.models import Notice, Reminder
from symptoms.sharing.models import Invitation, Patient

EMPTIED: Final = "erased.invalid"
# The name that others read where this person wrote or set something in their diaries.
FORMER: Final = "Somebody who left"
log = logging.getLogger(__name__)


def forget(user: User) -> None:
    """Delete all rows about this person and their diary, sessions included, in the transaction of the caller.

    Where others' diaries hold what this person wrote or did there, that stays theirs: the account is emptied of
    everything that tells who it was, and nobody can sign in to it again. Else it goes too.
    """
    patient = Patient.objects.filter(user=user).first()
    forget_sessions(user)
    Invitation.objects.filter(email__iexact=user.email).delete()
    _forget_logs(user, patient)
    if patient is not None:
        _forget_patient(patient)
    try:
        user.delete()
    except ProtectedError:
        _empty(user)


def is_emptied(user: User) -> bool:
    return user.email.endswith(f"@{EMPTIED}")


def _forget_patient(patient: Patient) -> None:
    strangers = stand_ins_of(patient)
    occasions = Occasion.objects.filter(patient=patient).values("pk")
    entries = Entry.objects.filter(patient=patient).values("pk")
    # Copies of reminders, and notices of entries, stand with whoever got them.
    Reminder.objects.filter(Q(subject__in=occasions) | Q(subject__in=entries)).delete()
    Notice.objects.filter(url__contains=str(patient.pk)).delete()
    patient.delete()
    for stranger in User.objects.filter(pk__in=strangers):
        try:
            stranger.delete()
        except ProtectedError:
            log.warning("account %s of an imported diary stays: another diary names it", stranger.pk)


def stand_ins_of(patient: Patient) -> set[int]:
    """Return the closed accounts that an import made for this diary."""
    found: set[int] = set()
    imported = User.objects.filter(email__endswith=f"@{DOMAIN}").values("pk")
    for model, path in paths_to_patient():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User:
                rows = model._default_manager.filter(**{path: patient.pk, f"{field.name}__in": imported})
                found |= set(rows.order_by().values_list(field.name, flat=True).distinct())
    return found


def forget_sessions(user: User) -> None:
    """End every session of this person. A session is read to know whose it is: there is no other way."""
    for session in Session.objects.iterator(chunk_size=1000):
        if str(session.get_decoded().get("_auth_user_id")) == str(user.pk):
            session.delete()


def _forget_logs(user: User, patient: Patient | None) -> None:
    """Take out what the staff's log says of this person's rows: it keeps their names as text."""
    rows: list[tuple[str, Iterable[Any]]] = [("accounts.User", [user.pk])]
    if patient is not None:
        rows.append(("sharing.Patient", [patient.pk]))
        rows += [
            (model._meta.label, model._default_manager.filter(**{path: patient.pk}).values_list("pk", flat=True))
            for model, path in paths_to_patient()
        ]
    for label, keys in rows:
        _, name = label.split(".")
        of_model = Q(content_type__app_label=label.split(".")[0], content_type__model=name.lower())
        if LogEntry.objects.filter(of_model).exists():
            LogEntry.objects.filter(of_model, object_id__in=[str(key) for key in keys]).delete()


def _empty(user: User) -> None:
    """Take everything off an account that must stay because others' rows point at it."""
    # Hidden ones too: most keys to an account have no way back of their own.
    for relation in user._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: user.pk})
        if relation.on_delete is models.CASCADE:
            rows.delete()
        elif relation.on_delete is models.SET_NULL:
            rows.update(**{relation.field.name: None})
    user.groups.clear()
    user.user_permissions.clear()
    plain = User(email=f"{uuid4().hex}@{EMPTIED}", name=FORMER, is_active=False)
    plain.set_unusable_password()
    kept = {"id", "uuid"}
    fields = [field.attname for field in User._meta.concrete_fields if field.name not in kept]
    values = {name: getattr(plain, name) for name in fields if name != "date_joined"}
    User.objects.filter(pk=user.pk).update(**values)


def forget_mails(address: str, name: str) -> int:
    """Delete the mails of the demo's folder that name this person, and return how many. Real mails are gone."""
    if not settings.DEMO:
        return 0
    folder = Path(settings.DEMO_MAIL)
    paths = [path for path in folder.glob("*.eml") if _names(path, address, name)] if folder.is_dir() else []
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _names(path: Path, address: str, name: str) -> bool:
    try:
        mail = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    except FileNotFoundError:
        return False
    parts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    text = "\n".join([*(f"{key}: {value}" for key, value in mail.items()), *parts]).lower()
    return address.lower() in text or bool(re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text))


def tables() -> list[str]:
    """Return the names of all tables that models of this project and its libraries use."""
    return sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))


def accounts(uuids: Iterable[UUID]) -> list[User]:
    """Return the accounts of these ids that were not emptied yet."""
    return list(User.objects.filter(uuid__in=list(uuids)).exclude(email__endswith=f"@{EMPTIED}"))
