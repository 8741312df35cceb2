"""What stands on top of every page of one patient, and in the list of people."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django import template
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import Patient
from accounts.people import Person
from diary import phrases
from diary.models import Call, CheckIn, Contact
from diary.numbers import Number, numbers_of
from diary.readings import Measure, next_reading
from diary.treatment import courses_between, treatment_lines

register = template.Library()


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    check_in: CheckIn
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """`open` are urgent entries after which nobody was reached; `told` those after which somebody
    was, and that no person has closed. `measure` belongs to those alone: while there is a call to
    make, or somebody is to come in, nothing is to be measured."""

    lines: list[str]
    number_missing: bool
    open: list[OpenPrompt]
    told: list[OpenPrompt]
    measure: Measure | None
    emergency: Number | None
    key: UUID


@register.simple_tag
def patient_strip(patient: Patient) -> Strip:
    """Say where the treatment stands, whether the team's number is missing, which urgent entries
    nobody has called about or nobody has closed, and when to measure again."""
    now = timezone.now()
    prefetch_related_objects([patient], "contacts")
    kinds = {contact.kind for contact in patient.contacts.all()}
    followed = list(patient.check_ins.followed().order_by("-at"))
    unreached: set[UUID] = set()
    if followed:
        unreached = set(patient.check_ins.still_open().values_list("pk", flat=True))
    may_measure = bool(followed) and not unreached and not _is_to_come_in(patient)
    return Strip(
        lines=treatment_lines(courses_between(patient, now, now), now, patient.tz),
        number_missing=Contact.Kind.ALWAYS not in kinds,
        open=[OpenPrompt(c, _about(c)) for c in followed if c.pk in unreached],
        told=[OpenPrompt(c, _about(c)) for c in followed if c.pk not in unreached],
        measure=next_reading(patient, now=now) if may_measure else None,
        emergency=numbers_of(patient).emergency if followed else None,
        key=uuid4(),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A diary in the list of people, with what is urgent in it, as far as nobody has closed it."""

    person: Person
    open: list[OpenPrompt]
    told: list[OpenPrompt]


@register.simple_tag
def with_urgent(people: list[Person]) -> list[Listed]:
    """Two queries, however many people there are."""
    patients = {person.patient.pk: person.patient for person in people}
    everybody = CheckIn.objects.filter(patient__in=patients)
    unreached = set(everybody.still_open().values_list("pk", flat=True))
    listed = {key: Listed(person, [], []) for key, person in zip(patients, people, strict=True)}
    for check_in in everybody.followed().order_by("-at"):
        check_in.patient = patients[check_in.patient_id]
        here = listed[check_in.patient_id]
        (here.open if check_in.pk in unreached else here.told).append(
            OpenPrompt(check_in, _about(check_in))
        )
    return list(listed.values())


def _is_to_come_in(patient: Patient) -> bool:
    """Was that what the team said last?"""
    reached = Call.objects.filter(check_in__patient=patient, outcome=Call.Outcome.REACHED)
    last = reached.order_by("-recorded").first()
    return last is not None and last.is_come_in


def _about(check_in: CheckIn) -> str:
    local = check_in.at.astimezone(check_in.patient.tz)
    today = timezone.now().astimezone(check_in.patient.tz).date()
    days = {today: "today", today - timedelta(days=1): "yesterday"}
    day = days.get(local.date(), phrases.day_words(local.date()))
    return f"entry of {day}, {phrases.clock_words(local.time())}"
