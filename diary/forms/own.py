"""What somebody adds in words of their own: a symptom, a question."""

from django import forms

from diary.models import OwnSymptom


class OwnSymptomForm(forms.Form):
    own_name = forms.CharField(
        label="What do you call it?",
        max_length=60,
        error_messages={
            "required": "Write what you call it.",
            "max_length": "The name is longer than 60 characters. Please shorten it.",
        },
    )
    own_kind = forms.ChoiceField(
        label="How do you answer it?",
        choices=OwnSymptom.Kind.choices,
        initial=OwnSymptom.Kind.SEVERITY,
        error_messages={"required": "Choose how you answer it."},
    )
