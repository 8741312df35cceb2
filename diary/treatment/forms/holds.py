"""A treatment that the team put on hold: from when, until when, and why."""

from typing import Any

from diary.core.fields import CalendarForm, ComingDayField, LineField, today_of
from diary.models import Course, Hold


class HoldForm(CalendarForm):
    """Both days may be ahead: the team may say from when, or until when."""

    first_day = ComingDayField(label="On hold from", required=True)
    last_day = ComingDayField(
        label="Last day on hold", help_text="Leave it empty if you do not know yet."
    )
    reason = LineField(label="Why, as the team said it", max_length=200)

    def __init__(self, data: Any = None, *, course: Course, hold: Hold | None = None) -> None:
        initial: dict[str, Any] = {"first_day": today_of(course.patient)}
        if hold is not None:
            days = {"first_day": hold.started, "last_day": hold.ended}
            initial = {**days, "reason": hold.reason}
        super().__init__(data, patient=course.patient, initial=initial)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This is before the first day on hold.")
        return {"started": first, "ended": last, "reason": self.cleaned_data.get("reason", "")}
