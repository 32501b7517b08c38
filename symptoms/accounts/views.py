from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from symptoms.accounts.actions import change_settings
from symptoms.accounts.forms import YouForm
from symptoms.accounts.person import person
from symptoms.accounts.second_factor import is_curator


@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = YouForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        change_settings(user=user, changed=form.changed_data, by=user)
        messages.success(request, _("Saved."))
        return redirect("accounts:you")
    return render(request, "accounts/you.html", {"form": form, "is_curator": is_curator(user)})
