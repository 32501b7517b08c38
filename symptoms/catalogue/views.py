from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from symptoms.catalogue.medicine import without_medicine
from symptoms.catalogue.selectors import (
    effect_for_page,
    effects_by_body_area,
    effects_by_category,
    plain_query,
    search,
)
from symptoms.lib.emergency import COUNTRIES, country


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def browse(request: HttpRequest) -> HttpResponse:
    """Show all side effects, or what was found. What is searched tells of a person: our form sends it in no address."""
    query = plain_query(request.POST.get("q") or request.GET.get("q", ""))
    searched = without_medicine(query)
    by_area = request.GET.get("by") == "area"
    context = {
        "query": query,
        "searched": searched,
        "found": search(searched) if searched else None,
        "by_area": by_area,
        "areas": effects_by_body_area() if by_area and not searched else [],
        "categories": effects_by_category() if not by_area and not searched else [],
    }
    return render(request, "catalogue/browse.html", context)


@require_safe
@login_not_required
def side_effect(request: HttpRequest, slug: str) -> HttpResponse:
    page = effect_for_page(slug)
    if page is None:
        raise Http404
    return render(request, "catalogue/side_effect.html", {"page": page, "effect": page.effect})


@require_safe
@login_not_required
def urgent_help(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("country") or getattr(request.user, "country", "ZZ")
    known = {one.code for one in COUNTRIES}
    where = country(chosen if chosen in known else "ZZ")
    return render(request, "catalogue/urgent_help.html", {"country": where, "countries": COUNTRIES})
