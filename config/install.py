"""What makes the diary installable, and keeps its shell on a phone: the manifest and the worker."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from diary.today.views.offline import page
from therapies.catalogue import catalogue

FILES = (
    "diary.css",
    "pages.css",
    "first.js",
    "answers.js",
    "late.js",
    "words.json",
    "offline.js",
    "urgent.js",
    "icon.svg",
)


@login_not_required
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("icon-180.png"), "sizes": "180x180", "type": "image/png"},
        {
            "src": static("icon-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "any maskable",
        },
    ]
    return JsonResponse(
        {
            "name": "Side-effect diary",
            "short_name": "Diary",
            "lang": "en-GB",
            "id": "/",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf7f2",
            "theme_color": "#23566b",
            "icons": icons,
            "shortcuts": [{"name": "Urgent help", "url": reverse("urgent")}],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    urls = [static(file) for file in FILES]
    pages = {"urgent": reverse("urgent"), "offline": reverse("offline")}
    context = {
        "version": version(),
        "shell": json.dumps([*urls, *pages.values()]),
        "pages": json.dumps(pages),
    }
    return render(request, "config/sw.js", context, content_type="text/javascript")


@cache
def version() -> str:
    """Say which shell this is: another one after any change of a script, a page or a rule."""
    files = [Path(str(finders.find(file))) for file in FILES]
    for folder in ("config", "components", "therapies"):
        files += sorted((settings.BASE_DIR / "templates" / folder).rglob("*.*"))
    parts = [catalogue().hash.encode(), page().encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
