"""The bag of a pump at home: when it is changed next."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.core import words as phrases
from diary.models import BagPlan, Course


class BagLine(NamedTuple):
    """The next bag change as a time, and how far away it is as the page is opened."""

    course_id: UUID
    when: str
    left: str
    is_over: bool


def bag_said(plan: BagPlan | None, now: datetime, tz: ZoneInfo) -> BagLine | None:
    if plan is None or plan.due is None:
        return None
    left = plan.due - now
    words = phrases.stretch_words(abs(left))
    is_over = left.total_seconds() < 0
    return BagLine(
        course_id=plan.course_id,
        when=f"{plan.due.astimezone(tz):%A}, {phrases.moment_words(plan.due, tz)}",
        left=f"{words} ago" if is_over else f"in {words}",
        is_over=is_over,
    )


def bag_plan(course: Course) -> BagPlan | None:
    """Return the plan of a course that was loaded with it."""
    return getattr(course, "bag_plan", None)
