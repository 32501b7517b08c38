"""Did it start suddenly, within minutes? The answer of today, of the episode, or of the note."""

from typing import Final

from symptoms.triage.engine.view import QUIET_DAYS, Seen, View

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
    for seen in view.telling(symptom, view.episode_start(symptom, view.today)):
        if seen.ordinal < view.today and (answer := _answer(view, seen)) != UNKNOWN:
            return answer
    lately = view.seen(symptom, view.today - QUIET_DAYS)
    known = symptom in view.usual or any(seen.ordinal < view.today for seen in lately)
    return UNKNOWN if known else ASSUMED


def _answer(view: View, seen: Seen) -> str:
    if seen.tick.sudden in (YES, NO):
        return str(seen.tick.sudden)
    return YES if view.says_suddenly(seen.entry) else UNKNOWN
