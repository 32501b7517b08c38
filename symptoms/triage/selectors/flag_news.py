"""How far the flag of an entry came, for the page that shows its advice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q

from symptoms.diary.models import Entry
from symptoms.sharing.scope import Scope
from symptoms.triage.models import Flag, FlagEvent

KIND = FlagEvent.Kind
ANSWERS: Final = (KIND.ACKNOWLEDGED, KIND.RESOLVED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody at the clinic did with the flag, and what they wrote."""

    resolved: bool
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class FlagNews:
    """How far the flag of an entry came: raised or not yet, "I have called", the clinic's answers.

    `joined`: the entry is more of what the clinic knows since `known_at`, and who saw that last is `seen`.
    """

    raised: bool = False
    waiting: bool = False
    called_at: datetime | None = None
    called_by: str = ""
    answers: tuple[Answer, ...] = ()
    joined: bool = False
    known_at: datetime | None = None
    seen: Answer | None = None


def news_of_flag(entry: Entry, scope: Scope) -> FlagNews:
    """Return what became of the flag that holds `entry`, as far as it is about this and is not hidden. One query."""
    of_flag = FlagEvent.objects.filter(_shown(scope), flag__lines__entry=entry).exclude(kind=KIND.JOINED)
    line = {"line_raised": F("flag__lines__raised"), "line_joined_at": F("flag__lines__joined_at")}
    events: list[Any] = list(of_flag.annotate(**line).select_related("flag", "by"))
    if not events:
        return FlagNews()
    flag, joined_at = events[0].flag, events[0].line_joined_at
    since = max(flag.news_at, joined_at)
    called = next((one for one in events if one.kind == KIND.CALLED and one.at >= since), None)
    answers = [Answer(one.kind == KIND.RESOLVED, str(one.by), one.at, one.note) for one in events if _answers(one)]
    return FlagNews(
        raised=True,
        waiting=flag.state == Flag.State.WAITING,
        called_at=called.at if called else None,
        called_by=str(called.by) if called else "",
        answers=tuple(one for one in answers if one.at >= joined_at),
        joined=not events[0].line_raised,
        known_at=min(one.at for one in events),
        seen=next((one for one in reversed(answers) if one.at < joined_at), None),
    )


def _answers(event: FlagEvent) -> bool:
    return event.kind in ANSWERS


def _shown(scope: Scope) -> Q:
    return Q() if scope.hidden else Q(entry__hidden_at=None)
