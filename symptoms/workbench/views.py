from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.accounts.second_factor import curator_access
from symptoms.lib.markup import free_markup
from symptoms.triage.actions import rule_sets
from symptoms.triage.actions.dry_runs import ask_dry_run
from symptoms.triage.actions.rule_sets import Refused
from symptoms.triage.engine import TIERS, RuleError
from symptoms.triage.models import DryRun, RuleSetVersion
from symptoms.triage.rule_text import blocks
from symptoms.workbench.actions import note_dry_run_look
from symptoms.workbench.forms import DryRunForm, NewRuleForm, PurposeForm, ReasonForm, ReviewForm, SignForm, TextForm
from symptoms.workbench.selectors.dry_runs import dry_run_for_page
from symptoms.workbench.selectors.rules import rule_for_page, rules_for_page, standing_for_page
from symptoms.workbench.selectors.versions import version_for_page, versions_for_page

# The rules in force


@require_safe
@curator_access
def rules(request: HttpRequest) -> HttpResponse:
    standing, tier = standing_for_page(), request.GET.get("tier", "")
    tier, unsigned = tier if tier in TIERS else "", request.GET.get("signed") == "no"
    page = rules_for_page(standing.live, tier=tier, unsigned_only=unsigned) if standing.live else None
    context = {"standing": standing, "page": page, "tier": tier, "unsigned": unsigned, "tiers": TIERS}
    return render(request, "workbench/rules.html", context)


@require_safe
@curator_access
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    return _show_rule(request, rule_id, None)


@require_POST
@curator_access
def sign(request: HttpRequest, rule_id: str) -> HttpResponse:
    live, form = get_object_or_404(RuleSetVersion, state=RuleSetVersion.State.LIVE), SignForm(request.POST)
    if rule_id not in blocks(live.files):
        raise Http404
    if not form.is_valid():
        return _show_rule(request, rule_id, form, status=422)
    try:
        rule_sets.sign_off(version=live, rule_id=rule_id, by=person(request), **form.cleaned_data)
    except Refused as refused:
        messages.error(request, refused.why)
    else:
        messages.success(request, _("Signed. The signature ends when this rule is changed."))
    return redirect("workbench:rule", rule_id)


def _show_rule(request: HttpRequest, rule_id: str, form: SignForm | None, *, status: int = 200) -> HttpResponse:
    standing = standing_for_page()
    page = rule_for_page(standing.live, rule_id) if standing.live else None
    if page is None:
        raise Http404
    form = form or SignForm(initial={"digest": page.digest})
    return render(request, "workbench/rule.html", {"standing": standing, "page": page, "form": form}, status=status)


# Versions


@require_safe
@curator_access
def versions(request: HttpRequest) -> HttpResponse:
    return _show_versions(request, PurposeForm())


@require_POST
@curator_access
def open_version(request: HttpRequest) -> HttpResponse:
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return _show_versions(request, form, status=422)
    try:
        draft = rule_sets.open_draft(purpose=form.cleaned_data["purpose"], by=person(request))
    except Refused as refused:
        messages.error(request, refused.why)
        return redirect("workbench:versions")
    return redirect("workbench:version", draft.pk)


@require_POST
@curator_access
def back(request: HttpRequest) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show_versions(request, PurposeForm(), back_form=form, status=422)
    live = get_object_or_404(RuleSetVersion, pk=form.cleaned_data["live"])
    try:
        rule_sets.roll_back(live=live, reason=form.cleaned_data["reason"], by=person(request))
    except Refused as refused:
        messages.error(request, refused.why)
    else:
        messages.success(request, _("The version before is in force again, everywhere within seconds."))
    return redirect("workbench:versions")


def _show_versions(
    request: HttpRequest, form: PurposeForm, *, back_form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    standing = standing_for_page()
    context = {
        "standing": standing,
        "page": versions_for_page(),
        "open_form": form,
        "back_form": back_form or ReasonForm(initial={"live": standing.live and standing.live.pk}),
        "review_form": _review_form(standing.live),
    }
    return render(request, "workbench/versions.html", context, status=status)


# One version


@require_safe
@curator_access
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    return _show_version(request, get_object_or_404(RuleSetVersion, pk=version_id))


@require_POST
@curator_access
def propose_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    done = _("Proposed. Another curator can publish it now.")
    return _step(request, version_id, lambda found: rule_sets.propose(draft=found, by=person(request)), done)


@require_POST
@curator_access
def send_version_back(request: HttpRequest, version_id: UUID) -> HttpResponse:
    done = _("Sent back. It is a draft again.")
    return _step(request, version_id, lambda found: rule_sets.send_back(version=found, by=person(request)), done)


@require_POST
@curator_access
def publish_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    done = _("Published. It is in force everywhere within seconds.")
    return _step(request, version_id, lambda found: rule_sets.publish(version=found, by=person(request)), done)


@require_POST
@curator_access
def drop_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    done = _("Dropped. It stays in the history.")
    return _step(request, version_id, lambda found: rule_sets.drop(version=found, by=person(request)), done)


@require_POST
@curator_access
def review(request: HttpRequest, version_id: UUID) -> HttpResponse:
    found, form = get_object_or_404(RuleSetVersion, pk=version_id), ReviewForm(request.POST)
    if not form.is_valid():
        return _show_version(request, found, review_form=form, status=422)
    return _step(
        request,
        version_id,
        lambda found: rule_sets.set_review(version=found, by=person(request), **form.cleaned_data),
        _("Saved."),
    )


def _step(request: HttpRequest, version_id: UUID, step: Callable[[RuleSetVersion], Any], done: str) -> HttpResponse:
    """Take one step with a version, and say what became of it on its page."""
    found = get_object_or_404(RuleSetVersion, pk=version_id)
    try:
        step(found)
    except Refused as refused:
        messages.error(request, refused.why)
    else:
        messages.success(request, done)
    return redirect("workbench:version", version_id)


def _review_form(found: RuleSetVersion | None) -> ReviewForm | None:
    return ReviewForm(initial={"review_on": found.review_on, "owner": found.owner_id}) if found else None


def _show_version(
    request: HttpRequest,
    found: RuleSetVersion,
    *,
    review_form: ReviewForm | None = None,
    dry_form: DryRunForm | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = standing_for_page()
    context = {
        "standing": standing,
        "page": version_for_page(found, standing.live),
        "review_form": review_form or _review_form(found),
        "dry_form": dry_form or DryRunForm(),
        "is_own": found.proposed_by_id == person(request).pk,
    }
    return render(request, "workbench/version.html", context, status=status)


# A draft's rules and files


@require_http_methods(["GET", "HEAD", "POST"])
@curator_access
def new_rule(request: HttpRequest, version_id: UUID) -> HttpResponse:
    draft = _draft(version_id)
    form = NewRuleForm(request.POST or None, files=sorted(draft.files))
    return _edit(
        request, draft, form, lambda said: rule_sets.add_rule(draft=draft, by=person(request), **said), _("New rule")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@curator_access
def edit_rule(request: HttpRequest, version_id: UUID, rule_id: str) -> HttpResponse:
    draft = _draft(version_id)
    block = blocks(draft.files).get(rule_id)
    if block is None:
        raise Http404
    form = TextForm(request.POST or None, initial={"text": block.text})
    return _edit(
        request,
        draft,
        form,
        lambda said: rule_sets.change_rule(draft=draft, rule_id=rule_id, by=person(request), **said),
        rule_id,
        removable=rule_id,
    )


@require_POST
@curator_access
def take_rule_out(request: HttpRequest, version_id: UUID, rule_id: str) -> HttpResponse:
    draft = _draft(version_id)
    try:
        rule_sets.remove_rule(draft=draft, rule_id=rule_id, by=person(request))
    except (RuleError, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rule is out of this draft."))
    return redirect("workbench:version", version_id)


@require_http_methods(["GET", "HEAD", "POST"])
@curator_access
def edit_file(request: HttpRequest, version_id: UUID, file_name: str) -> HttpResponse:
    draft = _draft(version_id)
    if file_name not in draft.files:
        raise Http404
    form = TextForm(request.POST or None, initial={"text": draft.files[file_name]})
    return _edit(
        request,
        draft,
        form,
        lambda said: rule_sets.change_file(draft=draft, file=file_name, by=person(request), **said),
        file_name,
    )


def _draft(version_id: UUID) -> RuleSetVersion:
    drafts = RuleSetVersion.objects.filter(origin=RuleSetVersion.Origin.CURATOR, state=RuleSetVersion.State.DRAFT)
    return get_object_or_404(drafts, pk=version_id)


def _edit(
    request: HttpRequest,
    draft: RuleSetVersion,
    form: TextForm,
    keep: Callable[[dict[str, Any]], Any],
    title: str,
    *,
    removable: str = "",
) -> HttpResponse:
    """Show a text to edit; keep it where it can be read, else say what is wrong beside what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            keep(form.cleaned_data)
        except (RuleError, Refused) as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("Kept in the draft. Nothing is in force yet."))
            return redirect("workbench:version", draft.pk)
    context = {"standing": standing_for_page(), "draft": draft, "form": form, "title": title, "removable": removable}
    return render(request, "workbench/edit.html", context, status=422 if form.errors else 200)


# Dry runs


@require_POST
@curator_access
def start_dry_run(request: HttpRequest, version_id: UUID) -> HttpResponse:
    found, form = get_object_or_404(RuleSetVersion, pk=version_id), DryRunForm(request.POST)
    if not form.is_valid():
        return _show_version(request, found, dry_form=form, status=422)
    run = ask_dry_run(version=found, wanted=form.cleaned_data["wanted"], by=person(request))
    return redirect("workbench:dry-run", run.pk)


@require_safe
@free_markup
@curator_access
def dry_run(request: HttpRequest, dry_run_id: UUID) -> HttpResponse:
    run = get_object_or_404(DryRun.objects.select_related("version", "asked_by"), pk=dry_run_id)
    asked, refresh = request.GET.get("page", ""), bool(getattr(request, "htmx", False))
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    page = dry_run_for_page(run, number=number, reader=person(request))
    if not refresh:
        note_dry_run_look(run=run, page=number, by=person(request))
    context = {"standing": standing_for_page(), "page": page, "refresh": refresh}
    return render(request, "workbench/_progress.html" if refresh else "workbench/dry_run.html", context)
