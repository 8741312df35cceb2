"""The parts of public pages that are the same for everybody: drawn once for each catalogue, day and
spelling, and kept by the process."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from therapies.catalogue import catalogue

# Gives the words of a template from the slug of what it is about, and the day.
Facts = Callable[[str, date], dict[str, Any]]


def part(template: str, facts: Facts, slug: str = "") -> SafeString:
    """Draw a template without the request, so that nothing of whoever asks can get in."""
    return _draw(template, facts, slug, timezone.localdate(), get_language(), catalogue().hash)


@lru_cache(maxsize=256)
def _draw(
    template: str,
    facts: Facts,
    slug: str,
    today: date,
    language: str,  # noqa: ARG001 (another spelling)
    catalogue_hash: str,  # noqa: ARG001 (other words)
) -> SafeString:
    return mark_safe(render_to_string(template, facts(slug, today)))  # noqa: S308 (a template's)
