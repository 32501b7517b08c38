"""How gunicorn serves the tracker: `gunicorn -c python:kesimpta_tracker.web kesimpta_tracker.wsgi`."""

import gc
import os
from pathlib import Path
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "kesimpta_tracker.pace.Worker"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 30
graceful_timeout = 5
keepalive = 30
max_requests = 5000
max_requests_jitter = 500
preload_app = True  # the workers share what is loaded
# What a request's head may bring; pages of ours send a tenth of it.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
control_socket_disable = True  # nothing of ours in the home folder
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) and Path("/dev/shm").is_dir() else None  # noqa: S108


logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kesimpta_tracker.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # No line for each request: an address may be a key, such as the one of a calendar.
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep the collector's hands off what is loaded, so that the workers go on sharing it."""
    gc.collect()
    gc.freeze()
