"""The pages of a patient's settings: what each person sees, what is saved, what is said to bad input."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.sharing.models import ClinicMember
from symptoms.triage.actions.settings import RulesSaid, add_usual, change_settings, expect_level, rules_of
from symptoms.triage.models import ExpectedLevel, SettingChange, UsualSymptom
from symptoms.triage.selectors.settings import settings_for_page
from tests.factories.cast import Cast, share
from tests.inbox import flags

WHY = "We talked about it on the phone"
STANDS = {"fever_c": "38.0", "cough_days": "3", "hepatitis_b": "", "relapses": "", "why": WHY}


@pytest.fixture
def doctor(cast: Cast) -> Client:
    return signed_in(cast.okoye)


@pytest.fixture
def ana(cast: Cast) -> Client:
    return signed_in(cast.ana)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(cast: Cast, name: str = "settings", *ids: Any) -> str:
    return reverse(f"triage:{name}", args=[cast.ana_log.pk, *ids])


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def expect(cast: Cast, slug: str = "joint-pain", days: int = 14) -> ExpectedLevel:
    last_day = clock.local_day(clock.now(), cast.ana_log.time_zone) + timedelta(days=days)
    symptom = Symptom.objects.get(slug=slug)
    return expect_level(patient=cast.ana_log, symptom=symptom, grade=3, last_day=last_day, why=WHY, by=cast.okoye)


def usual(cast: Cast, slug: str = "tingling", grade: int | None = 1) -> UsualSymptom:
    symptom = Symptom.objects.get(slug=slug)
    return add_usual(patient=cast.ana_log, symptom=symptom, grade=grade, why=WHY, by=cast.okoye)


def change(cast: Cast, said: RulesSaid, by: User | None = None) -> None:
    seen = rules_of(cast.ana_log).mark
    change_settings(patient=cast.ana_log, said=said, seen=seen, why=WHY, by=by or cast.okoye)


def typed(cast: Cast, **more: str) -> dict[str, str]:
    return {**STANDS, "seen": rules_of(cast.ana_log).mark, **more}


# Who may know


@pytest.mark.parametrize("reads", [["symptoms"], ["symptoms", "notes", "injections"], ["symptoms", "blood-tests"]])
def test_what_is_known_of_hepatitis_b_is_a_blood_test(cast: Cast, reads: list[str]) -> None:
    """It stood on the page of whoever reads symptoms, as it is and in what was changed."""
    change(cast, RulesSaid(hepatitis_b="core-positive", cough_days=4))
    share(cast.ana_log, cast.bo, reads=reads)
    page = words(signed_in(cast.bo).get(url(cast)))
    assert "4 days" in page
    assert ("Hepatitis B" in page or "antibody" in page) is ("blood-tests" in reads)
    for user in (cast.ana, cast.okoye):
        assert "Core antibody positive" in words(signed_in(user).get(url(cast)))


# What stands


def test_the_page_tells_what_holds_who_set_it_and_why(cast: Cast, doctor: Client) -> None:
    change(cast, RulesSaid(fever_c=Decimal("37.8"), strict_mode=True), by=cast.lindqvist)
    level = expect(cast)
    usual(cast)
    page = words(doctor.get(url(cast)))
    assert "Fever starts at: 37.8 °C" in page
    assert "Strict mode: On" in page
    assert "Days of cough: 3 days" in page
    assert f"Set by Nurse Lindqvist on {clock.now().day}" in page
    assert WHY in page
    assert "Rule S03-fever." in page
    assert f"up to severe, until {level.last_day:%A}" in page
    assert "Tingling" in page
    assert "Fever starts at: was 38.0 °C, is 37.8 °C" in page


def test_nothing_set_reads_so(cast: Cast, ana: Client) -> None:
    page = words(ana.get(url(cast)))
    assert page.count("Nobody has set this.") == 5
    for said in ("Nothing is on the list.", "The clinic expects no level", "Nothing was changed yet."):
        assert said in page


def test_fever_is_told_in_the_readers_unit(cast: Cast, doctor: Client) -> None:
    User.objects.filter(pk=cast.okoye.pk).update(temperature_unit="F")
    assert "Fever starts at: 100.4 °F" in words(doctor.get(url(cast)))


@pytest.mark.parametrize(
    ("who", "links"),
    [
        ("okoye", {"settings-change", "usual-add", "expected-add"}),
        ("ana", {"usual-add"}),
        ("sam", set()),
    ],
)
def test_each_is_offered_what_each_may_do(cast: Cast, who: str, links: set[str]) -> None:
    level, standing = expect(cast), usual(cast)
    page = signed_in(getattr(cast, who)).get(url(cast)).content.decode()
    names = ("settings-change", "usual-add", "expected-add")
    assert {name for name in names if f'href="{url(cast, name)}"' in page} == links
    assert (url(cast, "usual-end", standing.pk) in page) == ("usual-add" in links)
    assert (url(cast, "expected-end", level.pk) in page) == ("expected-add" in links)


@pytest.mark.parametrize("role", ClinicMember.Role.values)
def test_every_role_of_the_clinic_may_set(cast: Cast, role: str) -> None:
    ClinicMember.objects.filter(user=cast.okoye).update(role=role)
    assert signed_in(cast.okoye).get(url(cast, "settings-change")).status_code == 200


def test_the_clinics_shell_leads_back_to_its_own_queue(cast: Cast, doctor: Client) -> None:
    queue = reverse("inbox:queue", args=[cast.clinic.pk])
    assert f'class="back no-print" href="{queue}"' in doctor.get(url(cast)).content.decode()
    flag = flags.emergency(cast.ana_log)
    panel = doctor.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk]))
    assert f'href="{url(cast)}"' in panel.content.decode()


def test_the_you_page_leads_there(cast: Cast, ana: Client) -> None:
    assert f'href="{url(cast)}"' in ana.get(reverse("accounts:you")).content.decode()
    assert "/rules/" not in signed_in(cast.sam).get(reverse("accounts:you")).content.decode()


def test_only_the_newest_twenty_changes_are_shown(cast: Cast, doctor: Client) -> None:
    for days in range(1, 22):
        change(cast, RulesSaid(cough_days=days))
    page = words(doctor.get(url(cast)))
    assert page.count("Days of cough: was") == 20
    assert "Days of cough: was 20 days, is 21 days" in page
    assert "was 3 days, is 1 day<" not in page


def test_what_people_wrote_is_never_markup(cast: Cast, doctor: Client) -> None:
    doctor.post(url(cast, "settings-change"), typed(cast, strict_mode="on", why="<script>alert(1)</script>"))
    page = doctor.get(url(cast)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("many", [1, 12])
def test_the_queries_do_not_grow(cast: Cast, many: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    symptoms = Symptom.objects.exclude(home_tier="emergency")[:many]
    for symptom in symptoms:
        usual(cast, symptom.slug)
        expect(cast, symptom.slug)
    for days in range(4, 4 + many):
        change(cast, RulesSaid(cough_days=days))
    with django_assert_num_queries(6):
        page = settings_for_page(cast.ana_log, reader=cast.okoye)
    assert (len(page.usual), len(page.expected)) == (many, many)


def test_a_level_that_ran_out_is_shown_in_the_changes_alone(cast: Cast, doctor: Client) -> None:
    past = clock.local_day(clock.now(), cast.ana_log.time_zone) - timedelta(days=1)
    ExpectedLevel.objects.filter(pk=expect(cast).pk).update(first_day=past, last_day=past)
    page = words(doctor.get(url(cast)))
    assert "The clinic expects no level" in page
    assert "Joint pain: expected up to severe until" in page


# Change


def test_a_clinic_changes_the_numbers(cast: Cast, doctor: Client) -> None:
    said = typed(cast, strict_mode="on", fever_c="37.6", cough_days="1", hepatitis_b="negative", relapses="2026-01-31")
    answer = doctor.post(url(cast, "settings-change"), said, follow=True)
    assert "Advice of the last 48 hours is checked again" in words(answer)
    stands = rules_of(cast.ana_log)
    assert (stands.strict_mode, stands.fever_c, stands.cough_days) == (True, Decimal("37.6"), 1)
    assert (stands.hepatitis_b, [str(day) for day in stands.relapses]) == ("negative", ["2026-01-31"])


def test_a_relapse_is_removed_by_taking_its_tick_away(cast: Cast, doctor: Client) -> None:
    doctor.post(url(cast, "settings-change"), typed(cast, relapses="2026-01-31"))
    doctor.post(url(cast, "settings-change"), typed(cast, relapses="2025-03-01", relapses_kept="2026-01-31"))
    assert [str(day) for day in rules_of(cast.ana_log).relapses] == ["2025-03-01", "2026-01-31"]
    doctor.post(url(cast, "settings-change"), typed(cast, relapses_kept="2025-03-01"))
    assert [str(day) for day in rules_of(cast.ana_log).relapses] == ["2025-03-01"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("fever_c", "39.0", "Choose one of the answers on the list."),
        ("fever_c", "37,5", "Choose one of the answers on the list."),
        ("fever_c", "NaN", "Choose one of the answers on the list."),
        ("cough_days", "0", "Type a number of days from 1 to 21."),
        ("cough_days", "22", "Type a number of days from 1 to 21."),
        ("cough_days", "three", "Type a number of days from 1 to 21."),
        ("cough_days", "9" * 400, "Type a number of days from 1 to 21."),
        ("hepatitis_b", "maybe", "Choose one of the answers on the list."),
        ("relapses", "31 January", "Type the date as year, month and day"),
        ("relapses", "2999-01-01", "A relapse cannot begin in the future."),
        ("why", "", "Write why, in a few words."),
        ("why", "x" * 501, "Write at most 500 letters."),
        ("why", "nul\x00", "Null characters are not allowed."),
    ],
)
def test_bad_input_is_told_keeps_what_was_typed_and_changes_nothing(
    cast: Cast, doctor: Client, field: str, value: str, sentence: str
) -> None:
    answer = doctor.post(url(cast, "settings-change"), typed(cast, **({"strict_mode": "on"} | {field: value})))
    page = words(answer)
    assert (answer.status_code, sentence in page) == (422, True)
    form = answer.context["form"]
    assert (form["strict_mode"].value(), form[field].value()) == (True, value)
    assert rules_of(cast.ana_log) == RulesSaid()
    assert not SettingChange.objects.exists()


def test_two_writers_the_second_is_told_and_may_decide(cast: Cast, doctor: Client) -> None:
    said = typed(cast, cough_days="7", why="My own reason")
    change(cast, RulesSaid(fever_c=Decimal("37.5")), by=cast.lindqvist)
    answer = doctor.post(url(cast, "settings-change"), said)
    page = words(answer)
    assert answer.status_code == 409
    assert "Nurse Lindqvist changed it on" in page
    assert "37.5 °C" in page
    assert "My own reason" in page
    assert rules_of(cast.ana_log) == RulesSaid(fever_c=Decimal("37.5"))
    form = answer.context["form"]
    again = {name: form[name].value() for name in (*STANDS, "seen")}
    assert (again["fever_c"], again["cough_days"], again["why"]) == ("37.5", "7", "My own reason")
    assert doctor.post(url(cast, "settings-change"), again).status_code == 302
    assert rules_of(cast.ana_log) == RulesSaid(fever_c=Decimal("37.5"), cough_days=7)


def test_strict_mode_and_relapses_that_the_other_one_set_are_not_taken_back_unseen(cast: Cast, doctor: Client) -> None:
    said = typed(cast, cough_days="7")
    relapse = date(2026, 1, 31)
    change(cast, RulesSaid(strict_mode=True, relapses=(relapse,)), by=cast.lindqvist)
    form = doctor.post(url(cast, "settings-change"), said).context["form"]
    assert (form["strict_mode"].value(), form["relapses_kept"].value()) == (True, ["2026-01-31"])


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"relapses": 3}', "null"])
def test_a_page_with_a_mark_that_nobody_made_is_an_old_page(cast: Cast, doctor: Client, seen: str) -> None:
    answer = doctor.post(url(cast, "settings-change"), typed(cast, cough_days="7") | {"seen": seen})
    assert (answer.status_code, answer.context["form"]["cough_days"].value()) == (409, "7")
    assert rules_of(cast.ana_log) == RulesSaid()


# Usual


def test_the_patient_says_what_is_usual_without_a_reason(cast: Cast, ana: Client) -> None:
    answer = ana.post(url(cast, "usual-add"), {"symptom": "vision-blurred", "grade": "2", "why": ""})
    assert answer.status_code == 302
    level = UsualSymptom.objects.get(patient=cast.ana_log)
    assert (level.symptom.slug, level.grade, level.set_by) == ("vision-blurred", 2, cast.ana)
    assert ana.post(url(cast, "usual-end", level.pk), {"why": ""}).status_code == 302
    assert not UsualSymptom.objects.standing().exists()


def test_the_patient_may_take_off_what_the_clinic_set(cast: Cast, ana: Client) -> None:
    assert ana.post(url(cast, "usual-end", usual(cast).pk)).status_code == 302
    assert not UsualSymptom.objects.standing().exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose a symptom."),
        ({"symptom": "no-such-thing"}, "Choose a symptom from the list."),
        ({"symptom": "swelling-face"}, "is an emergency sign."),
        ({"symptom": "fatigue", "grade": "3"}, "Choose one of the answers on the list."),
        ({"symptom": "tingling"}, "This is on the usual list already, set by Dr Okoye"),
    ],
)
def test_what_cannot_be_usual_is_told(cast: Cast, ana: Client, said: dict[str, str], sentence: str) -> None:
    usual(cast)
    answer = ana.post(url(cast, "usual-add"), said)
    assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert UsualSymptom.objects.count() == 1


# Expected


def test_a_clinic_expects_a_level_and_ends_it(cast: Cast, doctor: Client) -> None:
    last_day = clock.local_day(clock.now(), cast.ana_log.time_zone) + timedelta(days=30)
    said = {"symptom": "joint-pain", "grade": "3", "last_day": last_day.isoformat(), "why": WHY}
    assert doctor.post(url(cast, "expected-add"), said).status_code == 302
    level = ExpectedLevel.objects.get()
    assert (level.grade, level.last_day) == (3, last_day)
    assert "Joint pain" in words(doctor.get(url(cast, "expected-end", level.pk)))
    assert doctor.post(url(cast, "expected-end", level.pk), {"why": ""}).status_code == 422
    assert doctor.post(url(cast, "expected-end", level.pk), {"why": WHY}).status_code == 302
    assert not ExpectedLevel.objects.standing().exists()


def test_who_ends_what_was_ended_is_told_by_whom(cast: Cast, doctor: Client) -> None:
    level = expect(cast)
    signed_in(cast.lindqvist).post(url(cast, "expected-end", level.pk), {"why": WHY})
    changes = SettingChange.objects.count()
    answer = doctor.post(url(cast, "expected-end", level.pk), {"why": WHY}, follow=True)
    assert "Nurse Lindqvist ended this already." in words(answer)
    assert SettingChange.objects.count() == changes


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("symptom", "swelling-face", "is an emergency sign."),
        ("grade", "", "Choose up to which grade you expect it."),
        ("grade", "0", "Choose one of the answers on the list."),
        ("last_day", "", "Choose a day from the list."),
        ("last_day", "2999-01-01", "Choose a day from the list."),
        ("last_day", "soon", "Choose a day from the list."),
        ("why", " ", "Write why, in a few words."),
    ],
)
def test_what_cannot_be_expected_is_told(cast: Cast, doctor: Client, field: str, value: str, sentence: str) -> None:
    today = clock.local_day(clock.now(), cast.ana_log.time_zone)
    said = {"symptom": "joint-pain", "grade": "3", "last_day": today.isoformat(), "why": "Kept words"}
    answer = doctor.post(url(cast, "expected-add"), said | {field: value})
    page = words(answer)
    assert (answer.status_code, sentence in page) == (422, True)
    assert field == "why" or "Kept words" in page
    assert not ExpectedLevel.objects.exists()


def test_a_level_of_somebody_else_is_not_found(cast: Cast, doctor: Client) -> None:
    symptom = Symptom.objects.get(slug="tingling")
    of_bo = add_usual(patient=cast.bo_log, symptom=symptom, grade=1, why="", by=cast.bo)
    assert doctor.post(url(cast, "usual-end", of_bo.pk), {"why": WHY}).status_code == 404
    assert UsualSymptom.objects.standing().filter(pk=of_bo.pk).exists()
