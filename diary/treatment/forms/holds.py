"""A treatment that the team put on hold: from when, until when, and why."""

from datetime import date
from typing import Any

from django import forms

from diary.core.fields import DayField, check_day, today_of
from diary.models import Course, Hold
from diary.treatment.forms.courses import DayForm


class HoldForm(forms.Form):
    """Both days may be ahead: the team may say from when, or until when."""

    first_day = DayField(label="On hold from", required=True)
    last_day = DayField(
        label="Last day on hold", help_text="Leave it empty if you do not know it yet."
    )
    reason = forms.CharField(
        label="Why, as the team said it",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, course: Course, hold: Hold | None = None) -> None:
        self.patient = course.patient
        initial: dict[str, Any] = {"first_day": today_of(self.patient)}
        if hold is not None:
            days = {"first_day": hold.started, "last_day": hold.ended}
            initial = {**days, "reason": hold.reason}
        super().__init__(data, initial=initial)

    def clean_first_day(self) -> date:
        return self._day("first_day")

    def clean_last_day(self) -> date:
        return self._day("last_day")

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This is before the first day on hold.")
        return {"started": first, "ended": last, "reason": self.cleaned_data.get("reason", "")}

    def _day(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        check_day(day, self.patient, may_come=True)
        return day


class ResumeForm(DayForm):
    """The first day on which it was given again."""

    def __init__(self, data: Any = None, *, hold: Hold) -> None:
        label = "First day of the treatment after the hold"
        super().__init__(data, patient=hold.course.patient, label=label)

    def clean(self) -> dict[str, Any]:
        return {"again": self.cleaned_data.get("day")}
