"""What is typed about treatment at home: the next bag change, and the daily look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import Patient, User
from diary.actions.looks import NO, LookData
from diary.check_ins.data import start_for
from diary.core.days import instant
from diary.core.fields import ClockField, DayField, check_day, skipped_words
from diary.core.pages import Problem
from diary.models import BagPlan, CheckIn, PumpEvent
from diary.strokes import Strokes, read_strokes
from therapies.at_home import LookItem, LookList
from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.urgency import Reported, assess

HOURS = {"hours": 1, "days": 24}
LONGEST = 31 * 24  # hours; more is a slip of the finger


class BagForm(forms.Form):
    """When the bag is changed next, how often, or both."""

    day = DayField(label="The next bag change is on")
    at = ClockField(label="At")
    every = forms.IntegerField(
        label="A bag is changed every", required=False, min_value=1, max_value=LONGEST
    )
    unit = forms.ChoiceField(
        label="Hours or days", choices=[("hours", "hours"), ("days", "days")], required=False
    )

    def __init__(self, data: Any = None, *, patient: Patient, plan: BagPlan | None) -> None:
        initial: dict[str, Any] = {"unit": "hours"}
        if plan is not None and plan.due is not None:
            due = plan.due.astimezone(patient.tz)
            initial |= {"day": due.date(), "at": due.time()}
        if plan is not None and plan.every_hours is not None:
            in_days = plan.every_hours % 24 == 0
            initial["every"] = plan.every_hours // (24 if in_days else 1)
            initial["unit"] = "days" if in_days else "hours"
        super().__init__(data, initial=initial)
        self.patient = patient

    def clean_day(self) -> Any:
        check_day(self.cleaned_data["day"], self.patient, may_come=True)
        return self.cleaned_data["day"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        day, at = data.get("day"), data.get("at")
        if not self.errors and (day is None) != (at is None):
            missing = "day" if day is None else "at"
            self.add_error(missing, "The next bag change needs a day and a time.")
        if day and at and (text := skipped_words(day, at, self.patient)):
            self.add_error("at", text)
        if (data.get("every") or 0) * HOURS.get(data.get("unit", ""), 1) > LONGEST:
            self.add_error("every", "This is more than a month. Look at the number.")
        if not self.errors and data["day"] is None and data["every"] is None:
            self.add_error(None, "Say when the next change is, or how often a bag is changed.")
        return data

    @property
    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        every = data["every"]
        return {
            "due": instant(data["day"], data["at"], self.patient.tz) if data["day"] else None,
            "every_hours": every * HOURS[data["unit"] or "hours"] if every else None,
        }


class PumpEventForm(forms.Form):
    """One tap."""

    id = forms.UUIDField()
    kind = forms.ChoiceField(choices=PumpEvent.Kind.choices)

    @property
    def said(self) -> dict[str, Any]:
        return {"event_id": self.cleaned_data["id"], "kind": self.cleaned_data["kind"]}


class LookForm(forms.Form):
    """The answers `q-<item>` of one list, and the sentence: drawn, typed, or neither."""

    id = forms.UUIDField()
    told_by = forms.ChoiceField(
        choices=CheckIn.ToldBy.choices, error_messages={"required": "Choose who is telling this."}
    )
    sentence = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Mapping[str, Any] | None = None, *, look: LookList) -> None:
        super().__init__(data)
        self.look = look
        self.items: list[LookItem] = catalogue().home.items_of(look.slug)
        self.strokes: Strokes = []

    @staticmethod
    def start_for(user: User, patient: Patient, now: datetime) -> dict[str, str]:
        start = start_for(user, patient, now)
        return {"id": str(uuid4()), "told_by": start["told_by"]}

    @property
    def answers(self) -> dict[str, str]:
        typed = {item.slug: str(self.data.get(f"q-{item.slug}") or "") for item in self.items}
        return {slug: answer for slug, answer in typed.items() if answer}

    @property
    def is_different(self) -> bool:
        return any(answer != NO for answer in self.answers.values())

    def clean(self) -> dict[str, Any]:
        known, last = catalogue().home.look_answers, self.items[-1]
        for item in self.items:
            if self.answers.get(item.slug, NO) not in known:
                self._wrong(item.slug, f"{item.asked} Please choose one of the answers.")
        if not self.is_different and last.slug not in self.answers:
            self._wrong(last.slug, f"{last.asked} This one is needed.")
        try:
            self.strokes = read_strokes(str(self.data.get("strokes") or ""))
        except ValueError:
            self._wrong("written", "The diary cannot read the writing. Please write it again.")
        return self.cleaned_data

    def look_data(self) -> LookData:
        cleaned = self.cleaned_data
        return LookData(
            id=cleaned["id"],
            look=self.look,
            told_by=cleaned["told_by"],
            answers=self.answers,
            strokes=self.strokes,
            sentence=cleaned["sentence"],
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every item with its answers, for the template."""
        wrong = {problem.anchor: problem.text for problem in self.problems}
        return [
            {
                "slug": item.slug,
                "asked": item.asked,
                "error": wrong.get(item.slug, ""),
                "choices": [
                    {
                        "value": answer.slug,
                        "label": answer.label,
                        "is_urgent": answer.slug != NO,
                        "is_emergency": _is_emergency(item, answer.slug),
                        "checked": self.answers.get(item.slug) == answer.slug,
                    }
                    for answer in catalogue().home.look_answers.values()
                ],
            }
            for item in self.items
        ]

    @property
    def problems(self) -> list[Problem]:
        if not self.is_bound:
            return []
        return [
            Problem(str((error.params or {}).get("anchor", field)), " ".join(error.messages))
            for field, errors in self.errors.as_data().items()
            for error in errors
        ]

    def _wrong(self, anchor: str, text: str) -> None:
        self.add_error(None, forms.ValidationError(text, params={"anchor": anchor}))


def _is_emergency(item: LookItem, answer: str) -> bool:
    """Does the emergency number come first for this answer?"""
    severity = next((s for s in Severity if s.slug == answer), None)
    if severity is None:
        return False
    found = assess([Reported(item.means, severity)], (), rules=catalogue().rules)
    return found.call_first == "emergency"
