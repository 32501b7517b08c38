"""What must be so before anybody is served."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

DEMO_DOMAIN = "@demo.example"
DEMO_CAST = (
    "The demo cast is in this database, and everybody can read their passwords. For real people start with an empty "
    "database, or name another one in DATABASE_URL."
)


def refuse_demo_cast() -> None:
    """Raise where the tracker is for real people and the demo cast may sign in.

    A database that is away or still empty holds nobody: the pages say for themselves that they are closed.
    """
    if not settings.PUBLIC_ADDRESS.is_for_real_people:
        return
    try:
        there = get_user_model().objects.filter(email__iendswith=DEMO_DOMAIN, is_active=True).exists()
    except DatabaseError:
        there = False
    finally:
        connections.close_all()  # the web server forks later: no two of its processes may share a connection
    if there:
        raise ImproperlyConfigured(DEMO_CAST)
