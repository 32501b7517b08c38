from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import Grant
from symptoms.triage.actions import AlreadyTaken, acknowledge_flag, resolve_flag
from symptoms.triage.models import Flag, FlagEvent
from tests.factories.cast import Cast, make_cast
from tests.inbox import flags

BOTH = ["acknowledge", "resolve"]
NOTE = "We ring you in ten minutes."


def post(client: Client, cast: Cast, flag: Flag, what: str, note: str = NOTE) -> HttpResponse:
    url = reverse(f"inbox:{what}", args=[cast.clinic.pk, flag.pk])
    shown = {"news": flag.news_at.isoformat()}
    return client.post(url, {"note": note, **shown})  # type: ignore[return-value]


# Acknowledge


def test_acknowledging_says_who_and_when_and_keeps_the_note(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    answer = post(nurse, cast, flag, "acknowledge")
    assert answer["Location"] == reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])
    flag.refresh_from_db()
    assert (flag.state, flag.acknowledged_by) == ("acknowledged", cast.lindqvist)
    event = FlagEvent.objects.get(flag=flag, kind="acknowledged")
    assert (event.by, event.note) == (cast.lindqvist, NOTE)
    assert Event.objects.filter(verb="triage.flag-acknowledged", patient=cast.ana_log.pk).count() == 1


def test_acknowledging_needs_no_note(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    assert post(nurse, cast, flag, "acknowledge", note="").status_code == 302
    flag.refresh_from_db()
    assert flag.state == "acknowledged"


def test_acknowledged_flag_still_offers_to_resolve_only(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    acknowledge_flag(flag=flag, by=cast.okoye)
    page = nurse.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert "/resolve/" in page
    assert "/acknowledge/" not in page


# Resolve


def test_resolving_closes_the_flag_with_its_note(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    answer = post(nurse, cast, flag, "resolve")
    assert answer["Location"] == reverse("inbox:queue", args=[cast.clinic.pk])
    flag.refresh_from_db()
    assert (flag.state, flag.resolved_by, flag.acknowledged_by) == ("resolved", cast.lindqvist, None)
    assert FlagEvent.objects.get(flag=flag, kind="resolved").note == NOTE


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_resolving_without_a_word_to_the_patient_is_refused(cast: Cast, nurse: Client, note: str) -> None:
    flag = flags.emergency(cast.ana_log)
    answer = post(nurse, cast, flag, "resolve", note=note)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in " ".join(page.split())
    assert 'href="#id_note"' in page
    assert "The patient reads it." in page
    flag.refresh_from_db()
    assert flag.state == "waiting"


@pytest.mark.parametrize("what", BOTH)
def test_note_that_is_too_long_is_kept_and_refused(cast: Cast, nurse: Client, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    long = "canary " + "x" * 2000
    answer = post(nurse, cast, flag, what, note=long)
    assert answer.status_code == 422
    assert "Write at most 2000 letters." in answer.content.decode()
    assert "canary" in answer.content.decode()


@pytest.mark.parametrize("what", BOTH)
def test_note_is_shown_as_it_was_typed(cast: Cast, nurse: Client, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    post(nurse, cast, flag, what, note="<img src=x onerror=alert(1)> {{7*7}}")
    page = nurse.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in page
    assert "<img" not in page


def test_patient_finds_the_note_beside_the_own_entry(cast: Cast, nurse: Client, client: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    post(nurse, cast, flag, "resolve")
    client.force_login(cast.ana)
    page = client.get(reverse("triage:advice", args=[cast.ana_log.pk, flag.entry_id])).content.decode()
    assert NOTE in page


# The loser of a race


@pytest.mark.parametrize("what", BOTH)
def test_who_comes_late_is_told_who_was_first_and_keeps_the_words(cast: Cast, nurse: Client, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    first = acknowledge_flag if what == "acknowledge" else resolve_flag
    first(flag=flag, by=cast.okoye, note="On it.")
    answer = post(nurse, cast, flag, what)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Dr Okoye {what}d this entry before you" in " ".join(page.split())
    assert "Nothing of yours was sent." in page
    assert NOTE in page
    assert FlagEvent.objects.filter(flag=flag, kind=f"{what}d").count() == 1


def test_acknowledging_what_was_resolved_names_who_resolved_it(cast: Cast, nurse: Client) -> None:
    flag = flags.emergency(cast.ana_log)
    resolve_flag(flag=flag, by=cast.okoye, note="On it.")
    page = post(nurse, cast, flag, "acknowledge").content.decode()
    assert "Dr Okoye resolved this entry before you" in " ".join(page.split())
    assert "What you typed (not sent)" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", BOTH)
def test_of_two_at_the_same_moment_exactly_one_wins(what: str) -> None:
    cast = make_cast()
    act = acknowledge_flag if what == "acknowledge" else resolve_flag
    for _ in range(5):
        flag = flags.emergency(cast.ana_log)
        start = Barrier(2)

        def take(by: User, flag: Flag = flag, start: Barrier = start) -> str:
            start.wait(timeout=5)
            try:
                act(flag=flag, by=by, note=f"by {by.name}")
            except AlreadyTaken as taken:
                return f"told of {taken.flag.resolved_by or taken.flag.acknowledged_by}"
            finally:
                connection.close()
            return str(by)

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(take, [cast.lindqvist, cast.okoye]))
        winner = next(one for one in said if not one.startswith("told of"))
        assert sorted(said) == sorted([winner, f"told of {winner}"])
        assert flags.kinds(flag) == ["raised", f"{what}d"]


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_the_same_moment_get_one_success_and_one_explanation() -> None:
    cast = make_cast()
    flag = flags.emergency(cast.ana_log)
    start = Barrier(2)

    def press(user: User) -> int:
        browser = Client()
        browser.force_login(user)
        start.wait(timeout=5)
        try:
            return post(browser, cast, flag, "acknowledge").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, [cast.lindqvist, cast.okoye])) == [302, 409]
    assert flags.kinds(flag) == ["raised", "acknowledged"]


# Who may


@pytest.mark.parametrize("what", BOTH)
@pytest.mark.parametrize("name", ["ana", "bo", "sam", "far", "staff"])
def test_nobody_but_the_clinic_works_on_a_flag(cast: Cast, client: Client, name: str, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    client.force_login(getattr(cast, name))
    assert post(client, cast, flag, what).status_code == 404
    flag.refresh_from_db()
    assert flag.state == "waiting"


@pytest.mark.parametrize("what", BOTH)
def test_sharing_that_ended_ends_the_work_on_its_flags(cast: Cast, nurse: Client, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    revoke_access(grant=Grant.objects.get(clinic=cast.clinic), by=cast.ana)
    assert post(nurse, cast, flag, what).status_code == 404
    assert flags.kinds(flag) == ["raised"]


@pytest.mark.parametrize("what", BOTH)
def test_patient_who_works_at_the_clinic_does_not_close_the_own_flag(cast: Cast, nurse: Client, what: str) -> None:
    cast.ana_log.user = cast.lindqvist
    cast.ana_log.save()
    flag = flags.emergency(cast.ana_log)
    assert post(nurse, cast, flag, what).status_code == 403


@pytest.mark.parametrize("what", BOTH)
def test_looking_is_not_acting(cast: Cast, nurse: Client, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    assert nurse.get(reverse(f"inbox:{what}", args=[cast.clinic.pk, flag.pk])).status_code == 405


@pytest.mark.parametrize("what", BOTH)
def test_a_form_from_elsewhere_is_refused(cast: Cast, what: str) -> None:
    flag = flags.emergency(cast.ana_log)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.lindqvist)
    assert post(strict, cast, flag, what).status_code == 403
    assert flags.kinds(flag) == ["raised"]
