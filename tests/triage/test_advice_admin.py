"""In the admin the tracker's own rows can be read, without what a person wrote, and never changed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.triage.actions import assess_entry, resolve_flag
from symptoms.triage.models import Assessment, Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.second_factor import sign_in

CANARY = "ZQX-NOTE-7f3a"


@pytest.fixture
def curator(client: Client, cast: Cast) -> Client:
    User.objects.filter(pk=cast.staff.pk).update(is_superuser=True)
    entry = make_entry(cast.ana_log, {"swelling-face": 3}, note=CANARY)
    assess_entry(entry_id=entry.pk)
    resolve_flag(flag=Flag.objects.get(), by=cast.lindqvist, note=CANARY)
    return sign_in(client, cast.staff)


@pytest.mark.parametrize("model", [Assessment, Flag])
def test_rows_are_read_without_content_and_never_written(curator: Client, model: Any) -> None:
    name = model._meta.model_name
    one = model.objects.get()
    pages = [
        curator.get(reverse(f"admin:triage_{name}_changelist")),
        curator.get(reverse(f"admin:triage_{name}_change", args=[one.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        assert CANARY not in page.content.decode()
        assert "swelling" not in page.content.decode().lower()
    assert curator.post(reverse(f"admin:triage_{name}_change", args=[one.pk]), {"tier": "prompt"}).status_code == 403
    assert curator.get(reverse(f"admin:triage_{name}_add")).status_code == 403
    assert curator.post(reverse(f"admin:triage_{name}_delete", args=[one.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("who", ["ana", "sam", "lindqvist"])
def test_admin_is_closed_to_everybody_else(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse("admin:triage_flag_changelist")).status_code == 404
