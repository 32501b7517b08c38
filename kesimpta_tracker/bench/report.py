"""The targets, and the lines that say how near we are. Ratios are to floors of the same run."""

from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from kesimpta_tracker.bench.wall import WITH, WITHOUT

# What, its floors, the ratio that must and should hold, the queries that must and should do.
PAGES = (
    ("P1", "save", "save three symptoms", ("floor.save",), 2.5, 1.6, 10, 7),
    ("P2", "save and advice", "save and see the advice", ("floor.save", "floor.list"), 2.5, 1.7, 22, 22),
    ("P3", "form", "log form", ("floor.form",), 2.5, 1.5, 8, 5),
    ("P4", "today", "today", ("floor.list",), 2.5, 1.6, 10, 6),
    ("P4", "month", "month", ("floor.list",), 2.5, 1.6, 10, 6),
    ("P4", "shared", "caregiver's log", ("floor.list",), 2.5, 1.6, 10, 6),
)


@dataclass(frozen=True)
class Line:
    """One measured target."""

    number: str
    what: str
    value: str
    must: str
    aim: str
    missed: bool
    aimed: bool

    @property
    def verdict(self) -> str:
        return "MISSED" if self.missed else ("aim met" if self.aimed else "ok")


def pages(times: dict[str, list[float]], queries: dict[str, int]) -> list[Line]:
    """Return the floors, then each page with its ratio and its queries."""
    half = {name: median(taken) for name, taken in times.items()}
    lines = [
        Line("", name, f"{half[name]:.1f} ms", "", "", False, True)
        for name in ("floor.form", "floor.list", "floor.save")
    ]
    for number, name, what, floors, must, aim, most, few in PAGES:
        ratio = half[name] / sum(half[floor] for floor in floors)
        lines.append(
            Line(
                number,
                what,
                f"{half[name]:.1f} ms = {ratio:.2f} x {' + '.join(floors)}, {queries[name]} queries",
                f"{must} x, {most}",
                f"{aim} x, {few}",
                ratio > must or queries[name] > most,
                ratio <= aim and queries[name] <= few,
            )
        )
    return lines


def flags(alive: list[float], dead: tuple[float, float] | None) -> list[Line]:
    """Return how long flags took with a worker, and with worker, broker and beat stopped."""
    worst = sorted(alive)[ceil(len(alive) * 0.99) - 1]
    said = f"p50 {median(alive):.0f}, p99 {worst:.0f} ms ({len(alive)} flags)"
    lines = [Line("P8", "save -> flag on the next page", said, "250 ms", "60 ms", worst > 250, worst <= 60)]
    if dead:
        save, flag = dead
        said = f"{flag / 1000:.1f} s, the save took {save:.0f} ms"
        missed = flag > 60_000 or save > 1000
        lines.append(Line("P8", "the same, all of it stopped", said, "60 s, 1 s", "15 s", missed, flag <= 15_000))
    return lines


def memory(megabytes: float | None) -> Line:
    if megabytes is None:
        return Line("P16", "memory (PSS)", "not measured on this system", "400 MB", "300 MB", False, False)
    return Line("P16", "memory (PSS)", f"{megabytes:.0f} MB", "400 MB", "300 MB", megabytes > 400, megabytes <= 300)


def start(again: float, first: float) -> Line:
    said = f"{again:.1f} s (the very first took {first:.1f} s)"
    return Line("P17", "start with data there", said, "8 s", "4 s", again > 8, again <= 4)


def rules(known: dict[str, Any]) -> list[Line]:
    """Return how long one assessment takes, how that grows with the history, and how fast many are done anew."""
    took, bulk = known["assess"], known["reassess"]
    usual, worst = took["usual"], took["worst"]
    said = f"{usual:.2f} ms (quiet {took['quiet']:.2f}, worst {worst:.2f})"
    growth = {kind: took[f"{kind}, ten years"] / took[kind] for kind in ("usual", "worst")}
    grown = ", ".join(f"{kind} {ratio:.1f} x" for kind, ratio in growth.items())
    speed = bulk["a second"]
    return [
        Line("P9", "assess, a year of history", said, "1 ms", "0.3 ms", worst > 1, usual <= 0.3),
        Line(
            "P9", "ten years against one", grown, "2 x", "1.2 x", max(growth.values()) > 2, max(growth.values()) < 1.2
        ),
        Line(
            "P10",
            "stored entries assessed anew",
            f"{speed:.0f} a second ({bulk['entries']:.0f} in {bulk['seconds']:.1f} s)",
            "5000",
            "20000",
            speed < 5000,
            speed >= 20_000,
        ),
    ]


def reminders(known: dict[str, Any]) -> list[Line]:
    """Return how long it takes to claim a thousand reminders, how that grows with the total, and mails a second."""
    (few, of_few), (many, of_many) = ((int(total), took) for total, took in known["claims"].items())
    ours, floor = known["mails a second"], known["floor"]
    ratio = ours / floor
    growth = of_many / of_few
    return [
        Line(
            "P11",
            "claim 1,000 reminders that are due",
            f"{of_many:.1f} ms among {many:,} ({of_few:.1f} ms among {few:,})",
            "100 ms",
            "20 ms",
            of_many > 100,
            of_many <= 20,
        ),
        Line(
            "P11", "the same, growth with the total", f"{growth:.2f} x", "1.5 x", "1.1 x", growth > 1.5, growth <= 1.1
        ),
        Line(
            "P12",
            "reminders by mail",
            f"{ours:.0f} a second = {ratio:.2f} x Celery with a kept connection ({floor:.0f})",
            "0.7 x",
            "1.0 x",
            ratio < 0.7,
            ratio >= 1.0,
        ),
    ]


def notes(took: dict[str, float]) -> list[Line]:
    """Return how long the finder takes for a note, for a very long one and for the worst text, and its memory."""
    short, long, worst, megabytes = (took[name] for name in ("short", "long", "worst", "megabytes"))
    return [
        Line("P13", "a note of 200 characters", f"{short:.2f} ms", "2 ms", "0.5 ms", short > 2, short <= 0.5),
        Line("P13", "5,000 characters", f"{long:.1f} ms", "20 ms", "20 ms", long > 20, long <= 20),
        Line("P13", "the worst text", f"{worst:.0f} ms", "200 ms", "200 ms", worst > 200, worst <= 200),
        Line("P13", "memory of the finder", f"{megabytes:.0f} MB", "60 MB", "60 MB", megabytes > 60, megabytes <= 60),
    ]


def my_data(took: dict[str, float]) -> list[Line]:
    """Return how long a download takes (at most a minute for five years of days), and what it takes to undo it."""
    seconds, days, size = took["export"], took["days"], took["megabytes"]
    told = f"{seconds:.1f} s, {size:.1f} MB"
    back = f"{took['import']:.1f} s, erased {took['erase']:.1f} s"
    return [
        Line("P20", f"download of {days:.0f} days", told, "60 s", "5 s", seconds > 60, seconds <= 5),
        Line("", "the same brought back", back, "", "", False, True),
    ]


def wall(times: dict[str, dict[str, list[float]]]) -> list[Line]:
    """Return what each page takes behind the second wall against without; in brackets without against without."""
    lines = []
    for page, by_server in times.items():
        once, again, behind = (median(by_server[name]) for name in (*WITHOUT, WITH))
        ratio = behind / once
        said = f"{behind:.1f} ms = {ratio:.3f} x ({again / once:.3f} x)"
        lines.append(Line("P22", f"{page}, behind the wall", said, "1.05 x", "1.02 x", ratio > 1.05, ratio <= 1.02))
    return lines


def table(lines: list[Line]) -> str:
    """Return the lines as text, in the order of their numbers."""
    ordered = sorted(lines, key=lambda line: int(line.number.removeprefix("P") or 0))
    rows = [("", "what", "measured", "must", "aim", "")]
    rows += [
        (line.number, line.what, line.value, line.must, line.aim, line.verdict if line.number else "")
        for line in ordered
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
