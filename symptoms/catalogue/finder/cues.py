"""How far the words around a symptom reach: what is said not to be, to have been, or only to be feared.

After NegEx and ConText (Chapman 2001, Harkema 2009): a cue opens a scope, which runs to the next word that closes
it. What is ours is the reading of lists ("no fever, chills or cough"), for there most false alarms are born.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from symptoms.catalogue.finder.matching import Match, Note

FORWARD: Final = 6  # telling words from a "no" to its symptom
BACKWARD: Final = 4  # and from a symptom to its "gone"
LIST: Final = 40
NEAR: Final = 5  # words and signs between "nearly" or "gets worse" and what is said of
SOON: Final = 10  # words and signs of the next sentence that still belong to this one: "Did you have a cough? No."
# In "lost my smell, it came back" the loss is over; in "the cough came back" it is there.
LOSSES: Final = frozenset({"loss-smell-taste", "vision-loss", "loss-of-appetite", "hoarse-voice"})
ENDURED: Final = frozenset({"months", "weeks", "years", "ages", "year", "month"})
EVENTS: Final = frozenset({"falls", "collapse", "seizure", "head-injury", "vomiting", "bowel-loss"})
# What is urgent even where it has passed: "lost my sight for a minute, it is gone now".
ATTACKS: Final = frozenset({
    "arm-drift", "blue-grey-skin", "both-legs-weak", "breathless-severe", "chest-pain", "chest-tightness", "collapse",
    "confusion", "cough-blood", "face-droop", "faint", "headache-sudden-worst", "one-side-weak", "poo-blood",
    "seizure", "speech-trouble", "swelling-lips-tongue", "swelling-throat", "vision-double", "vision-loss",
    "vomit-blood",
})  # fmt: skip
ASKING: Final = frozenset({"how", "when", "will", "can", "could", "do", "does", "may", "should"})
WAITING: Final = frozenset({"waiting", "waited", "wait"})
ENDS: Final = frozenset({"stop", "last", "go", "end", "settle", "clear", "pass", "ease", "stops", "goes", "something"})
GOING_ON: Final = frozenset({"now", "then", "later", "just", "only"})
RELATIVE: Final = frozenset(
    {
        ("i", "told"),
        ("i", "reported"),
        ("i", "have"),
        ("i", "had"),
        ("i", "got"),
        ("she", "had"),
        ("he", "had"),
        ("i", "mentioned"),
    }
)
CHANCES: Final = frozenset({"chance", "chances", "risk", "possibility", "likelihood", "odds", "danger", "probability"})
BEING: Final = frozenset({"is", "are", "was", "were", "can", "could", "may", "might", "a", "one", "normal", "common"})
DREAMS: Final = frozenset({"dream", "dreamt", "dreamed", "nightmares", "nightmare", "dreaming"})
WISHES: Final = frozenset({"hope", "hoping", "wish", "pray", "hopefully"})
STAYS_AWAY: Final = frozenset({"away", "never", "not", "off"})
KNOWN: Final = frozenset({("about", "the"), ("for", "the"), ("with", "the"), ("of", "the"), ("from", "the")})
ANSWERS: Final = frozenset({"(", "="})
DEFINITE: Final = frozenset({"the", "this", "these", "my", "her", "his", "it"})
COMMAS: Final = frozenset({",", "/", "(", ")", ":", "-"})
JOINS: Final = COMMAS | {"and", "or", "nor", "&", "+"}
OPEN: Final = frozenset({"or", "nor"})
SUBJECTS: Final = frozenset({"i", "she", "he", "it", "we", "they", "you", "there", "that"})
OWNERS: Final = frozenset({"my", "her", "his"})
PREPOSITIONS: Final = frozenset({
    "in", "of", "on", "at", "to", "from", "with", "around", "near", "under", "round", "for", "behind",
})  # fmt: skip
FRESH: Final = SUBJECTS | OWNERS | frozenset({
    "is", "are", "am", "was", "were", "'s", "has", "have", "had", "a", "an", "the", "bad", "terrible", "awful",
    "really", "very", "still", "only", "just", "some", "slight", "mild", "little", "bit", "got", "getting", "more",
    "keep", "horrible", "constant", "severe", "huge", "lots", "so", "strong", "new", "also", "then", "my", "feel",
    "feeling", "woke", "yes", "but", "today", "tonight",
})  # fmt: skip
PERFECT: Final = frozenset({"have", "has"})  # "I have not collapsed, had a seizure or been sick"
ARTICLES: Final = frozenset({"a", "an", "the", "my", "some", "really", "very"})
FOLLOWS: Final = frozenset({
    "is", "are", "was", "were", "'s", "has", "have", "keeps", "getting", "for", "since", "all", "started", "again",
    "comes", "came", "though", "remains", "persists", "continues", "worse", "got", "last", "x",
})  # fmt: skip


class Cues:
    """The cues of one note, each kind in order of place."""

    def __init__(self, note: Note, matches: Iterable[Match]) -> None:
        self.note = note
        self._kinds: dict[str, list[Match]] = {}
        for match in matches:
            self._kinds.setdefault(match.meaning, []).append(match)
        self._starts = {kind: [cue.start for cue in cues] for kind, cues in self._kinds.items()}

    def of(self, kind: str, start: int, end: int) -> list[Match]:
        """Return the cues of a kind that lie within tokens `start` to `end`."""
        if kind not in self._kinds:
            return []
        starts = self._starts[kind]
        within = slice(bisect_left(starts, start), bisect_left(starts, end))
        return [cue for cue in self._kinds[kind][within] if cue.end <= end]

    def any(self, kind: str, start: int, end: int) -> bool:
        return bool(self.of(kind, start, end))


class Scopes:
    """Tells of a symptom whether a cue reaches it. `told` are the symptoms found, for lists are made of them."""

    def __init__(self, cues: Cues, told: Iterable[Match]) -> None:
        self._cues = cues
        self._note = cues.note
        self._told = {token for match in told for token in match.own()}

    def sentence(self, match: Match) -> tuple[int, int]:
        """Return the tokens of the match's sentence, from first to after the last."""
        number = self._note.sentence
        return bisect_left(number, number[match.start]), bisect_left(number, number[match.start] + 1)

    def tells(self, start: int, end: int) -> bool:
        """Say whether a symptom stands between two places."""
        return not self._told.isdisjoint(range(start, end))

    # Negation

    def is_negated(self, match: Match) -> bool:
        """Say whether the symptom is denied. One word that turns a denial round ("not gone") settles it."""
        first, last = self.sentence(match)
        if self.is_answered("no", match):
            return True
        if self._is_affirmed(match, first, last):
            return False
        if self._is_before("negated", match, first, last):
            return True
        if self._cues.any("mistaken", first, match.start) and self._cues.any("in-truth", match.end, last + SOON):
            return True
        if match.meaning in EVENTS and self._cues.any("nearly", max(first, match.start - NEAR), match.end):
            return True
        return self._is_after("negated", match, last) and not self._returns(match, last)

    def _is_affirmed(self, match: Match, first: int, last: int) -> bool:
        is_affirmed = self._is_before("affirmed", match, first, last) or self._is_after("affirmed", match, last)
        return is_affirmed or self._is_contradicted(match, last)

    def _is_contradicted(self, match: Match, last: int) -> bool:
        """Say whether what follows tells it as there: "I never get a rash, but today I do", "normal? I have it"."""
        cues = self._cues.of("contrary", match.end, min(last + SOON, len(self._note.words)))
        return any(not self.tells(match.end, cue.start) for cue in cues)

    def _is_before(self, kind: str, match: Match, first: int, last: int) -> bool:
        inside = [cue for cue in self._cues.of(kind, match.start, match.end) if not _overlap(cue, match)]
        before = self._cues.of(kind, max(first, match.start - LIST), match.start)
        return bool(inside) or any(self._runs_to(cue, match, last) for cue in reversed(before))

    def _is_after(self, kind: str, match: Match, last: int) -> bool:
        after = self._cues.of(f"{kind}-after", match.end, min(last, match.end + LIST))
        return any(self._runs_back_to(cue, match) for cue in after)

    def _returns(self, match: Match, last: int) -> bool:
        """Say whether what is told as gone is told as back after that: "gone for a day but it is back"."""
        cues = self._cues.of("returned", match.end, min(last + 2 * SOON, len(self._note.words)))
        is_back = any(self._note.words[cue.start - 1] not in ("not", "never") for cue in cues)
        return match.meaning not in LOSSES and is_back

    def is_answered(self, answer: str, match: Match) -> bool:
        """Say whether a question about the match is told with its answer: "she asked about fever and I said no"."""
        first, last = self.sentence(match)
        at_once = self._note.words[match.end : match.end + 2]
        if len(at_once) == 2 and at_once[0] in ANSWERS and at_once[1] in {"yes", "no"}:
            return at_once[1] == answer
        if not self._cues.any("asked", first, last) and self._note.words[last - 1] != "?":
            return False
        until = min(last + SOON, len(self._note.words))
        other = "yes" if answer == "no" else "no"
        return self._cues.any(f"answer-{answer}", match.end, until) and not self._cues.any(
            f"answer-{other}", match.end, until
        )

    def _runs_to(self, cue: Match, match: Match, last: int) -> bool:
        """Say whether a "no" before the match still holds at it."""
        if self._cues.any("end", cue.end, match.start) or not self._same_clause(cue.end, match.start):
            return False
        segments = self._segments(cue.end, match.start)
        if len(segments) == 1:
            return self._note.between(cue.end, match.start) <= FORWARD
        return self._lists(segments, match, last, self._note.words[max(0, cue.start - 1) : cue.end])

    def _segments(self, start: int, end: int) -> list[tuple[str, int, int]]:
        """Return the pieces of a list between two places: (the word that joins it on, start, end)."""
        segments, join, begin = [], "", start
        for place in range(start, end):
            if self._note.words[place] in JOINS:
                segments.append((join, begin, place))
                join, begin = self._note.words[place], place + 1
        return [*segments, (join, begin, end)]

    def _lists(self, segments: list[tuple[str, int, int]], match: Match, last: int, said: list[str]) -> bool:
        words = self._note.words
        joins = {join for join, _, _ in segments}
        open_list = bool(joins & OPEN) or self._goes_on_with_or(match.end, last)
        if not open_list and (self._told.isdisjoint(range(*segments[0][1:])) or self._starts_anew(match)):
            return False
        fresh = FRESH - ARTICLES - {"had"} if open_list and not PERFECT.isdisjoint(said) else FRESH
        is_fresh = any(
            (fresh - ARTICLES if join in OPEN else fresh).intersection(words[start:end])
            for join, start, end in segments[1:]
        )
        return not is_fresh and (joins & OPEN != set() or not self._is_clause(match))

    def _goes_on_with_or(self, start: int, last: int) -> bool:
        """Say whether the list is closed by "or" before a new clause begins: "rash, hives, itching or swelling"."""
        for word in self._note.words[start : min(last, start + LIST)]:
            if word in OPEN:
                return True
            if word in FRESH or word in FOLLOWS:
                return False
        return False

    def _starts_anew(self, match: Match) -> bool:
        """Say whether the words after a match make it a statement of its own: "no fever, cough is bad"."""
        return bool(FOLLOWS.intersection(self._note.words[match.end : match.end + 2]))

    def _is_clause(self, match: Match) -> bool:
        """Say whether the match itself is a statement, as "throat closing" is and "facial swelling" is not."""
        final = self._note.words[match.end - 1]
        return len(match.parts) > 1 and final.endswith("ing") and final != "swelling"

    def _same_clause(self, start: int, end: int) -> bool:
        """Say whether no new subject begins between two places; "in my chest" is none."""
        words = self._note.words
        for place in range(start, end):
            before = words[place - 1] if place else ""
            if words[place] in SUBJECTS and before != "if":
                return False
            if words[place] in OWNERS and before not in PREPOSITIONS and place > start:
                return False
        return True

    def _runs_back_to(self, cue: Match, match: Match) -> bool:
        """Say whether a "gone" after the match is said of it, or of the list that it stands in."""
        start = self._after_relative_clause(match.end, cue.start)
        words = self._note.words[start : cue.start]
        ends = [end for end in self._cues.of("end", start, cue.start) if self._note.words[end.start] not in GOING_ON]
        if ends or "who" in words or SUBJECTS.union(OWNERS).intersection(words):
            return False
        if self._note.words[cue.end : cue.end + 1] == ["?"] and cue.meaning == "negated-after":
            return False
        if self.tells(start, cue.start):
            return bool(JOINS.intersection(words)) and self._note.between(start, cue.start) <= 2 * BACKWARD
        return "," not in words and "and" not in words and self._note.between(start, cue.start) <= BACKWARD

    def _after_relative_clause(self, start: int, end: int) -> int:
        """Return the place after "(that) I had on Monday", which does not part a symptom from its "gone" at `end`."""
        place = start + (self._note.words[start : start + 1] in (["that"], ["which"]))
        if tuple(self._note.words[place : place + 2]) not in RELATIVE:
            return start
        ends = {",", "and", "but", "so", *SUBJECTS - {"you"}}.isdisjoint(self._note.words[place + 1 : end])
        is_short = ends and self._note.between(place, end) <= 2 * BACKWARD and not self.tells(place, end)
        return end if is_short else place + 2

    # Time and mood

    def is_past(self, match: Match) -> bool:
        """Say whether the symptom is told of another time, and not as come back."""
        first, last = self._clause(match)
        if match.meaning in LOSSES and self._is_given_back(match):
            return True
        if self._cues.any("again", first, last) or self._starts_again(match):
            return False
        return self._cues.any("past", first, last) or self._cues.any("past-before", first, match.start)

    def _starts_again(self, match: Match) -> bool:
        """Say whether it is told as come back after "now" or "but": "I used to get it and now it has started again"."""
        _, last = self.sentence(match)
        again = [*self._cues.of("again", match.end, last), *self._cues.of("returned", match.end, last)]
        return any(not self.tells(match.end, cue.start) for cue in again)

    def is_over(self, match: Match) -> bool:
        """Say whether it is told as over in words of their own: "I had a rash, it has gone". An attack stays told."""
        _, last = self.sentence(match)
        until = min(last + SOON, len(self._note.words))
        if match.meaning in ATTACKS or self._returns(match, last):
            return False
        return any(not self.tells(match.end, cue.start) for cue in self._cues.of("over", match.end, until))

    def _is_given_back(self, match: Match) -> bool:
        """Say whether a sense lost long ago is told as come back: "lost my smell for months but it came back"."""
        first, last = self.sentence(match)
        if not self._cues.any("returned", match.end, last):
            return False
        return self._cues.any("past", first, last) or not ENDURED.isdisjoint(self._note.words[match.end : last])

    def _clause(self, match: Match) -> tuple[int, int]:
        """Return the part of the sentence around a match that no "but", "now" or "today" parts from it."""
        first, last = self.sentence(match)
        before = self._cues.of("now", first, match.start)
        after = self._cues.of("now", match.end, last)
        return max([first, *(cue.end for cue in before)]), min([last, *(cue.start for cue in after)])

    def is_hypothetical(self, match: Match) -> bool:
        """Say whether the symptom is only asked about, feared, read of or warned of."""
        first, last = self.sentence(match)
        if self._is_contradicted(match, last) or self.is_answered("no", match):
            return False
        cues = self._cues.of("hypothetical", first, match.start)
        if any(self._supposes(cue, match) for cue in cues):
            return True
        if any(not _overlap(cue, match) for cue in self._cues.of("hypothetical", match.start, match.end)):
            return True
        after = self._cues.of("hypothetical-after", match.end, last)
        if any(self._is_said_of(cue, match) for cue in after):
            return True
        return self._is_asked(match, first, last)

    def _is_said_of(self, cue: Match, match: Match) -> bool:
        """Say whether "is a side effect" makes the match a thing in general; "my" and "this" make it one's own."""
        is_own = self._note.words[match.start - 1] in {"my", "this", "these"} and self._note.words[cue.start] in BEING
        return not is_own and self._note.between(match.end, cue.start) <= 2 * BACKWARD

    def _supposes(self, cue: Match, match: Match) -> bool:
        is_dream = not DREAMS.isdisjoint(self._note.words[cue.start : cue.end])
        kinds = ("end", "now", "wakes") if is_dream else ("end", "now", "fact", "wakes")
        if any(self._cues.any(kind, cue.end, match.start) for kind in kinds):
            return False
        if self._is_asked_and_there(cue, match) or self._is_wished_away(cue, match):
            return False
        own = self._note.words[cue.end : cue.end + 1] + self._note.words[match.start : match.start + 1]
        return not (
            cue.meaning == "hypothetical" and own[0] in {"my", "this", "these", "her", "his"} and self._worries(cue)
        )

    def _is_asked_and_there(self, cue: Match, match: Match) -> bool:
        """Say whether what is supposed is there: "asked about a cough, I said yes", "if this cough gets worse"."""
        if self.is_answered("yes", match):
            return True
        words = self._note.words[cue.start : cue.start + 2]
        if words[0] != "if" or words[1] not in DEFINITE:
            return False
        return self._cues.any("worsens", match.end, min(match.end + NEAR, len(self._note.words)))

    def _is_wished_away(self, cue: Match, match: Match) -> bool:
        """Say whether it is wished away or asked about as a thing that is there: "I hope this rash goes"."""
        first = self._note.words[cue.start]
        if first in WAITING:
            ends = not ENDS.isdisjoint(self._note.words[match.end : match.end + 4])
            return ends or self._note.between(cue.end, match.start) > 1
        definite = self._note.words[match.start - 1] in ("this", "my", "the", "these")
        if first in ASKING and (definite or self._note.words[cue.end - 1] in ("this", "these")):
            ends = not ENDS.isdisjoint(self._note.words[match.end : match.end + 3])
            return first == "do" or ends or self._note.words[match.start - 1] in ("this", "my", "these")
        wished = first in WISHES or "hope" in self._note.words[cue.start : cue.end]
        return wished and definite and STAYS_AWAY.isdisjoint(self._note.words[match.end : match.end + 4])

    def _worries(self, cue: Match) -> bool:
        """Say whether the cue is a worry, which "my" makes one about something that is there."""
        words = self._note.words[cue.start : cue.end]
        return words[-1] in {"about", "of", "by", "over", "at"} and CHANCES.isdisjoint(words)

    def _is_asked(self, match: Match, first: int, last: int) -> bool:
        """Say whether it stands in a question about the thing itself: "can it cause a rash?", not "why is my ..."."""
        opened = self._cues.of("question", first, first + 4)
        if not opened or not any(word == "?" for word in self._note.words[last - 1 : last]):
            return False
        if tuple(self._note.words[match.start - 2 : match.start]) in KNOWN:
            return False
        if self._note.words[match.start - 1] == "the" and not ENDS.isdisjoint(
            self._note.words[match.end : match.end + 3]
        ):
            return False
        return not self._cues.any("fact", first, match.start) and not self._cues.any("mine", first, match.end)


def _overlap(cue: Match, match: Match) -> bool:
    return not set(cue.own()).isdisjoint(match.own())
