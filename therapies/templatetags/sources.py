"""Turns the short names in catalogue texts (source 002, JC-05) into words, and links to them."""

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
    """Put words where a text of the catalogue has a number: source 002, decision JC-05.

    `show` is given every source and decision that the text refers to, with its words.
    """
    known = catalogue()

    def words(found: re.Match[str]) -> str:
        if found["decisions"]:
            return _decided(found, show)
        name = known.sources[found["source"]].name
        if found.group().startswith("S") or _begins(found):
            name = name[0].upper() + name[1:]
        return show(f"source-{found['source']}", name)

    sources, one = "|".join(known.sources), f"(?:{'|'.join(known.decisions)})\\b"
    decisions = rf"(?:[Dd]ecisions? )?(?P<decisions>{one}(?:(?:, | and ){one})*)"
    return re.sub(rf"\b(?:(?:[Ss]ources? )?(?P<source>{sources})\b|{decisions})", words, text)


def _decided(found: re.Match[str], show: Callable[[str, str], str]) -> str:
    """Return plain words for one decision or several; nobody has to know a number."""
    the = "The" if _begins(found) else "the"
    decisions = re.split(", | and ", found["decisions"])
    if len(decisions) == 1:
        return show(decisions[0], f"{the} diary’s own decision")
    shown = [show(decision, str(number)) for number, decision in enumerate(decisions, 1)]
    return f"{the} diary’s own decisions {', '.join(shown)}"


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
