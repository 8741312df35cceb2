"""What is known of a patient apart from the entries: treatments with their cycles, doses and holds,
numbers, card, own symptoms, who may read it, who is on duty, and whether anything urgent is left to
follow. A page reads it once, by one statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from accounts.memory import remembered
from accounts.models import AuditEntry, Patient, Share, User
from accounts.statements import Columns, Part
from diary.core.days import DAY, local_day, start_of
from diary.core.statements import Statement
from diary.judging.given_doses import ZONES_APART, cycles_around, doses_around, matters_since
from diary.judging.medicines import longest_mask
from diary.models import (
    AuthoredRow,
    BagPlan,
    CheckIn,
    Contact,
    Course,
    Cycle,
    Dose,
    DutyPlan,
    DutyTurn,
    FamilyCard,
    Hold,
    KeptAuthor,
    Look,
    Medicine,
    OwnSymptom,
    PhotoConsent,
    PumpEvent,
    TeamChange,
)

# A page may stay open overnight; what it prompts for has to hold until then.
OPEN_FOR = DAY
TABLET_DAYS = 7  # the tablets of a week are shown, today with it
SHARE_COLUMNS = ("user", "role", "confirmed", "revoked", "until")
TURNS_FOR = 2 * DAY  # so long after its end, a turn of duty says since when somebody is told


class OpenShare(NamedTuple):
    """Whose access holds, as what, since when and until when."""

    user: UUID
    role: str
    confirmed: datetime
    until: datetime | None


@dataclass(frozen=True)
class Facts:
    """`courses` are those that were not withdrawn; of their cycles and doses those that matter from
    `first` to `last` are loaded, and no tablets: `tablets` and `medicines` are those of the last
    days, the earliest first. `people` wrote or may read, by id; `readers` are those who may read
    beside the owner; `asking` are those who used a code and wait for the owner's yes."""

    first: datetime
    last: datetime
    courses: tuple[Course, ...]
    tablets: tuple[Dose, ...]
    tablets_since: date
    contacts: tuple[Contact, ...]
    team_changes: tuple[TeamChange, ...]  # by somebody else, which the owner has not seen
    card: FamilyCard | None
    own_symptoms: tuple[OwnSymptom, ...]
    look_days: frozenset[date]
    pump_troubles: tuple[PumpEvent, ...]  # of the last day at least, the latest first
    consent: PhotoConsent | None  # where photos are switched on
    medicines: tuple[Medicine, ...]
    is_followed: bool  # is there anything urgent that no person has closed?
    last_change: list[tuple[int]]  # as `last_change_of` tells it
    people: Mapping[UUID, User | KeptAuthor]
    readers: tuple[User, ...]
    asking: tuple[User, ...]
    shares: tuple[OpenShare, ...]  # those that hold, the first to be confirmed first
    duty_plan: DutyPlan | None
    duty_turns: tuple[DutyTurn, ...]  # of the last days

    def cover(self, first: datetime, last: datetime) -> bool:
        return self.first <= first and last <= self.last


def facts_of(patient: Patient) -> Facts:
    """Return what is known today, for as long as a page that is opened now may stay open."""
    now = timezone.now()
    return _known(patient, now, now) or _read(patient, *_today(patient, now))


def facts_between(patient: Patient, first: datetime, last: datetime) -> Facts:
    """Return it with the cycles and doses that matter at any moment from `first` to `last`."""
    begin, end = _today(patient, timezone.now())
    if begin <= first and last <= end:
        return facts_of(patient)
    return _known(patient, first, last) or _read(patient, first - DAY, last + DAY)


def _today(patient: Patient, now: datetime) -> tuple[datetime, datetime]:
    """Return the time for which a page that is opened now needs them, with a day to spare."""
    return start_of(local_day(now, patient.tz), patient.tz), now + OPEN_FOR + DAY


def _known(patient: Patient, first: datetime, last: datetime) -> Facts | None:
    """Return what this request has read already."""
    return next((facts for facts in _read_so_far(patient) if facts.cover(first, last)), None)


def _read_so_far(patient: Patient) -> list[Facts]:
    return remembered(("facts", patient.pk), list[Facts])


def courses_with(patient: Patient, cycles: Sequence[Cycle], doses: Sequence[Dose]) -> list[Course]:
    """Return the courses with these cycles and doses instead of today's."""
    courses: list[Any] = list(map(copy, facts_of(patient).courses))
    for course in courses:
        course._prefetched_objects_cache = {
            **course._prefetched_objects_cache,
            "cycles": _loaded(course, "cycles", cycles),
            "doses": _loaded(course, "doses", doses),
        }
    return courses


def all_cycles(patient: Patient) -> Mapping[UUID, list[Cycle]]:
    """Return every cycle by course, for what lists them all: in ten years they are a hundred."""
    return remembered(("cycles", patient.pk), lambda: _read_cycles(patient))


def _read_cycles(patient: Patient) -> Mapping[UUID, list[Cycle]]:
    courses = {course.pk: course for course in facts_of(patient).courses}
    found: dict[UUID, list[Cycle]] = {key: [] for key in courses}
    for cycle in _CYCLES(patient=patient.pk)["cycles"]:
        if cycle.course_id in courses:  # else its treatment was added a moment ago
            cycle.course = courses[cycle.course_id]
            found[cycle.course_id].append(cycle)
    return found


_CYCLES = Statement(
    lambda patient: {
        "cycles": Cycle.objects.filter(course__patient=patient, course__withdrawn=None)
    }
)


def last_change_of(patient: UUID) -> Columns:
    """Return what tells whether anything of a diary was changed: every change is noted."""
    notes = AuditEntry.objects.filter(patient=patient).order_by("-pk").values("pk")
    return Columns(AuditEntry.objects.filter(pk=Subquery(notes[:1])), ("pk",))


def name_authors(rows: Iterable[AuthoredRow], patient: Patient) -> None:
    """Say who wrote each row. Whoever wrote has, or had, a part in the diary; anybody else is
    looked up one by one."""
    people = facts_of(patient).people
    for row in rows:
        by, kept_by = people.get(row.by_id), row.kept_by_id and people.get(row.kept_by_id)
        if isinstance(by, User):
            row.by = by
        if isinstance(kept_by, KeptAuthor):
            row.kept_by = kept_by


def _read(patient: Patient, first: datetime, last: datetime) -> Facts:
    today = local_day(timezone.now(), patient.tz)
    tablets_since = today - (TABLET_DAYS - 1) * DAY
    rows = _STATEMENT(
        patient=patient.pk,
        first=first,
        last=last,
        since=matters_since(first),
        first_day=local_day(first, patient.tz) - ZONES_APART,
        last_day=local_day(last, patient.tz) + ZONES_APART,
        day=today,
        tablets_since=tablets_since,
        medicines_since=first - longest_mask(),
        troubles_since=first - DAY,
        turns_since=timezone.now() - TURNS_FOR,
    )
    people: dict[UUID, User | KeptAuthor] = {author.pk: author for author in rows["kept_authors"]}
    users = {row[0]: _user(row) for row in (*rows["owner"], *rows["shares"])}
    people |= users
    owner = people[patient.owner_id]
    if not Patient.owner.is_cached(patient) and isinstance(owner, User):
        patient.owner = owner
    shares = open_shares(row[3:] for row in rows["shares"])
    facts = Facts(
        first=first,
        last=last,
        courses=tuple(_put_together(patient, rows)),
        tablets=tuple(rows["tablets"]),
        tablets_since=tablets_since,
        medicines=tuple(rows["medicines"]),
        contacts=tuple(rows["contacts"]),
        team_changes=tuple(rows["team_changes"]),
        card=next(iter(rows["card"]), None),
        own_symptoms=tuple(rows["own_symptoms"]),
        consent=next(iter(rows["consents"]), None),
        pump_troubles=tuple(rows["pump_troubles"]),
        look_days=frozenset(day for (day,) in rows["looks"]),
        is_followed=bool(rows["followed"]),
        last_change=rows["last_change"],
        people=people,
        readers=tuple(users[share.user] for share in shares),
        asking=tuple(users[who] for who in asking(row[3:] for row in rows["shares"])),
        shares=shares,
        duty_plan=next(iter(rows["duty_plan"]), None),
        duty_turns=tuple(rows["duty_turns"]),
    )
    _read_so_far(patient).append(facts)
    return facts


def _parts(
    patient: UUID,
    first: datetime,
    last: datetime,
    since: datetime,
    first_day: date,
    last_day: date,
    day: date,
    tablets_since: date,
    medicines_since: datetime,
    troubles_since: datetime,
    turns_since: datetime,
) -> dict[str, Part]:
    of_course = {"course__patient": patient, "course__withdrawn__isnull": True}
    who = ("pk", "email", "name")  # in the order of the model, which `from_db` wants
    return {
        "courses": Course.objects.filter(patient=patient, withdrawn__isnull=True),
        "bag_plans": BagPlan.objects.filter(**of_course),
        "cycles": cycles_around(patient, first_day, last_day),
        "holds": Hold.objects.filter(**of_course),
        "doses": doses_around(patient, first, last, since),
        "tablets": Dose.objects.filter(
            kind=Dose.Kind.TABLET, local_day__gte=tablets_since, **of_course
        ),
        "medicines": Medicine.objects.filter(patient=patient, at__range=(medicines_since, last)),
        "pump_troubles": PumpEvent.objects.filter(
            at__gte=troubles_since, taken_back=None, **of_course
        ).exclude(kind=PumpEvent.Kind.BAG),
        "contacts": Contact.objects.filter(patient=patient),
        "team_changes": TeamChange.objects.filter(patient=patient, seen__isnull=True),
        "card": FamilyCard.objects.filter(patient=patient),
        "own_symptoms": OwnSymptom.objects.filter(patient=patient),
        "consents": PhotoConsent.objects.filter(patient=patient, ended__isnull=True),
        "looks": Columns(Look.objects.filter(patient=patient, local_day=day), ("local_day",)),
        "owner": Columns(User.objects.filter(patients=patient), who),
        "shares": Columns(
            Share.objects.filter(patient=patient),
            (*(f"user__{name}" for name in who), *SHARE_COLUMNS),
        ),
        "duty_plan": DutyPlan.objects.filter(patient=patient),
        "duty_turns": turns_of(turns_since, patient=patient),
        "followed": Columns(CheckIn.objects.followed(patient=patient), ("pk",)),
        "last_change": last_change_of(patient),
        "kept_authors": KeptAuthor.objects.filter(patient=patient),
    }


_STATEMENT = Statement(_parts)


def _user(row: Sequence[Any]) -> User:
    return User.from_db(DEFAULT_DB_ALIAS, ("id", "email", "name"), row[:3])


def open_shares(rows: Iterable[Sequence[Any]]) -> tuple[OpenShare, ...]:
    """Return of rows with `SHARE_COLUMNS` those whose access holds: the same question as
    `Share.objects.active()`, but for a diary that waits to be deleted."""
    now = timezone.now()
    held = [
        OpenShare(user, role, confirmed, until)
        for user, role, confirmed, revoked, until in rows
        if confirmed is not None and revoked is None and (until is None or until > now)
    ]
    return tuple(sorted(held, key=lambda share: (share.confirmed, share.user)))


def asking(rows: Iterable[Sequence[Any]]) -> Iterator[UUID]:
    """Yield of rows with `SHARE_COLUMNS` who waits for a yes: the same question as
    `Share.objects.awaiting_confirmation()`."""
    now = timezone.now()
    for user, _role, confirmed, revoked, until in rows:
        if confirmed is None and revoked is None and (until is None or until > now):
            yield user


def turns_of(since: datetime, **whose: Any) -> "QuerySet[DutyTurn]":
    """Return the turns of duty that last, or ended after this moment."""
    return DutyTurn.objects.filter(Q(ended=None) | Q(ended__gt=since), **whose)


def _put_together(patient: Patient, rows: Mapping[str, list[Any]]) -> Iterator[Course]:
    """Yield the courses with what belongs to each, as if Django had prefetched it."""
    plans = {plan.course_id: plan for plan in rows["bag_plans"]}
    for course in rows["courses"]:
        course.patient = patient
        course._state.fields_cache["bag_plan"] = plans.get(course.pk)
        course._prefetched_objects_cache = {
            name: _loaded(course, name, rows[name]) for name in ("cycles", "doses", "holds")
        }
        yield course


def _loaded(course: Course, name: str, rows: Iterable[Any]) -> "QuerySet[Any, Any]":
    key = course.pk
    mine = [row for row in rows if row.course_id == key]
    for row in mine:
        row._state.fields_cache["course"] = course
    loaded = getattr(course, name).get_queryset()
    loaded._result_cache, loaded._prefetch_done = mine, True
    return loaded  # type: ignore[no-any-return]
