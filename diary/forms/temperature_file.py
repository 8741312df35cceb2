"""Temperatures of another app, in three steps: the file, its columns, a look at what will be saved.
Each step sends everything of the steps before it again, so nothing is kept until it is confirmed
and nothing typed is lost."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property

from accounts.models import Patient
from diary.models import CheckIn
from diary.temperature_file import columns, moments
from diary.temperature_file.lines import Choices, Line
from diary.temperature_file.text import (
    LARGEST,
    MOST_LINES,
    SEPARATORS,
    TOO_LARGE,
    Row,
    Unreadable,
    check,
    decode,
    sheet,
)

NAME_LENGTH = 80
SAMPLE = 5
NONE = [("", "—")]
UNITS = [("C", "All are in °C"), ("F", "All are in °F")]
BY_LINE = ("line", "As each line says")


class FileForm(forms.Form):
    """A file, or its lines as they were copied."""

    file = forms.FileField(
        label="The file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        help_text=f"CSV or text, up to {LARGEST // 1000} kB and {MOST_LINES:,} lines.",
    )
    pasted = forms.CharField(
        label="Or paste the lines here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        file, pasted = data.get("file"), data.get("pasted", "")
        if file is None and not pasted.strip():
            self.add_error(None, "Choose a file, or paste its lines.")
        elif file is not None and pasted.strip():
            self.add_error(None, "Choose a file, or paste lines, but not both.")
        elif not self.errors:
            self._read(file, pasted)
        return data

    def _read(self, file: Any, pasted: str) -> None:
        field = "file" if file is not None else "pasted"
        try:
            if file is not None and file.size > LARGEST:
                raise Unreadable(TOO_LARGE)
            raw = file.read() if file is not None else pasted.encode()
            words, self.cleaned_data["written"] = decode(raw)
            check(words)
        except Unreadable as unreadable:
            self.add_error(field, str(unreadable))
            return
        self.cleaned_data["text"] = words
        self.cleaned_data["name"] = plain_name(file.name) if file is not None else ""


class ColumnsForm(forms.Form):
    """Which column is which. What looks plain is suggested; the unit only where the file says it,
    the order of day and month only where just one is possible."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, widget=forms.HiddenInput, max_length=NAME_LENGTH)
    written = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    read_with = forms.CharField(strip=False, required=False, widget=forms.HiddenInput)
    separator = forms.ChoiceField(
        label="What stands between the columns", choices=list(SEPARATORS.items())
    )
    day = forms.ChoiceField(label="The day")
    clock = forms.ChoiceField(
        label="The time of day", required=False, help_text="Only if it has a column of its own."
    )
    order = forms.ChoiceField(
        label="How the days are written",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the days are written. The diary does not guess it."},
        help_text="Some days in this file can be read in more than one way.",
        choices=list(moments.ORDERS.items()),
    )
    value = forms.ChoiceField(label="The temperature")
    unit = forms.ChoiceField(
        label="The unit",
        widget=forms.RadioSelect,
        error_messages={"required": "Say in which unit they are. The diary does not guess it."},
    )
    unit_column = forms.ChoiceField(
        label="The unit has a column of its own", required=False, choices=NONE
    )

    def __init__(self, data: dict[str, str], *, is_tried: bool) -> None:
        """`data` with a text and a separator that can be read; until it is tried, no errors."""
        self.sheet = sheet(data["text"], data["separator"])
        self.suggestion = columns.suggest(self.sheet)
        chosen = {**self._suggested(), **data, "read_with": data["separator"]}
        super().__init__(chosen if is_tried else None, initial=chosen)
        names = columns.names(self.sheet)
        for field in ("day", "value"):
            _choice(self, field).choices = names
        for field in ("clock", "unit_column"):
            _choice(self, field).choices = NONE + names
        by_line = self.suggestion.is_said_by_line
        _choice(self, "unit").choices = [*UNITS, BY_LINE] if by_line else UNITS
        if not by_line:
            del self.fields["unit_column"]
        orders = self._orders(chosen["day"])
        if len(orders) == 1:
            self.fields["order"].help_text = "Only this order fits the days in this file."
        _choice(self, "order").choices = [(o, w) for o, w in moments.ORDERS.items() if o in orders]
        if not orders:
            del self.fields["order"]

    def _orders(self, day: str) -> set[str]:
        """Return the orders in which the chosen column can be read."""
        return moments.needs_order(columns.cells(self.sheet, int(day)) if day.isdecimal() else [])

    def _suggested(self) -> dict[str, str]:
        found = self.suggestion
        places = {"day": found.day, "clock": found.clock, "value": found.value}
        places["unit_column"] = found.unit_column
        chosen = {name: "" if place is None else str(place) for name, place in places.items()}
        return {**chosen, "unit": found.unit, "order": found.order}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("day") and data.get("day") == data.get("value"):
            self.add_error("value", "This is the column of the day.")
        return data

    def clean_name(self) -> str:
        return plain_name(self.cleaned_data["name"])

    @property
    def note(self) -> str:
        name = self.cleaned_data["name"]
        return f"Imported from “{name}”." if name else "Imported from pasted lines."

    @property
    def first_rows(self) -> tuple[Row, ...]:
        return self.sheet.body[:SAMPLE]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return everything that was said so far, for the next step to send again."""
        return [(name, self.data[name]) for name in self.fields if self.data.get(name)]

    def choices(self, others: str) -> Choices:
        data = self.cleaned_data
        clock, unit_column = data["clock"], data.get("unit_column")
        return Choices(
            day=int(data["day"]),
            clock=int(clock) if clock else None,
            value=int(data["value"]),
            unit=data["unit"],
            unit_column=int(unit_column) if unit_column else None,
            order=data.get("order") or "",
            others=others,
        )


class ConfirmForm(forms.Form):
    """What was looked at, by whom it is told, and what becomes of numbers in the other unit."""

    others = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": "Say which unit they are in, or leave them out."},
    )
    told_by = forms.ChoiceField(
        label="Who took these temperatures?",
        choices=CheckIn.ToldBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who took them."},
    )

    def __init__(self, data: Any = None, *, patient: Patient, lines: Sequence[Line]) -> None:
        super().__init__(data)
        self.lines = lines
        tellers = dict(CheckIn.ToldBy.choices)
        tellers |= {"self": patient.name, "caregiver": "A caregiver", "together": "Both together"}
        _choice(self, "told_by").choices = list(tellers.items())
        others = [line for line in lines if line.other]
        if not others:
            del self.fields["others"]
            return
        unit = " or ".join(sorted({f"°{line.other}" for line in others}))
        self.fields["others"].label = f"{_count(others)} only be in {unit}"
        _choice(self, "others").choices = [
            ("take", f"They are in {unit}: take them so"),
            ("leave", "Leave them out"),
        ]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.problem]

    @property
    def known(self) -> list[Line]:
        return [line for line in self.lines if line.known]

    @property
    def fevers(self) -> list[Line]:
        return [line for line in self.taken if line.is_fever]

    @cached_property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.is_taken]

    @property
    def digest(self) -> str:
        """What the person looks at; it changes with any line that would be saved. Numbers in the
        other unit are left out, because the question about them says what becomes of them."""
        plain = [line for line in self.taken if not line.other]
        said = "\n".join(f"{line.at} {line.degrees} {line.unit}" for line in plain)
        return hashlib.sha256(said.encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        if self.data.get("seen") != self.digest:
            self.add_error(None, "What will be saved has changed. Look at it again.")
        return self.cleaned_data


def _count(lines: Sequence[Line]) -> str:
    return "One number can" if len(lines) == 1 else f"{len(lines)} numbers can"


def _choice(form: forms.Form, name: str) -> forms.ChoiceField:
    return cast(forms.ChoiceField, form.fields[name])


def plain_name(name: str) -> str:
    """Return a file's own name as words, without what a screen or a log would act on."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:NAME_LENGTH]
