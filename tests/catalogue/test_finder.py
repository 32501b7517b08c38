"""What the finder says of a text: symptoms, places and status, feature by feature."""

import pytest

from symptoms.catalogue.finder import Finding, find, live_finder, present

PRESENT = [
    ("temp: 102", "fever"),
    ("T: 38,4", "fever"),
    ("it was 39 yesterday, 37 today", "fever"),
    ("38.2/38.4/38.9", "fever"),
    ("38 point 6", "fever"),
    ("38 9 at 3am", "fever"),
    ("temp one oh two", "fever"),
    ("temp a hundred point nine", "fever"),
    ("temperature thirty eight and a half", "fever"),
    ("hot, 39.2, in the garden", "fever"),
    ("can't keep any food down", "vomiting-repeated"),
    ("lips puffed up", "swelling-lips-tongue"),
    ("my left arm won't lift", "arm-drift"),
    ("can't get my breath", "breathless-severe"),
    ("hard to get my breath", "breathless-severe"),
    ("throat closing", "swelling-throat"),
    ("face dropping on one side", "face-droop"),
    ("I am not able to swallow", "trouble-swallowing"),
    ("I can't stop coughing", "cough"),
    ("I can\u2019t stop coughing", "cough"),
    ("diarea again", "diarrhoea"),
    ("headake", "headache"),
    ("brething is hard", "breathless-severe"),
    ("sooo dizzzzy", "dizzy"),
    ("f\u0435v\u0435r", "fever"),
    ("fe\u200bver", "fever"),
    ("\uff26\uff45\uff56\uff45\uff52", "fever"),
    ("f\u00e9ver", "fever"),
    ("v. dizzy", "dizzy"),
    ("temp 38.6", "fever"),
    ("101.3F", "fever"),
    ("temp was 39", "fever"),
    ("T 39,1 \u00b0C", "fever"),
    ("38.5\u00baC", "fever"),
    ("temp up from 37.2 to 39.4", "fever"),
    ("my temperature went over 38.5", "fever"),
    ("temperature thirty nine", "fever"),
    ("temperature thirty eight point five", "fever"),
    ("fever of a hundred and two", "fever"),
    ("temperature forty", "fever"),
    ("temp 35.2", "low-temp"),
    ("94.5 F", "low-temp"),
    ("35.4", "low-temp"),
    ("temp 39 in the shade", "fever"),
]
NO_READING = [
    "39.99 for the book",
    "38.2 seconds",
    "vit d 38.5",
    "at 10:39",
    "40/60",
    "39 plates, 37 cups",
    "room temp 38",
    "the limit is 38.5 for a temp",
    "temp 38 or more",
    "36.8",
    "temp 98.4 F",
    "temp 36,6 in the morning",
    "38 degrees outside",
    "weight 38.5 kg",
    "bp 118/38",
    "room 39 at the clinic",
    "paid \u00a338.50",
    "temp stayed below 38",
    "temp never over 38.5",
    "38 people came",
    "30.5 is what I read in a long book of many pages",
    "38.5% of them",
    "temp 12",
    "temp 380.55555",
    "90.5 and then some more words follow here",
    "my temperature is 36.7",
]
DENIED = [
    ("I have not collapsed, had a seizure or been sick", "seizure"),
    ("can't say my chest hurts", "chest-pain"),
    ("w/o fever", "fever"),
    ("-ve fever", "fever"),
    ("Fever: N. Rash: N", "fever"),
    ("fever? Nope.", "fever"),
    ("rash (no)", "rash"),
    ("the doctor asked about a rash and I said no", "rash"),
    ("nearly fell down the stairs", "falls"),
    ("the rash I had on Monday has gone", "rash"),
    ("the cough I told you about has cleared", "cough"),
    ("the fever I had never came back", "fever"),
    ("thought it was a rash but it was just the sun", "rash"),
    ("have yet to have a fever", "fever"),
    ("not the fever or the chills", "chills"),
    ("the fever has now gone", "fever"),
    ("no fever", "fever"),
    ("no fever, chills or cough", "cough"),
    ("no rash, hives, itching all over or facial swelling", "swelling-face"),
    ("no rash, hives", "hives"),
    ("denies chest pain", "chest-pain"),
    ("fever free", "fever"),
    ("the rash is gone now", "rash"),
    ("fever and chills are gone", "fever"),
    ("no longer dizzy", "dizzy"),
    ("cough: none", "cough"),
    ("my eyes are not yellow", "eyes-yellow"),
    ("fever I don't have", "fever"),
    ("not unable to swallow", "trouble-swallowing"),
    ("I never said I couldn't breathe", "breathless-severe"),
    ("no pain in my chest", "chest-pain"),
]
NOT_DENIED = [
    ("not an evening this week when I haven't had a fever", "fever"),
    ("never had such a rash", "rash"),
    ("I have never had a rash like this", "rash"),
    ("I thought the fever was gone but it is back", "fever"),
    ("fever gone yesterday, back today", "fever"),
    ("no fever yesterday, today a cough", "cough"),
    ("I never get a rash, but today I do", "rash"),
    ("without paracetamol the fever is bad", "fever"),
    ("no sign of the rash going", "rash"),
    ("I wouldn't say the cough has gone", "cough"),
    ("is this rash normal?", "rash"),
    ("fever and people who are not there", "fever"),
    ("no symptoms other than a rash", "rash"),
    ("nobody told me about the rash", "rash"),
    ("cough Y, fever N", "cough"),
    ("no fever but a cough", "cough"),
    ("no fever, my throat is closing", "swelling-throat"),
    ("no fever, throat closing", "swelling-throat"),
    ("no fever, cough is bad", "cough"),
    ("no fever, bad cough", "cough"),
    ("no news, headache", "headache"),
    ("no fever I feel dizzy", "dizzy"),
    ("no fever and no cough. Dizzy", "dizzy"),
    ("no one at home today, not that it matters, and my chest is tight", "chest-tightness"),
    ("the fever is not gone", "fever"),
    ("the headache won't go away", "headache"),
    ("not a day without headache", "headache"),
    ("I can't say I don't have a fever", "fever"),
    ("I could not sleep because of a headache", "headache"),
    ("no rash, hives today, my throat is closing or so it feels", "swelling-throat"),
    ("rash on my arm, my fever is gone", "rash"),
    ("dizzy and my cough gone", "dizzy"),
]
PAST = [
    ("I had a rash. It has gone.", "rash"),
    ("Dose 1 gave me a fever", "fever"),
    ("Tecfidera gave me a rash", "rash"),
    ("a rash the year I got married", "rash"),
    ("2019: a rash", "rash"),
    ("PMH rash", "rash"),
    ("a fever in '09", "fever"),
    ("I lost my smell for months but it came back", "loss-smell-taste"),
    ("Fever after every Rebif injection. Not with this one", "fever"),
    ("the first couple of shots gave me a fever", "fever"),
    ("I had a fever last year", "fever"),
    ("when I was a child I had a seizure", "seizure"),
    ("I used to get double vision", "vision-double"),
    ("rash in 2015", "rash"),
    ("history of chest pain", "chest-pain"),
]
NOT_PAST = [
    ("I used to get a rash and now it has started again", "rash"),
    ("same rash as last year", "rash"),
    ("a seizure at noon. It has gone.", "seizure"),
    ("since my last dose I have a rash", "rash"),
    ("lost my smell again", "loss-smell-taste"),
    ("I had a rash. It has gone and come back", "rash"),
    ("same numb feeling as in 2018, started again today", "numbness"),
    ("I had a rash last year, now I have a fever", "fever"),
    ("tired since last year", "fatigue"),
]
ANOTHERS = [
    ("Margaret has a fever", "fever"),
    ("Dave from work had a seizure", "seizure"),
    ("poor Ben collapsed", "collapse"),
    ("Mrs Brown upstairs has a fever", "fever"),
    ("Jen is off with a fever", "fever"),
    ("Mark has a fever", "fever"),
    ("half my patients have a fever", "fever"),
    ("stomach bug going round the office", "diarrhoea"),
    ("my son has a fever", "fever"),
    ("the kids are sneezing", "sneezing"),
    ("my husband has a cough and a rash", "rash"),
    ("she can't breathe", "breathless-severe"),
    ("can't wake him", "very-sleepy"),
    ("fever in my son", "fever"),
]
NOT_ANOTHERS = [
    ("my husband is away, chest pain since noon", "chest-pain"),
    ("rang Dave about the fever", "fever"),
    ("Dave is at work, fever all day", "fever"),
    ("told him about the rash", "rash"),
    ("my husband was out when my throat closed", "swelling-throat"),
    ("the nurse noticed a rash", "rash"),
    ("Mum, fever again", "fever"),
    ("sick as a dog, fever", "fever"),
    ("they are swollen, the lips", "swelling-lips-tongue"),
    ("a mark on the wall, fever", "fever"),
    ("rang the nurse about the rash", "rash"),
    ("my husband says I'm confused", "confusion"),
    ("my son has a cold and I have a fever", "fever"),
    ("feels like somebody's sitting on my chest", "chest-tightness"),
    ("I have caught her cough", "cough"),
]
SUPPOSED = [
    ("what are the chances of my throat swelling?", "swelling-throat"),
    ("a rash can be a sign of infection", "rash"),
    ("dreamt I had a rash", "rash"),
    ("waiting for the chills to start", "chills"),
    ("I expected a rash", "rash"),
    ("questionnaire about fever again", "fever"),
    ("if I ever get a cough", "cough"),
    ("suppose I had a rash", "rash"),
    ("fever means anything over 38 degrees", "fever"),
    ("she asked if I had a rash", "rash"),
    ("what if I get a fever", "fever"),
    ("the leaflet says to call if my throat swells", "swelling-throat"),
    ("I am scared of seizures", "seizure"),
    ("in case I get a rash", "rash"),
    ("should I get chest pain, whom do I call", "chest-pain"),
    ("can it cause a rash?", "rash"),
    ("is dizziness common?", "dizzy"),
    ("side effects: fever, chills", "chills"),
    ("fever is a common side effect", "fever"),
    ("nausea can happen", "nausea"),
    ("my lips might get swollen", "swelling-lips-tongue"),
]
NOT_SUPPOSED = [
    ("my headache is a side effect of the jab", "headache"),
    ("if this rash gets worse I will call", "rash"),
    ("she asked if I had a rash and I said yes", "rash"),
    ("I hope this rash goes", "rash"),
    ("what should I do about the rash?", "rash"),
    ("how long will this rash last?", "rash"),
    ("when does the rash go away?", "rash"),
    ("do I need to call about the rash?", "rash"),
    ("waiting for the rash to go", "rash"),
    ("is it normal to have a rash?", "rash"),
    ("I might have a fever", "fever"),
    ("I hadn't expected a rash but here we are", "rash"),
    ("anyone else with a rash? mine started today", "rash"),
    ("dreamt of the sea and woke with a rash", "rash"),
    ("asked about a rash (yes)", "rash"),
    ("symptoms: rash", "rash"),
    ("worried about my swollen lips", "swelling-lips-tongue"),
    ("why is my face swollen?", "swelling-face"),
    ("is it normal that my throat is swelling?", "swelling-throat"),
    ("I have a fever, what should I do?", "fever"),
    ("worried about the trip, but I have a fever", "fever"),
    ("it hurts if I move my eye", "eye-pain-moving"),
]
IDIOMS = [
    "sick of waiting",
    "football fever",
    "pins and needles waiting for the results",
    "a rash decision",
    "burning question",
    "itching to go",
    "the view took my breath away",
    "my heart skipped a beat",
]
CAREGIVER = [
    ("I noticed a rash this morning", "rash", "present"),
    ("she woke me, fever", "fever", "present"),
    ("Got a rash myself", "rash", "other"),
    ("The nurse noticed a rash", "rash", "present"),
    ("we had to call the doctor, fever", "fever", "present"),
    ("I'm worried about her rash", "rash", "present"),
    ("Dave has a rash", "rash", "present"),
    ("she can't breathe", "breathless-severe", "present"),
    ("can't wake him", "very-sleepy", "present"),
    ("I have a fever myself", "fever", "other"),
    ("Mum is confused", "confusion", "present"),
    ("My wife is dizzy. She has a fever", "fever", "present"),
    ("She is well. Our son has a rash", "rash", "other"),
    ("She is well. My son has a rash", "rash", "other"),
    ("My wife is well. Our son came, he has a rash", "rash", "other"),
    ("My wife rests. My brother called, he has a rash", "rash", "other"),
    ("My wife rests. My brother called, she has a rash", "rash", "present"),
    ("She is well. My wife has a rash", "rash", "present"),
    ("My wife rests. A man came. She has a rash", "rash", "present"),
    ("Her sister has a rash", "rash", "other"),
    ("no fever", "fever", "negated"),
    ("fever", "fever", "present"),
]


def statuses(text: str, symptom: str, author: str = "patient") -> set[str]:
    return {
        one.status
        for one in live_finder().find(text, "caregiver" if author == "caregiver" else "patient")
        if one.symptom == symptom
    }


@pytest.mark.parametrize(("text", "symptom"), PRESENT + NOT_DENIED + NOT_PAST + NOT_ANOTHERS + NOT_SUPPOSED)
def test_a_symptom_of_the_patient_now_is_present(text: str, symptom: str) -> None:
    assert statuses(text, symptom) == {"present"}


@pytest.mark.parametrize(("text", "symptom"), DENIED)
def test_a_denied_symptom_is_negated(text: str, symptom: str) -> None:
    assert statuses(text, symptom) == {"negated"}


@pytest.mark.parametrize(("text", "symptom"), PAST)
def test_a_symptom_of_another_time_is_past(text: str, symptom: str) -> None:
    assert statuses(text, symptom) == {"past"}


@pytest.mark.parametrize(("text", "symptom"), ANOTHERS)
def test_a_symptom_of_someone_else_is_anothers(text: str, symptom: str) -> None:
    assert statuses(text, symptom) == {"other"}


@pytest.mark.parametrize(("text", "symptom"), SUPPOSED)
def test_a_symptom_that_is_only_thought_of_is_hypothetical(text: str, symptom: str) -> None:
    assert statuses(text, symptom) == {"hypothetical"}


@pytest.mark.parametrize("text", IDIOMS)
def test_an_idiom_is_no_symptom(text: str) -> None:
    assert present(text) == ()


@pytest.mark.parametrize(("text", "symptom", "status"), CAREGIVER)
def test_a_caregiver_writes_of_the_patient(text: str, symptom: str, status: str) -> None:
    assert statuses(text, symptom, "caregiver") == {status}


@pytest.mark.parametrize("text", NO_READING)
def test_a_number_is_not_always_a_fever(text: str) -> None:
    assert present(text) == ()


def test_the_place_is_that_of_the_text_as_given() -> None:
    text = "\u200b\u00c9t\u00e9. My   THR\u00d3AT is closing\U0001f631"
    [one] = [one for one in find(text) if one.symptom == "swelling-throat"]
    assert text[one.start : one.end] == "THR\u00d3AT is closing"
    assert one.meant == "throat is closing"


def test_a_complaint_beside_a_part_of_the_body_belongs_to_it() -> None:
    assert present("itchy eyes and runny nose") == ("runny-nose",)
    assert "swelling-throat" not in present("throat sore, nose blocked")
    assert {"swelling-face", "swelling-lips-tongue"} <= set(present("my face, lips and tongue are swollen"))


def test_two_slips_in_a_word_make_a_finding_unsure() -> None:
    assert [one.sure for one in find("my throat is clsing")] == [True]
    [one] = find("had convullsionz")
    assert (one.symptom, one.sure, one.meant) == ("seizure", False, "convulsions")


def test_a_vague_phrase_is_unsure() -> None:
    [one] = find("I felt so hot")
    assert one == Finding("fever", 2, 13, "present", sure=False, meant="felt so hot")


def test_an_ordinary_word_is_not_put_right() -> None:
    assert present("zzzzz simple collage for a cheat") == ()


def test_present_names_each_symptom_once() -> None:
    assert present("fever, fever and a cough, fever") == ("fever", "cough")


@pytest.mark.parametrize("text", ["I cannot\nbreathe", "cannot \r\n  breathe at all"])
def test_a_phrase_that_a_line_broke_is_found(text: str) -> None:
    [one] = find(text)
    assert (one.symptom, one.status) == ("breathless-severe", "present")
    assert text[one.start : one.end].split() == ["cannot", "breathe"]


def test_a_no_ends_with_its_line_and_a_phrase_with_its_paragraph() -> None:
    assert present("no fever\nheadache\nrash") == ("headache", "rash")
    assert present("swollen\n\nlips") == ()
    assert [one.symptom for one in find("fever\nfever")] == ["fever", "fever"]
