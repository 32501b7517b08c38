from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest

from symptoms.triage.models import Assessment, Flag


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows that only the tracker itself may write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


ASSESSED: Final = ("entry_id", "revision", "tier", "checked", "rule_set", "assessed_at", "duration_us")
FLAGGED: Final = ("tier", "state", "raised_at", "acknowledged_at", "resolved_at")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnly):
    """When each entry was assessed and by which rules; what a person logged is not shown here."""

    list_display = ASSESSED
    list_filter = ["checked", "tier", "rule_set"]
    fields = (*ASSESSED, "process", "is_current")
    show_full_result_count = False


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    """The life of each flag, without the notes."""

    list_display = ("pk", *FLAGGED)
    list_filter = ["state", "tier"]
    fields = FLAGGED
    show_full_result_count = False
