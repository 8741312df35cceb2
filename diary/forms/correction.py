"""A saved check-in put right, or removed. Both give a reason."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from diary.check_ins.data import CheckInData
from diary.check_ins.entries import Entry
from diary.forms.answers import AnswersForm
from diary.models import Report, Version
from therapies.catalogue import catalogue


class CorrectionForm(AnswersForm):
    """The answers of a saved check-in again, and why they change."""

    reason = forms.CharField(
        max_length=200, error_messages={"required": "Say in a few words why you correct it."}
    )
    based_on = forms.IntegerField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        entry: Entry,
        now: datetime,
    ) -> None:
        self.check_in, self.current = entry.check_in, entry.current.version
        last_said = entry.last_said
        super().__init__(data, patient=entry.check_in.patient, now=now, kind=last_said.version.kind)
        keys = {own.name: key for key, own in self.own.items()}
        self.start = _as_typed(last_said.version, last_said.reports, keys)

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
        return super().clean()

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
            reports=self.reports,
            received=self.now,
        )


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
