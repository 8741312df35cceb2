"""What the page of reminders lists: each kind, and whether this person wants to hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import get_text_list

from accounts.access import UserRequest
from accounts.models import Patient, User
from accounts.statements import Columns, Part, Statement
from diary.core.words import clock_words
from reminders.due import CHECK_NUMBERS, EVERY_DAY
from reminders.forms import DAY_NAMES, LEADS
from reminders.models import Feed, Heartbeat, Kind, Message, QuietHours, Reminder
from reminders.suggestions import suggestions
from therapies.catalogue.shapes_home import CloserWatch

HINTS = {
    Kind.ENTRY: "It comes if there is no entry yet that day",
    Kind.TABLETS: "It comes if nobody has said whether they were taken",
    Kind.TEMPERATURE: "Choose the times your team asked for",
    Kind.BAG: "It comes before the next change",
    Kind.FEVER: "It comes when it is time to measure again",
    Kind.APPOINTMENT: "It comes the evening before",
    Kind.NUMBERS: "It asks you to check that they still work",
    Kind.SILENCE: "It says that nobody has written, for when you are not there yourself",
}
# What Today says of a kind, and the page that it opens. What Today asks for itself is not here.
SHOWN = {
    Kind.TEMPERATURE: "It is time to take the temperature.",
    Kind.APPOINTMENT: "An appointment is coming up.",
    Kind.NUMBERS: "Check that the numbers to call still work.",
    Kind.SILENCE: "Nobody has written for some days.",
}
OPENS = {Kind.APPOINTMENT: "appointments", Kind.NUMBERS: "team", Kind.SILENCE: "history"}
SHOWN_FOR = timedelta(hours=12)
BEATS = timedelta(minutes=5)  # a worker is round far more often


class DueLine(NamedTuple):
    """One reminder on the page. `opens` names the page it is about, if that is another."""

    id: UUID
    words: str
    opens: str


class Line(NamedTuple):
    """One kind. `words` say when; empty where it is off."""

    kind: str
    name: str
    hint: str
    words: str


@dataclass(frozen=True)
class Desk:
    """Everything one person has set for one diary."""

    lines: Sequence[Line]
    suggestions: Sequence[CloserWatch]
    quiet: QuietHours | None
    feed: Feed | None
    failed: Message | None  # the last message, where it could not be delivered
    has_mail: bool
    is_asleep: bool  # no worker was round for a while


def desk_of(patient: Patient, user: User) -> Desk:
    mine = Reminder.objects.filter(patient=patient, user=user, stopped__isnull=True)
    on = {Kind(reminder.kind): reminder for reminder in mine}
    last = Message.objects.filter(patient=patient, user=user, tries__gt=0).order_by("-at").first()
    is_lost = last is not None and last.state in (Message.State.FAILED, Message.State.WAITING)
    return Desk(
        lines=[Line(k, k.label, HINTS[k], _words(on.get(k))) for k in HINTS],
        suggestions=suggestions(patient, on),
        quiet=QuietHours.objects.filter(patient=patient, user=user).first(),
        feed=Feed.objects.filter(patient=patient, user=user, ended__isnull=True).first(),
        failed=last if is_lost else None,
        has_mail=bool(settings.EMAIL_HOST),
        is_asleep=not Heartbeat.objects.filter(at__gte=timezone.now() - BEATS).exists(),
    )


def reminder_context(request: HttpRequest) -> dict[str, Any]:
    """For the page that shows them; no other asks."""
    return {"due_lines": lambda: due_lines(cast(UserRequest, request))}


def due_lines(request: UserRequest) -> list[DueLine]:
    """Return what was due for whoever looks, the latest first, as far as Today does not ask for it
    by itself."""
    patient = request.patient
    if patient is None:
        return []
    rows = _DUE(user=request.user.pk, patient=patient.pk, since=timezone.now() - SHOWN_FOR)["due"]
    return [
        DueLine(message, SHOWN[Kind(kind)], OPENS.get(Kind(kind), ""))
        for _, message, kind in sorted(rows, reverse=True)
    ]


def _due(user: UUID, patient: UUID, since: datetime) -> dict[str, Part]:
    found = Message.objects.shown_to(user, patient, since).filter(kind__in=SHOWN)
    return {"due": Columns(found, ("at", "pk", "kind"))}


_DUE = Statement(_due)


def _words(reminder: Reminder | None) -> str:
    """Return when it comes, in words: 08:00 and 20:00, Mon to Fri."""
    if reminder is None:
        return ""
    clocks = get_text_list([clock_words(clock) for clock in reminder.times], "and")
    days = "a day" if reminder.days == 1 else f"{reminder.days} days"
    said = {
        Kind.BAG: LEADS.get(str(reminder.minutes or 0), LEADS["0"]),
        Kind.FEVER: "When it is time",
        Kind.APPOINTMENT: f"{clocks} the evening before",
        Kind.NUMBERS: f"Every {CHECK_NUMBERS.days} days, at {clocks}",
        Kind.SILENCE: f"After {days} without an entry, at {clocks}",
    }
    return said.get(Kind(reminder.kind), f"{clocks}{_day_words(reminder.weekdays)}")


def _day_words(weekdays: str) -> str:
    if weekdays == EVERY_DAY:
        return " every day"
    return f" on {get_text_list([DAY_NAMES[int(day)] for day in weekdays], 'and')}"
