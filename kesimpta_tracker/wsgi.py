"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from kesimpta_tracker.started import refuse_demo_cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesimpta_tracker.settings")

if settings.SECRET_KEY_IS_TEMPORARY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, so every process would sign with another key and nobody could stay signed in. "
        "Set SECRET_KEY (or SECRET_KEY_FILE) to a long random text."
    )

application = get_wsgi_application()
refuse_demo_cast()
