"""What is put into a summary, on which paper, in which spelling."""

from typing import Any

from django import forms

from summary.content.parts import PARTS, SummaryChoice
from summary.models import Choice


class ChoiceForm(forms.Form):
    parts = forms.MultipleChoiceField(
        label="What stands below the first page",
        required=False,
        choices=[(part.slug, part.heading) for part in PARTS],
        error_messages={"invalid_choice": "Choose among these parts."},
    )
    paper = forms.ChoiceField(
        label="Paper",
        required=False,
        choices=Choice.Paper.choices,
        error_messages={"invalid_choice": "Choose one of these papers."},
    )
    spelling = forms.ChoiceField(
        label="Spelling",
        required=False,
        choices=[("", "As this browser asks"), *Choice.Spelling.choices],
        error_messages={"invalid_choice": "Choose one of these spellings."},
    )

    def __init__(self, data: Any, *, wanted: SummaryChoice) -> None:
        super().__init__(data)
        self.wanted = wanted
        self.initial = {
            "parts": wanted.parts,
            "paper": wanted.paper,
            "spelling": wanted.spelling,
        }

    def clean_paper(self) -> str:
        return self.cleaned_data["paper"] or self.wanted.paper
