"""Draws what stands sixty times on the pages of a month; by a template it takes ten times as long.
Every tag stands in a grid: no space is needed between two."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Patient
from diary.history.calendar import Cell, day_address
from diary.history.charts.series import ChartPoint
from diary.history.lines import DayLine

register = template.Library()
URGENT = mark_safe('<i class="mark m-urgent" aria-hidden="true"></i><b>Urgent</b> ')
CONTACT = mark_safe('<i class="mark m-contact" role="img" aria-label="contact the team:"></i>')
TODAY = mark_safe(' aria-current="date"')


@register.simple_tag
def month_cells(
    cells: Iterable[Cell], patient: Patient, shown: date | None, today: date
) -> SafeString:
    """Draw the days of the calendar; the words of each are in its link."""
    address = day_address(patient)

    def drawn(cell: Cell) -> SafeString:
        inside = _inside(cell.day.day, cell.kind, tuple(b and b.kind for b in cell.bands))
        if not cell.is_listed:
            return format_html('<span class="day {}">{}</span>', cell.kind, inside)
        return format_html(
            '<a href="{}" class="{}{}" aria-label="{}"{}>{}</a>',
            address(cell.day),
            cell.kind,
            " shown" if cell.day == shown else "",
            cell.words,
            TODAY if cell.day == today else "",
            inside,
        )

    return format_html_join("", "<li>{}</li>", ((drawn(cell),) for cell in cells))


@lru_cache(maxsize=4096)
def _inside(day: int, kind: str, bands: tuple[str | None, ...]) -> SafeString:
    """Draw a number, a shape, and a band for each treatment: nothing of a person."""
    drawn = format_html_join("", '<i class="band {}"></i>', ((band or "",) for band in bands))
    return format_html(
        '<span>{}</span><i class="mark m-{}" aria-hidden="true"></i>{}',
        day,
        kind,
        format_html('<span class="bands" aria-hidden="true">{}</span>', drawn) if bands else "",
    )


@register.simple_tag
def day_lines(lines: Iterable[DayLine], patient: Patient) -> SafeString:
    """Draw one line a day."""
    address = day_address(patient)
    marks = {"urgent": URGENT, "contact": CONTACT}
    return format_html_join(
        "",
        '<li id="day-{day}" class="{kind}"><a href="{address}">'
        '<time datetime="{day}" data-weekday="{weekday}">{number}</time>'
        "<span>{mark}<bdi>{words}</bdi>{more}{still}</span>"
        '<span class="number">{temperature}</span></a></li>',
        (
            {
                "day": line.day.isoformat(),
                "kind": line.kind,
                "address": address(line.day),
                "weekday": line.weekday,
                "number": line.day.day,
                "mark": marks.get(line.kind, ""),
                "words": line.words,
                "more": f" +{line.more}" if line.more else "",
                "still": ", still open" if line.is_open else "",
                "temperature": line.temperature,
            }
            for line in lines
        ),
    )


@register.simple_tag
def chart_rows(rows: Iterable[ChartPoint], patient: Patient) -> SafeString:
    """Say each point of a chart; it leads to its day."""
    address = day_address(patient)
    signs = {"urgent": "▲ ", "contact": "● "}
    said = ((address(row.day), signs.get(row.level, ""), row.words) for row in rows)
    return format_html_join("", '<li><a href="{}">{}{}</a></li>', said)
