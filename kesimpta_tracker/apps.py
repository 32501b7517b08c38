"""The project as a Django app: its commands, and the Celery app that every task belongs to.

The Celery app is imported here and not in the package, so that the supervisor does not load it.
"""

from django.apps import AppConfig
from django.contrib.admin import apps as admin

from kesimpta_tracker.celery import app as celery_app

__all__ = ["DoorConfig", "ProjectConfig", "celery_app"]


class ProjectConfig(AppConfig):
    name = "kesimpta_tracker"
    default = True


class DoorConfig(admin.AdminConfig):
    default = False
    default_site = "kesimpta_tracker.door.Door"
