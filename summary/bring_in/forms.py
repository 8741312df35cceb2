"""What is chosen when a diary is taken out as data, or brought in from a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from diary.models import HeldFile
from summary.bring_in.actions import check
from summary.bring_in.read import LARGEST, Problem, UnreadableFile, read_json


class DiaryFileForm(forms.Form):
    file = forms.FileField(
        label="The file",
        help_text=f"Its name ends in .json. Up to {LARGEST // 1_000_000} MB.",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty.",
            "max_length": "Give the file a shorter name.",
        },
    )

    def __init__(self, *sent: Any, by: User) -> None:
        super().__init__(*sent)
        self.by = by
        self.problems: tuple[Problem, ...] = ()

    def clean_file(self) -> bytes:
        """Return what the file holds, once it is known that it can be brought in."""
        file: Any = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(f"This file is larger than {LARGEST // 1_000_000} MB.")
        content = bytes(file.read())
        try:
            self.diary_data = read_json(content)
            check(self.diary_data, by=self.by)
        except UnreadableFile as unreadable:
            self.problems = unreadable.problems
            raise ValidationError("This file cannot be imported as it is.") from None
        return content


class BringInForm(forms.Form):
    """Yes or no to a file; and, where it was somebody's own diary, whether it is one's own."""

    do = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)
    is_self = forms.BooleanField(label="This is my own diary", required=False)

    def __init__(self, data: QueryDict | None, *, file: HeldFile) -> None:
        super().__init__(data)
        if not file.said["is_self"] or file.by.patients.filter(is_self=True).exists():
            self.fields["is_self"].disabled = True
        self.is_named_alike = file.by.patients.filter(name__iexact=file.said["name"]).exists()
