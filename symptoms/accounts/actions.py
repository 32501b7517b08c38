from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction

from symptoms.accounts.models import User
from symptoms.accounts.second_factor import CURATORS
from symptoms.accounts.signals import settings_changed
from symptoms.audit.actions import record


@transaction.atomic
def change_settings(*, user: User, changed: Sequence[str], by: User) -> None:
    """Keep the changed fields of `user`; the audit row names them, not their values."""
    user.save(update_fields=[*changed])
    record("accounts.settings-changed", by=by, subject=f"user:{user.uuid}", data={"fields": [*changed]})
    settings_changed.send(sender=User, user=user)


@transaction.atomic
def make_curator(*, user: User, by: User | None) -> None:
    """Let `user` work on the rules. `by` is None for the operator, who vouches for the person and the address."""
    group, _is_new = Group.objects.get_or_create(name=CURATORS)
    user.groups.add(group)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    # A second factor is only bound to an address that is known to be the person's own.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True}, create_defaults={"verified": True, "primary": True}
    )
    record("accounts.curator-made", by=by, subject=f"user:{user.uuid}")


@transaction.atomic
def end_all_sessions(*, user: User | None, by: User | None) -> int:
    """End every session of `user`, or of everybody (None), whatever the list of sessions knows. Return how many.

    `by` is None for the operator.
    """
    rows = Session.objects.all()
    if user is not None:
        keys = [row.pk for row in rows.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
        rows = rows.filter(pk__in=keys)
    count, _by_model = rows.delete()
    UserSession.objects.filter(**({"user": user} if user else {})).delete()
    subject = f"user:{user.uuid}" if user else ""
    record("accounts.sessions-ended", by=by, subject=subject, data={"count": count})
    return count


@transaction.atomic
def close_account(*, user: User, by: User | None) -> None:
    """Let `user` sign in no more, and end what they have open. What they wrote stays. `by` is None for the operator."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("accounts.closed", by=by, subject=f"user:{user.uuid}")
    end_all_sessions(user=user, by=by)


@transaction.atomic
def end_sessions(*, user: User, ids: Sequence[int], by: User) -> None:
    """Sign `user` out of these sessions: whoever holds one of their cookies holds nothing."""
    get_adapter().end_sessions(UserSession.objects.filter(user=user, pk__in=ids))
    record("accounts.sessions-ended", by=by, subject=f"user:{user.uuid}", data={"count": len(ids)})
