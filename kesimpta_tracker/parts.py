"""The parts of the tracker, as the words that start each of them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """One part: its name, and the words of its command line. The first word is a program or a file."""

    name: str
    words: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The words after `python` that start it as a program of its own."""
        program, *rest = self.words
        return (program, *rest) if program.endswith(".py") else ("-m", program, *rest)


CELERY = ("celery", "-A", "kesimpta_tracker.celery:app")
WORKER = ("--loglevel=INFO", "--pool=threads", "--concurrency=4")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def parts(run: Path) -> list[Part]:
    """Return the tracker itself: web, worker, beat, and the watcher that needs neither of the two."""
    return [
        Part("web", ("gunicorn", "-c", "python:kesimpta_tracker.web", "kesimpta_tracker.wsgi")),
        Part("worker", (*CELERY, "worker", *WORKER, *QUIET)),
        Part("beat", (*CELERY, "beat", "--loglevel=WARNING", "--pidfile=", f"--schedule={run / 'beat'}")),
        Part("watcher", ("manage.py", "watch")),
    ]


def prepare_part(demo: str) -> Part:
    """Return what must run to its end before the parts. `demo` is the file for the sign-ins, or empty."""
    return Part("prepare", ("manage.py", "prepare", *((f"--demo={demo}",) if demo else ())))
