"""Did it start suddenly, within minutes? The answer of today, of the episode, or of the note."""

import re
from typing import Final

from symptoms.triage.engine.view import QUIET_DAYS, Seen, View

SUDDENLY: Final = re.compile(
    r"(?<!not )(?<!n't )(?<!no )\b(sudden(ly)?|all at once|out of nowhere|out of the blue)\b", re.IGNORECASE
)
YES: Final = "yes"
NO: Final = "no"
# Not answered, and nothing speaks against a sudden start: it counts as sudden.
ASSUMED: Final = "assumed"
UNKNOWN: Final = "unknown"


def onset(view: View, symptom: str) -> str:
    """Return how `symptom` of today started: yes, no, assumed or unknown.

    An answer stays with the episode. Without one it is assumed to be sudden, unless the symptom was logged
    in the last 28 days or is usual for the patient.
    """
    answers = {_answer(view, seen) for seen in view.seen_today(symptom)}
    for answer in (YES, NO):
        if answer in answers:
            return answer
    start = view.episode_start(symptom, view.today)
    earlier = [seen for seen in view.seen(symptom, view.today - QUIET_DAYS) if seen.ordinal < view.today]
    for seen in view.seen(symptom, start):
        answer = _answer(view, seen)
        if seen.ordinal < view.today and answer in (YES, NO):
            return answer
    return UNKNOWN if earlier or symptom in view.usual else ASSUMED


def _answer(view: View, seen: Seen) -> str:
    if seen.tick.sudden in (YES, NO):
        return str(seen.tick.sudden)
    return YES if SUDDENLY.search(view.facts.entries[seen.entry].note.replace("\u2019", "'")) else UNKNOWN
