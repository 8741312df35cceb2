"""Turns the short names in catalogue texts (source 002, JC-05) into links to what they mean."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from therapies.pages import citations
from therapies.templatetags.spelling import spelled

register = template.Library()


@register.filter
def sourced(text: str) -> SafeString:
    """Return an own text of the catalogue, spelled for the reader, each source named and linked."""

    def link(anchor: str, words: str) -> str:
        return format_html('<a href="{}#{}">{}</a>', reverse("sources"), anchor, words)

    return mark_safe(citations.named(escape(spelled(text)), link))  # noqa: S308 (escaped above)


@register.filter
def named(text: str) -> str:
    """Return the same without links, for where a tap does something else."""
    return citations.named(spelled(text))


@register.filter
def first_sentence(text: str) -> str:
    """Return what stays in sight of a text that is folded."""
    return re.split(r"(?<=[.?!]) ", text)[0]
