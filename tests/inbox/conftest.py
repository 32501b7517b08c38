import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast


@pytest.fixture
def nurse(cast: Cast, client: Client) -> Client:
    """A browser in which Nurse Lindqvist is signed in."""
    client.force_login(cast.lindqvist)
    return client


@pytest.fixture
def queue_url(cast: Cast) -> str:
    return reverse("inbox:queue", args=[cast.clinic.pk])
