"""Where phrases stand in a note: one walk finds the pieces, then a phrase is tried if all its pieces are there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, pairwise
from typing import Any, Final, NamedTuple

from symptoms.catalogue.finder.pattern import Atom, Variant
from symptoms.catalogue.finder.words import Token, classes, sentences

REACH: Final = 14  # tokens, small words and signs included, that may stand between two pieces of a phrase
SKIP: Final = 7  # tokens that a piece of several words may span, small words between them included
STOP: Final = 100  # what the end of a sentence counts as, in words: more than any phrase reaches over
OUT: Final = ""  # no word is empty


class Rule(NamedTuple):
    """A phrase and what it means: a symptom's id, or the kind of a cue. `needs` is a set that must be in the note."""

    kind: str
    meaning: str
    variants: tuple[Variant, ...]
    sure: bool = True
    needs: Atom | None = None


class Match(NamedTuple):
    """A phrase found: tokens `start` to `end`. `parts` are its own words, the others stand between."""

    kind: str
    meaning: str
    start: int
    end: int
    parts: tuple[tuple[int, int], ...]
    gap: int = 0
    sure: bool = True

    def own(self) -> Iterator[int]:
        """Yield the tokens that are the phrase's own."""
        for start, end in self.parts:
            yield from range(start, end)


class Note:
    """A note ready for matching: its tokens, their sentences, and how many telling words stand before each."""

    def __init__(self, tokens: list[Token], fillers: frozenset[str]) -> None:
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.sentence = sentences(tokens)
        ends = [one != other for one, other in pairwise(self.sentence)]
        self.small = [word in fillers for word in self.words]
        self.weight = [0]
        for small, is_end in zip(self.small, (*ends, True), strict=False):
            self.weight.append(self.weight[-1] + (STOP if is_end else not small))

    def between(self, end: int, start: int) -> int:
        """Return how many telling words stand between two places."""
        return self.weight[start] - self.weight[end]


class _Compiled(NamedTuple):
    rule: Rule
    steps: tuple[tuple[int, int], ...]
    own: tuple[bool, ...]
    is_whole: bool
    needed: frozenset[int]


class _Places(dict[int, dict[int, int]]):
    """Where each piece of a phrase starts and, at its longest, ends; worked out when it is first asked for.

    `seen` tells the same of each wording that stands in the note, `wordings` the wordings of each piece. Only
    pieces that stand in the note are asked for.
    """

    def __init__(self, seen: dict[int, dict[int, int]], wordings: Mapping[int, set[int]]) -> None:
        super().__init__()
        self._seen = seen
        self._there = frozenset(seen)
        self._wordings = wordings

    def __missing__(self, piece: int) -> dict[int, int]:
        first, *others = self._wordings[piece] & self._there
        found = self._seen[first]
        if others:
            found = dict(found)
            for wording in others:
                for start, end in self._seen[wording].items():
                    found[start] = max(end, found.get(start, end))
        self[piece] = found
        return found


class Matcher:
    """Finds the phrases of `rules` in notes, in time that grows with the length of the note.

    A piece is a set of wordings; both go by numbers. The trie leads from the words of a note to its wordings.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._trie: dict[str, Any] = {}
        self._numbers: dict[Atom, int] = {}
        self._wordings: dict[int, set[int]] = defaultdict(set)
        self._pieces: list[set[int]] = []  # by wording: the pieces that it stands for
        self._by_first: dict[int, list[_Compiled]] = defaultdict(list)
        self.vocabulary: Counter[str] = Counter()
        for rule in rules:
            for variant in rule.variants:
                self._add(rule, variant)

    def _add(self, rule: Rule, variant: Variant) -> None:
        steps = tuple((self._number(step.atom), step.gap) for step in variant)
        own = tuple(step.own for step in variant)
        needs = () if rule.needs is None else (self._number(rule.needs),)
        self._by_first[steps[0][0]].append(
            _Compiled(rule, steps, own, all(own), frozenset({atom for atom, _ in steps}.union(needs)))
        )

    def _number(self, atom: Atom) -> int:
        if atom in self._numbers:
            return self._numbers[atom]
        number = self._numbers[atom] = len(self._numbers)
        for words in sorted(atom):
            wording = self._wording(words)
            self._wordings[number].add(wording)
            self._pieces[wording].add(number)
        return number

    def _wording(self, words: tuple[str, ...]) -> int:
        node = self._trie
        for word in words:
            self.vocabulary[word] += 1
            node = node.setdefault(word, {})
        if OUT not in node:
            node[OUT] = len(self._pieces)
            self._pieces.append(set())
        wording: int = node[OUT]
        return wording

    def find(self, note: Note) -> list[Match]:
        """Return every phrase found, by place."""
        seen = self._seen(note)
        there = frozenset[int]().union(*(self._pieces[wording] for wording in seen))
        places = _Places(seen, self._wordings)
        found = [
            match
            for first in there & self._by_first.keys()
            for compiled in self._by_first[first]
            if compiled.needed <= there
            for match in _matches(compiled, places, note)
        ]
        return sorted(found, key=lambda match: (match.start, match.end))

    def _seen(self, note: Note) -> dict[int, dict[int, int]]:
        """Return for each wording that stands in the note where it starts and, at its longest, ends."""
        seen: dict[int, dict[int, int]] = defaultdict(dict)
        keys = [classes(word) for word in note.words]
        for start in range(len(keys)):
            for wording, end in self._from(start, keys, note.small):
                seen[wording][start] = end
        return seen

    def _from(self, start: int, keys: Sequence[tuple[str, ...]], small: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """Yield each wording that begins at `start` with its end. Small words may stand between its words."""
        nodes, end = [self._trie], start
        while nodes and end < len(keys):
            reached = [node[key] for node in nodes for key in keys[end] if key in node]
            end += 1
            for node in reached:
                if OUT in node:
                    yield node[OUT], end
            nodes = [*reached, *nodes] if small[end - 1] and start < end - 1 < start + SKIP else reached


def _matches(compiled: _Compiled, places: _Places, note: Note) -> Iterator[Match]:
    kind, meaning, _, sure, _ = compiled.rule
    first, *others = compiled.steps
    for part in places[first[0]].items():
        found = _follow(compiled.steps, 1, (part,), places, note) if others else (part,)
        if found is None:
            continue
        parts = found if compiled.is_whole else tuple(compress(found, compiled.own))
        gap = sum(note.between(one[1], other[0]) for one, other in pairwise(parts)) if others else 0
        yield Match(kind, meaning, parts[0][0], parts[-1][1], parts, gap, sure)


def _follow(
    steps: tuple[tuple[int, int], ...], number: int, parts: tuple[tuple[int, int], ...], places: _Places, note: Note
) -> tuple[tuple[int, int], ...] | None:
    """Return the parts completed by the nearest next pieces, or None where one is missing."""
    if number == len(steps):
        return parts
    (atom, gap), end = steps[number], parts[-1][1]
    starts, weight = places[atom], note.weight
    most = weight[end] + gap
    for start in range(end, min(end + REACH, len(note.tokens))):
        if weight[start] > most:
            return None
        if start in starts:
            done = _follow(steps, number + 1, (*parts, (start, starts[start])), places, note)
            if done is not None:
                return done
    return None
