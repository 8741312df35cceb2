"""What is asked of somebody who leaves."""

from django import forms

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
        named = [("yes", user.name)] if user.name else []
        self.fields["keeps_name"].choices = [*named, ("no", SOMEBODY)]  # type: ignore[attr-defined]
