"""Answers about symptoms, checked and put together. It changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms

from accounts.models import Patient
from diary.check_ins.data import ReportData
from diary.core.fields import ProblemsForm, parse
from diary.judging.facts import facts_of
from diary.models import OwnSymptom, Report, Version
from diary.today.symptom_rows import ANSWERS
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import symptom_label

NOTE_LENGTH = 5000
UNITS = ("C", "F")


class AnswersForm(ProblemsForm):
    """Temperature, symptoms and a note: the fields `s-<symptom>` for the answer, `b-` for when it
    began and `g-` for whether it goes on. `typed` gives each as it was typed."""

    note = forms.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": "The note is longer than 5,000 characters. Shorten it."},
    )

    private_note = forms.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": "This note is longer than 5,000 characters. Shorten it."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        patient: Patient,
        now: datetime,
        kind: str = Version.Kind.SYMPTOMS,
        start: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.patient, self.now, self.kind = patient, now, kind
        self.start = start or {}
        self.symptom_errors: dict[str, str] = {}
        self.reports: tuple[ReportData, ...] = ()

    @property
    def answered_first(self) -> list[str]:
        """Return the keys of what stands first on the page, because it is answered already."""
        return []

    def typed(self, name: str) -> str:
        """Return a field as it was typed, or as it stood when the page was opened."""
        source = self.data if self.is_bound else self.start
        return str(source.get(name) or "")

    def fill_in(self, fields: Mapping[str, str]) -> None:
        """Put answers where nothing is answered yet, for the person to look at and save."""
        self.data = {name: self.data[name] for name in self.data}
        for name, value in fields.items():
            self.data[name] = self.typed(name) or value

    @cached_property
    def own(self) -> dict[str, OwnSymptom]:
        """The family's own symptoms by the key of their fields, those off the list too."""
        return {own.key: own for own in facts_of(self.patient).own_symptoms}

    @property
    def about(self) -> datetime:
        """The moment it is about."""
        return self.now

    @property
    def unit(self) -> str:
        return self.typed("unit") if self.typed("unit") in UNITS else self.patient.unit

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.reports = (*self._temperature(), *self._symptoms())
        positive = [r for r in self.reports if r.answer != Report.Answer.NO]
        positive = [r for r in positive if r.answer != Report.Answer.READING]
        if self.kind == Version.Kind.NOTHING_NEW and positive:
            self._wrong(
                "save",
                "You chose “Nothing new”, and answers as well. Use “Save”, or set them to No.",
            )
        noted = cleaned.get("note") or cleaned.get("private_note")
        empty = not self.reports and not noted and not self.errors
        if empty and self.kind == Version.Kind.SYMPTOMS:
            self._wrong(
                "symptoms", "Nothing is chosen yet. Choose an answer, or use “Nothing new”."
            )
        return cleaned

    def _temperature(self) -> list[ReportData]:
        """The field that is shown for the chosen unit counts; a reading alone in the other one has
        that one's unit."""
        felt = self.typed(f"s-{catalogue().thermometer}") == Report.Answer.YES
        units = sorted(UNITS, key=lambda unit: unit != self.unit)
        unit = next((u for u in units if self.typed(f"temperature-{u}").strip()), None)
        if unit is None:
            return [ReportData(catalogue().thermometer, Report.Answer.YES)] if felt else []
        anchor = f"temperature-{unit}"
        if felt:
            self._wrong(anchor, "Give the temperature, or “no thermometer”, but not both.")
            return []
        try:
            degrees = parse(self.typed(anchor))
        except ValueError:
            self._wrong(
                anchor,
                "The diary cannot read this temperature. Type it as the thermometer shows it, "
                "for example 37.2 or 37,2.",
            )
            return []
        return [ReportData(catalogue().thermometer, Report.Answer.READING, degrees, unit)]

    def _symptoms(self) -> list[ReportData]:
        slugs = [name[2:] for name in self.data if name.startswith("s-")]
        for slug in slugs:
            if slug not in catalogue().symptoms and slug not in self.own:
                self._wrong("symptoms", "One answer is about a symptom that this diary lacks.")
        keys = [slug for slug in catalogue().symptoms if slug != catalogue().thermometer]
        answered = [self._symptom(key) for key in (*keys, *self.own)]
        return [report for report in answered if report is not None]

    def _symptom(self, slug: str) -> ReportData | None:
        answer, going = self.typed(f"s-{slug}"), self.typed(f"g-{slug}")
        own = self.own.get(slug)
        symptom, name = (own.symptom, own.name) if own else (slug, "")
        if not answer:
            if going or self.typed(f"b-{slug}"):
                self._wrong_symptom(slug, "you said when it began, but not how bad it is.")
            return None
        if answer not in ANSWERS[catalogue().reportable[symptom].kind]:
            self._wrong_symptom(slug, "choose one of the answers.")
            return None
        if answer == Report.Answer.NO:
            return ReportData(symptom, answer, own_name=name)
        if going and going not in Report.Going:
            self._wrong_symptom(slug, "choose whether it is still going on.")
        began = self._began(slug)
        return ReportData(symptom, answer, began=began, going=going, own_name=name)

    def _began(self, slug: str) -> date | None:
        text = self.typed(f"b-{slug}").strip()
        if not text:
            return None
        try:
            began = date.fromisoformat(text)
        except ValueError:
            self._wrong_symptom(slug, "the day when it began is not a date.")
            return None
        if began > self.about.astimezone(self.patient.tz).date():
            self._wrong_symptom(slug, "the day when it began is later than this entry.")
        if began.year < self.patient.birth_year:
            self._wrong_symptom(slug, "the day when it began is too long ago.")
        return began

    def _wrong_symptom(self, slug: str, text: str) -> None:
        label = self.own[slug].name if slug in self.own else symptom_label(slug)
        text = f"{label}: {text}"
        self.symptom_errors[slug] = text
        self._wrong(f"symptom-{slug}", text)
