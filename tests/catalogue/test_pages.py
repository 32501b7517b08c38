"""The public pages: open to all, the same for all."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.models import SideEffect
from symptoms.lib.emergency import COUNTRIES, country, country_choices
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
BROWSE = "/side-effects/"


def _main(client: Client, query: str) -> str:
    """Return what the search page shows between its navigation and its footer."""
    text = client.get(BROWSE, {"q": query}).content.decode()
    return text.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize(("query", "queries"), [("", 1), ("?by=area", 1), ("?q=fever", 2), ("?q=xyzzy", 2)])
def test_browse_takes_few_queries(
    client: Client, query: str, queries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(queries):
        response = client.get(BROWSE + query)
    assert response.status_code == 200


def test_browse_shows_all_by_how_common_and_by_body_area(client: Client) -> None:
    for query in ("", "?by=area"):
        text = client.get(BROWSE + query).content.decode()
        for effect in SideEffect.objects.all():
            assert reverse("catalogue:side-effect", args=[effect.slug]) in text


def test_search_keeps_what_was_typed_and_escapes_it(client: Client) -> None:
    text = client.get(BROWSE, {"q": "<b>pins an needles"}).content.decode()
    assert "&lt;b&gt;pins an needles" in text
    assert "<b>pins" not in text
    assert "Numbness or tingling" in text


def test_no_match_offers_something_else_and_urgent_help(client: Client, cast: Cast) -> None:
    text = _main(client, "xyzzy")
    assert reverse("catalogue:side-effect", args=["other-symptom"]) in text
    assert reverse("catalogue:urgent-help") in text
    assert reverse("account_login") in text
    assert "does not mean harmless" in text
    assert not re.search(r"nothing wrong|all clear|all good", text, re.IGNORECASE)
    client.force_login(cast.bo)
    text = _main(client, "xyzzy")
    assert reverse("account_login") not in text
    assert reverse("catalogue:urgent-help") in text


def test_a_patient_is_led_to_the_log(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    assert reverse("diary:log", args=[cast.ana.patient.pk]) in _main(client, "xyzzy")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("lips puffed up", "Get emergency help now"), ("cant see proper out of one eye", "This can be an emergency")],
)
def test_what_is_red_stands_above_the_matches_and_leads_to_urgent_help(client: Client, typed: str, words: str) -> None:
    above, _ = _main(client, typed).split('class="catalogue-link"', 1)
    assert words in above
    assert f'href="{reverse("catalogue:urgent-help")}"' in above


def test_what_is_not_red_brings_no_alarm(client: Client) -> None:
    text = _main(client, "runny nose")
    assert 'id="red"' not in text
    assert 'id="turns"' not in text


@pytest.mark.parametrize("typed", ["fever " * 20_000, "\x00", "\u202efever\u200f", "\U0001f912", "'; DROP TABLE x; --"])
def test_a_hostile_search_is_answered(client: Client, typed: str) -> None:
    assert client.get(BROWSE, {"q": typed}).status_code == 200
    assert client.post(BROWSE, {"q": typed}).status_code == 200


def test_what_is_searched_stands_in_no_address_and_no_title(client: Client) -> None:
    """A browser keeps addresses and titles, and so do the logs of a proxy."""
    page = client.post(BROWSE, {"q": "pins an needles"}).content.decode()
    assert "Numbness or tingling" in page
    assert "pins" not in page.split("</title>")[0]
    assert re.search(r'<form class="catalogue-search" method="post"', page)
    assert "pins" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))


@pytest.mark.parametrize("slug", ["fever", "allergic-reaction-severe", "other-symptom", "low-immunoglobulins"])
def test_one_effect_says_what_helps_when_to_call_and_where_it_is_from(
    client: Client, slug: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        text = client.get(reverse("catalogue:side-effect", args=[slug])).content.decode()
    effect = SideEffect.objects.get(slug=slug)
    whens = [when for _, when in effect.when_to_call]
    for words in (effect.name, effect.what, effect.self_care, effect.frequency, *whens):
        assert words.replace("'", "&#x27;") in text
    for tier, _ in effect.when_to_call:
        assert f'id="call-{tier}"' in text
    for citation in effect.citations.select_related("source"):
        assert citation.source.citation[:30].replace("'", "&#x27;").replace('"', "&quot;") in text
    assert "not a diagnosis" in text


def test_an_emergency_line_leads_to_a_number(client: Client, cast: Cast) -> None:
    url = reverse("catalogue:side-effect", args=["allergic-reaction-severe"])
    assert "Show the number to call" in client.get(url).content.decode()
    client.force_login(cast.bo)
    assert 'href="tel:911"' in client.get(url).content.decode()


def test_the_medicines_name_alone_shows_everything_and_else_is_left_out(client: Client) -> None:
    text = client.get(BROWSE, {"q": "kesimta side effects"}).content.decode()
    assert "is the medicine" in text
    assert text.count('class="catalogue-link"') == 43
    text = client.get(BROWSE, {"q": "kesympta hedache"}).content.decode()
    links = re.findall(r'class="catalogue-link" href="/side-effects/([^/]+)/"', text)
    assert links[0] == "headache"
    assert len(links) < 43


def test_a_retired_effect_can_still_be_read_and_says_so(client: Client) -> None:
    SideEffect.objects.filter(slug="shingles").update(retired_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert "no longer kept up" in client.get(BROWSE + "shingles/").content.decode()
    assert "/side-effects/shingles/" not in client.get(BROWSE).content.decode()


def test_without_a_country_the_usual_numbers_stand_side_by_side(client: Client) -> None:
    text = client.get(reverse("catalogue:urgent-help")).content.decode()
    for number in ("911", "999", "112"):
        assert f'href="tel:{number}"' in text
    assert 'href="tel:112"' not in client.get(reverse("catalogue:urgent-help"), {"country": "GB"}).content.decode()


def test_an_unknown_effect_is_not_found(client: Client) -> None:
    assert client.get(BROWSE + "nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("code", "number"), [("US", "911"), ("GB", "999"), ("DE", "112"), ("AU", "000"), ("QQ", "112")]
)
def test_urgent_help_shows_the_number_of_the_country(client: Client, code: str, number: str) -> None:
    text = client.get(reverse("catalogue:urgent-help"), {"country": code}).content.decode()
    assert f'href="tel:{number}"' in text


def test_urgent_help_knows_the_country_of_who_is_signed_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    assert 'href="tel:911"' in client.get(reverse("catalogue:urgent-help")).content.decode()


def test_the_page_of_urgent_help_only_reads(client: Client) -> None:
    assert client.post(reverse("catalogue:urgent-help")).status_code == 405


def test_every_country_has_a_number_that_can_be_dialled() -> None:
    for one in COUNTRIES:
        assert one.emergency.isdigit()
        assert not one.urgent_line or one.urgent_line.isdigit()
    assert country("gb").emergency == "999"
    assert country("??").emergency == "112"
    assert country_choices()[-1][0] == "ZZ"
