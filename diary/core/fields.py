"""Days, times of day and numbers as people type them, in any script."""

import re
import unicodedata
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Patient
from diary.core.days import CLOCK_TOLERANCE, instant, instants, latest_instant, local_day
from diary.core.words import born_words, clock_words

# A planned day further away than this is a slip of the finger.
YEAR = 366
YEARS = (1900, 2200)  # the first and the last that can be meant
TYPED = re.compile(r"[+-]?\d{1,4}(?:[.]\d{0,3})?")
SIGNS = str.maketrans("＋（）", "+()")
GAP = re.compile(r"[/\x00-\x1f\x7f-\x9f]")  # between the digits of a phone number
TYPED_NUMBER = re.compile(r"\+?[0-9*#(][0-9*# ().\-]*")
# Other signs that people and apps write for °, and what is left of one in a wrong code page.
DEGREE = re.compile("&deg;|Â°|Âº|[º˚ᵒ⁰∘◦゜ﾟ�]")
DECIMAL_MARKS = "٫،·"  # besides the point and the comma, wide or not
DIGITS = (3, 15)  # the longest number of the world's telephone plan


class Problem(NamedTuple):
    """What is wrong, and the id of the place to put it right."""

    anchor: str
    text: str


class ProblemsForm(forms.Form):
    """A form whose problems lead to the places where they are put right."""

    def _wrong(self, anchor: str, text: str) -> None:
        self.add_error(None, ValidationError(text, params={"anchor": anchor}))

    @property
    def problems(self) -> list[Problem]:
        return [
            Problem(str((error.params or {}).get("anchor", field)), " ".join(error.messages))
            for field, errors in self.errors.as_data().items()
            for error in errors
        ]


class LineField(forms.CharField):
    """A line that may stay empty, and that no browser fills in from what was typed before."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, **more)


class PossibleDayField(forms.DateField):
    """A day of a year in which somebody can be alive: the ends of the calendar trip every sum."""

    def to_python(self, value: Any) -> date | None:
        day: date | None = super().to_python(value)
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            raise ValidationError("Check the year.")
        return day


class DayField(PossibleDayField):
    """One day, by the browser's own picker; without one, year-month-day, which nobody misreads."""

    may_come = False

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={
                "invalid": "That is not a date. Type year-month-day, such as 2026-03-05.",
                "required": "Give the day.",
            },
            **more,
        )


class ComingDayField(DayField):
    """A day that may lie ahead."""

    may_come = True


class ClockField(forms.TimeField):
    """A time of day of the patient's own clock."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%H:%M", "%H:%M:%S", "%I:%M %p"],
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            error_messages={"invalid": "That is not a time. Type it like 14:30."},
            **more,
        )


class PhoneField(forms.CharField):
    """A phone number, tolerant of how it is written, and kept so that a phone can call it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=40,
            required=False,
            widget=forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}
            ),
            **more,
        )

    def clean(self, value: Any) -> str:
        typed = GAP.sub(" ", super().clean(value)).translate(SIGNS)
        number = " ".join("".join(map(_plain_character, typed)).split())
        if not number:
            return ""
        if "(0)" in number.replace(" ", ""):  # to be dialled in some countries, not in others
            raise ValidationError("Type it as you dial it. Leave out (0) or its brackets.")
        if not TYPED_NUMBER.fullmatch(number):
            raise ValidationError(
                "That is not a phone number. Type digits and spaces, with + in front if you like. "
                "Leave out words and extensions."
            )
        digits = sum(character.isdigit() for character in number)
        if not DIGITS[0] <= digits <= DIGITS[1]:
            raise ValidationError(
                f"A phone number has {DIGITS[0]} to {DIGITS[1]} digits. This has {digits}. "
                "Type one number only."
            )
        return number


def today_of(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


class CalendarForm(forms.Form):
    """A form about one patient, whose days have to be days of that patient's life."""

    def __init__(self, data: Any = None, *, patient: Patient, **more: Any) -> None:
        super().__init__(data, **more)
        self.patient = patient
        for field in self.fields.values():
            if isinstance(field, DayField):
                fits = partial(check_day, patient=patient, may_come=field.may_come)
                field.validators.append(fits)


def check_day(day: date | None, patient: Patient, *, may_come: bool = False) -> None:
    """Refuse a day that cannot be meant. Raises ValidationError."""
    if day is None:
        return
    today = today_of(patient)
    if day.year < patient.birth_year:
        raise ValidationError(f"This is {born_words(patient)}. Check the year.")
    if day > today and not may_come:
        raise ValidationError("This day is in the future. Record it on the day.")
    if (day - today).days > YEAR:
        raise ValidationError("This is more than a year away. Check the year.")


def check_clock(day: date | None, clock: time | None, patient: Patient) -> None:
    """Refuse a moment that has not come yet, or that no clock showed. Raises ValidationError."""
    if day is None or clock is None:
        return
    if text := skipped_words(day, clock, patient):
        raise ValidationError(text)
    soon = timezone.now() + CLOCK_TOLERANCE
    if latest_instant(day, clock, patient.tz, soon) > soon:
        raise ValidationError("This time is in the future.")


def skipped_words(day: date, clock: time, patient: Patient) -> str:
    """Say that the patient's clock skipped this time; nothing where it showed it."""
    if instants(day, clock, patient.tz):
        return ""
    after = instant(day, clock, patient.tz).astimezone(patient.tz)
    return (
        f"There was no {clock_words(clock)} on this day because the clocks went forward. "
        f"If you mean {clock_words(after.time())} on the new clock, type that."
    )


def plain(text: str) -> str:
    """Return digits and gaps of any script as plain ones, without what is invisible."""
    if text.isascii():
        return DEGREE.sub("°", text).strip()
    plain_text = unicodedata.normalize("NFKC", DEGREE.sub("°", text))
    return "".join(map(_plain_character, plain_text)).strip()


def _plain_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind == "Pd" or character == "−":
        return "-"
    return {"Zs": " ", "Cf": ""}.get(kind, character)


def plain_number(text: str) -> str:
    """Return a number with a point for its decimals."""
    return re.sub(f"[,{DECIMAL_MARKS}]", ".", plain(text))


def parse(text: str) -> Decimal:
    """Read digits of any script with at most three decimals. Raises ValueError."""
    number = plain_number(text)
    if not TYPED.fullmatch(number):
        raise ValueError("not a reading")
    return Decimal(number)


def choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    """Return a field whose choices depend on what the form is about."""
    return cast(forms.ChoiceField, form.fields[name])
