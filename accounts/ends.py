"""When access or a time on duty ends: tonight, on Monday morning, after a day, at seven, or not by
itself. It is the clock of the patient that counts, and the moment is kept in UTC."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db import models
from django.utils import timezone

from accounts.models import Patient

DAY = timedelta(days=1)
MONDAY_CLOCK = time(8)
MORNING, EVENING = time(7), time(22)  # the ends of a night and of a day on duty


class End(models.TextChoices):
    NONE = "none", "No end"
    TONIGHT = "tonight", "Tonight at midnight"
    MONDAY = "monday", "Monday at 08:00"
    DATE = "date", "At the end of a day"


class DutyEnd(models.TextChoices):
    MORNING = "morning", "Until the morning"
    EVENING = "evening", "Until the evening"
    CLOCK = "clock", "Until another time"
    OPEN = "open", "Until somebody else is on duty"


def ends_for(patient: Patient) -> list[tuple[str, str]]:
    """Return what may be chosen; Monday with its date, for whoever chooses on a Monday."""
    monday = _next_monday(timezone.now().astimezone(patient.tz).date(), patient)
    dated = f"{monday.astimezone(patient.tz):Monday %-d %B at 08:00}"
    return [(end.value, dated if end == End.MONDAY else end.label) for end in End]


def moment_of(end: str, patient: Patient, *, last_day: date | None = None) -> datetime | None:
    """Return the first moment at which access is over; None where it does not end by itself."""
    today = timezone.now().astimezone(patient.tz).date()
    if end == End.TONIGHT:
        return start_of_day(today + DAY, patient.tz)
    if end == End.MONDAY:
        return _next_monday(today, patient)
    if end == End.DATE and last_day is not None:
        return start_of_day(last_day + DAY, patient.tz)
    return None


def next_clock(clock: time, patient: Patient) -> datetime:
    """Return the next moment at which the patient's clock shows this: the first of two, and as long
    after the gap where the clock skips it."""
    now = timezone.now()
    today = now.astimezone(patient.tz).date()
    moments = [
        _moment(day, clock.replace(fold=fold), patient.tz)
        for day in (today, today + DAY)
        for fold in (0, 1)
        if fold == 0 or _is_shown(day, clock.replace(fold=fold), patient)
    ]
    return min(moment for moment in moments if moment > now)


def start_of_day(day: date, tz: tzinfo) -> datetime:
    """Return where this day begins: where the clock skips midnight, that is the skip, and where it
    shows it twice, the first."""
    return _moment(day, time(), tz)


def last_day_of(until: datetime, patient: Patient) -> date | None:
    """Return the day at whose very end access is over; None where it is over within a day."""
    last = (until - timedelta(microseconds=1)).astimezone(patient.tz).date()
    return None if last == until.astimezone(patient.tz).date() else last


def _next_monday(today: date, patient: Patient) -> datetime:
    this = _moment(today - today.weekday() * DAY, MONDAY_CLOCK, patient.tz)
    if this > timezone.now():  # it is Monday, before that
        return this
    return _moment(today + (7 - today.weekday()) * DAY, MONDAY_CLOCK, patient.tz)


def _is_shown(day: date, clock: time, patient: Patient) -> bool:
    back = _moment(day, clock, patient.tz).astimezone(patient.tz)
    return (back.date(), back.time()) == (day, clock.replace(fold=0))


def _moment(day: date, clock: time, tz: tzinfo) -> datetime:
    return datetime.combine(day, clock, tz).astimezone(UTC)
