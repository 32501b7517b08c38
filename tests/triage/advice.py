"""How the tests of the advice page read it."""

from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.diary.models import Entry

EMERGENCY = {"swelling-face": 3, "wheeze": 2}
CALL_IF = "When to call, whatever this page says"
NOT_A_DOCTOR = "This app is not a doctor."
ALERTS = 'role="alert"'


def advice_of(entry: Entry) -> str:
    return reverse("triage:advice", args=[entry.patient_id, entry.pk])


def called_of(entry: Entry) -> str:
    return reverse("triage:advice-called", args=[entry.patient_id, entry.pk])


def read(client: Client, user: User, entry: Entry) -> str:
    client.force_login(user)
    answer = client.get(advice_of(entry))
    assert answer.status_code == 200
    return answer.content.decode()


def lead_card(html: str) -> str:
    """Return the markup of the leading card, from its section to its end."""
    start = html.index("tier-lead")
    return html[start : html.index("</section>", start)]


def title_of(html: str) -> str:
    return " ".join(html[html.index("<title>") + 7 : html.index("</title>")].split())
