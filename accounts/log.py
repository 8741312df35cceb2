"""Who looked into a diary, who took something along, and who changed what; never its content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, Max, Q, QuerySet, Value

from accounts.models import AuditEntry, Patient, Share, User, Visit

LOOK = "look"
SOMEBODY = "somebody"  # without an account: whoever has a clinic's link and its passcode
LINES = 50  # on a page
# What the log says of each action. {whom}: whose access, or whose time on duty, it was about.
WORDS = {
    LOOK: "opened the diary",
    "summary.pdf": "downloaded a summary",
    "emergency.pdf": "downloaded the emergency sheet",
    "records.json": "exported the diary",
    "records.csv.zip": "exported the diary as tables",
    "records.semicolons.csv.zip": "exported the diary as tables",
    "records.fhir.json": "exported the diary for another program",
    "make clinic link": "made a link for the clinic",
    "open clinic link": "opened a link for the clinic",
    "close clinic link": "closed a link for the clinic",
    "delete diary": "the diary was deleted",
    "bring in diary": "imported the diary",
    "set number": "changed a number to call",
    "remove number": "removed a number to call",
    "set family card": "changed the hospital card or fever line",
    "take back change": "restored a number or the hospital card",
    "set emergency note": "changed the emergency sheet",
    "ask to delete diary": "asked to delete the diary",
    "keep diary": "chose not to delete the diary",
    "ask to delete words": "asked to delete the words of an entry",
    "keep words": "chose not to delete the words of an entry",
    "delete words": "deleted the words of an entry",
    "create patient": "started the diary",
    "edit patient": "changed the name, birth month, unit, time zone or team name",
    "invite": "made an invitation",
    "cancel invitation": "cancelled an invitation",
    "accept invitation": "accepted an invitation",
    "confirm share": "said yes to {whom}",
    "revoke share": "ended the access of {whom}",
    "leave": "left the diary",
    "hand over diary": "took over the diary as their own",
    "choose for own diary": "chose who stays when the diary becomes theirs",
    "change role": "changed what {whom} may do",
    "change end of share": "changed until when {whom} has access",
    "change notes of share": "changed whether {whom} sees notes",
    "take duty": "went on duty",
    "hand over duty": "put {whom} on duty",
    "give duty back": "gave duty back to {whom}",
    "end duty": "went off duty",
    "change duty order": "changed who is told next",
    "change duty minutes": "changed after how many minutes the next person is told",
    "acknowledge": "said that they have seen something urgent",
    "switch photos on": "switched photos on",
    "switch photos off": "switched photos off",
    "start course": "added a treatment",
    "edit course": "changed a treatment",
    "withdraw course": "removed a treatment",
    "start cycle": "started a cycle",
    "edit cycle": "changed a cycle",
    "remove cycle": "removed a cycle",
    "put on hold": "put a treatment on hold",
    "change hold": "changed a hold",
    "resume": "ended a hold",
    "withdraw hold": "removed a hold",
    "record infusion": "recorded an infusion",
    "start infusion": "started an infusion",
    "stop infusion": "stopped an infusion",
    "set the infusion": "changed an infusion",
    "start pump": "started the pump",
    "stop pump": "stopped the pump",
    "correct pump": "corrected the pump",
    "correct dose": "corrected a dose",
    "remove dose": "removed a dose",
    "set bag plan": "changed the bag plan",
    "confirm numbers": "checked the numbers to call",
    "set reminder": "set a reminder",
    "stop reminder": "stopped a reminder",
    "set quiet hours": "changed their quiet hours",
    "make calendar": "made a calendar address",
    "end calendar": "ended a calendar address",
    "record pump: bag": "changed the bag",
    "record pump: alarm": "recorded an alarm of the pump",
    "record pump: line": "recorded trouble with the line",
    "take back pump event": "removed a record of the pump",
    "record tablets": "recorded tablets",
    "remove tablets": "removed a record of tablets",
    "record medicine": "added a medicine given as needed",
    "withdraw medicine": "removed a medicine given as needed",
    "write question": "added a question",
    "tick question": "ticked a question",
    "reopen question": "opened a question again",
    "write answer": "added an answer to a question",
}
# Entries, and what is written beside them, say themselves who wrote them.
SAYS_ITSELF = {
    "record check-in", "correct check-in", "remove check-in", "move check-in",
    "judge check-ins again",
    "import temperatures", "record call", "record look", "add photo", "remove photo",
    "record weight", "withdraw weight", "add own symptom", "retire own symptom",
    "restore own symptom", "add appointment", "change appointment",
    "mark appointment held", "mark appointment cancelled", "mark appointment planned",
    "write appointment note", "take out appointment note", "choose summary",
}  # fmt: skip


class LogRow(NamedTuple):
    """One line of the log as it is kept."""

    at: datetime
    by: UUID | None
    action: str
    row: str


class Viewer(NamedTuple):
    """Somebody who can see the diary; without a share it is the owner."""

    user: User
    share: Share | None
    last: datetime | None


@dataclass(frozen=True)
class LogLine:
    """One line of the log with names; `whom`: whom it was about, where it was about somebody."""

    at: datetime
    who: str
    action: str
    whom: str

    @property
    def words(self) -> str:
        return WORDS[self.action].format(whom=self.whom or SOMEBODY)


def log_rows(patient: Patient, *, by: UUID | None = None) -> "QuerySet[Any, Any]":
    """Return the rows of the log, the latest first, each as `LogRow` has it."""
    columns = ("at", "by_id", "action", "row")
    written = AuditEntry.objects.filter(patient=patient, action__in=WORDS).order_by()
    visits = Visit.objects.filter(patient=patient).annotate(
        by_id=F("user_id"), action=Value(LOOK), row=Value("")
    )
    if by is not None:
        written, visits = written.filter(by=by), visits.filter(user=by)
    both = written.values_list(*columns).union(visits.values_list(*columns), all=True)
    return both.order_by("-at", "action")


def people_ever(patient: Patient) -> list[User]:
    """Return the owner and all who ever had a part in the diary, the owner first."""
    ever = Q(pk=patient.owner_id) | Q(pk__in=patient.shares.values("user"))
    people = User.objects.filter(ever)
    return sorted(people, key=lambda user: (user.pk != patient.owner_id, str(user)))


def log_lines(
    patient: Patient, rows: "Iterable[tuple[Any, ...]]", people: Iterable[User]
) -> list[LogLine]:
    """Name who is meant in rows of `log_rows`. One query, and that of the rows."""
    names = {user.pk: str(user) for user in people}
    shares = patient.shares.values_list("pk", "user")
    whose = {f"share:{share}": names[user] for share, user in shares}
    whose |= {f"user:{user}": name for user, name in names.items()}
    found = (LogRow(*row) for row in rows)
    return [
        LogLine(one.at, _name(one.by, names), one.action, whose.get(one.row, "")) for one in found
    ]


@dataclass(frozen=True)
class Log:
    """One page of it; `people` are all who ever had a part in the diary, `by` whose lines are
    shown (nobody: everybody's)."""

    patient: Patient
    by: User | None
    people: list[User]
    page: "Page[Any]"

    @cached_property
    def lines(self) -> list[LogLine]:
        return log_lines(self.patient, self.page, self.people)

    @cached_property
    def last_visits(self) -> dict[UUID, datetime]:
        """When everybody opened the diary last: the first time of that day."""
        last = self.patient.visits.values("user").annotate(last=Max("at"))
        return dict(last.values_list("user", "last"))

    def shown_to(self, shares: Iterable[Share]) -> list[Viewer]:
        """Return the owner and those with access, each with their last visit."""
        owner = Viewer(self.patient.owner, None, self.last_visits.get(self.patient.owner_id))
        return [owner] + [
            Viewer(share.user, share, self.last_visits.get(share.user_id)) for share in shares
        ]


def log_page(patient: Patient, *, by: str = "", number: str = "") -> Log:
    """Return the log of everybody, or of the person with this id."""
    people = people_ever(patient)
    who = next((user for user in people if str(user.pk) == by), None)
    rows = log_rows(patient, by=who.pk if who else None)
    return Log(patient, who, people, Paginator(rows, LINES).get_page(number or 1))


def _name(user: UUID | None, names: Mapping[UUID, str]) -> str:
    return SOMEBODY if user is None else names.get(user, SOMEBODY)
