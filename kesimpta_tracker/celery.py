"""The Celery application. Tasks are named by their room; the beat schedule stands in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesimpta_tracker.settings")

app = Celery("kesimpta_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
