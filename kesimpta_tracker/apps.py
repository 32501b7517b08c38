"""The project as a Django app: its commands, and the Celery app that every task belongs to.

The Celery app is imported here and not in the package, so that the supervisor does not load it.
"""

from django.apps import AppConfig

from kesimpta_tracker.celery import app as celery_app

__all__ = ["ProjectConfig", "celery_app"]


class ProjectConfig(AppConfig):
    name = "kesimpta_tracker"
