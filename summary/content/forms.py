"""What is chosen for what leaves the diary: a summary, an emergency sheet, a file of data."""

from collections.abc import Mapping
from typing import Any

from django import forms

from diary.history.forms import PeriodForm
from summary.content.parts import PARTS, SummaryChoice, usual_paper
from summary.models import Choice


class ChoiceForm(forms.Form):
    """What is put into a summary, on which paper, in which spelling."""

    parts = forms.MultipleChoiceField(
        label="What to include",
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
        self.initial = {name: getattr(wanted, name) for name in self.fields}

    def clean_paper(self) -> str:
        return self.cleaned_data["paper"] or self.wanted.paper


class EmergencyPaperForm(forms.Form):
    layout = forms.ChoiceField(
        label="How",
        choices=[("sheet", "A whole page"), ("wallet", "A small card, to cut out and fold")],
        widget=forms.RadioSelect,
    )
    paper = forms.ChoiceField(label="Paper", choices=Choice.Paper.choices, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None, *, country: str) -> None:
        """What was not sent is as usual in this country."""
        usual = {"layout": "sheet", "paper": usual_paper(country)}
        chosen = None if data is None else {name: data.get(name) or usual[name] for name in usual}
        super().__init__(chosen, initial=usual)


class TakeForm(PeriodForm):
    """The days of a file of data; without any, it is everything."""

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if self.errors or said["first"] or said["last"] or said["since"]:
            said = super().clean()
        return {"first": said.get("first"), "last": said.get("last")}
