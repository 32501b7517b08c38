"""The project: settings, URLs, Celery and the embedded services. It knows every room; none knows it."""
