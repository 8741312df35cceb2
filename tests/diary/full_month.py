"""A month with an entry on every day: ten symptoms, fevers, calls; and gaps where wanted."""

from collections.abc import Container
from datetime import date, timedelta
from itertools import cycle, islice

from accounts.models import Patient, User
from diary.check_ins.data import ReportData
from diary.core.days import HOUR, start_of
from diary.history.calendar import Month
from diary.management.examples import reading, start_pump
from tests.diary.cast import log_then

TEN = (
    ("headache", "mild"),
    ("nausea", "moderate"),
    ("rash", "mild"),
    ("constipation", "moderate"),
    ("joint-pain", "mild"),
    ("hair-loss", "mild"),
    ("cough", "mild"),
    ("fatigue", "moderate"),
    ("sore-throat", "mild"),
    ("sweating", "mild"),
)
FEVERS = (5, 14, 15, 23)
ADVICE = "Come in for blood cultures, and bring the bag"


def last_long_month(today: date) -> Month:
    """Return the last month of 31 days that is over."""
    month = Month.of(today).previous
    return month if month.last.day == 31 else month.previous


def fill(patient: Patient, by: User, month: Month, *, gaps: Container[int] = ()) -> None:
    """Log every day of the month but the `gaps`, with four of the ten symptoms each."""
    patient.created = start_of(month.first - timedelta(days=40), patient.tz)
    patient.save()
    patient.contacts.create(kind="always", label="Ward", number="020 7946 0000")
    start_pump(patient, month.first, start_of(month.first, patient.tz) + 14 * HOUR)
    symptoms = cycle(TEN)
    for number in range(1, month.last.day + 1):
        if number in gaps:
            continue
        at = start_of(month.first.replace(day=number), patient.tz) + 19 * HOUR
        degrees = "38.9" if number in FEVERS else f"36.{number % 10}"
        reports = [ReportData(*one) for one in islice(symptoms, 4)]
        check_in = log_then(patient, at, reading(degrees), *reports, by=by)
        if check_in.versions.filter(findings__level="urgent").exists():
            done = {"at": at, "recorded": at + HOUR, "by": by}
            check_in.calls.create(outcome="reached", whom="Ward", advice=ADVICE, **done)
            check_in.calls.create(outcome="closed", reason="seen", **done)
