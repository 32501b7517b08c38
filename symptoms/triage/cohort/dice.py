"""Chance from a seed, the same in every version of Python: it uses random() alone, which alone is promised so."""

from collections.abc import Sequence
from random import Random

# Apart from each other by more than any cohort has patients, so that no two seeds share a patient.
STRIDE = 1_000_003


class Dice:
    """Drawn numbers of one patient: of the seed and the patient's number, whatever the others draw."""

    def __init__(self, seed: int, patient: int) -> None:
        self._random = Random(seed * STRIDE + patient)  # noqa: S311 nothing here is secret

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def grade(self, weights: Sequence[float]) -> int:
        """Return 1, 2, 3 ... by weights."""
        drawn, grade = self.between(0, sum(weights)), 1
        for weight in weights[:-1]:
            if drawn < weight:
                break
            drawn, grade = drawn - weight, grade + 1
        return grade
