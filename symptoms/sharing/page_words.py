"""What the pages of a log are called on the list of who looked. A page without a word here is "a page"."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from symptoms.lib.words import Words

PAGES: Final[dict[str, Words]] = {
    "today:today": _("first page"),
    "today:month": _("diary"),
    "diary:entry": _("an entry"),
    "diary:photo": _("a photo"),
    "diary:log": _("page to log"),
    "diary:found": _("page to log"),
    "diary:draft": _("page to log"),
    "triage:advice": _("advice"),
    "triage:settings": _("how the rules read the diary"),
    "followups:injections": _("injections"),
    "followups:injection": _("an injection"),
    "followups:injection-plan": _("injection plan"),
    "followups:blood-tests": _("blood tests"),
    "followups:blood-test": _("a blood test"),
    "followups:values": _("blood results"),
    "followups:results-add": _("blood results"),
    "followups:test-plan": _("blood test plan"),
    "inbox:queue": _("list of flagged entries"),
    "inbox:flag": _("a flagged entry"),
    "inbox:blood-tests": _("list of blood tests"),
}
OTHER: Final = _("a page")


def page_word(view_name: str) -> str:
    return str(PAGES.get(view_name, OTHER))
