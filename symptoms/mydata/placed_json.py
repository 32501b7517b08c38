"""Read a JSON object of lists, and keep the line on which each row begins. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_BLANK: Final = re.compile(r"[ \t\r\n]*")


class NotJson(ValueError):
    """The text is no JSON of this form; `line` says where, from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


@dataclass(slots=True)
class Placed:
    """A JSON object. `lists` holds, for each key with a list, its items as (line, value); `values` all other keys."""

    values: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def read(text: str, *, most_items: int, most_values: int) -> Placed:
    """Return the object that `text` is. NotJson where it is none, where a key comes twice, or where it is too deep.

    Also where there are more items in its lists, or more values in all, than told: a small file can unpack to so
    many that the memory of the machine does not hold them.
    """
    # Each value but the first comes after one of these signs, which may stand in texts too.
    if sum(map(text.count, ",[{")) > most_values:
        raise NotJson(1, "there are too many values")
    return _Reader(text, most_items).whole()


class _Reader:
    def __init__(self, text: str, most_items: int) -> None:
        self.text = text
        self.left = most_items
        self.at = 0
        self.decoder = json.JSONDecoder(parse_constant=_no_constant)
        self._line, self._counted = 1, 0

    def line(self) -> int:
        """Return the line of the place that is read now. Counted onwards from the last time."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def whole(self) -> Placed:
        found = Placed()
        self.take("{")
        if self.comes("}"):
            self.end()
            return found
        while True:
            self.skip()
            line = self.line()
            key = self.value()
            if not isinstance(key, str):
                raise NotJson(line, "a key must be a text")
            if key in found.lines:
                raise NotJson(line, f"the key {key[:60]!r} comes twice")
            found.lines[key] = line
            self.take(":")
            if self.comes("["):
                found.lists[key] = list(self.items())
            else:
                found.values[key] = self.value()
            if self.comes("}"):
                self.end()
                return found
            self.take(",")

    def items(self) -> Iterator[tuple[int, Any]]:
        """Yield the items of a list whose bracket was just read."""
        if self.comes("]"):
            return
        while True:
            self.skip()
            self.left -= 1
            if self.left < 0:
                raise NotJson(self.line(), "there are too many rows")
            yield self.line(), self.value()
            if self.comes("]"):
                return
            self.take(",")

    def value(self) -> Any:
        self.skip()
        try:
            found, self.at = self.decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as wrong:
            self.at = min(wrong.pos, len(self.text))
            raise NotJson(self.line(), wrong.msg) from None
        except (RecursionError, ValueError):  # too deep, or a number with too many digits
            raise NotJson(self.line(), "a value that cannot be read") from None
        return found

    def skip(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    def comes(self, sign: str) -> bool:
        self.skip()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def take(self, sign: str) -> None:
        if not self.comes(sign):
            raise NotJson(self.line(), f"expected {sign!r}")

    def end(self) -> None:
        self.skip()
        if self.at != len(self.text):
            raise NotJson(self.line(), "something comes after the end")


def _no_constant(name: str) -> Any:
    raise ValueError(name)
