"""An entry that the patient hid: nobody else sees a word of it, and no alarm is lost silently."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from symptoms.diary.actions import hide_entry, show_entry
from symptoms.diary.models import Entry
from symptoms.inbox.selectors.queue import flags_of, queue_for_page
from symptoms.lib import clock
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.followups import blood
from tests.inbox import flags


def url_of(route: str, entry: Entry) -> str:
    return reverse(route, args=[entry.patient_id, entry.pk])


def queue(cast: Cast) -> list[str]:
    page = queue_for_page(clinic=cast.clinic, state="waiting", number=1, reader=cast.lindqvist)
    return [f"{row.what} {row.why}" for row in page.rows]


def test_hiding_is_asked_once_and_taken_back_by_the_patient_alone(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fatigue": 1})
    share(cast.ana_log, cast.bo, "read-add")
    client.force_login(cast.ana)
    url = url_of("diary:entry-hide", entry)
    assert "Your clinic will not see it, and no flag of it." in client.get(url).content.decode()
    assert Entry.objects.get(pk=entry.pk).hidden_at is None  # looking hides nothing
    client.post(url)
    assert "Hidden: only you can see this entry." in client.get(url_of("diary:entry", entry)).content.decode()
    other = Client()
    for user in (cast.sam, cast.bo, cast.lindqvist):
        other.force_login(user)
        assert other.get(url_of("diary:entry", entry)).status_code == 404
        assert other.get(url_of("triage:advice", entry)).status_code == 404
        assert other.post(url).status_code == 403
    client.post(url)
    assert other.get(url_of("diary:entry", entry)).status_code == 200


def test_a_reader_who_may_add_cannot_act_on_a_hidden_entry(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fever": 3})
    hide_entry(entry=entry, by=cast.ana)
    share(cast.ana_log, cast.bo, "read-add")
    client.force_login(cast.bo)
    for route in ("triage:advice-called", "triage:advice-urgency", "diary:entry-found"):
        assert client.post(url_of(route, entry), {"urgent": "yes"}).status_code == 404


def test_an_open_flag_that_the_clinic_knew_stays_in_the_list_without_a_word(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log, note="Secret words")
    assert "Swelling" in queue(cast)[0]
    hide_entry(entry=flag.entry, by=cast.ana)
    assert queue(cast) == ["The patient hid this entry. You can call and ask. "]


def test_the_page_of_such_a_flag_tells_nothing_of_the_entry(client: Client, cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log, note="Secret words")
    hide_entry(entry=flag.entry, by=cast.ana)
    client.force_login(cast.lindqvist)
    html = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert "The patient hid this entry." in html
    for words in ("Secret words", "welling", "fatigue"):
        assert words not in html


def test_a_closed_flag_of_a_hidden_entry_is_gone_from_the_lists(cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    resolve_flag(flag=flag, by=cast.lindqvist, note="Called")
    hide_entry(entry=flag.entry, by=cast.ana)
    assert not flags_of(cast.clinic).exists()


def test_a_hidden_entry_raises_nothing_and_does_once_it_is_shown(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    hide_entry(entry=entry, by=cast.ana)
    assess_entry(entry_id=entry.pk)
    assert not Flag.objects.exists()
    entry.refresh_from_db()
    show_entry(entry=entry, by=cast.ana)
    assert Entry.objects.unassessed().filter(pk=entry.pk).exists()
    assess_entry(entry_id=entry.pk)
    assert len(queue(cast)) == 1


def test_an_entry_never_joins_a_flag_that_the_clinic_cannot_read(cast: Cast) -> None:
    """The next day's same symptom is news to a clinic that may not see the day before."""
    today = clock.local_day(clock.now(), cast.ana.time_zone)
    before = flags.flag_entry(make_entry(cast.ana_log, {"fever": 3}, day=today - timedelta(days=1)))
    hide_entry(entry=before.entry, by=cast.ana)
    resolve_flag(flag=before, by=cast.lindqvist, note="-")
    flags.flag_entry(make_entry(cast.ana_log, {"fever": 3}))
    assert any("Fever" in row for row in queue(cast))


def test_another_entry_leads_the_flag_when_its_lead_is_hidden(cast: Cast) -> None:
    today = clock.local_day(clock.now(), cast.ana.time_zone)
    first = make_entry(cast.ana_log, {"fever": 3}, day=today - timedelta(days=1))
    flags.flag_entry(first)
    second = make_entry(cast.ana_log, {"fever": 3})
    assess_entry(entry_id=second.pk)
    flag = Flag.objects.get()
    assert flag.lines.count() == 2
    hide_entry(entry=flag.entry, by=cast.ana)
    other = ({first.pk, second.pk} - {flag.entry_id}).pop()
    flag.refresh_from_db()
    assert flag.entry_id == other
    assert "Fever" in queue(cast)[0]


def test_yesterday_is_not_repeated_by_somebody_who_may_not_see_it(client: Client, cast: Cast) -> None:
    today = clock.local_day(clock.now(), cast.ana.time_zone)
    hidden = make_entry(cast.ana_log, {"eye-pain": 2}, day=today - timedelta(days=1))
    hide_entry(entry=hidden, by=cast.ana)
    share(cast.ana_log, cast.bo, "read-add")
    client.force_login(cast.bo)
    assert client.post(reverse("diary:log-same", args=[cast.ana_log.pk]))["Location"].endswith("/log/")
    assert Entry.objects.count() == 1


def test_a_hidden_entry_bridges_no_gap_between_two_that_the_clinic_reads(cast: Cast) -> None:
    """What comes a week later is news to a clinic that may not read that it went on all the while."""
    today = clock.local_day(clock.now(), cast.ana.time_zone)
    first = flags.flag_entry(make_entry(cast.ana_log, {"fever": 3}, day=today - timedelta(days=7)))
    resolve_flag(flag=first, by=cast.lindqvist, note="-")
    for ago in range(6, 0, -1):
        hide_entry(entry=make_entry(cast.ana_log, {"fever": 2}, day=today - timedelta(days=ago)), by=cast.ana)
    flags.flag_entry(make_entry(cast.ana_log, {"fever": 3}))
    assert any("Fever" in row for row in queue(cast))


def test_a_result_speaks_by_an_entry_that_others_may_read(client: Client, cast: Cast) -> None:
    """The entry of a day on which all others are hidden: else no clinic would hear of an alarming value."""
    hide_entry(entry=make_entry(cast.ana_log, {"fatigue": 1}), by=cast.ana)
    saved = blood.add(cast.ana_log, blood.said("alt", "900", "U/L", "10", "40"))
    assert saved.entry
    spoken = Entry.objects.get(pk=saved.entry)
    assert spoken.hidden_at is None
    client.force_login(cast.sam)
    assert client.get(url_of("triage:advice", spoken)).status_code == 200


def test_what_the_clinic_wrote_of_a_hidden_entry_stands_at_no_other_for_others(client: Client, cast: Cast) -> None:
    today = clock.local_day(clock.now(), cast.ana.time_zone)
    earlier = make_entry(cast.ana_log, {"fever": 3}, day=today - timedelta(days=1))
    flag = flags.flag_entry(earlier)
    later = make_entry(cast.ana_log, {"fever": 3})
    assess_entry(entry_id=later.pk)
    flag.refresh_from_db()
    acknowledge_flag(flag=flag, seen=flag.news_at, by=cast.lindqvist, note="Of the hidden one")
    about = flag.events.get(kind="acknowledged").entry
    assert about
    shown = later if about == earlier else earlier
    hide_entry(entry=about, by=cast.ana)
    for who, told in ((cast.ana, True), (cast.sam, False)):
        client.force_login(who)
        html = client.get(url_of("triage:advice", shown)).content.decode()
        assert ("Of the hidden one" in html or "Nurse Lindqvist" in html) is told, who
