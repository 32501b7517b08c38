"""The floors: what a signed-in form, a list and a save cost when they do nothing of ours.

The table is made by `bench_data` in the benchmark's own database; no migration knows it.
"""

from typing import ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path

ROWS_SHOWN = 25

FORM = """<!doctype html><html lang="en"><title>Form</title><body><p>{{ user.email }}</p>
<form method="post" action="/save/">{% csrf_token %}{{ form.as_div }}<button>Save</button></form></body></html>"""
LIST = """<!doctype html><html lang="en"><title>List</title><body><p>{{ user.email }}</p>
<ul>{% for row in rows %}<li>{{ row.made_at }}: {{ row.words }}</li>{% endfor %}</ul></body></html>"""


class FloorRow(models.Model):
    """One line of text of one person."""

    owner = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    words = models.CharField(max_length=200)

    objects: ClassVar[models.Manager["FloorRow"]] = models.Manager()

    class Meta:
        app_label = "kesimpta_tracker"
        managed = False
        db_table = "bench_floor"
        indexes: ClassVar = [models.Index(fields=["owner", "-made_at"], name="bench_floor_newest")]

    def __str__(self) -> str:
        return self.words


class FloorForm(forms.Form):
    words = forms.CharField(max_length=200)
    grade = forms.ChoiceField(choices=[(str(grade), f"Grade {grade}") for grade in range(5)])


def render(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(template).render(context, request))


@login_required
def form(request: HttpRequest) -> HttpResponse:
    """Show a small form: session and user, two queries."""
    return render(request, FORM, {"form": FloorForm()})


@login_required
def rows(request: HttpRequest) -> HttpResponse:
    """Show 25 rows found by an index: three queries."""
    found = FloorRow.objects.filter(owner=request.user.pk).order_by("-made_at")[:ROWS_SHOWN]
    return render(request, LIST, {"rows": found})


@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Check the form and write one row."""
    said = FloorForm(request.POST)
    if not said.is_valid():
        return render(request, FORM, {"form": said})
    FloorRow.objects.create(owner=request.user.pk, words=said.cleaned_data["words"])
    return redirect("/list/")


urlpatterns = [path("form/", form), path("list/", rows), path("save/", save)]
