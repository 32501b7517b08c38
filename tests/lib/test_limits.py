"""Counting: one count for all processes, windows that end, and addresses that only our proxies may tell."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, connections
from django.test import RequestFactory

from symptoms.lib import clock
from symptoms.lib.limits import Limit, client_address

THREE = Limit("three", most=3, per=timedelta(minutes=1))


def rows() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, count FROM lib_tally")
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_the_fourth_of_three_is_refused_and_others_are_not() -> None:
    assert [THREE.allows("Ana") for _ in range(5)] == [True, True, True, False, False]
    assert THREE.allows("Bo")
    assert Limit("other", most=3, per=timedelta(minutes=1)).allows("Ana")


@pytest.mark.django_db
def test_it_begins_anew_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        THREE.count("Ana")
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert THREE.count("Ana") == 1


@pytest.mark.django_db
def test_it_is_one_query_and_keeps_no_address(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        THREE.count("address 192.0.2.7")
    assert "192.0.2.7" not in str(rows())


@pytest.mark.django_db
def test_what_is_over_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda most: 1)
    THREE.count("Ana")
    monkeypatch.setattr("secrets.randbelow", lambda most: 0)
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    THREE.count("Bo")
    assert len(rows()) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted() -> None:
    def count(_: int) -> int:
        try:
            return THREE.count("many")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        counted = sorted(pool.map(count, range(40)))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lib_tally")
    assert counted == list(range(1, 41))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "evil\r\nX: y", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_an_address_is_what_our_own_proxies_tell(
    settings: LazySettings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(request) == address
