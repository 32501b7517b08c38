"""What of a person's rows is in the download, and which of it an import brings back.

A new model that leads to a patient or an account needs a line in `TABLES` or in `left_out.NOT_EXPORTED`. A new field of
a model in `TABLES` needs a word in its line or in `left_out.LEFT_OUT`. A test sees to it.
"""

from dataclasses import dataclass, field
from typing import Final

from django.apps import apps
from django.db import models
from django.db.models import F, Q

PATIENT: Final = "patient"
ACCOUNT: Final = "account"
# A reminder of somebody else's injection or blood test tells about them, and stays out.
OWN_REMINDERS: Final = Q(reminder=None) | ~Q(reminder__kind__endswith="-copy")


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of row in the download.

    `of` leads from the row to its patient (or account, see `whose`). A field is the name of a model's field;
    "shown=path" names it otherwise, "field>table" says that a bare id means a row of another table. `order` makes
    the order of rows whole: it must tell apart any two rows of one person. Rows of a `restored` table come back
    with an import; of a `single` one there is one row a person at most, which an import replaces.
    """

    name: str
    model: str
    fields: str
    about: str
    order: str
    of: str = "patient"
    whose: str = PATIENT
    restored: bool = True
    single: bool = False
    only: Q = field(default_factory=Q)

    @property
    def rows_of(self) -> type[models.Model]:
        return apps.get_model(self.model)


TABLES: Final = (
    # The diary: an import brings these back.
    Table(
        "entries",
        "diary.Entry",
        "author day happened_at time_zone made_at temperature_c temperature_typed note note_dismissed urgent "
        "idempotency_key revision saved_at deleted_at hidden_at",
        "One person wrote down one day.",
        "made_at id",
    ),
    Table(
        "reports",
        "diary.Report",
        "entry symptom grade answers",
        "One symptom of an entry, grade 0 (none) to 4 (very severe).",
        "entry__made_at entry_id symptom__slug",
        of="entry__patient",
    ),
    Table(
        "entry_versions",
        "diary.EntryVersion",
        "entry revision said replaced_at replaced_by",
        "What an entry said before it was changed.",
        "entry__made_at entry_id revision",
        of="entry__patient",
    ),
    Table(
        "entry_photos",
        "diary.EntryPhoto",
        "entry author added_at width height file=data",
        "A photo of an entry; `file` is its name in the ZIP.",
        "entry__made_at entry_id added_at id",
        only=Q(entry__isnull=False),
    ),
    Table(
        "injections",
        "followups.Injection",
        "at time_zone number site dose phase device given_by batch expires_on out_of_fridge_at infection "
        "medicine_before revision",
        "One injection.",
        "at id",
    ),
    Table(
        "injection_versions",
        "followups.InjectionVersion",
        "injection>injections revision kind said at by",
        "What an injection said before it was changed or removed.",
        "at id",
    ),
    Table(
        "check_ins",
        "followups.CheckIn",
        "injection step due_at state settled_at",
        "A question after an injection.",
        "injection__at injection_id step",
    ),
    Table(
        "injection_plan",
        "followups.InjectionPlan",
        "interval after_late start shot_at ended_on",
        "When injections are due.",
        "id",
        single=True,
    ),
    Table(
        "injection_plan_changes",
        "followups.InjectionPlanChange",
        "kind was becomes why at by",
        "A change of that plan.",
        "at id",
    ),
    Table(
        "vaccines",
        "followups.Vaccine",
        "name kind day made_at agreed_at agreed_by deleted_at",
        "A vaccine that is planned or was had.",
        "made_at id",
    ),
    Table(
        "blood_test_plans",
        "followups.BloodTestPlan",
        "test is_on first_due every_months until why set_at set_by ended_at ended_by",
        "How often a blood test is due.",
        "set_at id",
    ),
    Table(
        "blood_tests",
        "followups.BloodTest",
        "test reason due_on made_at asked_by why booked_for taken_on result_in_at seen_at seen_by dropped_at",
        "One blood test on its way.",
        "made_at id",
    ),
    Table(
        "results",
        "followups.Result",
        "blood_test analyte loinc taken_on typed comparator value unit lower upper found entered_at entered_by "
        "revision deleted_at",
        "One value of one blood test, with the lab's own unit and range.",
        "entered_at id",
    ),
    Table(
        "result_versions",
        "followups.ResultVersion",
        "result revision said replaced_at replaced_by",
        "What a value said before it was changed.",
        "result__entered_at result_id revision",
        of="result__patient",
    ),
    Table(
        "reminder_settings",
        "followups.ReminderSettings",
        "told_at log_at stirred_on logged_on",
        "When you are reminded.",
        "id",
        single=True,
    ),
    Table(
        "triage_settings",
        "triage.TriageSettings",
        "strict_mode fever_c cough_days hepatitis_b relapses",
        "How the rules read your diary.",
        "id",
        single=True,
    ),
    Table(
        "usual_symptoms",
        "triage.UsualSymptom",
        "symptom grade why set_at set_by ended_at ended_by",
        "A symptom that is usual for you.",
        "set_at id",
    ),
    Table(
        "expected_levels",
        "triage.ExpectedLevel",
        "symptom grade why set_at set_by ended_at ended_by first_day last_day",
        "A grade that a clinic expected for some days.",
        "set_at id",
    ),
    Table(
        "setting_changes",
        "triage.SettingChange",
        "kind about was becomes why at by",
        "A change of those settings.",
        "at id",
    ),
    Table(
        "wishes",
        "notifications.Wishes",
        "quiet_from quiet_to channels detail",
        "How you wish to be reached.",
        "id",
        of="user",
        whose=ACCOUNT,
        single=True,
    ),
    # The record: to be read. An import makes it anew from the diary, or leaves it.
    Table(
        "assessments",
        "triage.Assessment",
        "entry revision rule_set tier checked result assessed_at is_current",
        "What the rules said of an entry.",
        "entry__made_at entry_id revision rule_set",
        of="entry__patient",
        restored=False,
    ),
    Table(
        "flags",
        "triage.Flag",
        "entry since tier state raised_at news_at acknowledged_at acknowledged_by resolved_at resolved_by",
        "What was put before a clinic.",
        "raised_at id",
        restored=False,
    ),
    Table(
        "flagged_entries",
        "triage.FlaggedEntry",
        "flag entry joined_at raised alarms",
        "An entry of such a flag.",
        "flag__raised_at joined_at id",
        of="flag__patient",
        restored=False,
    ),
    Table(
        "flag_events",
        "triage.FlagEvent",
        "flag entry kind at by tier note",
        "What happened to it, and what the clinic answered.",
        "at id",
        of="flag__patient",
        restored=False,
    ),
    Table(
        "sharing",
        "sharing.Grant",
        "user clinic reads adds starts_at ends_at revoked_at notice_hours",
        "Who may read your diary, or could.",
        "starts_at id",
        restored=False,
    ),
    Table(
        "reminder_copies",
        "followups.ReminderCopy",
        "user hours made_at ended_at",
        "Who hears of your injections and blood tests.",
        "made_at id",
        restored=False,
    ),
    Table(
        "calendar_feeds",
        "followups.CalendarFeed",
        "detail made_at ended_at",
        "A calendar that others may read.",
        "made_at id",
        restored=False,
    ),
    Table(
        "drafts",
        "diary.Draft",
        "fields kept_at",
        "A page that you have not saved.",
        "kept_at id",
        restored=False,
        only=Q(author=F("patient__user")),
    ),
    Table(
        "shared_with_me",
        "sharing.Grant",
        "patient=patient__user reads adds starts_at ends_at revoked_at",
        "Whose diary you may read, or could.",
        "starts_at id",
        of="user",
        whose=ACCOUNT,
        restored=False,
    ),
    Table(
        "clinics_of_mine",
        "sharing.ClinicMember",
        "clinic role is_active",
        "The clinics you work for.",
        "id",
        of="user",
        whose=ACCOUNT,
        restored=False,
    ),
    Table(
        "reminders",
        "notifications.Reminder",
        "kind step due_at state made_at told_at late answered_at answer",
        "What you were reminded of.",
        "due_at id",
        of="recipient",
        whose=ACCOUNT,
        restored=False,
        only=~Q(kind__endswith="-copy"),
    ),
    Table(
        "deliveries",
        "notifications.Delivery",
        "channel state tries made_at taken_at",
        "How those reminders were sent.",
        "made_at id",
        of="reminder__recipient",
        whose=ACCOUNT,
        restored=False,
        only=OWN_REMINDERS,
    ),
    Table(
        "notices",
        "notifications.Notice",
        "kind title body made_at settled_at",
        "What you were told in the tracker.",
        "made_at id",
        of="recipient",
        whose=ACCOUNT,
        restored=False,
        only=OWN_REMINDERS,
    ),
    Table(
        "addresses",
        "notifications.Address",
        "channel name made_at dead_at",
        "Where you are reached.",
        "made_at id",
        of="user",
        whose=ACCOUNT,
        restored=False,
    ),
    Table(
        "email_addresses",
        "account.EmailAddress",
        "email verified primary",
        "Your own e-mail addresses.",
        "id",
        of="user",
        whose=ACCOUNT,
        restored=False,
    ),
    Table(
        "ways_to_sign_in",
        "mfa.Authenticator",
        "type created_at last_used_at",
        "Your second factors and passkeys, without their secrets.",
        "created_at id",
        of="user",
        whose=ACCOUNT,
        restored=False,
    ),
)
