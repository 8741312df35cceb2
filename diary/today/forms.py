"""A new check-in on the page of today."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from accounts.models import Patient, PatientQuerySet
from diary.check_ins.data import CheckInData, ReportData
from diary.check_ins.entries import Entry
from diary.core.days import CLOCK_TOLERANCE, latest_instant, local_day
from diary.core.fields import YEARS, PossibleDayField, skipped_words
from diary.core.words import born_words, month_words
from diary.models import CheckIn, OwnSymptom, Report, Version
from diary.today.answers import AnswersForm
from therapies.catalogue import catalogue


class CheckInForm(AnswersForm):
    """A new check-in: who tells, and about which moment. Both fields of the moment left empty mean
    now."""

    id = forms.UUIDField()
    opened = forms.CharField(required=False)
    told_by = forms.ChoiceField(
        choices=CheckIn.ToldBy.choices, error_messages={"required": "Choose who is telling this."}
    )
    day = PossibleDayField(
        required=False, error_messages={"invalid": "This day is not a date. Example: 2026-11-20."}
    )
    time = forms.TimeField(
        required=False, error_messages={"invalid": "This time is not a time. Example: 21:40."}
    )

    replaces = ""  # the id under which the same answers wait on a phone

    @property
    def opened_at(self) -> datetime:
        """When the page was opened; what it prompted for then is not taken back."""
        opened = moment(self.typed("opened"))
        return opened if opened is not None and opened <= self.now else self.now

    @property
    def is_now(self) -> bool:
        return self.about == self.now

    @property
    def about(self) -> datetime:
        cleaned = getattr(self, "cleaned_data", {})
        day, clock = cleaned.get("day"), cleaned.get("time")
        day = day or self.now.astimezone(self.patient.tz).date()
        # A year that cannot be is refused below; the page is then drawn for now.
        if clock is None or not self.patient.birth_year <= day.year <= self.now.year + 1:
            return self.now
        return latest_instant(day, clock, self.patient.tz, self.now + CLOCK_TOLERANCE)

    @property
    def local_day(self) -> date:
        """The day it is about, on the patient's calendar."""
        return local_day(self.about, self.patient.tz)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, today = cleaned.get("day"), self.now.astimezone(self.patient.tz).date()
        if self.typed("own_name").strip():
            self._wrong(
                "own_name",
                "You wrote a symptom in your own words. Put it on the list first, then answer it.",
            )
        if day and "time" in cleaned and cleaned["time"] is None:
            self._wrong("time", "Give the time of that day as well; roughly is enough.")
        if (day and day > today) or self.about > self.now + CLOCK_TOLERANCE:
            self._wrong("day", "This moment has not come yet. Check the day and the time.")
        if day and day.year < self.patient.birth_year:
            self._wrong("day", f"This is {born_words(self.patient)}. Check the day.")
        clock = cleaned.get("time")
        if clock and not self.errors and (text := skipped_words(day or today, clock, self.patient)):
            self._wrong("time", text)
        return cleaned

    def check_in_data(self) -> CheckInData:
        return CheckInData(
            id=self.cleaned_data["id"],
            at=min(self.about, self.now),
            told_by=self.cleaned_data["told_by"],
            kind=self.kind,
            note=self.cleaned_data["note"],
            private_note=self.cleaned_data["private_note"],
            reports=self.reports,
            received=self.now,
            opened=self.opened_at,
        )


def moment(text: str) -> datetime | None:
    """Return an instant written in ISO 8601 with its zone, in a year that can be meant, else
    nothing."""
    try:
        written = parse_datetime(text)
        if written is None or written.tzinfo is None:
            return None
        at = written.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if YEARS[0] <= at.year <= YEARS[1] else None


class OwnSymptomForm(forms.Form):
    own_name = forms.CharField(
        label="What do you call it?",
        max_length=60,
        error_messages={
            "required": "Write what you call it.",
            "max_length": "The name is longer than 60 characters. Shorten it.",
        },
    )
    own_kind = forms.ChoiceField(
        label="How do you answer it?",
        choices=OwnSymptom.Kind.choices,
        initial=OwnSymptom.Kind.SEVERITY,
        error_messages={"required": "Choose how you answer it."},
    )

    def clean(self) -> dict[str, Any]:
        """Return what `add_own_symptom` wants to know."""
        return {name.removeprefix("own_"): value for name, value in self.cleaned_data.items()}


class CorrectionForm(AnswersForm):
    """The answers of a saved check-in again, and why they change; nobody is asked why where
    something was only added."""

    reason = forms.CharField(required=False, max_length=200)
    based_on = forms.IntegerField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        entry: Entry,
        now: datetime,
    ) -> None:
        self.check_in, self.current = entry.check_in, entry.current.version
        self.saved = last_said = entry.last_said
        super().__init__(data, patient=entry.check_in.patient, now=now, kind=last_said.version.kind)
        keys = {own.name: key for key, own in self.own.items()}
        self.start = _as_typed(last_said.version, last_said.reports, keys)
        self.start["private_note"] = entry.private_note

    @property
    def about(self) -> datetime:
        return self.check_in.at

    @property
    def answered_first(self) -> list[str]:
        """What the entry answered, the temperature aside: it has a field of its own."""
        keys = [name[2:] for name, value in self.start.items() if name.startswith("s-") and value]
        return [key for key in keys if key != catalogue().thermometer]

    def clean(self) -> dict[str, Any]:
        if self.kind == Version.Kind.NOTHING_NEW and self._has_answers():
            self.kind = Version.Kind.SYMPTOMS
        cleaned = super().clean()
        if not cleaned.get("reason") and "reason" not in self.errors:
            cleaned["reason"] = self._own_words(cleaned) or self._added(cleaned.get("note", ""))
            if not cleaned["reason"]:
                self._wrong("reason", "Say in a few words why you correct it.")
        return cleaned

    def _added(self, note: str) -> str:
        """Say what was added, where nothing that was saved is changed or removed; else nothing."""
        said = {(report.symptom, report.own_name): report for report in self.reports}
        kept = [(old, said.pop((old.symptom, old.own_name), None)) for old in self.saved.reports]
        before = self.saved.version
        is_kept = before == self.current and before.kind == self.kind
        is_kept = is_kept and before.note in ("", note)
        if not is_kept or not all(new and _keeps(old, new) for old, new in kept):
            return ""
        is_more = said or before.note != note
        return "More was added" if is_more else "When it began was added"

    def _own_words(self, cleaned: Mapping[str, Any]) -> str:
        """Nobody is told why somebody changes what only they can read."""
        before = self.saved.version
        is_same = cleaned.get("private_note", "") != self.start["private_note"]
        is_same = is_same and before == self.current and before.kind == self.kind
        is_same = is_same and before.note == cleaned.get("note", "")
        is_same = is_same and {ReportData.of(one) for one in self.saved.reports} == {*self.reports}
        return "Nothing that others can read" if is_same else ""

    def tell_of_another(self) -> None:
        self._wrong(
            "save",
            "Somebody else corrected this entry while you were typing. What they saved stands now. "
            "Compare both below, then save again what is right.",
        )

    def _has_answers(self) -> bool:
        return any(
            value and value != Report.Answer.NO
            for name, value in self.data.items()
            if name.startswith("s-")
        )

    def check_in_data(self) -> CheckInData:
        return CheckInData(
            id=self.check_in.pk,
            at=self.check_in.at,
            told_by=self.check_in.told_by,
            kind=self.kind,
            note=self.cleaned_data["note"],
            private_note=self.cleaned_data["private_note"],
            reports=self.reports,
            received=self.now,
        )


def _keeps(old: Report, new: ReportData) -> bool:
    """Is the answer the same, and when it began the same or said for the first time?"""
    is_same = (old.answer, old.temperature, old.unit) == (new.answer, new.temperature, new.unit)
    return is_same and old.began in (None, new.began) and old.going in ("", new.going)


def _as_typed(
    version: Version, reports: Iterable[Report], keys: Mapping[str, str]
) -> dict[str, str]:
    """`keys` are those of the family's own symptoms, by name."""
    typed = {"note": version.note}
    for report in reports:
        if report.answer == Report.Answer.READING and report.temperature is not None:
            degrees = f"{report.temperature.normalize():f}"
            typed |= {f"temperature-{report.unit}": degrees, "unit": report.unit}
            continue
        key = keys[report.own_name] if report.own_name else report.symptom
        typed[f"s-{key}"] = report.answer
        typed[f"b-{key}"] = report.began.isoformat() if report.began else ""
        typed[f"g-{key}"] = report.going
    return typed


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label="Why is it removed?",
        max_length=200,
        help_text="For example: this was about somebody else.",
        error_messages={"required": "Say in a few words why it is removed."},
    )


class MoveForm(forms.Form):
    """Whose entry it was. Nobody is chosen: it was the wrong one before."""

    to: Any = forms.ModelChoiceField(
        queryset=Patient.objects.none(),
        label="Whose was it?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose whose entry it was."},
    )

    def __init__(self, data: Any, *, others: PatientQuerySet) -> None:
        super().__init__(data)
        field: Any = self.fields["to"]
        field.queryset = others
        # So that namesakes are told apart.
        field.label_from_instance = _name_and_birth


def _name_and_birth(patient: Patient) -> str:
    return f"{patient.name}, born {month_words(patient.birth_year, patient.birth_month)}"


class SentCheckInForm(CheckInForm):
    """The page of today, filled in earlier. The device tells by its own clock when it was `loaded`
    and `typed` and when it is `sent`: the clock may be wrong, the time between is not."""

    def __init__(
        self, data: Mapping[str, Any], *, patient: Patient, received: datetime, kind: str
    ) -> None:
        self.received = received
        self.sent = moment(data.get("sent", ""))
        typed = self._ours(data.get("typed", ""))
        self.has_known_wait = typed is not None
        super().__init__(data, patient=patient, now=typed or received, kind=kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.has_known_wait and not cleaned.get("time"):
            self._wrong(
                "day",
                "The clock of this device was changed while this waited. Give the day and "
                "the time it is about.",
            )
        return cleaned

    @property
    def opened_at(self) -> datetime:
        """A page that the server drew says so itself; one from the device by the device's clock."""
        if self.typed("opened"):
            return super().opened_at
        loaded = self._ours(self.typed("loaded"))
        return min(loaded, self.now) if loaded is not None else self.now

    def check_in_data(self) -> CheckInData:
        return replace(super().check_in_data(), received=self.received, typed=self.now)

    def _ours(self, text: str) -> datetime | None:
        """Return a moment of the device's clock by ours; none where its clock ran backwards."""
        then = moment(text)
        if then is None or self.sent is None or then > self.sent:
            return None
        return self.received - (self.sent - then)
