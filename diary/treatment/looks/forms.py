"""What is typed about treatment at home: the next bag change, and the daily look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import Patient, User
from diary.check_ins.data import start_for
from diary.core.fields import ProblemsForm
from diary.models import CheckIn
from diary.treatment.looks.actions import NO, LookData
from diary.treatment.looks.strokes import Strokes, read_strokes
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import LookItem, LookList
from therapies.rulebook import Severity
from therapies.urgency import SymptomReport, assess


class LookForm(ProblemsForm):
    """The answers `q-<item>` of one list, and the sentence: drawn, typed, or neither."""

    id = forms.UUIDField()
    told_by = forms.ChoiceField(
        choices=CheckIn.ToldBy.choices, error_messages={"required": "Choose who is answering."}
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
                self._wrong(item.slug, f"{item.asked} Choose an answer.")
        if not self.is_different and last.slug not in self.answers:
            self._wrong(last.slug, f"{last.asked} You need to answer this one.")
        try:
            self.strokes = read_strokes(str(self.data.get("strokes") or ""))
        except ValueError:
            self._wrong("written", "The diary cannot read the writing. Write it again.")
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


def _is_emergency(item: LookItem, answer: str) -> bool:
    """Does the emergency number come first for this answer?"""
    severity = next((s for s in Severity if s.slug == answer), None)
    if severity is None:
        return False
    found = assess([SymptomReport(item.means, severity)], (), rules=catalogue().rules)
    return found.call_first == "emergency"
