"""The private calendar: when reminders come and when appointments are. It says nothing of whom and
of what, for it is shown by whatever shows the family's other dates."""

from datetime import datetime, time, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event, vRecur

from diary.core.days import DAY, local_day
from diary.models import Appointment
from reminders.due import EVERY_DAY, moment_of, next_moment
from reminders.models import BY_CLOCK, Feed, Kind, Reminder

REMINDER, APPOINTMENT = "Open the diary", "Appointment"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LENGTH = timedelta(minutes=15)
SHOWN = 366 * DAY  # so far ahead
# These come only where something is the matter: no calendar knows that ahead.
KNOWN_AHEAD = tuple(kind for kind in BY_CLOCK if kind not in (Kind.SILENCE, Kind.NUMBERS))


def calendar_of(feed: Feed, now: datetime) -> bytes:
    """Return the calendar as an .ics file, with the zone of the diary in it."""
    found = Calendar()
    found.add("prodid", "-//Side-effect Diary//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", "Diary")
    found.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    mine = Reminder.objects.filter(patient=feed.patient, user=feed.user, stopped__isnull=True)
    wanted = list(mine)
    for reminder in wanted:
        if reminder.kind in KNOWN_AHEAD:
            for clock in reminder.times:
                found.add_component(_repeated(reminder, clock, now))
    if any(reminder.kind == Kind.APPOINTMENT for reminder in wanted):
        today = local_day(now, feed.patient.tz)
        coming = feed.patient.appointments.filter(state=Appointment.State.PLANNED)
        for one in coming.filter(day__gte=today, day__lte=today + SHOWN):
            found.add_component(_appointment(one, feed, now))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _repeated(reminder: Reminder, clock: time, now: datetime) -> Event:
    tz = reminder.patient.tz
    first = next_moment([clock], reminder.weekdays, tz, after=now) or now
    event = _event(reminder.pk, f"{clock:%H%M}", REMINDER, now)
    start = datetime.combine(local_day(first, tz), clock, tz)
    event.add("dtstart", start)
    event.add("dtend", start + LENGTH)
    days = [] if reminder.weekdays == EVERY_DAY else [WEEKDAYS[int(d)] for d in reminder.weekdays]
    event.add("rrule", vRecur({"freq": "weekly", "byday": days} if days else {"freq": "daily"}))
    return event


def _appointment(one: Appointment, feed: Feed, now: datetime) -> Event:
    event = _event(one.pk, "", APPOINTMENT, now, before=timedelta(hours=12))
    if one.clock is None:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + DAY)
    else:
        start = moment_of(one.day, one.clock, feed.patient.tz).astimezone(feed.patient.tz)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(hours=1))
    return event


def _event(
    key: UUID, part: str, words: str, now: datetime, *, before: timedelta = timedelta()
) -> Event:
    event = Event()
    event.add("uid", f"{key}{part}")
    event.add("dtstamp", now)
    event.add("summary", words)
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    event.add_component(alarm)
    return event
