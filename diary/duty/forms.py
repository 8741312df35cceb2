"""What is chosen about duty: who is on it and until when, and how fast the next person is told."""

from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django import forms

from accounts.ends import EVENING, MORNING, DutyEnd, next_clock
from accounts.models import Patient, User
from diary.core.words import clock_words
from diary.duty.roster import Roster
from diary.models.duty import MINUTES


class HandOver(NamedTuple):
    """`after` is the turn that the page showed."""

    to: User
    until: datetime | None
    after: UUID | None


class HandOverForm(forms.Form):
    """`user` is whoever asks: they hand over to others, or take it themselves."""

    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    to = forms.ChoiceField(label="Who is on duty?", widget=forms.RadioSelect)
    ends = forms.ChoiceField(label="Until when?", initial=DutyEnd.MORNING, widget=forms.RadioSelect)
    clock = forms.TimeField(
        label="The time",
        help_text="Only for “Until another time”, such as 06:30.",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "That is not a time. Type it as 06:30."},
    )

    def __init__(
        self, *args: Any, patient: Patient, roster: Roster, user: User, **kwargs: Any
    ) -> None:
        self.patient, self.roster = patient, roster
        kwargs["initial"] = {"after": roster.open_turn}
        super().__init__(*args, **kwargs)
        to, ends = (cast(forms.ChoiceField, self.fields[name]) for name in ("to", "ends"))
        others = [(str(one.user.pk), str(one.user)) for one in roster.others(user.pk)]
        to.choices = [*others, (str(user.pk), "Me")]
        ends.choices = [
            (DutyEnd.MORNING, f"Until {clock_words(MORNING)}"),
            (DutyEnd.EVENING, f"Until {clock_words(EVENING)}"),
            *((one.value, one.label) for one in (DutyEnd.CLOCK, DutyEnd.OPEN)),
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        asked = data.get("ends") == DutyEnd.CLOCK and "clock" not in self.errors
        if asked and data.get("clock") is None:
            self.add_error("clock", "Type the time, such as 06:30.")
        return data

    @property
    def hand_over(self) -> HandOver:
        """Return what was chosen, as the action takes it."""
        chosen = self.cleaned_data
        clocks = {
            DutyEnd.MORNING: MORNING,
            DutyEnd.EVENING: EVENING,
            DutyEnd.CLOCK: chosen["clock"],
        }
        clock = clocks.get(chosen["ends"])
        member = self.roster.member(UUID(chosen["to"]))
        assert member is not None  # noqa: S101 (it is one of the choices)
        until = next_clock(clock, self.patient) if clock else None
        return HandOver(member.user, until, chosen["after"])


class MinutesForm(forms.Form):
    minutes = forms.TypedChoiceField(
        label="Minutes without an answer before the next person is told",
        coerce=int,
        choices=[(number, f"{number} minutes") for number in MINUTES],
        widget=forms.RadioSelect,
    )


class PersonForm(forms.Form):
    """Whom a button in the list of people is about."""

    user = forms.UUIDField()
