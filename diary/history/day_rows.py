"""Everything that was recorded about some days, by one statement."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Patient
from accounts.statements import Part
from diary.check_ins.load import parts_of
from diary.core.days import DAY, start_of
from diary.core.statements import Statement
from diary.history.latest_events import latest_events
from diary.judging.given_doses import ZONES_APART, cycles_around, doses_around, matters_since
from diary.judging.medicines import longest_mask
from diary.models import CheckIn, Dose, Look, Medicine, PumpEvent


def rows_of_days(
    patient: Patient,
    first: date,
    last: date,
    *,
    begin: datetime,
    end: datetime,
    with_latest: bool = False,
) -> dict[str, list[Any]]:
    """Return what was recorded about the days from `first` to `last`, with the doses that matter
    from `begin` to `end`; `with_latest` also the check-ins of the last fever and the last calls."""
    ask = _WITH_LATEST if with_latest else _DAYS
    begun, over = start_of(first, patient.tz), start_of(last + DAY, patient.tz)
    return ask(
        patient=patient.pk,
        first=first,
        last=last,
        first_day=first - ZONES_APART,
        last_day=last + ZONES_APART,
        begin=begin,
        end=end,
        since=matters_since(begin),
        begun=begun,
        over=over,
        given_since=begun - longest_mask(),
    )


def _parts(latest: Callable[[UUID], Q] | None) -> Callable[..., dict[str, Part]]:
    def build(
        patient: UUID,
        first: date,
        last: date,
        first_day: date,
        last_day: date,
        begun: datetime,
        over: datetime,
        given_since: datetime,
        **around: datetime,
    ) -> dict[str, Part]:
        days = {"local_day__range": (first, last)}
        of_course = {"course__patient": patient, "course__withdrawn__isnull": True}
        stopped = Q(kind=Dose.Kind.PUMP, ended__gte=begun, ended__lt=over)
        # Each by its own index: with `patient` asked of both, ten years would be looked through.
        mine = Q(patient=patient, **days)
        chosen = mine | latest(patient) if latest else mine
        return {
            **parts_of(CheckIn.objects.filter(chosen)),
            "cycles": cycles_around(patient, first_day, last_day),
            "doses": doses_around(patient, also=Q(**days) | stopped, **around),
            "tablets": Dose.objects.filter(kind=Dose.Kind.TABLET, **of_course, **days),
            "medicines": Medicine.objects.filter(patient=patient, at__range=(given_since, over)),
            "pump_events": PumpEvent.objects.filter(**of_course, **days),
            "looks": Look.objects.filter(patient=patient, **days),
        }

    return build


_DAYS = Statement(_parts(None))
_WITH_LATEST = Statement(_parts(latest_events))
