"""The project: settings, URLs, Celery and the embedded services. It knows every room; none knows it."""

from kesimpta_tracker.celery import app as celery_app

__all__ = ["celery_app"]
