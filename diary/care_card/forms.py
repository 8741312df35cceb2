"""A call that was made, or why none is needed."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms

from accounts.models import Patient
from diary.core.days import CLOCK_TOLERANCE, latest_instant
from diary.core.fields import PossibleDayField, choice_field, skipped_words
from diary.models import Call
from diary.team.numbers import Numbers

TEN_MINUTES = timedelta(minutes=10)


class CallForm(forms.Form):
    """Whom, when, and what they said. "Just now" is chosen, and the team's number where the card
    said to call it, so that three taps are enough; nothing else is, so that nobody saves unread
    that the emergency number answered."""

    ADVICE: ClassVar[list[tuple[str, str]]] = [
        ("come-in", Call.COME_IN),
        ("stay", "Stay home and watch"),
        ("measure", "Measure again"),
        ("call-back", "They call back"),
        ("other", "Something else"),
    ]
    WHEN: ClassVar[list[tuple[str, str]]] = [
        ("now", "Just now"),
        ("ten", "10 minutes ago"),
        ("other", "At another time"),
    ]

    AGAIN: ClassVar[list[tuple[str, str]]] = [
        ("", "They did not say"),
        ("15", "15 minutes after the call"),
        ("30", "30 minutes after the call"),
        ("60", "1 hour after the call"),
        ("120", "2 hours after the call"),
        ("240", "4 hours after the call"),
    ]

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    outcome = forms.ChoiceField(
        widget=forms.HiddenInput,
        initial=Call.Outcome.REACHED,
        choices=[
            c
            for c in Call.Outcome.choices
            if c[0] in (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER)
        ],
    )
    advice = forms.ChoiceField(
        label="What did they say?", choices=ADVICE, widget=forms.RadioSelect, required=False
    )
    again = forms.ChoiceField(
        label="When do they want the next temperature?", choices=AGAIN, required=False
    )
    words = forms.CharField(
        label="In their words",
        required=False,
        max_length=900,
        widget=forms.Textarea,
        error_messages={"max_length": "This is longer than 900 characters. Shorten it."},
    )
    whom = forms.ChoiceField(
        label="Who answered?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who answered."},
    )
    when = forms.ChoiceField(label="When?", choices=WHEN, widget=forms.RadioSelect, initial="now")
    day = PossibleDayField(
        label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    time = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def __init__(
        self,
        *args: Any,
        patient: Patient,
        numbers: Numbers,
        now: datetime,
        to: str = "",  # the kind of the number that the card offered
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.patient, self.now = patient, now
        names = [n.name for n in numbers.in_order] or [patient.team_name]
        choice_field(self, "whom").choices = [(n, n[:1].upper() + n[1:]) for n in names]
        team = (n.name for n in numbers.team if n.kind == to)
        self.initial["whom"] = next(team, "" if numbers.in_order else names[0])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "other" and cleaned.get("time") is None and not self.errors:
            self.add_error("time", "Give the time of the call; roughly is enough.")
        if not self.errors and self.at > self.now + CLOCK_TOLERANCE:
            self.add_error("time", "This moment has not come yet. Check the day and the time.")
        day = cleaned.get("day")
        if day is not None and day.year < self.patient.birth_year:
            self.add_error("day", "This day is too long ago. Check it.")
        is_typed = not self.errors and cleaned["when"] == "other"
        if is_typed and (text := skipped_words(self._day, cleaned["time"], self.patient)):
            self.add_error("time", text)
        return cleaned

    @property
    def _day(self) -> date:
        day: date = self.cleaned_data["day"] or self.now.astimezone(self.patient.tz).date()
        return day

    @property
    def at(self) -> datetime:
        cleaned = self.cleaned_data
        if cleaned["when"] == "ten":
            return self.now - TEN_MINUTES
        if cleaned["when"] == "now" or cleaned["time"] is None:
            return self.now
        try:
            soon = self.now + CLOCK_TOLERANCE
            return latest_instant(self._day, cleaned["time"], self.patient.tz, soon)
        except OverflowError:
            return self.now + CLOCK_TOLERANCE * 2

    @property
    def measure_at(self) -> datetime | None:
        minutes = self.cleaned_data["again"]
        return self.at + timedelta(minutes=int(minutes)) if minutes else None

    @property
    def advice_words(self) -> str:
        """The advice as it is kept: what was chosen, and their words."""
        chosen = dict(self.ADVICE).get(self.cleaned_data["advice"], "")
        if self.cleaned_data["advice"] == "other" and self.cleaned_data["words"]:
            chosen = ""
        return ". ".join(part for part in (chosen, self.cleaned_data["words"]) if part)


class CloseForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    reason = forms.CharField(
        label="Why can this be closed?",
        max_length=200,
        help_text="For example: we are on the ward, and the nurse has seen it.",
        error_messages={"required": "Say in a few words why this can be closed."},
    )


class EventForm(forms.Form):
    """One tap on the card: it got worse, or where the patient is."""

    EVENTS: ClassVar[list[str]] = [
        Call.Outcome.WORSE,
        Call.Outcome.IN_HOSPITAL,
        Call.Outcome.TOLD_TO_EXPECT,
        Call.Outcome.NEITHER,
    ]

    id = forms.UUIDField()
    outcome = forms.ChoiceField(choices=[(event, event) for event in EVENTS])


class SeenForm(forms.Form):
    """One tap on the card, by anybody who can read it. `shown`: when the page was drawn."""

    id = forms.UUIDField()
    shown = forms.DateTimeField()
