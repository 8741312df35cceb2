"""Turns the short names in catalogue texts (source 002, JC-05) into links to what they mean."""

import re
from collections.abc import Callable

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

register = template.Library()


def named(text: str, show: Callable[[str, str], str] = lambda _anchor, words: words) -> str:
    """Put the name of a source where a text of the catalogue has its number (source 002).

    `show` is given every source and decision that the text refers to, with its words.
    """
    known = catalogue()

    def words(found: re.Match[str]) -> str:
        if found["decision"]:
            return show(found["decision"], found["decision"])
        name = known.sources[found["source"]].name
        if found.group().startswith("S") or _begins(found):
            name = name[0].upper() + name[1:]
        return show(f"source-{found['source']}", name)

    sources, decisions = "|".join(known.sources), "|".join(known.decisions)
    pattern = rf"\b(?:(?:[Ss]ources? )?(?P<source>{sources})|(?P<decision>{decisions}))\b"
    return re.sub(pattern, words, text)


def _begins(found: re.Match[str]) -> bool:
    """Does a sentence begin with it?"""
    return not found.start() or found.string[: found.start()].endswith((". ", "? ", "! "))


@register.filter
def sourced(text: str) -> SafeString:
    """Return an own text of the catalogue, spelled for the reader, each source named and linked."""

    def link(anchor: str, words: str) -> str:
        return format_html('<a href="{}#{}">{}</a>', reverse("sources"), anchor, words)

    return mark_safe(named(escape(spelled(text)), link))  # noqa: S308 (escaped above)


@register.filter("named")
def named_for_the_reader(text: str) -> str:
    """Return the same without links, for where a tap does something else."""
    return named(spelled(text))


@register.filter
def first_sentence(text: str) -> str:
    """Return what stays in sight of a text that is folded."""
    return re.split(r"(?<=[.?!]) ", text)[0]
