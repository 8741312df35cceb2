"""What stands on top of every page of one patient, and in the list of people."""

from datetime import date
from functools import partial
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Patient, PatientQuerySet, User
from accounts.people import Person
from diary.care_card.readings import Measure, next_reading
from diary.check_ins.follow_up import follow_up_of
from diary.check_ins.threads import OpenThread, open_threads, threads_among
from diary.core.days import DAY, local_day
from diary.core.words import when_words
from diary.duty.alarms import alarms_of
from diary.duty.notices import Notice, alarms_for, notices_for, watched_by
from diary.duty.roster import Roster, roster_of
from diary.judging.facts import facts_of
from diary.judging.standing import courses_between, treatment_lines
from diary.models import Call, CheckIn, Contact, DutyTurn, TeamChange, Version
from diary.team.numbers import Number, numbers_of


class ChangeLine(NamedTuple):
    """What the owner is told about a number or the card that somebody else changed."""

    change: TeamChange
    who: str
    when: str


class Strip(NamedTuple):
    """`open` are urgent threads after which nobody was reached; `told` those after which somebody
    was, and that no person has closed. `measure` belongs to those alone: while there is a call to
    make, or somebody is to come in, nothing is to be measured. `is_unanswered`: whoever looks is to
    be told that nobody has answered, and is not alone; `turn` was handed to them, and they have not
    seen it."""

    lines: list[str]
    number_missing: bool
    open: list[OpenThread]
    told: list[OpenThread]
    measure: Measure | None
    emergency: Number | None
    key: UUID
    changes: list[ChangeLine]
    duty: Roster
    is_unanswered: bool
    turn: DutyTurn | None


def strip_context(request: HttpRequest) -> dict[str, object]:
    """Give every page of a patient its strip, and every page what whoever looks is told about other
    diaries; only a template that draws them costs the queries."""
    patient: Patient | None = getattr(request, "patient", None)
    told: dict[str, object] = {"notices": SimpleLazyObject(partial(_notices, request, patient))}
    if patient is not None:
        told["strip"] = SimpleLazyObject(partial(patient_strip, patient, cast(User, request.user)))
    return told


def _notices(request: HttpRequest, patient: Patient | None) -> list[Notice]:
    """None on a page that anybody may open: it holds nothing of a person."""
    found = request.resolver_match
    if found is None or not getattr(found.func, "login_required", True):
        return []
    if not isinstance(request.user, User) or (patient and not patient.has_neighbours):
        return []
    return notices_for(request.user, but_for=patient.pk) if patient else notices_for(request.user)


def patient_strip(patient: Patient, user: User) -> Strip:
    """Say where the treatment stands, whether the team's number is missing, which urgent entries
    nobody has called about or nobody has closed, when to measure again, and who is on duty."""
    now = timezone.now()
    kinds = {contact.kind for contact in facts_of(patient).contacts}
    threads = open_threads(patient, now)
    is_calling = any(thread.is_open for thread in threads)
    may_measure = bool(threads) and not is_calling and not _is_to_come_in(patient)
    courses = courses_between(patient, now, now)
    roster, alarms = roster_of(patient), alarms_of(follow_up_of([patient]))
    return Strip(
        lines=treatment_lines(courses, now, patient.tz),
        number_missing=Contact.Kind.ALWAYS not in kinds,
        open=[thread for thread in threads if thread.is_open],
        told=[thread for thread in threads if not thread.is_open],
        measure=next_reading(patient, now=now) if may_measure else None,
        emergency=numbers_of(patient).emergency if threads else None,
        key=uuid4(),
        changes=_changes(patient) if patient.is_keeper else [],
        duty=roster,
        is_unanswered=roster.is_shared and bool(alarms_for(user.pk, roster, alarms, now)),
        turn=roster.handed_to(user.pk),
    )


def _changes(patient: Patient) -> list[ChangeLine]:
    facts, now = facts_of(patient), timezone.now()
    return [
        ChangeLine(
            one,
            str(facts.people.get(one.by_id) or one.by),
            when_words(one.at, patient.tz, now),
        )
        for one in facts.team_changes
    ]


class DiaryRow(NamedTuple):
    """A diary in the list of people, with what is urgent in it, as far as nobody has closed it."""

    person: Person
    open: list[OpenThread]
    told: list[OpenThread]
    is_logged: bool
    notice: Notice | None  # what whoever looks is told of it


TOLD_FOR = 2 * DAY  # what is older is in History


def all_with_latest() -> PatientQuerySet:
    """Ask, together with the patients, for the last day on which each has an entry, and when a call
    about any entry was last answered."""
    kinds = Version.objects.filter(check_in=OuterRef("pk")).order_by("-number").values("kind")
    mine = CheckIn.objects.filter(patient=OuterRef("pk")).alias(kind=Subquery(kinds[:1]))
    standing = mine.exclude(kind=Version.Kind.REMOVED).order_by("-local_day")
    told = Call.objects.filter(
        patient=OuterRef("pk"),
        outcome=Call.Outcome.REACHED,
        at__gt=timezone.now() - TOLD_FOR,
    )
    return Patient.objects.annotate(
        last_day=Subquery(standing.values("local_day")[:1]),
        last_told=Subquery(told.order_by("-at").values("at")[:1]),
    )


def with_urgent(people: list[Person], user: User) -> list[DiaryRow]:
    """Five queries at most, however many people there are. Reads what `all_with_latest` asked."""
    now = timezone.now()
    notices = {notice.patient.pk: notice for notice in notices_for(user)}
    rows = watched_by(user).rows  # of the same diaries
    found = threads_among([person.patient for person in people], now, rows=rows)
    return [
        DiaryRow(
            person,
            open=[thread for thread in found[person.patient.pk] if thread.is_open],
            told=[thread for thread in found[person.patient.pk] if not thread.is_open],
            is_logged=_is_logged(person.patient, local_day(now, person.patient.tz)),
            notice=notices.get(person.patient.pk),
        )
        for person in people
    ]


def _is_logged(patient: Patient, today: date) -> bool:
    last_day: date | None = getattr(patient, "last_day", None)
    return last_day is not None and last_day >= today


def _is_to_come_in(patient: Patient) -> bool:
    """Was that what the team said last?"""
    last = follow_up_of([patient]).last_reached
    return last is not None and last.is_come_in
