"""In which time zones the days of a treatment are counted, where somebody travels (JC-68).

A day on record is one of the zone in which it was written down. Counted there and where the diary
is now, a window may close a day apart: the engine is asked about both, and the highest level wins.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from diary.models import Course, Dose


def zones_of(course: Course, others: Sequence[Course], tz: tzinfo) -> list[tzinfo]:
    """Return the diary's own zone first, then those in which the days of this course, of its doses
    and of `others` that decide about it were written down. Reads `course.doses`."""
    names = {course.zone, *(other.zone for other in others), *_zones_of_doses(course)}
    zones = {ZoneInfo(name) for name in names if name}
    return [tz, *sorted(zones - {tz}, key=str)]


def zones_of_all(courses: Iterable[Course], tz: tzinfo) -> list[tzinfo]:
    """Return every zone in which a day of any of these courses may be counted."""
    found: dict[tzinfo, None] = {tz: None}
    for course in courses:
        found.update(dict.fromkeys(zones_of(course, (), tz)))
    return list(found)


def _zones_of_doses(course: Course) -> Iterator[str]:
    # Tablets are many, and none of their days decides; they are not loaded for that.
    if "doses" in getattr(course, "_prefetched_objects_cache", {}):
        given = (dose for dose in course.doses.all() if dose.status == Dose.Status.GIVEN)
        yield from (dose.zone for dose in given if dose.kind != Dose.Kind.TABLET)
