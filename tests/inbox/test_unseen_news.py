"""Nobody closes news that came in while the page was open."""

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.triage import actions
from tests.factories.cast import Cast
from tests.inbox import flags
from tests.triage.runs import SORE, flag_of, logged


@pytest.mark.parametrize("step", ["acknowledge", "resolve"])
@pytest.mark.parametrize("taken_on", [False, True])
def test_news_that_the_page_did_not_show_is_not_answered_by_it(cast: Cast, step: str, taken_on: bool) -> None:
    flag = flag_of(logged(cast, SORE))
    if taken_on:
        flag = actions.acknowledge_flag(flag=flag, by=cast.okoye)
    client = Client()
    client.force_login(cast.okoye)
    shown = flag.news_at.isoformat()
    page = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    logged(cast, {"pee-pain": 1, "pee-often": 1})
    url = reverse(f"inbox:{step}", args=[cast.clinic.pk, flag.pk])
    answer = client.post(url, {"note": "Rest.", "news": shown})
    flag.refresh_from_db()
    assert f'name="news" value="{shown}"' in page
    assert (answer.status_code, flag.state) == (409, "waiting")
    assert "Something new came in" in answer.content.decode()
    again = client.post(url, {"note": "Rest.", "news": flag.news_at.isoformat()})
    assert again.status_code == 302


@pytest.mark.parametrize("step", ["acknowledge", "resolve"])
def test_an_answer_that_does_not_say_what_it_saw_is_not_taken(cast: Cast, step: str) -> None:
    flag = flags.emergency(cast.ana_log)
    client = Client()
    client.force_login(cast.lindqvist)
    answer = client.post(reverse(f"inbox:{step}", args=[cast.clinic.pk, flag.pk]), {"note": "Rest."})
    assert answer.status_code == 409
    flag.refresh_from_db()
    assert flag.state == "waiting"
