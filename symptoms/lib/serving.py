"""How a file that somebody sent is served: as nothing but a picture, to nobody else, kept nowhere."""

from typing import Final

from django.http import HttpResponse

from symptoms.lib.uploads import KIND

# Were it opened as a page of its own, it could load, run, frame and send nothing.
SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"


def photo_response(data: bytes) -> HttpResponse:
    """Return a picture that `clean_photo` made. The name of the file is ours, never the sender's."""
    return HttpResponse(
        data,
        content_type=KIND,
        headers={
            "Content-Disposition": 'inline; filename="photo.jpg"',
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store, private",
        },
    )
