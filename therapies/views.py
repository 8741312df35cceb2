"""The public pages: what the sources say, and where to call. They know no patient."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from therapies.catalogue import catalogue
from therapies.pages import therapy as pages
from therapies.pages import verdicts
from therapies.pages.citations import source_facts
from therapies.pages.parts import part
from therapies.pages.urgent import urgent_page


@login_not_required
@require_safe
def therapies(request: HttpRequest) -> HttpResponse:
    context = {"classes": pages.by_class(), "count": len(catalogue().therapies)}
    return render(request, "therapies/therapies.html", context)


@login_not_required
@require_safe
def therapy(request: HttpRequest, slug: str) -> HttpResponse:
    shown = catalogue().therapies.get(slug)
    if shown is None:
        raise Http404
    content = part("therapies/parts/therapy.html", _about_therapy, slug)
    return render(request, "therapies/therapy.html", {"therapy": shown, "content": content})


def _about_therapy(slug: str, today: date) -> dict[str, Any]:
    return pages.everything_about(catalogue().therapies[slug], today)


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    content = part("therapies/parts/sources.html", _about_sources)
    return render(request, "therapies/sources.html", {"content": content})


def _about_sources(_slug: str, today: date) -> dict[str, Any]:
    known = catalogue()
    return {
        "sources": [source_facts(source, today) for source in known.sources.values()],
        "labels": known.labels.values(),
        "decisions": known.decisions.values(),
    }


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    known = catalogue()
    context = {
        "levels": known.levels.values(),
        "groups": known.groups.values(),
        "temperatures": verdicts.temperature_chips(),
        "fever_line": verdicts.degrees(known.rules.fever_line_c),
        "version": known.hash,
        "release": settings.VERSION,
    }
    return render(request, "therapies/about.html", context)


@login_not_required
@require_safe
def urgent_country(_request: HttpRequest, country: str) -> HttpResponse:
    """A country that is not listed is not found; the page stands there without a number."""
    here = catalogue().countries.get(country.upper())
    return HttpResponse(urgent_page(here), status=200 if here else 404)
