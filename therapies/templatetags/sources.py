"""Turns the short names in catalogue texts (source 002, JC-05) into links to what they mean."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

register = template.Library()


@register.filter
def sourced(text: str) -> SafeString:
    """Return an own text of the catalogue, spelled for the reader, with its references linked."""
    known = catalogue()
    anchors = {name: f"source-{name}" for name in known.sources} | {j: j for j in known.decisions}
    pattern = r"\b(" + "|".join(map(re.escape, sorted(anchors, key=len, reverse=True))) + r")\b"

    def link(found: re.Match[str]) -> str:
        name = found.group()
        return format_html('<a href="{}#{}">{}</a>', reverse("sources"), anchors[name], name)

    return mark_safe(re.sub(pattern, link, escape(spelled(text))))  # noqa: S308 (escaped above)
