"""What happens to a pump at home: bag changes, alarms, trouble with the line.

An event is only ever added, at the moment of the tap; a slip of the finger is marked as taken back.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import User
from diary.core.days import local_day
from diary.core.errors import Conflict
from diary.models import BagPlan, Course, PumpEvent

HOUR = timedelta(hours=1)


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
    event.taken_back = timezone.now()
    event.save(update_fields=["taken_back"])
    write_audit("take back pump event", event, patient=event.course.patient, by=by)
    return event


def _last_bag(course: Course) -> PumpEvent | None:
    bags = course.pump_events.filter(kind=PumpEvent.Kind.BAG, taken_back__isnull=True)
    return bags.order_by("-at").first()
