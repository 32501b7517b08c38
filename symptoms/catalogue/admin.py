from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from symptoms.catalogue.models import SideEffect, Source, Symptom


class Curated(admin.ModelAdmin[Any]):
    """Curated rows are read here; they are changed in the files, by review."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Symptom)
class SymptomAdmin(Curated):
    list_display = ["name", "slug", "body_area", "home_tier", "retired_at"]
    list_filter = ["home_tier", "body_area"]
    search_fields = ["name", "slug"]


@admin.register(SideEffect)
class SideEffectAdmin(Curated):
    list_display = ["name", "slug", "category", "tier", "retired_at"]
    list_filter = ["category", "tier"]
    search_fields = ["name", "slug", "term"]


@admin.register(Source)
class SourceAdmin(Curated):
    list_display = ["key", "citation"]
    search_fields = ["key", "citation"]
