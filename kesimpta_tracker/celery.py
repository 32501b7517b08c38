"""The Celery application. Tasks are named by their room; the beat schedule stands in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesimpta_tracker.settings")

app = Celery("kesimpta_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(dispatch_uid="log-as-django-does")  # type: ignore[untyped-decorator]
def keep_our_logging(**kwargs: Any) -> None:
    """Leave logging as the settings say: Celery's own lines would repeat the words of an exception."""


@task_prerun.connect(dispatch_uid="drop-dead-connections")  # type: ignore[untyped-decorator]
def drop_dead_connections(**kwargs: Any) -> None:
    """Begin each task as Django begins a request: a connection that died or is old is made anew."""
    close_old_connections()
