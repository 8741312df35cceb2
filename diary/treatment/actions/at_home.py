"""What happens to a pump at home: bag changes, alarms, trouble with the line.

An event is only ever added, at the moment of the tap; a slip of the finger is marked as taken back.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from diary.core.days import HOUR, local_day
from diary.core.errors import Conflict
from diary.models import BagPlan, Course, Medicine, PumpEvent, Weight


@transaction.atomic
def set_bag_plan(
    course: Course, *, due: datetime | None, every_hours: int | None, by: User
) -> BagPlan:
    """Keep when the next bag change is due. Where only the interval is known, it counts from the
    last change that is recorded, if there is one."""
    if due is None and every_hours is not None and (last := _last_bag(course)) is not None:
        due = last.at + every_hours * HOUR
    plan, _ = BagPlan.objects.update_or_create(
        course=course, defaults={"due": due, "every_hours": every_hours}
    )
    write_audit("set bag plan", plan, patient=course.patient, by=by)
    return plan


@transaction.atomic
def record_pump_event(course: Course, *, event_id: UUID, kind: str, by: User) -> PumpEvent:
    """Record what happens now. The same tap twice is one event.

    Raises Conflict where the id is taken by something else.
    """
    now = timezone.now()
    plan = BagPlan.objects.filter(course=course).first() if kind == PumpEvent.Kind.BAG else None
    event, is_new = PumpEvent.objects.get_or_create(
        id=event_id,
        defaults={
            "course": course,
            "kind": kind,
            "at": now,
            "zone": course.patient.zone,
            "local_day": local_day(now, course.patient.tz),
            "by": by,
            "due_before": plan.due if plan else None,
        },
    )
    if not is_new:
        if (event.course_id, event.kind) != (course.pk, kind):
            raise Conflict
        return event
    if plan is not None:
        plan.due = now + plan.every_hours * HOUR if plan.every_hours else None
        plan.save(update_fields=["due"])
    write_audit(f"record pump: {kind}", event, patient=course.patient, by=by)
    return event


@transaction.atomic
def take_back(event: PumpEvent, *, by: User) -> PumpEvent:
    """Mark what was tapped by mistake. The last bag change gives back the time that was due."""
    if event.taken_back is not None:
        return event
    if event.kind == PumpEvent.Kind.BAG and event == _last_bag(event.course):
        BagPlan.objects.filter(course=event.course).update(due=event.due_before)
    patient, now = event.course.patient, timezone.now()
    save_change("take back pump event", event, patient=patient, by=by, taken_back=now)
    return event


def _last_bag(course: Course) -> PumpEvent | None:
    bags = course.pump_events.filter(kind=PumpEvent.Kind.BAG, taken_back__isnull=True)
    return bags.order_by("-at").first()


@transaction.atomic
def record_medicine(
    patient: Patient,
    *,
    medicine: str,
    name: str,
    amount: str,
    at: datetime,
    next_hours: int | None,
    by: User,
    id: UUID | None = None,  # noqa: A002 (the name of the field)
) -> Medicine:
    """Note what was given, and when. Sending it twice notes it once; it judges no reading again,
    because a mask lowers nothing."""
    if id is None or Medicine.objects.exclude(patient=patient).filter(pk=id).exists():
        id = uuid4()  # noqa: A001
    given, is_new = patient.medicines.get_or_create(
        id=id,
        defaults={
            "medicine": medicine,
            "name": name,
            "amount": amount,
            "at": at,
            "next_hours": next_hours,
            "by": by,
            "recorded": timezone.now(),
        },
    )
    if is_new:
        write_audit("record medicine", given, patient=patient, by=by)
    return given


@transaction.atomic
def withdraw_medicine(medicine: Medicine, *, by: User) -> None:
    """Take out what was entered by mistake; the history still says that it stood there."""
    if medicine.withdrawn is None:
        patient, now = medicine.patient, timezone.now()
        save_change("withdraw medicine", medicine, patient=patient, by=by, withdrawn=now)


@transaction.atomic
def record_weight(
    patient: Patient,
    *,
    day: date,
    value: Decimal,
    unit: str,
    by: User,
    id: UUID,  # noqa: A002 (the name of the field)
) -> Weight:
    """Sending it twice keeps it once."""
    if Weight.objects.exclude(patient=patient).filter(pk=id).exists():
        id = uuid4()  # noqa: A001
    said = {"day": day, "value": value, "unit": unit, "by": by, "recorded": timezone.now()}
    weight, is_new = patient.weights.get_or_create(id=id, defaults=said)
    if is_new:
        write_audit("record weight", weight, patient=patient, by=by)
    return weight


@transaction.atomic
def withdraw_weight(weight: Weight, *, by: User) -> None:
    if weight.withdrawn is None:
        patient, now = weight.patient, timezone.now()
        save_change("withdraw weight", weight, patient=patient, by=by, withdrawn=now)
