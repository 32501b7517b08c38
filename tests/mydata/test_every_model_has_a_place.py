"""No row about a person is forgotten: every model has its place in the download and in an erasure, every field too."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from symptoms.accounts.models import User
from symptoms.mydata.columns import columns_of
from symptoms.mydata.left_out import LEFT_OUT, NOT_EXPORTED
from symptoms.mydata.places import ERASED, IDS_ONLY, KEPT, leads_to_people
from symptoms.mydata.tables import TABLES
from symptoms.sharing.models import Patient

PERSONAL = {model._meta.label for model in apps.get_models(include_auto_created=True) if leads_to_people(model)}
EXPORTED = {table.model for table in TABLES}


def test_every_model_about_a_person_is_in_the_download_or_is_not_and_why() -> None:
    assert EXPORTED | set(NOT_EXPORTED) == PERSONAL
    assert EXPORTED & set(NOT_EXPORTED) == set()
    assert all(NOT_EXPORTED.values())


def test_every_model_about_a_person_is_erased_or_kept_and_why() -> None:
    assert ERASED | set(KEPT) == PERSONAL
    assert ERASED & set(KEPT) == set()
    assert all(KEPT.values())


def test_rows_with_bare_ids_of_people_are_known() -> None:
    """A column that holds the id of a person without a key is found by no walk: it must be told here."""
    bare = {
        model._meta.label
        for model in apps.get_models()
        if not leads_to_people(model)
        and any(isinstance(field, models.UUIDField) and not field.primary_key for field in model._meta.concrete_fields)
    }
    assert bare == set(IDS_ONLY)


@pytest.mark.parametrize("label", sorted(EXPORTED))
def test_every_field_of_a_model_is_in_the_download_or_left_out_and_why(label: str) -> None:
    model = apps.get_model(label)
    ours = [table for table in TABLES if table.model == label]
    told = {column.path.split("__")[0] for table in ours for column in columns_of(table.name)}
    owners = {table.of.split("__")[0] for table in ours}
    left = set(LEFT_OUT.get(label, {}))
    concrete = {field.name for field in model._meta.concrete_fields if not field.primary_key}
    assert told | owners | left == concrete
    assert told & left == set()


def test_what_is_left_out_is_of_models_that_are_in() -> None:
    assert set(LEFT_OUT) <= EXPORTED
    assert all(why for fields in LEFT_OUT.values() for why in fields.values())


def points_at(model: Any, target: Any) -> bool:
    return any(isinstance(field, models.ForeignKey) and field.related_model is target for field in model._meta.fields)


def test_what_belongs_to_a_patient_goes_with_the_patient() -> None:
    """Nothing but CASCADE leads to a patient, so that no row is left when the patient goes."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Patient:
                assert field.remote_field.on_delete is models.CASCADE, field
    assert points_at(Patient, User)
