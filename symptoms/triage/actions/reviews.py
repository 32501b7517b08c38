"""The rules grow old: whoever owns them is mailed once when the day of their review has passed."""

import logging
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.triage.models import RuleSetVersion

# Any fixed number: it names the turn of the one process that sends.
SENDS: Final = 4_711_004
log = logging.getLogger(__name__)


def remind_of_review() -> bool:
    """Mail the owner of the rules in force, or the operator, that their review is due. Return whether it went out.

    Safe to call at any time by several processes: one sends, and marks it only after the mail server took it.
    A server that is away is a line in the log and another try. Where nothing is due: one query.
    """
    return _due() is not None and _send_in_turn()


@transaction.atomic
def _send_in_turn() -> bool:
    due = _due() if _my_turn() else None
    if due is None:
        return False
    address = due.owner.email if due.owner and due.owner.is_active else settings.OPERATOR_EMAIL
    if not address:
        log.warning("the rules are due for review since %s, and there is nobody to tell", due.review_on)
        return False
    try:
        _mail(due, address).send()
    except (SMTPException, OSError) as error:
        log.warning("the reminder of the review did not go out: %s", type(error).__name__)
        return False
    told = RuleSetVersion.objects.filter(pk=due.pk, review_told_at=None, review_on=due.review_on)
    told.update(review_told_at=clock.now())
    record("triage.rules-review-told", by=None, subject=f"rules:{due.pk}")
    return True


def _due() -> RuleSetVersion | None:
    live = RuleSetVersion.objects.filter(state=RuleSetVersion.State.LIVE, review_told_at=None)
    return live.defer("files").select_related("owner").filter(review_on__lt=clock.now().date()).first()


def _my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SENDS])
        return bool(cursor.fetchone()[0])


def _mail(due: RuleSetVersion, address: str) -> EmailMessage:
    """Say only that it is due. The Message-ID is the same at every try, so a mail box can tell copies."""
    told = {"day": due.review_on, "url": f"{settings.PUBLIC_URL.rstrip('/')}{reverse('workbench:versions')}"}
    with translation.override(due.owner.language if due.owner else settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=render_to_string("emails/rules_review/subject.txt").strip(),
            body=render_to_string("emails/rules_review/body.txt", told).strip() + "\n",
            to=[address],
            headers={"Message-ID": f"<rules-review-{due.pk}-{due.review_on.isoformat()}@tracker>"},
        )
