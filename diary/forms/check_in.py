"""A new check-in on the page of today."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from diary.check_ins.data import CheckInData
from diary.core.days import latest_instant
from diary.core.fields import YEARS, PossibleDayField, skipped_words
from diary.forms.answers import AnswersForm
from diary.models import CheckIn

# A phone's clock may be a little ahead of ours.
TOLERANCE = timedelta(minutes=5)


class CheckInForm(AnswersForm):
    """A new check-in: who tells, and about which moment. Both fields of the moment left empty mean
    now."""

    id = forms.UUIDField()
    opened = forms.CharField(required=False)
    told_by = forms.ChoiceField(
        choices=CheckIn.ToldBy.choices, error_messages={"required": "Choose who is telling this."}
    )
    day = PossibleDayField(
        required=False, error_messages={"invalid": "This day is not a date. Example: 2026-11-20."}
    )
    time = forms.TimeField(
        required=False, error_messages={"invalid": "This time is not a time. Example: 21:40."}
    )

    replaces = ""  # the id under which the same answers wait on a phone

    @property
    def opened_at(self) -> datetime:
        """When the page was opened; what it prompted for then is not taken back."""
        opened = moment(self.typed("opened"))
        return opened if opened is not None and opened <= self.now else self.now

    @property
    def is_now(self) -> bool:
        return self.about == self.now

    @property
    def about(self) -> datetime:
        cleaned = getattr(self, "cleaned_data", {})
        day, clock = cleaned.get("day"), cleaned.get("time")
        day = day or self.now.astimezone(self.patient.tz).date()
        # A year that cannot be is refused below; the page is then drawn for now.
        if clock is None or not self.patient.birth_year <= day.year <= self.now.year + 1:
            return self.now
        return latest_instant(day, clock, self.patient.tz, self.now + TOLERANCE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, today = cleaned.get("day"), self.now.astimezone(self.patient.tz).date()
        if self.typed("own_name").strip():
            self._wrong(
                "own_name",
                "You wrote a symptom in your own words. Put it on the list first, then answer it.",
            )
        if day and "time" in cleaned and cleaned["time"] is None:
            self._wrong("time", "Give the time of that day as well; roughly is enough.")
        if (day and day > today) or self.about > self.now + TOLERANCE:
            self._wrong("day", "This moment has not come yet. Please check the day and the time.")
        if day and day.year < self.patient.birth_year:
            self._wrong(
                "day", f"This is before {self.patient.name} was born. Please check the day."
            )
        clock = cleaned.get("time")
        if clock and not self.errors and (text := skipped_words(day or today, clock, self.patient)):
            self._wrong("time", text)
        return cleaned

    def check_in_data(self) -> CheckInData:
        return CheckInData(
            id=self.cleaned_data["id"],
            at=min(self.about, self.now),
            told_by=self.cleaned_data["told_by"],
            kind=self.kind,
            note=self.cleaned_data["note"],
            reports=self.reports,
            received=self.now,
            opened=self.opened_at,
        )


def moment(text: str) -> datetime | None:
    """Return an instant written in ISO 8601 with its zone, in a year that can be meant, else
    nothing."""
    try:
        written = parse_datetime(text)
        if written is None or written.tzinfo is None:
            return None
        at = written.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if YEARS[0] <= at.year <= YEARS[1] else None
