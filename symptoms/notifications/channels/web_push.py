"""One push: an encrypted message (RFC 8291), signed with our keys (RFC 8292), to a browser's push service."""

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from py_vapid import Vapid02, VapidException
from pywebpush import WebPushException, webpush

from symptoms.notifications.channels.base import Dead, Message, Outcome, Taken, TryAgain
from symptoms.notifications.endpoints import is_push_service
from symptoms.notifications.models import Address
from symptoms.notifications.vapid import vapid_keys

TIMEOUT_S: Final = 10.0
# How long the push service keeps a message for a phone that is off. Later the notice in the tracker must do.
KEEP_S: Final = 24 * 60 * 60
GONE: Final = (404, 410)  # the browser has unsubscribed (RFC 8030, 7.3)
TOO_MANY: Final = 429
LONGEST_PAUSE: Final = timedelta(hours=1)
log = logging.getLogger(__name__)


class _Straight(requests.Session):
    """Goes where it is sent and nowhere else: a redirect could lead into our own network."""

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> requests.Response:
        return super().post(url, data=data, json=json, **{**kwargs, "allow_redirects": False})


class Pusher:
    """Keeps one connection to each push service, and the keys, for a batch of messages."""

    def __init__(self) -> None:
        self._session = _Straight()
        self._keys: Vapid02 | None = None

    def close(self) -> None:
        self._session.close()

    def push(self, address: Address, message: Message) -> Outcome:
        """Send one message to one browser."""
        if not is_push_service(address.endpoint):  # the operator may have taken a service off the list
            return Dead(_("the push service is not on the list"))
        topic = message.id.partition(".")[0].strip("<").replace("-", "")[:32]
        told = {"title": message.title, "body": message.body, "url": message.url, "tag": topic}
        try:
            webpush(
                {"endpoint": address.endpoint, "keys": address.keys},
                json.dumps(told),
                vapid_private_key=self._signing_keys(),
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                timeout=TIMEOUT_S,
                ttl=KEEP_S,
                # The same topic replaces a copy that still waits at the push service (RFC 8030, 5.4).
                headers={"Topic": topic, "Urgency": "high" if message.urgent else "normal"},
                requests_session=self._session,
            )
        except WebPushException as error:
            return outcome_of(error)
        except requests.RequestException as error:
            log.warning("a push service was out of reach: %s", type(error).__name__)
            return TryAgain(_("the push service was out of reach"))
        except (ValueError, VapidException) as error:  # keys that no browser made
            log.error("push address %s cannot be used: %s", address.pk, type(error).__name__)
            return Dead(_("the browser's keys cannot be read"))
        return Taken()

    def _signing_keys(self) -> Vapid02:
        if self._keys is None:
            self._keys = Vapid02.from_pem(vapid_keys().private.encode())
        return self._keys


def outcome_of(error: WebPushException) -> Outcome:
    """Judge the answer of a push service: 404 and 410 mean that the browser is gone, all else may pass."""
    status = error.status_code
    if status is None:
        return Dead(_("the browser's keys cannot be read"))
    if status in GONE:
        return Dead(_("the browser no longer takes messages (%(code)s)") % {"code": status})
    after = _pause(error.response) if status == TOO_MANY or status >= 500 else timedelta(0)
    return TryAgain(_("the push service answered %(code)s") % {"code": status}, after)


def _pause(response: Any) -> timedelta:
    """Read Retry-After: seconds or a date. Nonsense counts as nothing, and an hour is enough."""
    said = str(response.headers.get("Retry-After", "")).strip()
    try:
        pause = timedelta(seconds=int(said)) if said.isdigit() else parsedate_to_datetime(said) - datetime.now(UTC)
    except (TypeError, ValueError, OverflowError):
        return timedelta(0)
    return min(max(pause, timedelta(0)), LONGEST_PAUSE)
