"""The public pages: what the sources say, and where to call. They know no patient."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from therapies import anybody, pages, places, schedule, verdicts
from therapies.catalogue import catalogue
from therapies.citing import cited, source_facts

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Anybody may open it, and their own browser may keep it if it asks again each time.

    It differs by the reader's language and by who is logged in, so no shared cache may keep it.
    """

    @wraps(view)
    @require_safe
    @cache_control(private=True, no_cache=True)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return page


@public_page
def therapies(request: HttpRequest) -> HttpResponse:
    context = {"classes": pages.by_class(), "count": len(catalogue().therapies)}
    return render(request, "therapies/therapies.html", context)


@public_page
def therapy(request: HttpRequest, slug: str) -> HttpResponse:
    shown = catalogue().therapies.get(slug)
    if shown is None:
        raise Http404
    today = timezone.localdate()
    context = {
        "therapy": shown,
        "class_shown": catalogue().classes[shown.class_slug],
        "classes_named": pages.classes_named(shown, today),
        "citations": cited(shown.citations, today),
        "pictures": schedule.pictures(shown),
        "emergencies": pages.emergencies_of(slug),
        "urgent_at_first": pages.urgent_at_first(slug),
        "fever_line": verdicts.degrees(catalogue().rules.fever_line_c),
        "first_moment": verdicts.moments_of(shown)[0].label,
        "groups": pages.groups_of_effects(shown, today),
        "added": pages.added_rules(shown, today),
        "disagreements": pages.disagreements(shown, today),
        "levels": catalogue().levels.values(),
    }
    return render(request, "therapies/therapy.html", context)


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    known = catalogue()
    context = {
        "sources": [source_facts(s, timezone.localdate()) for s in known.sources.values()],
        "labels": known.labels.values(),
        "decisions": known.decisions.values(),
    }
    return render(request, "therapies/sources.html", context)


@public_page
def about(request: HttpRequest) -> HttpResponse:
    known = catalogue()
    context = {
        "levels": known.levels.values(),
        "groups": known.groups.values(),
        "temperatures": verdicts.temperature_chips(),
        "fever_line": verdicts.degrees(known.rules.fever_line_c),
        "version": known.hash,
    }
    return render(request, "therapies/about.html", context)


@public_page
def urgent(request: HttpRequest) -> HttpResponse:
    accepted = request.headers.get("Accept-Language", "")
    here = places.chosen_country(request.GET.get("country", ""), accepted)
    context = {
        "here": here,
        "countries": places.countries(),
        "crisis_here": places.crisis_lines(here),
        "crisis_elsewhere": places.crisis_lines_elsewhere(here),
        "emergencies": anybody.emergencies(),
        "urgent_signs": anybody.urgent_signs(),
        "contact_signs": anybody.contact_signs(),
        "temperatures": verdicts.temperature_chips(),
        "therapies": catalogue().therapies.values(),
    }
    return render(request, "therapies/urgent.html", context)
