"""Draws the symptoms that may be answered."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from diary.models import Report
from diary.today.symptom_rows import SymptomRow

register = template.Library()
GOING = tuple((going.value, str(going.label)) for going in Report.Going)


@register.simple_tag
def symptom_rows(rows: Iterable[SymptomRow], crisis_mark: str) -> SafeString:
    """Draw a section. A row without an answer holds words of the catalogue alone, so everybody's
    is the same and is drawn once; what a family typed is never kept."""
    drawn = (_blank(row, crisis_mark) if row.is_blank else _draw(row, crisis_mark) for row in rows)
    return mark_safe("".join(drawn))  # noqa: S308 (each part was drawn by a template)


def when_it_began() -> str:
    """Draw what a script asks of every row that has no answer yet."""
    return render_to_string("diary/answer_began.html", {"going": GOING}).strip()


def _draw(row: SymptomRow, crisis_mark: str) -> str:
    context = {"row": row, "crisis_mark": crisis_mark, "going": GOING}
    return render_to_string("diary/answer_row.html", context).strip()


_blank = lru_cache(maxsize=4096)(_draw)
