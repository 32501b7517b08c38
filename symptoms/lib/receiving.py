"""Files on their way in: cut off where they are larger than anything we take, so that no disk fills with them."""

from typing import Any, Final

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from symptoms.lib.uploads import LARGEST_BYTES

PHOTO: Final = "photo"  # the name of the field
MOST_FILES: Final = 5  # one more than an entry takes, so that the page can say so


class Cut(FileUploadHandler):
    """Stands before Django's handlers, and lets no more of a file through than is looked at.

    A photo that is too large comes as one byte more than the limit, and the page says so; the fields of the page,
    which may tell of an emergency, are never lost for it. All other files of a request share `LARGEST_UPLOAD`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = 0
        self.others = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.came = 0
        self.files += 1
        if self.field_name == PHOTO and self.files > MOST_FILES:
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        most = LARGEST_BYTES + 1 if self.field_name == PHOTO else settings.LARGEST_UPLOAD - self.others
        part = raw_data[: max(0, most - self.came)]
        self.came += len(part)
        return part or None

    def file_complete(self, file_size: int) -> None:
        if self.field_name != PHOTO:
            self.others += self.came
