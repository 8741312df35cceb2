"""What is chosen for a page that is printed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from summary.content.parts import usual_paper
from summary.models import Choice


class EmergencyPaperForm(forms.Form):
    LAYOUTS: ClassVar[list[tuple[str, str]]] = [
        ("sheet", "A whole page"),
        ("wallet", "A small card, to cut out and fold"),
    ]

    layout = forms.ChoiceField(label="How", choices=LAYOUTS, widget=forms.RadioSelect)
    paper = forms.ChoiceField(label="Paper", choices=Choice.Paper.choices, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None, *, country: str) -> None:
        """What was not sent is as usual in this country."""
        usual = {"layout": "sheet", "paper": usual_paper(country)}
        chosen = None if data is None else {name: data.get(name) or usual[name] for name in usual}
        super().__init__(chosen, initial=usual)
