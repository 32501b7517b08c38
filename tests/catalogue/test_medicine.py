"""The medicine's own name, as it is typed."""

import pytest

from symptoms.catalogue.medicine import NAMES, without_medicine


@pytest.mark.parametrize("name", NAMES)
def test_a_name_alone_asks_for_everything(name: str) -> None:
    assert without_medicine(name) == ""
    assert without_medicine(f"side effects of {name} pen") == ""


@pytest.mark.parametrize("typed", ["kesimptaa", "kessimpta", "kesimptra", "ofatumumabb", "sensoredy"])
def test_one_wrong_letter_still_counts(typed: str) -> None:
    assert without_medicine(typed) == ""


def test_the_rest_of_the_question_stays() -> None:
    assert without_medicine("kesimta hedache at night") == "hedache at night"


@pytest.mark.parametrize("typed", ["", "side effects", "injection", "sepsis", "sense", "ready to drop", "my pen"])
def test_other_words_are_left_alone(typed: str) -> None:
    assert without_medicine(typed) == typed
