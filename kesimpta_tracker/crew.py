"""Load the tracker once, and run its parts as forks: web, worker, beat and watcher. Started by the launcher."""

import argparse
import gc
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connections
from gunicorn.app import wsgiapp

from kesimpta_tracker.celery import app
from kesimpta_tracker.parts import Part, parts, prepare_part
from kesimpta_tracker.problems import Problem, Stopped
from kesimpta_tracker.supervisor import Service, Supervisor, say
from symptoms.catalogue.finder import edition, live_finder

# What the parts would each load for themselves. Not wsgi: WhiteNoise looks for the static files only once,
# and they are collected later.
SHARED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.thread",
    "django.core.servers.basehttp",
    "gunicorn.workers.gthread",
    "kesimpta_tracker.urls",
    "kombu.transport.redis",
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--demo", default="")
    given = parser.parse_args()
    supervisor = Supervisor(given.var / "log", say)
    supervisor.listen()
    try:
        load()
        supervisor.run(service(prepare_part(given.demo)))
        supervisor.start(*(service(part) for part in parts(given.var / "run")))
        supervisor.watch()
    except Problem as problem:
        say(str(problem))
        return 1
    except Stopped:
        return 0
    finally:
        supervisor.stop()
    return 0


def load() -> None:
    """Load everything that the parts share, and keep the collector's hands off it."""
    django.setup()
    for name in SHARED:
        importlib.import_module(name)
    live_finder()
    edition()
    connections.close_all()
    gc.collect()
    gc.freeze()


def service(part: Part) -> Service:
    return Service(part.name, part.words, work=work_of(part))


def work_of(part: Part) -> Callable[[], None]:
    """Return what a part does, given the words that would start it as a program."""
    program, *words = part.words

    def work() -> None:
        if program == "celery":
            app.start(words[2:])
        elif program == "gunicorn":
            sys.argv = list(part.words)
            wsgiapp.run()
        else:
            call_command(*words)

    return work


if __name__ == "__main__":
    sys.exit(main())
