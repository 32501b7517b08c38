"""A shot sent twice at once is one shot."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from symptoms.followups.models import Injection
from symptoms.lib import clock
from tests.factories.cast import make_cast


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_log_this_shot_leaves_one() -> None:
    cast = make_cast()
    day = clock.local_day(clock.now(), "Europe/London").isoformat()
    said = {"day": day, "time": "00:00", "number": "3", "site": "thigh-left"}
    start, codes = Barrier(4), []

    def click() -> None:
        client = Client()
        client.force_login(cast.ana)
        start.wait()
        codes.append(client.post(f"/p/{cast.ana_log.pk}/injections/", said).status_code)
        connection.close()

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Injection.objects.count() == 1
    assert set(codes) <= {200, 302}
