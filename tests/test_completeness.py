"""Nothing may be forgotten: each model, view, template and room is on a list here, or the build fails.

`FIELDS` says of every field whether it tells something about a person. Export and erasure will walk it.
"""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from symptoms.sharing import access
from symptoms.sharing.models import Grant, Invitation, Patient, PatientOwned

ROOT: Final = Path(settings.BASE_DIR)
ROOMS: Final = (
    "audit",
    "accounts",
    "catalogue",
    "notifications",
    "sharing",
    "diary",
    "followups",
    "triage",
    "today",
    "inbox",
    "workbench",
    "mydata",
)

# Model: personal fields; fields that tell nothing about anybody.
FIELDS: Final[dict[str, tuple[str, str]]] = {
    "audit.Event": ("at actor patient verb subject data", "id"),
    "audit.Seal": ("", "position event_id previous digest"),
    "accounts.User": (
        "uuid email name language time_zone country temperature_unit theme last_login date_joined password erase_at",
        "id is_superuser is_staff is_active groups user_permissions",
    ),
    "catalogue.Symptom": ("", "id slug name body_area position retired_at home_tier questions"),
    "catalogue.Source": ("", "id key citation"),
    "catalogue.SideEffect": (
        "",
        "id slug name body_area position retired_at term category tier what frequency time_course self_care "
        "when_to_call symptoms",
    ),
    "catalogue.Synonym": ("", "id side_effect words is_own"),
    "catalogue.Citation": ("", "id side_effect statement source section"),
    "notifications.Reminder": (
        "recipient kind subject step due_at made_at told_at answered_at answer",
        "id state lease_until late merged_into",
    ),
    "notifications.Delivery": (
        "reminder channel made_at taken_at message_id reason",
        "id state tries next_try_at lease_until",
    ),
    "notifications.Notice": ("recipient kind reminder title body url made_at settled_at", "id"),
    "notifications.Address": ("user channel endpoint keys name made_at dead_at dead_reason", "id"),
    "notifications.Wishes": ("user quiet_from quiet_to channels detail", "id"),
    "notifications.VapidKeys": ("", "id private public made_at"),
    "sharing.Patient": ("id user born_on created_at", ""),
    "sharing.Clinic": ("owner stand_in away_from away_until", "id name phone office_hours response_hours"),
    "sharing.ClinicMember": ("clinic user role is_active", "id"),
    "sharing.Grant": ("patient user clinic reads adds starts_at ends_at revoked_at notice_hours", "id"),
    "sharing.Invitation": (
        "patient clinic email for_whom reads adds ends_at role made_by made_at expires_at claimed_by claimed_at "
        "settled_at withdrawn_at",
        "id way secret",
    ),
    "diary.Entry": (
        "patient author day happened_at time_zone made_at temperature_c temperature_typed note note_found "
        "note_dismissed urgent saved_at deleted_at hidden_at",
        "id idempotency_key revision assessed_revision note_edition",
    ),
    "diary.Report": ("entry symptom grade answers", "id"),
    "diary.EntryVersion": ("entry said replaced_at replaced_by", "id revision"),
    "diary.EntryPhoto": ("patient entry author added_at data small", "id page width height"),
    "diary.Draft": ("patient author fields kept_at", "id"),
    "followups.Injection": (
        "patient at time_zone number site dose phase device given_by batch expires_on out_of_fridge_at infection "
        "medicine_before",
        "id revision",
    ),
    "followups.InjectionVersion": ("patient injection kind said at by", "id revision"),
    "followups.InjectionPlan": ("patient interval after_late start shot_at ended_on", "id"),
    "followups.InjectionPlanChange": ("patient kind was becomes why at by", "id"),
    "followups.BloodTestPlan": (
        "patient test is_on first_due every_months until why set_at set_by ended_at ended_by",
        "id",
    ),
    "followups.BloodTest": (
        "patient test reason due_on made_at asked_by why flag booked_for taken_on result_in_at seen_at seen_by "
        "dropped_at",
        "id",
    ),
    "followups.Result": (
        "patient blood_test analyte loinc taken_on typed comparator value unit lower upper found entered_at entered_by "
        "deleted_at",
        "id revision",
    ),
    "followups.Vaccine": ("name kind day agreed_at agreed_by", "id patient made_at deleted_at"),
    "followups.ResultVersion": ("result said replaced_at replaced_by", "id revision"),
    "followups.ReminderSettings": ("patient told_at log_at stirred_on logged_on", "id planned_at"),
    "followups.Occasion": ("patient kind key due_on made_at closed_at", "id"),
    "followups.ReminderCopy": ("patient user hours made_at ended_at", "id"),
    "followups.CalendarFeed": ("patient detail made_at ended_at", "id digest"),
    "followups.CheckIn": ("patient injection step due_at state settled_at", "id"),
    "mydata.Tombstone": ("account patient erased_at", "id"),
    "triage.Assessment": (
        "entry tier result assessed_at",
        "id revision rule_set checked duration_us process is_current",
    ),
    "triage.Flag": (
        "patient entry since tier state raised_at news_at acknowledged_at acknowledged_by resolved_at resolved_by",
        "id",
    ),
    "triage.FlaggedEntry": ("flag entry joined_at raised", "id alarms"),
    "triage.RuleSetVersion": (
        "created_by proposed_by published_by owner",
        "id version files origin state based_on purpose created_at changed_at proposed_at published_at review_on "
        "review_told_at",
    ),
    "triage.RuleSetEvent": ("by reason", "id version kind at what"),
    "triage.SignOff": ("clinician role by", "id rule_id digest at"),
    "triage.DryRun": (
        "asked_by",
        "id version rules against wanted state asked_at heard_at finished_at total done flagged_live flagged_draft "
        "changed moves fault",
    ),
    "triage.DryRunChange": ("entry tier_live tier_draft gained lost", "id dry_run number"),
    "triage.FlagEvent": ("flag entry kind at by tier note", "id"),
    "triage.TriageSettings": ("patient strict_mode fever_c cough_days hepatitis_b relapses", "id"),
    "triage.UsualSymptom": ("patient symptom grade why set_at set_by ended_at ended_by", "id"),
    "triage.ExpectedLevel": ("patient symptom grade why set_at set_by ended_at ended_by first_day last_day", "id"),
    "triage.SettingChange": ("patient kind about was becomes why at by", "id"),
}

# Routes that people use without signing in. Everything else is closed by LoginRequiredMiddleware.
OPEN: Final = {
    "today:home",
    "catalogue:browse",
    "catalogue:side-effect",
    "catalogue:urgent-help",
    "health",
    "gallery",
    "demo-codes",
    "demo-mail",
    "mfa_login_webauthn",
    # The link of a message, and the script that shows pushes
    "notifications:answer",
    "notifications:push-worker",
    # The calendar, to whoever knows its address
    "calendar:feed",
    # An invitation is opened before one signs in
    "sharing:invitation-code",
    "sharing:invitation",
    # Signing in, signing up, a forgotten password, an address to confirm
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",  # the step of signing in after the password
    "account_logout",  # it leads who is signed out already to the first page
    # The admin's own door: everything behind it asks for staff
    "admin:login",
}
# Templates that are no pages: frames, parts (by their underscore), and what libraries include.
FRAMES: Final = {"base.html", "base_clinic.html"}
PARTS: Final = ("components/", "allauth/", "bootstrap5/", "emails/", "account/email/", "account/messages/")


def our_models() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("symptoms.")]


def routes() -> dict[str, Any]:
    """Return the view of every route by its name."""
    found: dict[str, Any] = {}

    def walk(resolver: URLResolver, space: str) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                walk(one, f"{space}{one.namespace}:" if one.namespace else space)
            elif isinstance(one, URLPattern):
                found[f"{space}{one.name}"] = one

    walk(get_resolver(), "")
    return found


def ours(route: URLPattern) -> bool:
    return str(getattr(route.callback, "__module__", "")).startswith("symptoms.")


def layers(view: Any) -> list[Any]:
    """Return a view and what its decorators wrap, the outermost first."""
    found = [view]
    while inner := getattr(found[-1], "__wrapped__", None):
        found.append(inner)
    return found


# Models


def test_every_model_is_listed() -> None:
    assert {model._meta.label for model in our_models()} == set(FIELDS)


@pytest.mark.parametrize("label", FIELDS)
def test_every_field_is_personal_or_is_not(label: str) -> None:
    personal, other = (set(names.split()) for names in FIELDS[label])
    concrete = {field.name for field in apps.get_model(label)._meta.get_fields() if field.concrete}
    assert personal | other == concrete
    assert personal & other == set()


@pytest.mark.parametrize("model", our_models(), ids=lambda model: str(model._meta.label))
def test_what_points_at_a_patient_is_behind_the_one_gate(model: Any) -> None:
    points = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    if any(field.related_model is Patient for field in points) and model not in (Grant, Invitation):
        assert issubclass(model, PatientOwned)
        assert callable(model.objects.visible_to)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: str(model._meta.label))
def test_ids_of_patients_rows_cannot_be_guessed(model: Any) -> None:
    if issubclass(model, PatientOwned | Patient):
        assert isinstance(model._meta.pk, models.UUIDField)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: str(model._meta.label))
def test_who_and_when_of_a_model_are_tied_together(model: Any) -> None:
    """A field that says who did it, beside one that says when, needs a constraint that has both or neither."""
    names = {field.name for field in model._meta.get_fields()}
    pairs = [name.removesuffix("_by") for name in names if name.endswith("_by") and f"{name[:-3]}_at" in names]
    pairs = [pair for pair in pairs if model._meta.get_field(f"{pair}_by").null]
    told = " ".join(str(constraint.deconstruct()) for constraint in model._meta.constraints)
    assert all(f"{pair}_by" in told and f"{pair}_at" in told for pair in pairs)


# Views


def test_open_routes_are_on_the_list() -> None:
    found = {name for name, route in routes().items() if not getattr(route.callback, "login_required", True)}
    assert found == OPEN


def test_middleware_closes_the_rest() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


@pytest.mark.parametrize("name", [name for name, route in routes().items() if ours(route)])
def test_view_with_a_patient_or_a_clinic_in_its_address_stands_behind_the_gate(name: str) -> None:
    route = routes()[name]
    wanted = {one for one in ("patient_id", "clinic_id") if one in str(_whole(name))}
    codes = [one.__code__.co_filename for one in layers(route.callback) if isinstance(one, FunctionType)]
    assert (access.__file__ in codes) == bool(wanted)
    if "patient_id" in wanted:
        assert isinstance(route.callback.permission, access.Permission)


def _whole(name: str) -> str:
    """Return the whole address of a route, with the names of its ids."""
    found: list[str] = []

    def walk(resolver: URLResolver, space: str, before: str) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                walk(one, f"{space}{one.namespace}:" if one.namespace else space, f"{before}{one.pattern}")
            elif isinstance(one, URLPattern) and f"{space}{one.name}" == name:
                found.append(f"{before}{one.pattern}")

    walk(get_resolver(), "", "")
    return found[0]


@pytest.mark.parametrize("name", [name for name, route in routes().items() if ours(route)])
def test_view_says_which_methods_it_takes(name: str) -> None:
    source = inspect.getsource(layers(routes()[name].callback)[-1])
    assert re.match(r"@require_(safe|POST|http_methods\(\[.*\]\))\n", source)


@pytest.mark.parametrize("name", [name for name, route in routes().items() if ours(route)])
def test_view_is_short(name: str) -> None:
    lines = inspect.getsource(layers(routes()[name].callback)[-1]).splitlines()
    assert len(lines) <= 30


# Actions


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / "symptoms" / room / "actions.py").exists()])
def test_actions_are_called_by_keyword(room: str) -> None:
    """A write names who does it: `by=` is never mixed up with whom it is about."""
    module = import_module(f"symptoms.{room}.actions")
    tree = ast.parse(inspect.getsource(module))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            named = [one.arg for one in node.args.kwonlyargs]
            if "by" in [*named, *(one.arg for one in node.args.args)]:
                assert "by" in named, node.name


# Templates


def pages() -> list[str]:
    folder = ROOT / "templates"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))


@pytest.mark.parametrize("page", pages())
def test_template_extends_a_frame_or_is_a_part(page: str) -> None:
    first = (ROOT / "templates" / page).read_text().lstrip()
    is_part = page in FRAMES or page.startswith(PARTS) or Path(page).name.startswith("_")
    if not is_part:
        assert first.startswith(("{% extends", "{% comment %}")), "start with {% extends %}, or name it _part.html"


@pytest.mark.parametrize("page", [page for page in pages() if page.split("/")[0] in ROOMS])
def test_template_of_a_room_is_used(page: str) -> None:
    sources = [*(ROOT / "symptoms").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    assert any(f'"{page}"' in path.read_text() for path in sources)


# Rooms


def test_every_room_is_known_and_has_tests() -> None:
    folders = {path.parent.name for path in (ROOT / "symptoms").glob("*/apps.py")}
    assert folders == {*ROOMS, "lib"}
    for room in folders:
        assert list((ROOT / "tests" / room).glob("test_*.py")), room


@pytest.mark.parametrize("room", ROOMS)
def test_routes_of_a_room_carry_its_name(room: str) -> None:
    path = ROOT / "symptoms" / room / "urls.py"
    if path.exists():
        assert f'app_name = "{room}"' in path.read_text()
