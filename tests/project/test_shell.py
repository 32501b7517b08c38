"""What stands on every page: whose log, the way to help, the words that must never be missing."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines

ANA = SimpleNamespace(pk=1, name="Ana Moreno", country="ES", is_authenticated=True, theme="dark")
ANA_LOG = SimpleNamespace(pk="6f1e0c5e-0000-4000-8000-000000000001", user_id=1, name="Ana Moreno", country="ES")
SAM = SimpleNamespace(pk=2, name="Sam", country="GB", is_authenticated=True, theme="auto")
CLINIC = SimpleNamespace(pk="6f1e0c5e-0000-4000-8000-000000000002", name="MS clinic")


def shell(base: str = "base.html", **context: Any) -> str:
    blocks = "{% block title %}Diary{% endblock %}{% block content %}<h1>x</h1>{% endblock %}"
    source = f'{{% extends "{base}" %}}{blocks}'
    markup: str = engines["django"].from_string(source).render(context)
    return markup


def title(markup: str) -> str:
    found = re.search(r"<title>(.*?)</title>", markup)
    assert found
    return found[1]


def test_own_log_needs_no_banner() -> None:
    markup = shell(user=ANA, patient=ANA_LOG)
    assert title(markup) == "Diary \u2013 Kesimpta Tracker"
    assert "whose-log" not in markup


def test_somebody_elses_log_is_named_in_title_and_banner() -> None:
    markup = shell(user=SAM, patient=ANA_LOG)
    assert title(markup) == "Ana Moreno: Diary \u2013 Kesimpta Tracker"
    assert "You are reading <strong>Ana Moreno\u2019s log</strong>" in markup


def test_title_says_first_that_something_is_wrong() -> None:
    assert title(shell(form=SimpleNamespace(errors={"day": ["Too late."]}))).startswith("Error: Diary")


@pytest.mark.parametrize(
    ("theme", "scheme"), [("light", "light"), ("dark", "dark"), ("auto", "light dark"), ("", "light dark")]
)
def test_theme_follows_the_account_then_the_device(theme: str, scheme: str) -> None:
    markup = shell(user=SimpleNamespace(theme=theme))
    assert f'data-bs-theme="{theme or "auto"}"' in markup
    assert f'<meta name="color-scheme" content="{scheme}">' in markup


@pytest.mark.parametrize("base", ["base.html", "base_clinic.html"])
@pytest.mark.parametrize("user", [None, SAM])
def test_every_page_has_help_landmarks_and_the_standing_words(base: str, user: Any) -> None:
    markup = shell(base, user=user, clinic=CLINIC)
    assert '<html lang="en" dir="ltr"' in markup
    assert markup.index('class="skip"') < markup.index("<header") < markup.index('<main id="main"')
    assert markup.count('href="/urgent-help/"') >= 1
    for words in ("This app is not a doctor.", "Do not wait for this app.", "Not made or approved by Novartis"):
        assert words in markup
    assert "rules are drafts until a clinician signs them" in markup


def test_help_stands_in_the_same_place_in_both_shells() -> None:
    for base in ("base.html", "base_clinic.html"):
        header = shell(base, user=SAM, clinic=CLINIC).split("</header>")[0]
        assert header.rstrip().endswith("</div>")
        assert header.index("Urgent help") > header.index("topbar-end")


def test_emergency_number_in_the_footer_can_be_called() -> None:
    assert '<a href="tel:112">call 112</a>' in shell(user=SAM, patient=ANA_LOG)
    assert "911 (US, Canada), 112 (Europe) or 999 (UK)" in shell()


def test_clinic_finds_its_queue_and_the_way_out() -> None:
    markup = shell("base_clinic.html", user=SAM, clinic=CLINIC)
    assert f'href="/clinics/{CLINIC.pk}/flags/"' in markup
    assert "Sam, MS clinic" in markup
    assert 'action="/account/logout/"' in markup
    assert 'class="tabs' not in markup


def test_htmx_is_told_to_keep_to_the_policy() -> None:
    markup = shell()
    assert '"includeIndicatorStyles": false, "allowEval": false' in markup
    assert "<script" not in markup


def test_sign_out_is_a_post_with_a_token() -> None:
    markup = shell(user=SAM, csrf_token="abc")
    assert '<form method="post" action="/account/logout/"' in markup
    assert 'name="csrfmiddlewaretoken"' in markup
    assert "Sign out" not in shell(user=SimpleNamespace(is_authenticated=False))
