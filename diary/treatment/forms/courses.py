"""Which treatments there are, and what is recorded in them later."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Patient
from diary.core.days import end_of, local_day, start_of
from diary.core.fields import CalendarForm, ClockField, ComingDayField, DayField, today_of
from diary.judging.standing import is_transplant
from diary.models import Course, Dose
from diary.treatment.actions.doses import Times
from diary.treatment.forms.dates import ROUTES, check_clock_of, check_times
from therapies.catalogue import catalogue


class CourseForm(CalendarForm):
    """The days of a course, and its name where the family gave it one."""

    name = forms.CharField(label="Its name", max_length=120)
    first_day = ComingDayField(label="First day", required=True)
    last_day = DayField(label="Last day", help_text="Only if it has ended.")

    def __init__(self, data: Any = None, *, course: Course) -> None:
        dates = {"first_day": course.started, "last_day": course.ended} if course.is_dated else {}
        super().__init__(data, patient=course.patient, initial={"name": course.name, **dates})
        if course.therapy:
            del self.fields["name"]
        if is_transplant(course):
            self.fields["first_day"].label = "Day of the transplant"
            del self.fields["last_day"]

    def clean(self) -> dict[str, Any]:
        """Return what `edit_course` wants to know."""
        data = self.cleaned_data
        return {
            "started": data.get("first_day"),
            "ended": data.get("last_day"),
            "name": data.get("name", ""),
        }


class DayForm(CalendarForm):
    """One day that is not ahead. `wanted_as` is what the action calls it."""

    day = DayField(required=True)

    def __init__(
        self,
        data: Any = None,
        *,
        patient: Patient,
        label: str,
        day: date | None = None,
        wanted_as: str = "day",
    ) -> None:
        super().__init__(data, patient=patient, initial={"day": day or today_of(patient)})
        self.wanted_as = wanted_as
        self.fields["day"].label = label

    def clean(self) -> dict[str, Any]:
        return {self.wanted_as: self.cleaned_data.get("day")}


class ComingDayForm(DayForm):
    """One day that may be planned."""

    day = ComingDayField(required=True)


class TabletsForm(CalendarForm):
    """The tablets of one day: taken, taken late, missed, or the answer taken back."""

    day = DayField(required=True)
    answer = forms.ChoiceField(
        choices=[
            ("taken", "taken"),
            ("late", "taken late"),
            ("missed", "missed"),
            ("", "not recorded"),
        ],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Return what `record_tablet` wants to know."""
        answer = self.cleaned_data.get("answer", "")
        taken = {"taken": True, "late": True, "missed": False}.get(answer)
        return {"day": self.cleaned_data.get("day"), "taken": taken, "late": answer == "late"}


class CycleForm(DayForm):
    """Day 1 of the next cycle; and where the pump of the last one has no stop, that too."""

    stopped = DayField(label="The pump of the last cycle was stopped on", required=True)
    stopped_at = ClockField(label="At")

    def __init__(self, data: Any = None, *, patient: Patient, is_running: bool) -> None:
        super().__init__(data, patient=patient, label="Day 1")
        if not is_running:
            del self.fields["stopped"], self.fields["stopped_at"]

    def clean(self) -> dict[str, Any]:
        check_clock_of(self, self.patient, "stopped", "stopped_at")
        names = {"day": "started", "stopped": "stopped", "stopped_at": "stopped_at"}
        return {names[name]: value for name, value in self.cleaned_data.items()}


class MomentForm(DayForm):
    """A day and, if known, the time: when a pump was started or stopped."""

    at = ClockField(label="At", help_text="Leave it empty if you only know the day.")

    def clean(self) -> dict[str, Any]:
        check_clock_of(self, self.patient, "day", "at")
        return self.cleaned_data


class PumpRunForm(CalendarForm):
    """When a pump was started and stopped."""

    day = DayField(label="Started on", required=True)
    at = ClockField(label="At")
    stopped = DayField(label="Stopped on", help_text="Leave it empty if the pump is running.")
    stopped_at = ClockField(label="At")

    def __init__(self, data: Any = None, *, dose: Dose) -> None:
        typed = _as_typed(dose, ("at", "stopped", "stopped_at"))
        super().__init__(data, patient=dose.course.patient, initial=typed)

    def clean(self) -> dict[str, Any]:
        for day, clock in (("day", "at"), ("stopped", "stopped_at")):
            check_clock_of(self, self.patient, day, clock)
        if self.cleaned_data.get("stopped_at") and not self.cleaned_data.get("stopped"):
            self.add_error("stopped", "The time needs a day.")
        return self.cleaned_data


class InfusionDoseForm(CalendarForm):
    """One infusion or injection."""

    day = DayField(label="Day", required=True)
    begun = ClockField(label="It began at")
    over = ClockField(
        label="It ended at",
        help_text="If you do not know the times, leave both empty. "
        "It then counts until the end of that day.",
    )
    is_running = forms.BooleanField(label="It is running now", required=False)
    route = forms.ChoiceField(label="How it was given", choices=ROUTES, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, course: Course, dose: Dose | None = None) -> None:
        initial: dict[str, Any] = {"day": today_of(course.patient)}
        if dose is not None:
            initial = _as_typed(dose, ("begun", "", "over"))
            initial["is_running"] = dose.ended is None
            initial["route"] = "sc" if dose.kind == Dose.Kind.INJECTION else "iv"
        super().__init__(data, patient=course.patient, initial=initial)
        if len(catalogue().therapies[course.therapy].routes) == 1:
            del self.fields["route"]

    def clean(self) -> dict[str, Any]:
        """Return what `record_infusion` and `correct_dose` want to know."""
        check_times(self, self.patient, "day")
        data = self.cleaned_data
        if self.errors:
            return data
        times = Times(data["day"], data["begun"], data["over"], data["is_running"])
        return {"times": times, "by_injection": data.get("route") == "sc"}


def _as_typed(dose: Dose, names: tuple[str, str, str]) -> dict[str, Any]:
    """Return a dose as somebody would type it: `names` are those of the fields for the time of its
    beginning, the day and the time of its end."""
    begun, over_on, over = names
    tz = dose.course.patient.tz
    typed: dict[str, Any] = {"day": dose.local_day}
    if dose.started != start_of(dose.local_day, tz):
        typed[begun] = dose.started.astimezone(tz).time()
    if dose.ended is not None:
        typed[over_on] = local_day(dose.ended, tz)
        if dose.ended != end_of(typed[over_on], tz):
            typed[over] = dose.ended.astimezone(tz).time()
    return typed


def single_infusion(course: Course) -> dict[str, Any]:
    """Return the first infusion of a course as somebody would type it into its dates form."""
    if not course.is_dated:
        return {}
    dose = course.doses.first()
    if dose is None:
        return {"first_day": course.started}
    is_given = dose.status == Dose.Status.GIVEN
    typed = _as_typed(dose, ("begun", "", "over"))
    return {**typed, "first_day": dose.local_day, "done": "yes" if is_given else "no"}
