"""Body temperatures written as numbers: "38.6", "101.3F", "temp was 39", "T 39,1 \u00b0C", "thirty nine"."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from symptoms.catalogue.finder.matching import Match, Note

FEVER_C: Final = 38.0
LOW_C: Final = 36.0
CELSIUS: Final = (30.0, 43.0)
FAHRENHEIT: Final = (90.0, 110.0)
SIGNS: Final = frozenset({
    "\u00b0", "degrees", "degree", "deg", "grad", "grados", "gradi", "celsius", "fahrenheit", "c", "f",
})  # fmt: skip
UNITS_C: Final = frozenset({"c", "celsius", "centigrade"})
UNITS_F: Final = frozenset({"f", "fahrenheit"})
NAMED: Final = frozenset({
    "temp", "temps", "temperature", "temperatures", "thermometer", "fever", "t", "tmp", "fiebre", "fieber", "fievre",
    "febbre", "feverish", "\U0001f912", "\U0001f975", "\U0001f321", "burning", "pyrexia", "pyrexial", "spiked",
    "spiking", "rectal", "oral", "armpit", "underarm", "tympanic",
})  # fmt: skip
OTHER_UNITS: Final = frozenset({
    "kg", "kgs", "kilos", "kilo", "lb", "lbs", "pounds", "stone", "km", "kilometers", "kilometres", "miles", "mile",
    "m", "cm", "mm", "mg", "ml", "g", "mcg", "l", "litres", "liters", "%", "percent", "min", "mins", "minutes",
    "hours", "hour", "hrs", "h", "days", "day", "weeks", "week", "months", "years", "year", "yr", "yrs", "pm", "am",
    "o'clock", "people", "times", "bpm", "beats", "steps", "euros", "euro", "dollars", "quid", "\u20ac", "\u00a3", "$",
    "/", ":", "pages", "st", "units", "iu", "mmol", "nmol", "ng", "u", "x", "points", "likes", "questions", "reps",
    "pills", "tablets", "seconds", "secs", "sec", "inch", "inches", "ft", "feet", "mmhg", "kcal", "calories",
})  # fmt: skip
ELSEWHERE: Final = frozenset({
    "outside", "outdoors", "north", "south", "latitude", "weather", "shade", "sun", "oven", "bath", "bathwater",
    "pool", "sauna", "room", "garden", "forecast", "heatwave", "summer", "beach", "fridge", "car", "indoors",
    "kitchen", "water", "radiator", "thermostat", "bp", "pulse", "weight", "weigh", "weighed", "cycled", "walked",
    "ran", "page", "bus", "gate", "platform", "bmi", "humid", "ferritin", "vitamin", "cholesterol", "igg", "igm", "vit",
    "alt", "ast", "crp", "haemoglobin", "hemoglobin", "haematocrit", "hematocrit", "platelets", "lymphocytes", "size",
    "shoe", "waist", "chapter", "hr", "heart", "version", "score", "edss", "sats", "oxygen", "spo", "price", "cost",
    "paid", "batch", "lot", "exp", "expiry", "serial", "ref", "washing", "wash", "laundry", "hba",
})  # fmt: skip
BOUNDS: Final = frozenset({"below", "under", "than", "beneath", "max", "over", "above", "exceed", "exceeds"})
ASKED: Final = frozenset({"over", "above", "exceed", "exceeds", "than"})
LIMITS: Final = frozenset({"means", "anything", "limit", "threshold", "counts", "cutoff"})
MORE: Final = frozenset({"more", "above", "higher", "over", "up"})
PARTS_OFF: Final = frozenset({",", "(", ")", "-", "\u2013"})
BEFORE_OTHERS: Final = frozenset({"/", ":", "\u00a3", "$", "\u20ac", "#", "x", "room", "page", "number", "no"})
TODAY: Final = frozenset({"yesterday", "today", "tonight", "last", "this", "now", "earlier"})
TENS: Final = {"thirty": 30, "forty": 40}
ONES: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
# "38 9 at 3 am", written without the point
PARTED: Final = frozenset({"35", "36", "37", "38", "39", "40", "98", "99", "100", "101", "102", "103", "104"})
TENTHS: Final = frozenset("123456789")
AFTER_PARTED: Final = frozenset(
    {"at", "this", "last", "now", "\n", ",", ".", "c", "f", "\u00b0", "since", "and", "degrees", "again"}
)
# "nearly 39", "it hit 39", "running 102", "been 38 all day": a whole number that nothing else calls a temperature
REACHING: Final = frozenset({
    "nearly", "almost", "hit", "hits", "hitting", "touching", "running", "reached", "reaching", "peaked", "on", "was",
    "hovering", "near", "spiked", "climbed", "crept", "around", "about", "roughly", "been", "is", "say", "says", "to",
})  # fmt: skip
LASTING: Final = frozenset({
    ("all", "day"), ("all", "night"), ("all", "evening"), ("all", "morning"), ("all", "afternoon"), ("in", "bed"),
    ("last", "night"), ("last", "evening"), ("this", "morning"), ("this", "afternoon"), ("this", "evening"),
    ("since", "lunch"), ("since", "last"), ("since", "yesterday"), ("since", "this"), ("at", "bedtime"),
    ("again", "tonight"), ("again", "now"),
})  # fmt: skip
AGES: Final = frozenset({
    "birthday", "old", "older", "age", "aged", "turn", "turned", "turning", "married", "born", "mum", "years", "bus",
    "people", "guests", "messages", "emails", "calls", "dalmatians", "things", "cake", "candles", "queue", "scored",
    "score", "watched", "won", "lost", "party", "paid", "taxi", "fare",
})  # fmt: skip
WHOLE: Final = ((38.0, 42.0), (100.0, 105.0))
NEAR: Final = 8
SHORT: Final = 6


class Reading(NamedTuple):
    """A body temperature in Celsius, at tokens `start` to `end`."""

    celsius: float
    start: int
    end: int

    @property
    def symptom(self) -> str | None:
        """Return what the reading tells, or None where it is normal."""
        if self.celsius >= FEVER_C - 1e-9:
            return "fever"
        return "low-temp" if self.celsius < LOW_C - 1e-9 else None


class _Number(NamedTuple):
    value: float
    exact: bool
    start: int
    end: int


def readings(note: Note) -> list[Reading]:
    """Return the body temperatures of a note."""
    numbers = list(_numbers(note.words))
    sure = {note.sentence[number.start] for number in numbers if _reading(note, number, carried=False)}
    found = (_reading(note, number, carried=note.sentence[number.start] in sure) for number in numbers)
    return [reading for reading in found if reading is not None]


def as_matches(note: Note, found: list[Reading]) -> Iterator[Match]:
    """Yield the readings that tell a symptom, as matches like any other."""
    for reading in found:
        if reading.symptom and not _is_a_bound(note, reading):
            span = (reading.start, reading.end)
            yield Match("symptom", reading.symptom, *span, (span,))


def _is_a_bound(note: Note, reading: Reading) -> bool:
    """Say whether the number is a limit and not a reading: "below 38", "never over 37.5", "no higher than 38"."""
    before = note.words[max(0, reading.start - 2) : reading.start]
    after = note.words[reading.end : reading.end + 2]
    if not LIMITS.isdisjoint(note.words[max(0, reading.start - 4) : reading.start]):
        return True
    if len(after) == 2 and after[0] in ("or", "and") and after[1] in MORE:
        return True
    return bool(BOUNDS.intersection(before)) and not _went_over(note, reading)


def _went_over(note: Note, reading: Reading) -> bool:
    """Say whether "over 38" is told as a fact: with no "not", "if", "should" or "call" before it."""
    start = max(0, reading.start - NEAR)
    before = note.words[start : reading.start]
    barred = {"not", "no", "never", "if", "should", "call", "ring", "below", "under", "when", "cannot", "max", "once"}
    return bool(ASKED.intersection(before[-2:])) and not barred.intersection(before)


def _numbers(words: list[str]) -> Iterator[_Number]:
    at = 0
    while at < len(words):
        number = _digits(words, at) or _spoken(words, at)
        if number is not None:
            yield number
        at = at + 1 if number is None else number.end


def _digits(words: list[str], at: int) -> _Number | None:
    word = words[at]
    if not word[0].isdecimal() or not word.isascii() or len(word) > SHORT:
        return None
    if _word(words, at + 1) == "point" and _word(words, at + 2) in TENTHS:
        return _Number(float(f"{word}.{words[at + 2]}"), True, at, at + 3)
    if word in PARTED and _word(words, at + 1) in TENTHS and _word(words, at + 2) in AFTER_PARTED:
        return _Number(float(f"{word}.{words[at + 1]}"), True, at, at + 2)
    return _Number(float(word.replace(",", ".")), len(word) > 1 and word[-2] in ".,", at, at + 1)


def _spoken(words: list[str], at: int) -> _Number | None:
    """Read "thirty eight", "thirty eight point five", "a hundred and two"."""
    whole = _spoken_whole(words, at)
    if whole is None:
        return None
    value, end = whole
    tenths = _one(words, end + 1) if _word(words, end) == "point" else 0
    if tenths:
        return _Number(value + tenths / 10, True, at, end + 2)
    if _word(words, end) == "and" and _word(words, end + 1) == "a" and _word(words, end + 2) == "half":
        return _Number(value + 0.5, True, at, end + 3)
    return _Number(value, False, at, end)


def _spoken_whole(words: list[str], at: int) -> tuple[float, int] | None:
    """Return (value, where it ends) of "thirty eight" or "hundred and two"."""
    if words[at] in TENS:
        ones = _one(words, at + 1)
        return float(TENS[words[at]] + ones), at + 1 + bool(ones)
    if words[at] == "one" and _word(words, at + 1) in {"oh", "o", "zero"} and _one(words, at + 2):
        return 100.0 + _one(words, at + 2), at + 3
    if words[at] != "hundred":
        return None
    place = at + 1 + (_word(words, at + 1) == "and")
    ones = _one(words, place)
    return (100.0 + ones, place + bool(ones)) if ones or _word(words, place) == "point" else None


def _word(words: list[str], at: int) -> str:
    return words[at] if at < len(words) else ""


def _one(words: list[str], at: int) -> int:
    """Return the value of a spoken digit, 0 for any other word."""
    return ONES.get(_word(words, at), 0)


def _reading(note: Note, number: _Number, carried: bool) -> Reading | None:
    """Return the reading that a number is, if it is one: it has a unit, is called one, or can be nothing else."""
    celsius, unit, end = _celsius(note.words, number)
    if celsius is None or _is_another_kind(note.words, number, end) or _is_elsewhere(note, number.start):
        return None
    is_called = unit or carried or not NAMED.isdisjoint(_around(note, number.start, NEAR))
    return Reading(celsius, number.start, end) if is_called or _is_bare(note, number, celsius) else None


def _is_elsewhere(note: Note, at: int) -> bool:
    """Say whether the sentence is of something else that is measured, and the number is not called a temperature."""
    sentence = _around(note, at)
    if at and note.words[at - 1] in PARTS_OFF and _word(note.words, at + 1) in PARTS_OFF:
        return False
    near = _before(note, at, 4)
    is_called = any(word in NAMED and other not in ELSEWHERE for other, word in pairwise(["", *near]))
    return not ELSEWHERE.isdisjoint(sentence) and not is_called


def _is_bare(note: Note, number: _Number, celsius: float) -> bool:
    """Say whether a number that nothing names can be nothing but a temperature: "38.6 since lunch"."""
    if not number.exact:
        return _is_alone(note, number) or _is_compared(note, number) or _is_reached(note, number)
    is_likely = celsius >= 37.0 or len(note.words) <= SHORT
    return is_likely and _stands_alone(note.words, number)


def _is_alone(note: Note, number: _Number) -> bool:
    """Say whether the number is all that is told: "39", "nearly 39", "a hundred and one"."""
    others = [*note.words[: number.start], *note.words[number.end :]]
    return _is_feverish(number) and set(others) <= {"a", "nearly", "almost", "about", "over", "running", ".", "!", "\n"}


def _is_feverish(number: _Number) -> bool:
    return any(low <= number.value <= high for low, high in WHOLE)


def _is_reached(note: Note, number: _Number) -> bool:
    """Say whether a whole number is told as reached or as lasting: "it hit 39 last night", "been 38 all day"."""
    near = _around(note, number.start, NEAR)
    if not _is_feverish(number) or not AGES.isdisjoint(near):
        return False
    before = [word for word in _before(note, number.start, 2) if word != "a"][-1:]
    after = [word for word in note.words[number.end : number.end + 3] if word != "ish"]
    is_short = number.start <= SHORT and (
        before == [] or before[0] in REACHING or after != note.words[number.end :][:3]
    )
    return is_short and (tuple(after[:2]) in LASTING or after[:1] == ["now"])


def _is_compared(note: Note, number: _Number) -> bool:
    """Say whether a whole number is one of two that are told by their days: "39 yesterday, 37 today"."""
    if _word(note.words, number.end) not in TODAY:
        return False
    near = _around(note, number.start, NEAR)
    told = [one for one in _numbers(near) if CELSIUS[0] < one.value < CELSIUS[1] and _word(near, one.end) in TODAY]
    return len(told) > 1


def _celsius(words: list[str], number: _Number) -> tuple[float | None, bool, int]:
    """Return (degrees Celsius or None, whether a unit was written, where the reading ends)."""
    end, units = number.end, set[str]()
    while end < min(len(words), number.end + 3) and words[end] in SIGNS:
        units.add(words[end])
        end += 1
    value = number.value
    if CELSIUS[0] <= value <= CELSIUS[1] and not units & UNITS_F:
        return value, bool(units), end
    if FAHRENHEIT[0] <= value <= FAHRENHEIT[1] and not units & UNITS_C:
        return (value - 32) / 1.8, bool(units), end
    return None, False, end


def _is_another_kind(words: list[str], number: _Number, end: int) -> bool:
    """Say whether the number is a weight, a time, a price, part of a date or of a blood pressure."""
    after = words[end] if end < len(words) else ""
    before = words[number.start - 1] if number.start else ""
    if {before, after} & {"/"} and number.exact:
        return False
    if before == ":" and not _word(words, number.start - 2).isdecimal():
        before = ""
    if before in BEFORE_OTHERS or after in {"/", ":", "%"}:
        return True
    return after in OTHER_UNITS and not (after in {"am", "pm", "x", "m"} and number.exact)


def _stands_alone(words: list[str], number: _Number) -> bool:
    """Say whether nothing right after a bare number says what it counts."""
    after = words[number.end] if number.end < len(words) else ""
    return after not in OTHER_UNITS and (number.value < 60 or number.value >= 99)


def _around(note: Note, at: int, reach: int = 40) -> list[str]:
    start, end = max(0, at - reach), min(len(note.words), at + reach)
    return [note.words[place] for place in range(start, end) if note.sentence[place] == note.sentence[at]]


def _before(note: Note, at: int, reach: int) -> list[str]:
    return note.words[max(0, at - reach) : at]
