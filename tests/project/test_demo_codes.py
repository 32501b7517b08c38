"""The codes of the demo's people: on this machine, in the demo, and nowhere else."""

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast
from tests.factories.second_factor import code_of, set_up


@pytest.fixture
def okoye(cast: Cast, settings: LazySettings) -> str:
    """Return the code of Dr Okoye of the demo."""
    settings.DEMO = True
    cast.okoye.email = "okoye@demo.example"
    cast.okoye.save()
    return code_of(set_up(cast.okoye))


def test_page_shows_the_codes_of_the_demo_and_of_nobody_else(client: Client, cast: Cast, okoye: str) -> None:
    foreign = code_of(set_up(cast.lindqvist))
    answer = client.get(reverse("demo-codes"))
    page = answer.content.decode()
    assert okoye in page
    assert foreign not in page
    assert answer["Cache-Control"] == "no-store, private"
    assert reverse("demo-codes") in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("peer", ["203.0.113.5", "10.0.0.1", ""])
def test_page_is_not_there_for_other_machines(client: Client, okoye: str, peer: str) -> None:
    assert client.get(reverse("demo-codes"), REMOTE_ADDR=peer).status_code == 404


def test_page_is_not_there_for_a_public_address(client: Client, okoye: str, settings: LazySettings) -> None:
    settings.PUBLIC_ADDRESS = replace(settings.PUBLIC_ADDRESS, host="tracker.example.org")
    assert client.get(reverse("demo-codes")).status_code == 404


def test_page_is_not_there_outside_the_demo(client: Client, okoye: str, settings: LazySettings) -> None:
    settings.DEMO = False
    assert client.get(reverse("demo-codes")).status_code == 404
    assert reverse("demo-codes") not in client.get(reverse("account_login")).content.decode()
