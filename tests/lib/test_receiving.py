"""Files are cut off on their way in, and never the fields that came before them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from symptoms.lib.uploads import LARGEST_BYTES

type_of_send = Callable[..., Any]


@pytest.fixture
def sent() -> Iterator[type_of_send]:
    """Return a request with one field, then a file of each size; its files are closed as after an answer."""
    requests: list[Any] = []

    def send(*sizes: int, name: str = "photo") -> Any:
        files = [SimpleUploadedFile(f"{place}.jpg", b"a" * size) for place, size in enumerate(sizes)]
        requests.append(RequestFactory().post("/", {"note": "words", name: files}))
        return requests[-1]

    yield send
    for request in requests:
        request.close()


@pytest.mark.parametrize("size", [1, 3_000_000, LARGEST_BYTES, LARGEST_BYTES + 1])
def test_a_photo_comes_whole(sent: type_of_send, size: int) -> None:
    request = sent(size)
    assert [len(file.read()) for file in request.FILES.getlist("photo")] == [size]


def test_of_a_larger_one_comes_a_byte_too_many(sent: type_of_send) -> None:
    request = sent(3 * LARGEST_BYTES, 7)
    assert [len(file.read()) for file in request.FILES.getlist("photo")] == [LARGEST_BYTES + 1, 7]
    assert request.POST["note"] == "words"


@pytest.mark.parametrize("many", [6, 11, 40])
def test_too_many_end_the_reading_and_not_the_request(sent: type_of_send, many: int) -> None:
    request = sent(*[3] * many)
    assert request.POST["note"] == "words"
    assert len(request.FILES.getlist("photo")) == 5
    assert [file.read() for file in request.FILES.getlist("photo")[:4]] == [b"aaa"] * 4


def test_other_files_share_their_limit(sent: type_of_send, settings: LazySettings) -> None:
    settings.LARGEST_UPLOAD = 100_000
    request = sent(80_000, 80_000, 80_000, name="file")
    assert [len(file.read()) for file in request.FILES.getlist("file")] == [80_000, 20_000, 0]
