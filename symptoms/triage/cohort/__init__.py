"""A synthetic cohort: made-up diaries by published frequencies, with planted red flags, and what the rules make of it.

Pure: no Django and no clock; facts come out that the engine reads, and figures. See docs/cohort.md.
"""

from symptoms.triage.cohort.diaries import Diary, make_cohort
from symptoms.triage.cohort.frequencies import Frequencies, FrequencyError, read_frequencies
from symptoms.triage.cohort.judging import MOST_PERCENT, Report, judge, percent, run

__all__ = [
    "MOST_PERCENT",
    "Diary",
    "Frequencies",
    "FrequencyError",
    "Report",
    "judge",
    "make_cohort",
    "percent",
    "read_frequencies",
    "run",
]
