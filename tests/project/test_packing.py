"""Pages go packed to browsers that can unpack them, unless somebody else may have put words into them."""

import gzip
from typing import Final

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

from kesimpta_tracker.packing import PackingMiddleware
from tests.factories.cast import Cast

LONG: Final = b"tired and dizzy " * 100
UNPACKS: Final = {"Accept-Encoding": "gzip, deflate, br"}
# Bytes: what a page may weigh when all beside it is kept already.
MOST: Final = 15_000


def packed(answer: HttpResponseBase, address: str = "/", **headers: str) -> bool:
    asked = RequestFactory().get(address, headers=headers or UNPACKS)
    return PackingMiddleware(lambda _request: answer).process_response(asked, answer).get("Content-Encoding") == "gzip"


def test_a_page_is_packed_for_who_can_unpack_it() -> None:
    assert packed(HttpResponse(LONG))
    assert not packed(HttpResponse(LONG), **{"Accept-Encoding": "identity"})
    assert not packed(HttpResponse(b"short"))


def test_an_answer_to_a_query_is_not_packed() -> None:
    """Another site could write the query, and learn from the length what else the page says."""
    assert not packed(HttpResponse(LONG), "/?q=tired")


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(LONG, content_type="image/jpeg"),
        HttpResponse(LONG, content_type="text/calendar"),
        StreamingHttpResponse([LONG]),
        FileResponse(LONG, content_type="application/zip"),
        HttpResponse(status=304, headers={"Content-Type": ""}),
    ],
)
def test_nothing_but_pages_is_packed(answer: HttpResponseBase) -> None:
    assert not packed(answer)


@pytest.mark.parametrize(
    "page",
    ["today:today", "diary:log", "followups:injections", "followups:results-add", "sharing:sharing"],
)
def test_a_patients_page_weighs_little_and_unpacks_to_itself(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.ana)
    answer = client.get(reverse(page, args=[cast.ana_log.pk]), headers=UNPACKS)
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Vary"].count("Accept-Encoding") == 1
    assert len(answer.content) < MOST
    assert gzip.decompress(answer.content).decode().rstrip().endswith("</html>")
