"""Draws the long lists of a summary: every temperature, and every symptom; by a template they take
ten times as long."""

from collections.abc import Iterable
from dataclasses import asdict

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from diary.core.words import count_words
from summary.content.shapes import Reading, ReadingDay, SymptomRow

register = template.Library()


@register.simple_tag
def reading_days(days: Iterable[ReadingDay]) -> SafeString:
    """Draw the temperatures of each day in one line."""
    said = (
        (day.day, format_html_join("; ", "{}", ((_reading(one),) for one in day.readings)))
        for day in days
    )
    return format_html_join("", '<li><span class="soft">{}</span> {}</li>', said)


def _reading(one: Reading) -> SafeString:
    words = format_html("<strong>▲ {}</strong>", one.words) if one.is_urgent else one.words
    mark = format_html(' <span class="small soft">({})</span>', one.mark) if one.mark else ""
    told = format_html(' <span class="small soft">{}</span>', one.told)
    return format_html("{} {}{}{}", one.time, words, told, mark)


@register.simple_tag
def symptom_table(rows: Iterable[SymptomRow], logged: int) -> SafeString:
    """Draw one symptom in each row, and how often out of the days that were logged."""
    days = count_words(logged, "day")
    return format_html_join(
        "",
        '<tr><th scope="row">{label}</th>'
        '<td data-label="Flagged as">{level}</td><td data-label="Worst">{worst}</td>'
        '<td data-label="How often">{present} of {days}</td>'
        '<td data-label="Days “no”">{denied}</td>'
        '<td data-label="First day">{first}</td><td data-label="Last day">{last}</td>'
        '<td data-label="Told by (days)">{told}</td></tr>',
        ({**asdict(row), "days": days} for row in rows),
    )
