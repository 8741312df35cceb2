"""The public pages: what the sources say, and where to call. They know no patient."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from therapies import anybody, pages, places, verdicts
from therapies.catalogue import catalogue
from therapies.citing import source_facts
from therapies.rulebook import Level


@require_safe
def therapies(request: HttpRequest) -> HttpResponse:
    context = {"classes": pages.by_class(), "count": len(catalogue().therapies)}
    return render(request, "therapies/therapies.html", context)


@require_safe
def therapy(request: HttpRequest, slug: str) -> HttpResponse:
    shown = catalogue().therapies.get(slug)
    if shown is None:
        raise Http404
    context = pages.everything_about(shown, timezone.localdate())
    return render(request, "therapies/therapy.html", context)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    known = catalogue()
    context = {
        "sources": [source_facts(s, timezone.localdate()) for s in known.sources.values()],
        "labels": known.labels.values(),
        "decisions": known.decisions.values(),
    }
    return render(request, "therapies/sources.html", context)


@require_safe
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


@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    temperatures = verdicts.temperature_chips()
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
        "urgent_temperatures": [c for c in temperatures if c.level == Level.URGENT.slug],
        "other_temperatures": [c for c in temperatures if c.level != Level.URGENT.slug],
        "therapies": catalogue().therapies.values(),
    }
    return render(request, "therapies/urgent.html", context)
