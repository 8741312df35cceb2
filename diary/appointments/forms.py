"""A date with the care team, what was said there, and an answer to a question."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import Patient
from diary.core.fields import ClockField, DayField, LineField, check_day, today_of
from diary.core.words import appointment_words
from diary.models import Appointment, Question

OFFERED = 20


class AppointmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """It takes no instance: what is typed must not reach the row before the action compares it."""

    day = DayField(label="Day", required=True)
    clock = ClockField(label="Time")

    class Meta:
        model = Appointment
        fields = ("day", "clock", "whom", "place")
        widgets = dict.fromkeys(("whom", "place"), forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any, *, patient: Patient, **more: Any) -> None:
        super().__init__(data, **more)
        self.patient = patient

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        check_day(day, self.patient, may_come=True)
        return day


class NewAppointmentForm(AppointmentForm):
    """Its id lets a page that is sent twice note the date once."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ("id",)


class NoteForm(forms.Form):
    text = forms.CharField(
        label="What was said",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Type what was said.",
            "max_length": "This is longer than 5,000 characters. Use two notes.",
        },
    )


class AppointmentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Appointment) -> str:
        return appointment_words(obj)


class AnswerForm(forms.Form):
    """An answer in the words of whoever writes it down: the diary does not read it."""

    text = forms.CharField(
        label="The answer, in your words",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Type the answer.",
            "max_length": "The answer is longer than 2,000 characters. Make it shorter.",
        },
    )
    whom = LineField(label="Who answered", max_length=120)
    appointment = AppointmentField(
        label="At which appointment",
        queryset=Appointment.objects.none(),
        required=False,
        empty_label="None of these",
        error_messages={"invalid_choice": "Choose one of these appointments, or none."},
    )

    def __init__(self, data: Any, *, patient: Patient, at: str = "") -> None:
        super().__init__(data)
        been = patient.appointments.exclude(state=Appointment.State.CANCELLED)
        been = been.filter(day__lte=today_of(patient)).order_by(*Appointment.LATEST_FIRST)
        latest = list(been[:OFFERED])
        field = self.fields["appointment"]
        field.queryset = been.filter(pk__in=[one.pk for one in latest])  # type: ignore[attr-defined]
        self.initial = next(
            ({"appointment": one.pk, "whom": one.whom} for one in latest if str(one.pk) == at), {}
        )


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Question
        fields = ("text",)
        widgets = {"text": forms.TextInput(attrs={"autocomplete": "off"})}
        error_messages = {
            "text": {
                "required": "Type the question.",
                "max_length": "The question is longer than 500 characters. Make it shorter.",
            }
        }
