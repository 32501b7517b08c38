"""The rules in force: the version that is live in the database, else the files of this release.

Each process remembers which version is live and asks the database again after `CHECK_EVERY` seconds, so most
calls cost no query, and a publication reaches every process within that time. `one_rule_set` holds one version
from the start of a request, or of a piece of work, to its end.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import DatabaseError

from symptoms.triage.engine import RuleSet, load_rule_set, read_rule_files
from symptoms.triage.engine.assess import FAULTS
from symptoms.triage.models import RuleSetVersion

log = logging.getLogger(__name__)

RULES: Final = Path(__file__).parent / "rules"
# Seconds in which a process may not know yet that other rules are in force. Basis: judgement; short beside the
# minutes that an answer to a flag takes, and long enough that asking costs nothing.
CHECK_EVERY: Final = 3.0
UNREADABLE: Final = "unreadable"


def release_rules() -> RuleSet:
    """Return the rules that came with this software. OSError or ValueError where its files cannot be read."""
    return _read(RULES)


@cache
def _read(directory: Path) -> RuleSet:
    return load_rule_set(read_rule_files(directory))


def ask_database() -> UUID | None:
    """Return the id of the version in force, None where no version was loaded yet."""
    return RuleSetVersion.objects.filter(state=RuleSetVersion.State.LIVE).values_list("pk", flat=True).first()


class Memory:
    """What one process knows of the rules in force. Every version is read and parsed once."""

    def __init__(
        self,
        ask: Callable[[], UUID | None] = ask_database,
        every: float = CHECK_EVERY,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._every, self._now = ask, every, now
        self._asked_at: float | None = None
        self._live: UUID | None = None
        self._rules: RuleSet | None = None

    def rules(self) -> RuleSet:
        """Return the rules in force. Where no version is live, or it cannot be read: those of the release."""
        now = self._now()
        if self._asked_at is None or now - self._asked_at >= self._every:
            self._look()
            self._asked_at = now
        return self._rules or release_rules()

    def _look(self) -> None:
        try:
            live = self._ask()
            if self._asked_at is None or live != self._live:
                self._rules = _version(live) if live else None
                self._live = live
                log.info("rules in force: %s", self._rules.version if self._rules else "the files of this release")
        except DatabaseError as error:
            log.error("which rules are in force could not be asked, the last known stay: %s", type(error).__name__)


def _version(live: UUID) -> RuleSet | None:
    """Return the rules of a version; None where this software cannot read them, and the release's files must do."""
    try:
        return load_rule_set(RuleSetVersion.objects.values_list("files", flat=True).get(pk=live))
    except (RuleSetVersion.DoesNotExist, *FAULTS) as error:
        log.error("version %s of the rules cannot be read, the release's files are used: %s", live, error)
        return None


@dataclass(slots=True)
class _Pin:
    """The rules that one request or one piece of work keeps: found at the first question, or found wanting."""

    rules: RuleSet | None = None
    fault: OSError | ValueError | None = None


MEMORY = Memory()
_pin: ContextVar[_Pin | None] = ContextVar("rules in use", default=None)


@contextmanager
def one_rule_set() -> Iterator[None]:
    """Keep one version of the rules until the end of the block; a block inside another shares its version."""
    if _pin.get() is not None:
        yield
        return
    token = _pin.set(_Pin())
    try:
        yield
    finally:
        _pin.reset(token)


def live_rules() -> RuleSet:
    """Return the rules in force. OSError or ValueError where there are none that can be read."""
    pin = _pin.get()
    if pin is None:
        return MEMORY.rules()
    if pin.fault:
        raise pin.fault
    if pin.rules is None:
        try:
            pin.rules = MEMORY.rules()
        except (OSError, ValueError) as fault:
            pin.fault = fault
            raise
    return pin.rules


def live_version() -> str:
    """Return the version of the rules in force; "unreadable" where they are none, for then too a flag is raised."""
    try:
        return live_rules().version
    except (OSError, ValueError):
        return UNREADABLE
