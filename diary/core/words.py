"""How a report, a reading, a dose, a moment and a correction are put into words.

The history and the summary both read these, so that a page, a print and a file say the same.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from accounts.countries import COUNTRY
from accounts.models import Patient
from diary.core.days import DAY, HOUR, MINUTE, runs
from diary.models import Appointment, Course, Dose, Report, Version
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import symptom_label


def count_words(number: int, noun: str, several: str = "") -> str:
    """Return a number of things: 1 day, 3 days. `several` is a plural that does not end in "s"
    alone."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or noun + 's'}"


def some_words(words: Sequence[str], most: int) -> str:
    """Name the first few, and say how many more there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def month_words(year: int, month: int) -> str:
    return f"{date(year, month, 1):%B %Y}"


@lru_cache(maxsize=4096)
def day_name(day: date) -> str:
    """Return a day where the year is clear: 20 November."""
    return f"{day.day} {day:%B}"


@lru_cache(maxsize=4096)
def day_words(day: date) -> str:
    """Return a day that reads the same on both sides of the Atlantic: 20 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


def span_words(first: date, last: date) -> str:
    """Return a run of days, as short as it stays clear."""
    if first == last:
        return day_words(first)
    if first.year != last.year:
        return f"{day_words(first)} – {day_words(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%b} – {day_words(last)}"
    return f"{first.day}–{day_words(last)}"


def runs_words(days: Iterable[date]) -> list[str]:
    """Return days as spans: those in a row together."""
    return [span_words(*run) for run in runs(days)]


def clock(at: datetime, tz: ZoneInfo) -> str:
    return clock_words(at.astimezone(tz).time())


def clock_words(clock: time) -> str:
    """Return a time of day as people of the diary's country write it: 21:40, or 9:40 pm."""
    if not has_12_hours(COUNTRY.get()):
        return f"{clock:%H:%M}"
    half = "am" if clock.hour < 12 else "pm"
    if (clock.hour % 12, clock.minute) == (0, 0):
        half = "midnight" if half == "am" else "noon"
    return f"{clock.hour % 12 or 12}:{clock:%M} {half}"


def has_12_hours(country: str) -> bool:
    known = catalogue().countries.get(country)
    return known is not None and known.clock == 12


def moment_words(at: datetime, tz: ZoneInfo) -> str:
    """Return a moment of the patient's own clock: 20 Nov 2026 at 21:40."""
    return f"{day_words(at.astimezone(tz).date())} at {clock(at, tz)}"


def when_words(at: datetime, tz: ZoneInfo, now: datetime) -> str:
    """Return a moment as people say it today: "today, 21:40", "yesterday, 21:40", then with its
    date. Only for a page: on paper "today" is soon another day."""
    return f"{near_day_words(at.astimezone(tz).date(), now.astimezone(tz).date())}, {clock(at, tz)}"


def until_words(until: datetime, tz: ZoneInfo, now: datetime) -> str:
    """Return an end as people say it: the clock alone where it comes within a day."""
    return clock(until, tz) if until - now < DAY else moment_words(until, tz)


def near_day_words(day: date, today: date) -> str:
    """Return today, yesterday, or the day with its date."""
    return {today: "today", today - DAY: "yesterday"}.get(day, day_words(day))


def how_words(patient: Patient) -> str:
    """Return what the page of today asks."""
    return "How are you today?" if patient.is_you else f"How is {patient.called} today?"


def has_words(patient: Patient) -> str:
    return "you have" if patient.is_you else f"{patient.called} has"


def are_words(patient: Patient) -> str:
    return "you are" if patient.is_you else f"{patient.called} is"


def born_words(patient: Patient) -> str:
    return "before you were born" if patient.is_you else f"before {patient.name} was born"


def minutes_words(span: timedelta) -> str:
    """Return a stretch of time in minutes, and from two hours on in hours and minutes."""
    minutes = span // MINUTE
    if minutes < 120:
        return count_words(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours {rest} minutes" if rest else f"{hours} hours"


def stretch_words(span: timedelta) -> str:
    """Return a stretch of time in the two units that say most: 3 days 4 hours."""
    days, rest = divmod(span, DAY)
    if days < 2:
        return minutes_words(span)
    hours = rest // HOUR
    return f"{days} days" + (f" {count_words(hours, 'hour')}" if hours else "")


def reading_words(temperature: Decimal, unit: str) -> str:
    """Return a reading in the unit it was typed in."""
    return f"{degrees(temperature)} °{unit}"


def degrees(temperature: Decimal) -> str:
    """Return the number alone, with at least one decimal and none invented."""
    text = f"{temperature:f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return text if "." in text else f"{text}.0"


def answer_words(report: Report) -> str:
    """Return the answer alone: 38.4 °C, mild, yes."""
    if report.answer == Report.Answer.READING and report.temperature is not None:
        return reading_words(report.temperature, report.unit)
    return Report.Answer(report.answer).label.lower()


def symptom_name(report: Report) -> str:
    """Return what the reader calls it: in the catalogue's words, or in the family's own."""
    return own_words(report) or symptom_label(report.symptom)


def own_words(report: Report) -> str:
    return f"“{report.own_name}”" if report.own_name else ""


def report_words(report: Report) -> str:
    """Return one symptom as it was reported, with when it began and whether it goes on."""
    if report.answer == Report.Answer.READING:
        said = answer_words(report)
    else:
        said = f"{symptom_name(report)}, {answer_words(report)}"
    return ", ".join([said, *_course_of(report)])


def _course_of(report: Report) -> list[str]:
    began = [f"began {day_words(report.began)}"] if report.began else []
    going = [Report.Going(report.going).label] if report.going else []
    return began + going


def kind_words(version: Version) -> str:
    return Version.Kind(version.kind).label


def treatment_name(course: Course) -> str:
    """Return the name of what a course is about: from the catalogue, or the family's own."""
    if course.therapy:
        return catalogue().therapies[course.therapy].name
    return course.name


def dose_words(dose: Dose, name: str, tz: ZoneInfo) -> str:
    """Return what became of one dose on the day it began."""
    if dose.kind == Dose.Kind.TABLET:
        return f"{name}: tablets {_tablet(dose)}"
    if dose.status == Dose.Status.PLANNED:
        return f"{name}: {dose.get_kind_display()} planned{_at(dose, tz)}"
    if dose.kind == Dose.Kind.PUMP:
        return f"{name}: pump started{_at(dose, tz)}"
    return f"{name}: {dose.get_kind_display()} given{_at(dose, tz)}{_until(dose, tz)}"


def pump_stop_words(dose: Dose, name: str, tz: ZoneInfo) -> str:
    assert dose.ended is not None  # noqa: S101 (only a pump that stopped is asked about)
    at = "" if dose.precision == Dose.Precision.DAY else f" at {clock(dose.ended, tz)}"
    return f"{name}: pump stopped{at}"


def _tablet(dose: Dose) -> str:
    words = {
        Dose.Status.GIVEN: "taken",
        Dose.Status.LATE: "taken late",
        Dose.Status.MISSED: "missed",
    }
    return words.get(Dose.Status(dose.status), "planned")


def _at(dose: Dose, tz: ZoneInfo) -> str:
    return "" if dose.precision == Dose.Precision.DAY else f" at {clock(dose.started, tz)}"


def _until(dose: Dose, tz: ZoneInfo) -> str:
    if dose.precision == Dose.Precision.DAY:
        return ""
    return f" to {clock(dose.ended, tz)}" if dose.ended else ", end not recorded"


def appointment_words(appointment: Appointment) -> str:
    """Return when it is, with whom and where, as far as somebody said."""
    at = f" at {clock_words(appointment.clock)}" if appointment.clock else ""
    said = (f"{day_words(appointment.day)}{at}", appointment.whom, appointment.place)
    return ", ".join(filter(None, said))


def correction_lines(
    before: Iterable[Report], after: Iterable[Report], *, first: bool, at: str
) -> list[str]:
    """Say what a correction changed, report by report, old and new. `first`: the one before it was
    the first that was saved; `at` are the words for when."""
    old = {(report.symptom, report.own_name): report for report in before}
    new = {(report.symptom, report.own_name): report for report in after}
    slugs = list(dict.fromkeys([*old, *new]))
    lines = [_correction(old.get(s), new.get(s), first=first, at=at) for s in slugs]
    return [line for line in lines if line]


def _correction(old: Report | None, new: Report | None, *, first: bool, at: str) -> str:
    if old is None:
        return f"{report_name(new)} added {at}: {detail(new)}." if new else ""
    if new is None:
        return f"{report_name(old)}: {_before(old, first=first)}, removed {at}."
    if detail(old) == detail(new) and report_name(old) == report_name(new):
        return ""
    return f"{report_name(new)}: {_before(old, first=first)}, corrected to {detail(new)} {at}."


def detail(report: Report) -> str:
    """Return the answer with when it began and whether it goes on."""
    return ", ".join([answer_words(report), *_course_of(report)])


def _before(old: Report, *, first: bool) -> str:
    return f"{'first' if first else 'before'} {detail(old)}"


def report_name(report: Report) -> str:
    """Return what a report is about; a reading is a temperature, not yet a fever."""
    if report.answer == Report.Answer.READING:
        return "Temperature"
    return symptom_name(report)
