"""What one reminder is asked about, and the quiet hours."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from diary.core.fields import ClockField
from reminders.due import EVERY_DAY
from reminders.models import BY_CLOCK, Kind, Reminder

MOST_TIMES = 4
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEADS = {
    "0": "When it is due",
    "30": "30 minutes before",
    "60": "1 hour before",
    "180": "3 hours before",
}
SILENT_DAYS = {str(n): f"{n} day{'s' if n > 1 else ''}" for n in (1, 2, 3, 5, 7)}
# The clock that is offered first.
OFFERED = {
    Kind.ENTRY: ["20:00"],
    Kind.TABLETS: ["20:00"],
    Kind.TEMPERATURE: ["08:00", "20:00"],
    Kind.APPOINTMENT: ["18:00"],
    Kind.NUMBERS: ["10:00"],
    Kind.SILENCE: ["19:00"],
}
ONE_TIME = (Kind.APPOINTMENT, Kind.NUMBERS, Kind.SILENCE)


class ReminderForm(forms.Form):
    """The fields that this kind has. `cleaned_data` is what `actions.set_reminder` takes."""

    def __init__(self, data: Any, *, kind: Kind, reminder: Reminder | None) -> None:
        super().__init__(data)
        clocks = reminder.clocks if reminder else OFFERED.get(kind, [])
        for number in range(self._times(kind)):
            label = f"Time {number + 1}" if self._times(kind) > 1 else "Time"
            given = clocks[number] if number < len(clocks) else None
            self.fields[f"time{number + 1}"] = ClockField(label=label, initial=given)
        if kind in ONE_TIME:
            self.fields["time1"].required = True
            self.fields["time1"].error_messages["required"] = "Give a time, such as 19:00."
        if kind in BY_CLOCK and kind not in ONE_TIME:
            self.fields["weekdays"] = forms.MultipleChoiceField(
                label="Days",
                choices=list(zip(EVERY_DAY, DAY_NAMES, strict=True)),
                initial=list(reminder.weekdays if reminder else EVERY_DAY),
                widget=forms.CheckboxSelectMultiple,
                error_messages={
                    "required": "Choose at least one day.",
                    "invalid_choice": "Choose days from this list.",
                },
            )
        if kind == Kind.SILENCE:
            now = reminder.days if reminder else None
            label = "After how long without an entry"
            self.fields["days"] = self._choice(label, SILENT_DAYS, now, "1")
        if kind == Kind.BAG:
            self.fields["minutes"] = self._choice(
                "When", LEADS, reminder.minutes if reminder else None, "60"
            )

    @staticmethod
    def _times(kind: Kind) -> int:
        return 1 if kind in ONE_TIME else MOST_TIMES if kind in BY_CLOCK else 0

    @staticmethod
    def _choice(label: str, choices: dict[str, str], now: int | None, first: str) -> forms.Field:
        return forms.ChoiceField(
            label=label,
            choices=list(choices.items()),
            initial=first if now is None else str(now),
            widget=forms.RadioSelect,
            error_messages={
                "required": "Choose one of these.",
                "invalid_choice": "Choose one of these.",
            },
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        names = [name for name in self.fields if name.startswith("time")]
        clocks: list[time] = sorted({typed[name] for name in names if typed.get(name)})
        if names and not clocks and not self.errors:
            raise ValidationError("Give a time. Your other answers are still here.")
        found: dict[str, Any] = {"clocks": clocks}
        if "weekdays" in self.fields:
            found["weekdays"] = "".join(sorted(typed.get("weekdays", [])))
        for name in ("days", "minutes"):
            if typed.get(name):
                found[name] = int(typed[name])
        return found


class QuietForm(forms.Form):
    start = ClockField(label="From")
    end = ClockField(label="Until")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            start, end = typed.get("start"), typed.get("end")
            if (start is None) != (end is None):
                raise ValidationError("Give both times, or neither.")
            if start is not None and start == end:
                raise ValidationError("The two times are the same. Change one.")
        return typed
