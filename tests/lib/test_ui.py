"""The words, shapes and small pieces of markup that every page uses."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.urls import resolve, reverse

from symptoms.lib.templatetags import ui
from symptoms.lib.words import GRADES, TIERS
from symptoms.triage.engine import tiers as engine

ANA = SimpleNamespace(pk=1, name="Ana Moreno", country="ES", is_authenticated=True)
ANA_LOG = SimpleNamespace(pk="6f1e0c5e-0000-4000-8000-000000000001", user_id=1, name="Ana Moreno", country="ES")
SAM = SimpleNamespace(pk=2, name="Sam", country="GB", is_authenticated=True)
VISITOR = SimpleNamespace(pk=None, is_authenticated=False)


def draw(source: str, **context: Any) -> str:
    """Render a piece of template as a page would, with the tags loaded."""
    markup: str = engines["django"].from_string("{% load ui %}" + source).render(context)
    return markup


def include(component: str, with_: str = "", **context: Any) -> str:
    return draw(f'{{% include "components/{component}.html" {"with " + with_ if with_ else ""} %}}', **context)


def request_for(route: str, **kwargs: Any) -> Any:
    """Return a request as the view of `route` would receive it."""
    url = reverse(route, kwargs=kwargs or None)
    request = RequestFactory().get(url)
    request.resolver_match = resolve(url)
    return request


def labels(tabs: list[ui.Tab]) -> list[str]:
    return [str(tab.label) for tab in tabs]


def test_icon_is_hidden_from_screen_readers_unless_named() -> None:
    assert 'aria-hidden="true"' in ui.icon("sun")
    named = ui.icon("x-lg", label='Close "this"')
    assert 'role="img" aria-label="Close &quot;this&quot;"' in named
    assert "aria-hidden" not in named


def test_icon_points_into_the_sprite_and_takes_a_class() -> None:
    assert "icons.svg#sun" in ui.icon("sun")
    assert 'class="icon icon-lg"' in ui.icon("sun", "icon-lg")


def test_tiers_are_those_of_the_engine_in_the_same_order() -> None:
    assert tuple(TIERS) == engine.TIERS
    assert len({words.shape for words in TIERS.values()}) == len({w.sentence for w in TIERS.values()}) == 5


@pytest.mark.parametrize("tier", list(TIERS))
def test_tier_is_told_by_word_shape_and_class(tier: str) -> None:
    markup = include("tier", "tier=tier text='Call.' id='advice'", tier=tier)
    assert f'class="tier tier-{tier}" aria-labelledby="advice"' in markup
    assert f'<h2 class="tier-word" id="advice">{ui.tier_icon(tier)}<span>{ui.tier_word(tier)}</span></h2>' in markup
    assert f"#{TIERS[tier].shape}" in markup


def test_a_lower_tier_says_also_and_takes_its_heading_level() -> None:
    markup = include("tier", "tier='visit' level=3 also=True title='A sentence.'")
    assert '<h3 class="tier-word"' in markup
    assert "Also: Mention at your next visit" in markup
    assert "A sentence." in markup


def test_badge_is_short_or_whole() -> None:
    assert "Call today" in draw("{% tier_badge 'same-day' %}")
    assert "Call your care team today" in draw("{% tier_badge 'same-day' full=True %}")


def test_badge_without_a_tier_promises_nothing() -> None:
    markup = draw("{% tier_badge '' %}")
    assert "No rule matched" in markup
    assert "badge-none" in markup


@pytest.mark.parametrize(
    ("grade", "word"), [(0, "None"), (1, "Mild"), (2, "Moderate"), (3, "Severe"), (4, "Very severe")]
)
def test_grade_has_word_anchor_and_bars(grade: int, word: str) -> None:
    assert str(ui.grade_word(grade)) == word
    assert str(ui.grade_anchor(grade)) == str(GRADES[grade].anchor)
    assert ui.bars(grade).count("<i></i>") == grade


def test_missing_grade_is_not_a_none() -> None:
    assert str(ui.grade_word(None)) == "Not rated"
    assert ui.bars(None).count("<i>") == 0


def test_narrow_words_differ_by_soft_hyphens_only() -> None:
    assert [str(g.narrow).replace("\u00ad", "") for g in GRADES] == [str(g.word) for g in GRADES]


def test_week_begins_on_monday() -> None:
    assert [short for short, _name in ui.weekdays()] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert ui.weekdays()[0][1] == "Monday"


@pytest.mark.parametrize(
    ("context", "number"),
    [
        ({"patient": ANA_LOG, "user": SAM}, "112"),
        ({"user": SAM}, "999"),
        ({"user": VISITOR}, ""),
        ({}, ""),
    ],
)
def test_emergency_number_follows_the_patient_then_the_reader(context: dict[str, Any], number: str) -> None:
    assert draw("{% emergency_number as n %}{{ n }}", **context) == number


@pytest.mark.parametrize(
    ("context", "another"),
    [({"patient": ANA_LOG, "user": ANA}, False), ({"patient": ANA_LOG, "user": SAM}, True), ({"user": SAM}, False)],
)
def test_somebody_elses_log_is_noticed(context: dict[str, Any], another: bool) -> None:
    assert draw("{% reads_another as r %}{{ r }}", **context) == str(another)


def test_visitor_finds_the_open_pages_and_the_way_in() -> None:
    tabs = ui.main_tabs(_context(user=VISITOR))
    assert labels(tabs) == ["Welcome", "Side effects", "Urgent help", "Sign in"]


def test_patient_finds_her_own_log_from_every_page() -> None:
    ana = SimpleNamespace(**vars(ANA), patient=ANA_LOG)
    tabs = ui.main_tabs(_context(user=ana, request=request_for("catalogue:browse")))
    assert labels(tabs) == ["Today", "Diary", "Injections", "Side effects", "You"]
    assert all(ANA_LOG.pk in tab.url for tab in tabs[:3])
    assert [tab.current for tab in tabs] == [False, False, False, True, False]


def test_tabs_stay_in_the_log_that_is_read() -> None:
    tabs = ui.main_tabs(_context(user=SAM, patient=ANA_LOG))
    assert tabs[0].url == reverse("today:today", kwargs={"patient_id": ANA_LOG.pk})


def test_reader_without_a_log_finds_the_shared_ones() -> None:
    tabs = ui.main_tabs(_context(user=SAM))
    assert labels(tabs) == ["Home", "Shared logs", "Side effects", "You"]


def test_current_place_is_marked_for_all() -> None:
    request = request_for("today:month", patient_id=ANA_LOG.pk)
    markup = include("tabs", user=ANA, patient=ANA_LOG, request=request)
    assert markup.count('aria-current="page"') == 1
    assert markup.index('aria-current="page"') < markup.index("Diary") < markup.index("Injections")


def test_chip_is_a_checkbox_with_its_label() -> None:
    markup = include("chip", "name='s' value='chills' label='Chills' checked=True")
    assert 'type="checkbox" name="s" value="chills" id="s-chills" checked' in markup
    assert 'for="s-chills"' in markup
    assert " checked" not in include("chip", "name='s' value='chills' label='Chills'")


@pytest.mark.parametrize("grade", range(5))
def test_scale_marks_the_chosen_grade_only(grade: int) -> None:
    markup = include("scale", "legend='Chills' name='chills' value=grade", grade=grade)
    assert markup.count('type="radio"') == 5
    assert markup.count(" checked") == 1
    assert f'value="{grade}" id="chills-{grade}" checked' in markup


@pytest.mark.parametrize("value", [None, ""])
def test_scale_starts_without_a_choice(value: object) -> None:
    assert " checked" not in include("scale", "legend='Chills' name='chills' value=value", value=value)


def test_scale_ties_hint_and_error_to_its_group() -> None:
    markup = include("scale", "legend='Chills' name='g' id='x' hint='Today' error='Choose one.'")
    assert '<fieldset class="field field-wrong" id="x" tabindex="-1" aria-describedby="x_error x_helptext">' in markup
    assert 'id="x_error"' in markup
    assert 'id="x_helptext"' in markup


def test_scale_help_gives_every_anchor() -> None:
    markup = include("scale_help")
    assert all(str(grade.anchor) in markup for grade in GRADES)


class PersonForm(forms.Form):
    name = forms.CharField(help_text="As on your card", error_messages={"required": "Write your name."})
    born = forms.DateField(widget=forms.SelectDateWidget, required=False)
    side = forms.ChoiceField(choices=[("left", "Left")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("The two do not go together.")


def test_error_summary_links_to_every_wrong_field_and_takes_the_focus() -> None:
    markup = include("error_summary", form=PersonForm({}))
    assert 'tabindex="-1" autofocus' in markup
    assert '<a href="#id_name">Write your name.</a>' in markup
    assert '<a href="#id_side">' in markup
    assert "<span>The two do not go together.</span>" in markup


def test_error_summary_takes_plain_pairs_and_is_silent_without_errors() -> None:
    assert '<a href="#day">Too late.</a>' in include("error_summary", errors=[("day", "Too late.")])
    assert "error-summary" not in include("error_summary", form=PersonForm(), errors=[])


def test_field_is_heard_as_label_hint_error_input() -> None:
    markup = include("field", "field=form.name", form=PersonForm({}))
    places = [markup.index(piece) for piece in ("<label", "As on your card", "Write your name.", "<input")]
    assert places == sorted(places)
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_name_helptext id_name_error"' in markup
    assert "(optional)" not in markup
    assert "*" not in markup


def test_group_of_choices_can_be_reached_by_its_error_link() -> None:
    markup = include("field", "field=form.side", form=PersonForm({}))
    assert '<fieldset id="id_side"' in markup
    assert markup.count('id="id_side"') == 1


def test_date_field_posts_what_the_form_reads() -> None:
    markup = include("date_field", "legend='Born' name='born' id='id_born' day=1 month=2 year=1987")
    posted = {f"born_{part}": value for part, value in (("day", "1"), ("month", "2"), ("year", "1987"))}
    assert all(f'name="{name}"' in markup and f'value="{value}"' in markup for name, value in posted.items())
    form = PersonForm({"name": "Ana", "side": "left", **posted})
    form.errors  # noqa: B018 - reading the errors cleans the form
    assert form.cleaned_data["born"] == date(1987, 2, 1)


def _day(**fields: Any) -> SimpleNamespace:
    plain = {"logged": True, "grade": 3, "dose": False, "flag": False, "today": False, "future": False, "url": "#x"}
    return SimpleNamespace(date=date(2026, 11, 21), **{**plain, **fields})


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (_day(), "Severe"),
        (_day(logged=False, grade=None), "nothing logged"),
        (_day(logged=False, grade=None, future=True), "still to come"),
        (_day(grade=0, dose=True, flag=True), "None, injection, flagged"),
        (_day(grade=None), "Not rated"),
    ],
)
def test_day_says_in_words_what_it_shows_in_colour(day: SimpleNamespace, words: str) -> None:
    assert include("day_words", day=day).strip() == words
    assert words in include("week", days=[day])
    assert words in include("cal", "title='November'", weeks=[[day]])


def test_month_has_seven_columns_and_marks_today() -> None:
    markup = include(
        "cal", "title='November 2026' previous_url='?m=2026-10' previous_label='October'", weeks=[[_day(today=True)]]
    )
    assert markup.count('<th scope="col">') == 7
    assert markup.count('aria-current="date"') == 1
    assert 'aria-label="October"' in markup
    assert "chevron-right" not in markup


def test_definitions_name_what_their_link_changes() -> None:
    row = {"term": "Day", "text": "Today", "url": "/x", "action": "Change"}
    assert 'Change<span class="visually-hidden"> Day</span>' in include("definitions", rows=[row])


def test_worklist_marks_the_open_row() -> None:
    row = {"tier": "prompt", "url": "/f", "patient": "Ana", "what": "Chills", "waiting": "1 h"}
    assert "open-row" not in include("worklist", rows=[row])
    assert 'aria-current="true">Ana' in include("worklist", rows=[{**row, "open": True}])


@pytest.mark.parametrize(
    ("kind", "look"), [("success", "saved"), ("warning", "warning"), ("error", "error"), ("debug", "info")]
)
def test_notice_takes_the_levels_of_messages(kind: str, look: str) -> None:
    assert f"notice-{look}" in include("notice", "kind=kind text='Saved.'", kind=kind)


def test_messages_are_announced() -> None:
    message = SimpleNamespace(level_tag="success", message="Saved.")
    assert 'role="status"' in include("messages", messages=[message])
    assert include("messages", messages=[]).strip() == ""


def test_page_header_holds_the_heading() -> None:
    markup = include("page_header", "title='Diary' lead='All days' over='Ana' back_url='/' back_label='Today'")
    assert markup.count("<h1>Diary</h1>") == 1
    assert 'href="/"' in markup


def test_empty_place_offers_the_next_step() -> None:
    assert 'href="/log">Log' in include("empty", "title='Nothing yet' url='/log' action='Log'")
    assert "<a" not in include("empty", "title='Nothing yet'")


def test_text_of_people_is_escaped() -> None:
    assert "<b>" not in include("whose_log", patient=SimpleNamespace(name="<b>Ana</b>"))
    assert "<b>" not in include("notice", "kind='info' text=text", text="<b>")


def _context(**values: Any) -> Any:
    return values
