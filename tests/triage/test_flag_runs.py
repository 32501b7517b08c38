"""One flag for a run of a symptom: what joins it quietly, what raises it again, what gets a flag of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import answer_urgency, delete_entry
from symptoms.diary.models import Entry, Urgency
from symptoms.triage import actions
from symptoms.triage.models import Assessment, Flag, FlaggedEntry, UsualSymptom
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.triage.runs import SORE, day, flag_of, kinds, logged, say, told

# -- more of the same -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["waiting", "acknowledged", "resolved"])
def test_more_of_the_same_joins_quietly_whatever_the_clinic_did(cast: Cast, state: str) -> None:
    first = logged(cast, SORE, 1)
    flag = flag_of(first)
    if state != "waiting":
        actions.acknowledge_flag(flag=flag, by=cast.okoye)
    if state == "resolved":
        actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    before = Flag.objects.values("state", "raised_at", "news_at", "entry_id", "tier").get()
    second = logged(cast, SORE)
    assert flag_of(second) == flag
    assert Flag.objects.values("state", "raised_at", "news_at", "entry_id", "tier").get() == before
    assert kinds(flag)[-1] == "joined"
    assert list(flag.lines.order_by("joined_at").values_list("raised", flat=True)) == [True, False]


def test_a_filled_in_day_joins_the_run_after_it_and_moves_its_beginning(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE))
    logged(cast, SORE, 2)
    assert Flag.objects.get() == flag
    assert Flag.objects.get().since == day(2)


def test_a_run_at_prompt_ends_with_a_gap_of_14_days(cast: Cast) -> None:
    first = logged(cast, SORE, 14)
    second = logged(cast, SORE)
    assert flag_of(second) != flag_of(first)
    assert Flag.objects.filter(state="waiting").count() == 2


@pytest.mark.parametrize("between", [0, 1])
def test_a_run_at_same_day_goes_on_over_days_on_which_it_was_milder(cast: Cast, between: int) -> None:
    """A usual symptom: mild on most days, severe a week apart. Without the mild days it is a run of its own."""
    UsualSymptom.objects.create(
        patient=cast.ana_log, symptom=Symptom.objects.get(slug="numbness"), grade=1, set_by=cast.okoye
    )
    first = logged(cast, {"numbness": 3}, 6)
    for ago in (5, 4, 3, 2, 1):
        logged(cast, {"numbness": between}, ago)
    again = logged(cast, {"numbness": 3})
    assert Assessment.objects.get(entry=again, is_current=True).tier == "same-day"
    assert (flag_of(again) == flag_of(first)) is bool(between)


def test_an_entry_whose_tier_asks_for_nothing_stands_in_no_flag(cast: Cast) -> None:
    logged(cast, SORE, 1)
    logged(cast, {"headache": 1})
    assert FlaggedEntry.objects.count() == 1


def test_nobody_else_is_in_a_run(cast: Cast) -> None:
    logged(cast, SORE, 1)
    other = make_entry(cast.bo_log, SORE)
    actions.assess_entry(entry_id=other.pk)
    assert Flag.objects.count() == 2


# -- news -------------------------------------------------------------------------------------------------------


def test_worsening_raises_the_open_flag_of_the_run_again(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    worse = logged(cast, {"sore-throat": 3})
    flag.refresh_from_db()
    assert (flag.state, flag.entry_id, flag.acknowledged_by) == ("waiting", worse.pk, None)
    assert flag.raised_at == flag.news_at
    assert kinds(flag) == ["raised", "acknowledged", "raised-again"]


def test_worsening_after_the_clinic_closed_it_is_a_new_flag_that_knows_its_beginning(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    new = flag_of(logged(cast, {"sore-throat": 3}))
    assert new != flag
    assert (new.state, new.since) == ("waiting", day(1))
    assert Flag.objects.get(pk=flag.pk).state == "resolved"


@pytest.mark.parametrize("state", ["waiting", "acknowledged", "resolved"])
def test_news_of_the_same_day_stands_in_one_row(cast: Cast, state: str) -> None:
    flag = flag_of(logged(cast, SORE))
    if state != "waiting":
        actions.acknowledge_flag(flag=flag, by=cast.okoye)
    if state == "resolved":
        actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    was = Flag.objects.get()
    news = logged(cast, {"pee-pain": 1, "pee-often": 1})
    now = Flag.objects.get()
    assert (now.state, now.tier, now.entry_id) == ("waiting", "same-day", news.pk)
    assert now.news_at > was.news_at
    # It does not lose its place while it waits; else it starts anew.
    assert (now.raised_at == was.raised_at) is (state == "waiting")


def test_milder_news_neither_lowers_nor_leads_a_flag_that_waits(cast: Cast) -> None:
    first = logged(cast, {"pee-pain": 1, "pee-often": 1, "sore-throat": 1}, 1)
    second = logged(cast, {"sore-throat": 3})
    flag = Flag.objects.get()
    assert (flag.tier, flag.entry_id) == ("same-day", first.pk)
    assert flag.lines.filter(raised=True).count() == 2
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    say(second, {"sore-throat": 3, "runny-nose": 2})
    flag.refresh_from_db()
    assert (flag.tier, flag.state, flag.entry_id) == ("same-day", "waiting", second.pk)


@pytest.mark.parametrize(("grades", "days_ago"), [(SORE, 28), ({"fever": 1}, 7)])
def test_a_run_is_told_again_after_a_while_in_the_row_it_has(
    cast: Cast, grades: dict[str, int | None], days_ago: int
) -> None:
    flag = flag_of(logged(cast, grades, 1))
    told(flag, days_ago=days_ago)
    again = logged(cast, grades)
    flag.refresh_from_db()
    assert flag_of(again) == flag
    assert kinds(flag) == ["raised", "raised-again"]
    assert flag.raised_at < flag.news_at  # nobody answered: it keeps its place


def test_a_second_yes_is_heard_though_the_first_was_answered(cast: Cast) -> None:
    first = logged(cast, {"joint-pain": 3}, 1)
    answer_urgency(entry=first, answer=Urgency.YES, by=cast.ana)
    actions.assess_entry(entry_id=first.pk)
    actions.resolve_flag(flag=flag_of(first), by=cast.okoye, note="We spoke.")
    second = logged(cast, {"joint-pain": 3})
    assert Flag.objects.filter(state="waiting").count() == 0
    answer_urgency(entry=second, answer=Urgency.YES, by=cast.ana)
    actions.assess_entry(entry_id=second.pk)
    assert Flag.objects.get(state="waiting").tier == "same-day"


def test_an_answer_counts_as_told(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    told(flag, days_ago=30)
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    logged(cast, SORE)
    assert kinds(flag) == ["raised", "acknowledged", "joined"]


def test_a_flag_from_before_runs_were_kept_makes_the_next_one_news(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    FlaggedEntry.objects.update(alarms=None)
    assert flag_of(logged(cast, SORE)) != flag


@pytest.mark.parametrize("damaged", [["x"], [["P01", "cough", "no-tier", 1]], 7, [["P01", "cough", "prompt", "x"]]])
def test_what_cannot_be_read_of_a_run_makes_the_next_one_news(cast: Cast, damaged: Any) -> None:
    logged(cast, SORE, 1)
    FlaggedEntry.objects.update(alarms=damaged)
    entry = logged(cast, SORE)
    assert flag_of(entry).lines.get(entry=entry).raised


def test_what_could_not_be_checked_never_joins_quietly(cast: Cast) -> None:
    for ago in (1, 0):
        entry = make_entry(cast.ana_log, {"headache": 1}, day=day(ago))
        Entry.objects.filter(pk=entry.pk).update(time_zone="Nowhere/At-all")
        assert actions.assess_entry(entry_id=entry.pk) is not None
    assert not FlaggedEntry.objects.filter(raised=False).exists()


# -- emergencies ------------------------------------------------------------------------------------------------


def test_every_emergency_has_a_flag_of_its_own(cast: Cast) -> None:
    logged(cast, SORE)
    for ago in (1, 0, 0):
        logged(cast, {"swelling-face": 3}, ago)
    assert sorted(Flag.objects.values_list("tier", flat=True)) == ["emergency"] * 3 + ["prompt"]
    assert all(flag.lines.count() == 1 for flag in Flag.objects.all())


def test_a_flag_of_an_emergency_takes_no_other_in(cast: Cast) -> None:
    urgent = logged(cast, {"swelling-face": 3, "sore-throat": 1}, 1)
    mild = logged(cast, SORE)
    assert flag_of(mild) != flag_of(urgent)
    assert flag_of(mild).tier == "prompt"


def test_after_an_emergency_the_same_is_news_again(cast: Cast) -> None:
    flag = flag_of(logged(cast, SORE, 2))
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    logged(cast, {"swelling-face": 3}, 1)
    entry = logged(cast, SORE)
    assert flag_of(entry).lines.get(entry=entry).raised
    assert flag_of(entry).state == "waiting"


@pytest.mark.parametrize("who", ["lead", "joined"])
def test_an_entry_that_becomes_an_emergency_leaves_the_shared_flag(cast: Cast, who: str) -> None:
    first, second = logged(cast, SORE, 1), logged(cast, SORE)
    flag = flag_of(first)
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    moved, stays = (first, second) if who == "lead" else (second, first)
    say(moved, {"sore-throat": 1, "swelling-face": 3})
    own = flag_of(moved)
    assert (own.tier, own.state, own.lines.count(), kinds(own)) == ("emergency", "waiting", 1, ["raised"])
    flag.refresh_from_db()
    assert (flag.state, flag.entry_id, flag.lines.get().entry_id) == ("resolved", stays.pk, stays.pk)
    assert kinds(flag)[-1] == "moved"


def test_an_entry_alone_that_becomes_an_emergency_takes_its_flag_along(cast: Cast) -> None:
    entry = logged(cast, SORE)
    flag = flag_of(entry)
    say(entry, {"swelling-face": 3})
    assert flag_of(entry) == flag
    assert Flag.objects.get().tier == "emergency"


# -- changes and deletions --------------------------------------------------------------------------------------


def test_a_joined_entry_that_is_changed_without_news_stays_quiet(cast: Cast) -> None:
    flag = flag_of(logged(cast, {"sore-throat": 2}, 1))
    entry = logged(cast, SORE)
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Rest.")
    say(entry, {"sore-throat": 2})
    assert Flag.objects.get().state == "resolved"
    assert kinds(flag)[-1] == "entry-changed"


@pytest.mark.parametrize("answer", [actions.acknowledge_flag, actions.resolve_flag])
@pytest.mark.parametrize("worse", [{"sore-throat": 3}, {"sore-throat": 1, "fever": 2}, {"sore-throat": 1, "chills": 2}])
def test_a_joined_entry_that_is_changed_for_the_worse_raises_the_flag(
    cast: Cast, worse: dict[str, int], answer: Callable[..., Flag]
) -> None:
    flag = flag_of(logged(cast, SORE, 1))
    entry = logged(cast, SORE)
    answer(flag=flag, by=cast.okoye, note="Rest.")
    say(entry, worse)
    flag.refresh_from_db()
    assert (flag.state, flag.entry_id) == ("waiting", entry.pk)


def test_what_was_changed_to_milder_covers_no_worse_one_after_it(cast: Cast) -> None:
    first = logged(cast, {"sore-throat": 3}, 1)
    say(first, {"sore-throat": 1})
    actions.acknowledge_flag(flag=flag_of(first), by=cast.okoye)
    logged(cast, {"sore-throat": 3})
    assert flag_of(first).state == "waiting"


def test_deleting_the_lead_leaves_the_flag_to_the_others(cast: Cast) -> None:
    first, second = logged(cast, SORE, 1), logged(cast, SORE)
    delete_entry(entry=first, by=cast.ana)
    actions.assess_entry(entry_id=first.pk)
    flag = Flag.objects.get()
    assert (flag.entry_id, flag.state, flag.tier) == (second.pk, "waiting", "prompt")
    assert kinds(flag) == ["raised", "joined", "entry-deleted"]


def test_a_deleted_entry_covers_nothing(cast: Cast) -> None:
    first = logged(cast, SORE, 1)
    actions.acknowledge_flag(flag=flag_of(first), by=cast.okoye)
    delete_entry(entry=first, by=cast.ana)
    actions.assess_entry(entry_id=first.pk)
    entry = logged(cast, SORE)
    assert flag_of(entry) != flag_of(first)


def test_assessing_again_for_an_earlier_day_does_not_remind(cast: Cast) -> None:
    entry = logged(cast, SORE)
    flag = flag_of(entry)
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    told(flag, days_ago=9)
    make_entry(cast.ana_log, {"headache": 1}, day=day(3))
    assert actions.assess_entry(entry_id=entry.pk) is not None
    assert kinds(flag) == ["raised", "acknowledged"]


def test_yes_it_is_urgent_raises_a_flag_that_was_taken_on(cast: Cast) -> None:
    entry = logged(cast, {"joint-pain": 3})
    flag = flag_of(entry)
    assert flag.tier == "prompt"
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    answer_urgency(entry=entry, answer=Urgency.YES, by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)
    flag.refresh_from_db()
    assert (flag.tier, flag.state) == ("same-day", "waiting")
    answer_urgency(entry=entry, answer=Urgency.NO, by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)
    flag.refresh_from_db()
    assert (flag.tier, flag.state) == ("same-day", "waiting")


def test_ten_days_of_the_same_raise_two_flags_worth_of_news(cast: Cast) -> None:
    """As the pure simulation says: on the first day, and a week after it."""
    for ago in range(9, -1, -1):
        entry = logged(cast, SORE, ago)
        flag = flag_of(entry)
        if flag.lines.get(entry=entry).raised:
            # That the clock stands still in this test: it was told on the day of the entry.
            told(flag, days_ago=ago)
    raised = FlaggedEntry.objects.filter(raised=True).values_list("entry__day", flat=True)
    # P10 and P02 speak up where a run lasts; the first day is told in any case.
    assert day(9) in raised
    assert len(raised) <= 3
