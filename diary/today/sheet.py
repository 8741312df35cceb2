"""The page on which symptoms are answered: everything it shows beside what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from accounts.models import Patient
from accounts.people import readers_words
from diary.care_card import instructions
from diary.core import words
from diary.core.fields import Problem
from diary.judging.facts import OPEN_FOR, facts_of
from diary.judging.fever import applied_words, asks_for_card, card_of
from diary.judging.watch import StandingSpan, Table, amber_number, stretches, table_over
from diary.models import FamilyCard, OwnSymptom, Report
from diary.team.numbers import Numbers, numbers_of
from diary.today.answers import UNITS, AnswersForm
from diary.today.forms import CheckInForm
from diary.today.last_time import LastTime, last_time, recent_keys, recent_reports
from diary.today.symptom_list import (
    Section,
    SymptomMatch,
    Tick,
    answered_section,
    left_over,
    listed_for,
    search,
    ticks,
)
from diary.today.symptom_list import sections as all_sections
from diary.today.symptom_rows import Choice, choice
from diary.today.temperature import quiet_pattern
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Instruction

INSTANT = timedelta(microseconds=1)


class Thermometer(NamedTuple):
    """The temperature field of one unit. Whatever does not match `pattern` brings up the prompt."""

    unit: str
    name: str
    value: str
    pattern: str
    ordinary: str  # matches the readings that are not a sign at all
    example: str
    error: str
    checked: bool


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Every field as it was typed, for a template to look up by name."""

    answers: AnswersForm

    def __getitem__(self, name: str) -> str:
        return self.answers.typed(name)


@dataclass(frozen=True)
class TodaySheet:
    """`answers` is the form; `is_tried` whether somebody wanted to save it as it is."""

    answers: AnswersForm
    patient: Patient
    numbers: Numbers
    stretches: Sequence[StandingSpan]
    table: Table
    is_tried: bool
    is_short: bool
    query: str
    recent: Sequence[Report] = ()
    first: Sequence[str] = ()  # what a saved entry answered

    @cached_property
    def family_card(self) -> FamilyCard | None:
        return card_of(self.patient)

    @property
    def is_set_up(self) -> bool:
        card = self.family_card
        return card is not None and card.source != FamilyCard.Source.OPEN

    @property
    def asks_for_card(self) -> bool:
        return asks_for_card(self.patient, self.family_card)

    @property
    def fever_words(self) -> str:
        return applied_words(self.patient, self.family_card)

    @property
    def given(self) -> "FieldValues":
        return FieldValues(self.answers)

    @property
    def problems(self) -> list[Problem]:
        return self.answers.problems if self.is_tried else []

    @cached_property
    def errors(self) -> dict[str, str]:
        return {problem.anchor: problem.text for problem in self.problems}

    @cached_property
    def found(self) -> SymptomMatch | None:
        return search(self.query)

    @cached_property
    def sections(self) -> list[Section]:
        return all_sections(
            self.table,
            self.answers.typed,
            self._symptom_errors,
            listed=listed_for(self.stretches[0].standings),
            found=self.found,
            recent=recent_keys(self.recent, self.answers.own),
            own=self.answers.own,
            apart=self.first,
            who_has=words.has_words(self.patient),
        )

    @property
    def main_sections(self) -> list[Section]:
        """What is always on show, below the search."""
        return [s for s in self.sections if s.is_main and s.slug != "recent"]

    @property
    def recent_section(self) -> Section | None:
        return next((s for s in self.sections if s.slug == "recent"), None)

    @property
    def folded_sections(self) -> list[Section]:
        return [section for section in self.sections if not section.is_main]

    @property
    def is_fold_open(self) -> bool:
        return any(section.is_open for section in self.folded_sections)

    @cached_property
    def ticks(self) -> list[Tick]:
        """What somebody too ill to answer may tick."""
        return ticks(self.table, self.answers.typed)

    @property
    def left_over(self) -> Section:
        return left_over(
            self.table,
            self.answers.typed,
            self._symptom_errors,
            own=self.answers.own,
            ticked=self.ticks,
        )

    @property
    def _symptom_errors(self) -> dict[str, str]:
        return self.answers.symptom_errors if self.is_tried else {}

    @cached_property
    def last_time(self) -> LastTime | None:
        """What one button may fill in again."""
        return last_time(self.recent, self.table, self.answers.own, self.patient)

    @property
    def own_kinds(self) -> list[tuple[str, str]]:
        return [(kind.value, str(kind.label)) for kind in OwnSymptom.Kind]

    @property
    def readers(self) -> str:
        return readers_words(self.patient, facts_of(self.patient).readers)

    @property
    def has_unknown_words(self) -> bool:
        found = self.found
        return found is not None and not found.slugs and not found.has_temperature

    @property
    def felt(self) -> Choice:
        """Feverish, but no thermometer at hand."""
        slug = catalogue().thermometer
        return choice(self.table, slug, "yes", chosen=self.answers.typed(f"s-{slug}"))

    @property
    def felt_name(self) -> str:
        return f"s-{catalogue().thermometer}"

    @property
    def amber_reading(self) -> int:
        """The number by which the page tells an amber reading from other amber signs."""
        return amber_number(catalogue().thermometer)

    @property
    def thermometers(self) -> list[Thermometer]:
        return [self._thermometer(unit) for unit in UNITS]

    def _thermometer(self, unit: str) -> Thermometer:
        name = f"temperature-{unit}"
        return Thermometer(
            unit=unit,
            name=name,
            value=self.answers.typed(name),
            pattern=quiet_pattern(self.table.quiet, unit),
            ordinary=quiet_pattern(self.table.ordinary, unit),
            example={"C": "e.g. 38.4", "F": "e.g. 101.1"}[unit],
            error=self.errors.get(name, ""),
            checked=unit == self.answers.unit,
        )

    @cached_property
    def prompts(self) -> dict[str, str]:
        """The sentence that an urgent answer brings up, by whom it says to call first."""
        return instructions.prompts(self.patient, self.numbers)

    @cached_property
    def answered(self) -> Section | None:
        """What a saved entry answered, to be corrected."""
        if not self.first:
            return None
        return answered_section(
            self.first,
            self.table,
            self.answers.typed,
            self._symptom_errors,
            own=self.answers.own,
        )

    @property
    def is_temperature_answered(self) -> bool:
        start = self.answers.start
        names = (self.felt_name, *(f"temperature-{unit}" for unit in UNITS))
        return any(start.get(name) for name in names)

    @property
    def is_rest_open(self) -> bool:
        """Is something in the folded part to be looked at?"""
        rows = (row for section in self.sections for row in section.rows)
        return bool(self.query) or any(row.typed or row.error for row in rows)

    @property
    def hospital(self) -> str:
        return instructions.hospital_words(self.stretches[0].standings)

    @property
    def crisis(self) -> Instruction:
        return instructions.crisis()

    @property
    def crisis_mark(self) -> str:
        """Where no line that listens is known, the emergency number comes first."""
        return "crisis" if self.numbers.crisis else "emergency"

    @property
    def is_prompting(self) -> bool:
        """Is there something that calls for the prompt, whatever is chosen?"""
        return self.is_short or any(t.error for t in self.thermometers)

    @property
    def meanings(self) -> list[tuple[str, str]]:
        answers = catalogue().answers.values()
        return [(a.label, a.meaning) for a in answers if a.slug != "yes"]


def sheet_for(
    form: AnswersForm, *, is_tried: bool = False, is_short: bool = False, query: str = ""
) -> TodaySheet:
    patient = form.patient
    cut = stretches(patient, *_open_time(form), only_begun=True)
    return TodaySheet(
        answers=form,
        patient=patient,
        numbers=numbers_of(patient, crisis=True),
        stretches=cut,
        table=table_over(patient, cut),
        is_tried=is_tried,
        is_short=is_short,
        query=query,
        recent=recent_reports(patient, form.now) if isinstance(form, CheckInForm) else (),
        first=form.answered_first,
    )


def _open_time(form: AnswersForm) -> tuple[datetime, datetime]:
    """Return the time for which the page has to prompt: from when it was opened to the end of the
    time that it may stay open, or the one moment it is about."""
    if isinstance(form, CheckInForm) and form.is_now:
        return form.opened_at, form.now + OPEN_FOR
    return form.about, form.about + INSTANT
