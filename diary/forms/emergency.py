"""What the family enters for the emergency sheet."""

from typing import Any

from django import forms

from diary.models import EmergencyNote


def _words(label: str, most: int, example: str) -> forms.CharField:
    """One line in the family's own words; it may stay empty."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        help_text=example,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "max_length": f"This is longer than {most} characters. Please shorten it: one page."
        },
    )


class EmergencyNoteForm(forms.Form):
    """Everything may stay empty: the sheet then says "not entered"."""

    allergies = _words(
        "Allergies", 240, "To what, and what happened. Write “none known” if the team says so."
    )
    diagnosis = _words("Diagnosis", 160, "As it stands on the discharge letter.")
    line = _words(
        "Central line or port", 160, "Which one, and where. For example: port, right side."
    )
    other = _words(
        "Anything else a hospital must know", 240, "For example: another illness, a shunt."
    )

    def __init__(self, data: Any = None, *, note: EmergencyNote | None) -> None:
        super().__init__(data, initial={name: getattr(note, name, "") for name in self.base_fields})

    @property
    def said(self) -> dict[str, Any]:
        """What `set_emergency_note` wants to know."""
        return self.cleaned_data
