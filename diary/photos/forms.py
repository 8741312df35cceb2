"""A photo as it is chosen, and the page on which photos are switched on."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from diary.core.fields import LineField
from diary.models import Photo
from diary.photos.actions import PhotoData
from diary.photos.pixels import NotAPhotoError, rebuild

MEGABYTE = 1_000_000
CHOOSE = "Choose a photo. If you did, choose it again."


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label="The photo",
        allow_empty_file=True,  # said below, in the same words as a file that is not a photo
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text="Use the camera or a saved photo.",
        error_messages={"required": CHOOSE, "invalid": CHOOSE, "missing": CHOOSE},
    )
    kind = forms.ChoiceField(
        label="What does it show?",
        choices=[(kind.value, kind.label.capitalize()) for kind in Photo.Kind],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what it shows.",
            "invalid_choice": "Choose what it shows.",
        },
    )
    note = LineField(
        label="A short note",
        max_length=200,
        help_text="For example: left arm, since this morning.",
        error_messages={"max_length": "The note is longer than 200 characters. Make it shorter."},
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_photo(self) -> Any:
        """Rebuild the photo from its dots, and let go of the file as it came."""
        sent: UploadedFile[Any] = self.cleaned_data["photo"]
        most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        if (sent.size or 0) > most:
            raise ValidationError(
                f"This file has {(sent.size or 0) / MEGABYTE:.0f} MB; a photo may have "
                f"{most // MEGABYTE} MB at most. Use a screenshot of it."
            )
        try:
            return rebuild(sent.read())
        except NotAPhotoError as refused:
            raise ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        """Return what `add_photo` wants to know."""
        said = self.cleaned_data
        if self.errors:
            return said
        return {"data": PhotoData(said["id"], said["photo"], said["kind"], said["note"])}


class PhotoRemoveForm(forms.Form):
    reason = forms.CharField(
        label="Why are you removing it?",
        max_length=200,
        help_text="For example: it shows the wrong arm.",
        error_messages={
            "required": "Say why, in a few words.",
            "max_length": "The reason is longer than 200 characters. Make it shorter.",
        },
    )
