"""What somebody weighed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Patient
from diary.core.fields import DayField, check_day
from diary.forms.temperature import parse
from diary.models import Weight


class WeightForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    value = forms.CharField(
        label="Weight",
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Write the weight, such as 32.4."},
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=Weight.Unit.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the unit."},
    )
    day = DayField(label="Day", help_text="Empty means today.")

    def __init__(self, data: Any, *, patient: Patient, today: date, unit: str) -> None:
        super().__init__(data)
        self.patient, self.today = patient, today
        self.fields["id"].initial = uuid4
        self.fields["unit"].initial = unit

    def clean_value(self) -> Decimal:
        try:
            value = parse(self.cleaned_data["value"])
        except ValueError:
            value = Decimal(0)
        if not 0 < value < 1000:
            raise ValidationError("This is no weight. Write digits, such as 32.4.")
        return value

    def clean_day(self) -> date:
        check_day(self.cleaned_data["day"], self.patient)
        return self.cleaned_data["day"] or self.today
