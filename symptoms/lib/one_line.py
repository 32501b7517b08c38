"""What a text of one line may not hold, such as a name that stands in a mail's head."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What ends a line somewhere, or turns the direction of what stands beside it. Joiners stay: some scripts need them.
_NO_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check_one_line(text: str) -> None:
    """Raise ValidationError where a name could end a line, of a mail's head or a log, or turn its neighbours around."""
    if _NO_LINE.search(text):
        raise ValidationError(_("Type it on one line, with letters and signs that can be seen."))
