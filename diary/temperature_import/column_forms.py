"""Temperatures of another app, step 2: which column is which, and what only a person can say."""

from typing import Any, cast

from django import forms

from accounts.models import Patient
from diary.core.fields import ClockField, choice_field
from diary.temperature_import import columns, commas, moments, people
from diary.temperature_import.forms import NAME_LENGTH, plain_name
from diary.temperature_import.lines import Choices
from diary.temperature_import.text import SEPARATORS, sheet

SAMPLE, SAMPLE_COLUMNS = 5, 12
NONE = [("", "—")]
UNITS = [("C", "All are in °C"), ("F", "All are in °F")]
BY_LINE = ("line", "As each line says")
LEAVE = "leave"


class ColumnsForm(forms.Form):
    """Which column is which. What looks plain is suggested; the unit only where the file says it,
    the order of day and month only where just one is possible."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, widget=forms.HiddenInput, max_length=NAME_LENGTH)
    written = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    read_with = forms.CharField(strip=False, required=False, widget=forms.HiddenInput)
    separator = forms.ChoiceField(
        label="What separates the columns", choices=list(SEPARATORS.items())
    )
    day = forms.ChoiceField(label="The day")
    clock = forms.ChoiceField(
        label="The time of day", required=False, help_text="Only if it has a column of its own."
    )
    order = forms.ChoiceField(
        label="How the days are written",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the days are written. The diary does not guess."},
        help_text="Some days in this file can be read in more than one way.",
        choices=list(moments.ORDERS.items()),
    )
    value = forms.ChoiceField(label="The temperature")
    unit = forms.ChoiceField(
        label="The unit",
        widget=forms.RadioSelect,
        error_messages={"required": "Say in which unit they are. The diary does not guess."},
    )
    unit_column = forms.ChoiceField(
        label="The unit has a column of its own", required=False, choices=NONE
    )
    usual_clock = ClockField(label="At what time of day?")
    commas = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is one number. The diary does not guess."},
    )
    people = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whose temperatures they are."},
    )

    def __init__(self, data: dict[str, Any], *, patient: Patient, is_tried: bool) -> None:
        """`data` with a text and a separator that can be read; until it is tried, no errors."""
        self.sheet, self.patient = sheet(data["text"], data["separator"]), patient
        self.suggestion = columns.suggest(self.sheet)
        chosen = {**self._suggested(), **data, "read_with": data["separator"]}
        super().__init__(chosen if is_tried else None, initial=chosen)
        names = columns.names(self.sheet)
        for field in ("day", "value"):
            choice_field(self, field).choices = names
        for field in ("clock", "unit_column"):
            choice_field(self, field).choices = NONE + names
        by_line = self.suggestion.is_said_by_line
        choice_field(self, "unit").choices = [*UNITS, BY_LINE] if by_line else UNITS
        if not by_line:
            del self.fields["unit_column"]
        places = [_place(chosen.get(name)) for name in ("day", "clock", "value", "unit_column")]
        self._ask_order(places[0])
        self._ask_clock(places[0], places[1])
        self._ask_commas(places[2])
        self._ask_people(places)

    def _ask_order(self, day: int | None) -> None:
        """Ask for the order of day and month where more than one can be read."""
        orders = moments.needs_order(columns.cells(self.sheet, day))
        if len(orders) == 1:
            self.fields["order"].help_text = "Only this order fits this file."
        choice_field(self, "order").choices = [
            (o, w) for o, w in moments.ORDERS.items() if o in orders
        ]
        if not orders:
            del self.fields["order"]

    def _ask_clock(self, day: int | None, clock: int | None) -> None:
        """Ask for a time of day where lines have none; they all need it where no line has one."""
        days = [row for row in self.sheet.body if moments.is_day(row.cell(day))]
        bare = [r for r in days if not r.cell(clock) and not moments.has_clock(r.cell(day))]
        if not bare:
            del self.fields["usual_clock"]
            return
        field = self.fields["usual_clock"]
        field.required = len(bare) == len(days)
        field.error_messages["required"] = "Say a time of day: these lines have none."
        lines = "One line has" if len(bare) == 1 else f"{len(bare)} lines have"
        field.help_text = (
            f"{lines} a day and no time. They get this time; "
            f"{'a guess is good enough.' if field.required else 'empty leaves them out.'}"
        )

    def _ask_commas(self, value: int | None) -> None:
        """Ask where a comma that divides the columns may divide a temperature as well."""
        found = commas.divided(self.sheet, value)
        if not found or value is None:
            del self.fields["commas"]
            return
        words = commas.number(found[0], value)
        choices = [(commas.ONE, f"Yes, it is {words}")]
        if all(commas.may_be_two(row, self.sheet) for row in found):
            choices.append((commas.TWO, f"No, it is {found[0].cell(value)}"))
        choices.append((LEAVE, "Leave these lines out"))
        field = choice_field(self, "commas")
        field.label = f"Line {found[0].number} says “{words}”. Is that one temperature?"
        field.choices = choices

    def _ask_people(self, places: list[int | None]) -> None:
        """Ask where the lines name more than one person, or somebody else than the patient."""
        self.names = people.columns_of_names(self.sheet, places)
        found = people.people(self.sheet, self.names)
        is_alone = len(found) == 1 and _is_alike(found[0], self.patient.name)
        if not found or is_alone:
            del self.fields["people"]
            return
        field = cast(forms.MultipleChoiceField, self.fields["people"])
        field.label = f"Which of these lines are about {self.patient.name}?"
        field.choices = [(name, f"Those that say “{name}”") for name in found]
        field.help_text = "The lines of the others are left out."

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
    def sample_heading(self) -> list[str]:
        heading = self.sheet.heading
        return [heading.cell(n) for n in self._shown()] if heading else []

    @property
    def sample(self) -> list[list[str]]:
        """The first lines below the heading, in the columns that hold something."""
        return [[row.cell(n) for n in self._shown()] for row in self.sheet.body[:SAMPLE]]

    def _shown(self) -> list[int]:
        return sorted({*self.sheet.filled[:SAMPLE_COLUMNS], *self._places()})

    def _places(self) -> list[int]:
        found = self.suggestion
        places = (found.day, found.clock, found.value, found.unit_column)
        return [place for place in places if place is not None]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return everything that was said so far, for the next step to send again."""
        sent = {name: self.data.get(name) for name in self.fields}
        return [
            (name, one)
            for name, value in sent.items()
            for one in (value if isinstance(value, list) else [value])
            if one
        ]

    def choices(self, others: str, without: frozenset[int] | None) -> Choices:
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
            commas=data.get("commas") or "",
            usual_clock=data["usual_clock"].isoformat("seconds") if data.get("usual_clock") else "",
            names=self.names,
            people=frozenset(data["people"]) if "people" in data else None,
            without=without or frozenset(),
        )


def _place(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 5 else None


def _is_alike(name: str, other: str) -> bool:
    """Does one of the names begin the other, as Ana does Ana Maria?"""
    first, second = sorted((name.casefold().split(), other.casefold().split()), key=len)
    return second[: len(first)] == first
