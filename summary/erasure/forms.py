"""What is asked of somebody who leaves."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import majority
from accounts.models import User
from summary.erasure.deletion import SOMEBODY


class LeaveForm(forms.Form):
    """What may stay beside what they wrote in the diaries of others. Nothing is chosen for them."""

    keeps_name = forms.TypedChoiceField(
        label="What you wrote in other people’s diaries stays there. Under which name?",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which name stays."},
    )

    def __init__(self, data: object, *, user: User) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.user = user
        named = [("yes", user.name)] if user.name else []
        self.fields["keeps_name"].choices = [*named, ("no", SOMEBODY)]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """A diary goes with the account of its owner, and that is the patient once of age."""
        now = timezone.now()
        for patient in self.user.patients.all():
            if majority.is_promised(patient, self.user):
                raise ValidationError(
                    f"The diary of {patient.name} changes hands soon. Wait until then."
                )
            if patient.is_of_age(now):
                raise ValidationError(
                    f"{patient.name} is old enough to keep that diary, and only {patient.name} may "
                    f"delete it. Give {patient.name} a log-in first."
                )
