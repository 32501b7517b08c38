"""What the readings settle rule by rule, told as small diaries."""

from typing import Any

import pytest

from tests.triage.engine.rules_under_test import check_diary

HEAT = {"heat": ["vision-blurred"]}
MONTHLY = [{"days": 60, "number": 7}, {"days": 32, "number": 8}, {"hours": 8, "number": 9}]

# why, the diary in the short form of the examples, tier, rules that hold, rules that do not
TABLE: list[tuple[str, dict[str, Any], str, str, str]] = [
    (
        "hives before midnight, wheeze after",
        {"before": {"23 h": {"hives": 1}}, "today": {"wheeze": 1}},
        "emergency",
        "E01",
        "",
    ),
    (
        "confusion first, fever later",
        {"before": {"70 h": {"confusion": 1}}, "before_not_sudden": ["confusion"], "today": {"fever": 1}},
        "emergency",
        "E04",
        "",
    ),
    (
        "a reading at the threshold is fever for every rule",
        {"temperature": 37.8, "settings": {"fever_c": 37.8}, "today": {"stiff-neck": 1}},
        "emergency",
        "E05 S03",
        "",
    ),
    ("a fever tick with a lower reading", {"temperature": 37.6, "today": {"fever": 1}}, "same-day", "B00", "S03"),
    ("stiff neck alone", {"today": {"stiff-neck": 1}}, "prompt", "B00", "E05"),
    (
        "the note tells of a curtain",
        {"today": {"vision-flashes": 1}, "no": {"curtain": ["vision-flashes"]}, "note": "Like a veil."},
        "emergency",
        "E07",
        "",
    ),
    ("coughing a lot of blood", {"today": {"cough-blood": 1}, "note": "quite a lot"}, "emergency", "E09", ""),
    ("not a lot of blood", {"today": {"cough-blood": 1}, "note": "not a lot"}, "same-day", "S14", "E09"),
    (
        "platelets of 91 days ago are not known",
        {
            "results": [{"test": "platelets", "value": 90, "lower_limit": 150, "days": 91}],
            "today": {"head-injury": 1},
        },
        "same-day",
        "B00",
        "E09",
    ),
    (
        "both legs weak, told as slow, without back pain",
        {"today": {"both-legs-weak": 1}, "not_sudden": ["both-legs-weak"]},
        "same-day",
        "S09",
        "E12",
    ),
    (
        "usual back pain above its usual grade",
        {"usual": {"back-pain": 1}, "before": {"3 days": {"back-pain": 2}}, "today": {"saddle-numbness": 1}},
        "emergency",
        "E12",
        "S09",
    ),
    ("trouble swallowing with no shot logged", {"today": {"trouble-swallowing": 1}}, "same-day", "S23", "E13"),
    (
        "a shot after the entry is ignored",
        {"shots": [{"hours": -1, "number": 9}], "today": {"wheeze": 1}},
        "same-day",
        "S23",
        "E13",
    ),
    (
        "a dose without entries near it is no comparison",
        {"shots": MONTHLY, "before": {"50 days": {"nausea": 1}}, "today": {"nausea": 2}},
        "prompt",
        "PRO1",
        "S02 C01",
    ),
    (
        "higher than after each of two earlier doses",
        {
            "shots": MONTHLY,
            "before": {"1430 h": {"nausea": 1}, "760 h": {"nausea": 1}},
            "today": {"nausea": 2},
        },
        "same-day",
        "S02",
        "C01",
    ),
    (
        "as bad after one of two earlier doses",
        {
            "shots": MONTHLY,
            "before": {"1430 h": {"nausea": 2}, "760 h": {"headache": 1}},
            "today": {"nausea": 2},
        },
        "self-care",
        "C01",
        "S02 PRO1",
    ),
    (
        "an unknown number keeps the door of the first doses shut",
        {"shots": [{"hours": 8}], "temperature": 38.2},
        "same-day",
        "S03",
        "C01",
    ),
    (
        "usual fatigue does not end the expected reaction",
        {
            "shots": [{"hours": 8, "number": 1}],
            "usual": {"tingling": 2},
            "temperature": 38.2,
            "today": {"tingling": 2},
        },
        "self-care",
        "C01",
        "S03 B00",
    ),
    (
        "chills late on the day of the ninth shot",
        {"shots": [{"hours": 8, "number": 9}], "today": {"chills": 1}},
        "prompt",
        "P01",
        "C01",
    ),
    (
        "pee pain new, often usual",
        {"usual": {"pee-often": 2}, "today": {"pee-pain": 1, "pee-often": 2}},
        "same-day",
        "B00",
        "S07",
    ),
    (
        "sight lost slowly and clumsy, on two days",
        {
            "before": {"5 days": {"vision-loss": 1}},
            "before_not_sudden": ["vision-loss"],
            "today": {"clumsy": 1},
        },
        "same-day",
        "S08",
        "E07",
    ),
    ("two falls on one day", {"before": {"2 h": {"falls": 1}}, "today": {"falls": 1}}, "same-day", "S09", ""),
    (
        "severe but usual numbness",
        {"usual": {"numbness": 3}, "before": {"1 day": {"numbness": 3}}, "today": {"numbness": 3}},
        "same-day",
        "S09",
        "",
    ),
    ("sticky eye is in no rule", {"today": {"eye-discharge": 1}}, "same-day", "B00", "S10"),
    (
        "light hurts and the eye is sticky",
        {"today": {"eye-discharge": 1, "light-hurts-eyes": 1}},
        "same-day",
        "S10",
        "",
    ),
    (
        "known blur in the heat",
        {
            "usual": {"vision-blurred": 1},
            "today": {"vision-blurred": 2},
            "minutes": {"vision-blurred": 59},
            "yes": HEAT,
        },
        "prompt",
        "P06",
        "S10 B00",
    ),
    (
        "pale poo yesterday, dark pee today",
        {"before": {"1 day": {"poo-pale": 1}}, "today": {"pee-dark": 1}},
        "same-day",
        "S11",
        "P08",
    ),
    (
        "a short nosebleed",
        {"today": {"nosebleed": 1}, "minutes": {"nosebleed": 3}},
        "visit",
        "V01",
        "S13",
    ),
    (
        "the second nosebleed of a week is of a new kind",
        {
            "before": {"20 days": {"nosebleed": 1}, "4 days": {"nosebleed": 1}},
            "before_minutes": {"nosebleed": 2},
            "today": {"nosebleed": 1},
            "minutes": {"nosebleed": 2},
        },
        "visit",
        "B00",
        "S13",
    ),
    ("gums that bleed, by the note", {"today": {"gum-pain": 1}, "note": "they bleed"}, "same-day", "S13", ""),
    ("rash that does not fade", {"today": {"rash-no-fade": 1}}, "same-day", "S13", "E05"),
    (
        "dose 4 two weeks after dose 3, without numbers",
        {"shots": [{"days": 28}, {"days": 21}, {"days": 14}, {"hours": 1}]},
        "none",
        "",
        "S20",
    ),
    (
        "the fifth dose two weeks after the fourth, without numbers",
        {"shots": [{"days": 42}, {"days": 35}, {"days": 28}, {"days": 14}, {"hours": 1}]},
        "same-day",
        "S20",
        "",
    ),
    (
        "the newest result counts, and only up to today",
        {
            "results": [
                {"test": "ast", "value": 300, "upper_limit": 40, "days": -1},
                {"test": "ast", "value": 30, "upper_limit": 40, "days": 2},
            ]
        },
        "none",
        "",
        "S22 S24",
    ),
    (
        "a result of 14 days ago counts",
        {"results": [{"test": "alt", "value": 300, "upper_limit": 40, "days": 14}]},
        "same-day",
        "S22 S24",
        "",
    ),
    (
        "a result of 15 days ago does not",
        {"results": [{"test": "alt", "value": 300, "upper_limit": 40, "days": 15}]},
        "none",
        "",
        "S22 S24",
    ),
    ("no upper limit, no ratio", {"results": [{"test": "alt", "value": 900}]}, "none", "", "S22 S24"),
    (
        "units are brought to the test's own",
        {
            "results": [
                {"test": "bilirubin", "value": 3.0, "unit": "mg/dL", "upper_limit": 1.2},
                {"test": "alt", "value": 130, "unit": "IU/L", "upper_limit": 40},
            ]
        },
        "same-day",
        "S22",
        "",
    ),
    (
        "the cold is off where its S rule speaks, the toothache is not lowered",
        {"temperature": 38.5, "today": {"tooth-ear-pain": 1}},
        "same-day",
        "S03 B00",
        "P01",
    ),
    ("hot skin alone keeps its own tier", {"today": {"skin-hot-red": 1}}, "same-day", "P01 B00", "S18"),
    (
        "hot at the spot on day 0",
        {"shots": [{"hours": 9}], "today": {"site-warm-spreading": 1}},
        "same-day",
        "B00",
        "S17 C02",
    ),
    (
        "21 days of cough, whatever else",
        {
            "before": {f"{n} days": {"cough": 1} for n in range(1, 21)},
            "today": {"cough": 1},
            "temperature": 38.2,
        },
        "same-day",
        "P02 S14",
        "",
    ),
    (
        "the days after a shot neither count nor break the row",
        {
            "shots": [{"days": 3, "number": 9}],
            "before": {"4 days": {"fatigue-unusual": 1}, "2 days": {"fatigue-unusual": 1}},
            "today": {"fatigue-unusual": 1},
        },
        "prompt",
        "P03",
        "",
    ),
    (
        "worse than before the episode, on two days",
        {
            "usual": {"tingling": 1},
            "before": {"2 days": {"tingling": 1}, "1 day": {"tingling": 2}},
            "today": {"tingling": 2},
        },
        "prompt",
        "P04",
        "",
    ),
    (
        "a moderate headache in the same-day tier's shadow",
        {"today": {"headache": 2, "band-rash": 1}},
        "same-day",
        "S16 PRO1",
        "C03",
    ),
    ("mild nausea for the first time", {"today": {"nausea": 1}}, "visit", "V01", "PRO1"),
    (
        "two infections 14 days apart",
        {"before": {"14 days": {"sore-throat": 1}}, "today": {"runny-nose": 1}},
        "prompt",
        "P10",
        "",
    ),
    (
        "an episode of old, nothing of it today",
        {"before": {"60 days": {"sore-throat": 1}, "2 days": {"runny-nose": 1}}, "today": {"joint-pain": 1}},
        "visit",
        "V01",
        "P10",
    ),
    (
        "the dose is due, the cold was yesterday, and nothing is logged",
        {"shots": [{"days": 29, "number": 9}], "before": {"1 day": {"runny-nose": 1}}},
        "none",
        "",
        "P11",
    ),
    (
        "the second dose is a week after the first",
        {"shots": [{"days": 5, "number": 1}], "today": {"sore-throat": 1}},
        "prompt",
        "P11",
        "",
    ),
    (
        "the last shot was months ago",
        {"shots": [{"days": 90, "number": 9}], "today": {"sore-throat": 1}},
        "prompt",
        "P01",
        "P11",
    ),
    (
        "a lump with redness on day 4",
        {"shots": [{"days": 4, "number": 9}], "today": {"site-lump": 1, "site-redness": 1}},
        "prompt",
        "P12",
        "C02",
    ),
    (
        "no pee and throwing up for two days",
        {"before": {"1 day": {"vomiting": 1}}, "today": {"vomiting": 1, "pee-none": 1}},
        "same-day",
        "P15 S23",
        "",
    ),
    (
        "a settled reaction is told once",
        {
            "shots": [{"hours": 30, "number": 9}],
            "before": {"24 h": {"chills": 1}},
            "today": {"joint-pain": 1},
        },
        "visit",
        "V03",
        "",
    ),
    ("breastfeeding, in the note", {"note": "Can I breastfeed later on?"}, "visit", "V05", ""),
    ("a curly apostrophe", {"note": "I think I\u2019m pregnant"}, "same-day", "S19", ""),
    (
        "three broken days of headache",
        {"before": {"4 days": {"headache": 1}, "2 days": {"headache": 1}}, "today": {"headache": 1}},
        "self-care",
        "C03",
        "P13",
    ),
    (
        "a usual fast heartbeat counts for the pattern",
        {"usual": {"dizzy": 1}, "today": {"dizzy": 1, "pale-skin": 1}},
        "prompt",
        "P09",
        "",
    ),
]


@pytest.mark.parametrize(
    ("diary", "tier", "holds", "misses"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_reading(diary: dict[str, Any], tier: str, holds: str, misses: str) -> None:
    check_diary(diary, tier, holds, misses)
