"""Which diaries nobody has written in for years: the operator may have them deleted, and their
owners may still keep them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from accounts.models import Erasure, Patient
from diary.core.days import local_day
from diary.models import CheckIn, Look
from summary.erasure.actions import Kind, ask_for_diary


class OldDiary(NamedTuple):
    """A diary and the last day that says anybody needs it. It has no name here."""

    patient: UUID
    last_day: date


def old_diaries(years: int, now: datetime | None = None) -> list[OldDiary]:
    """Return those without an entry or a check for so many years that do not wait already. One that
    its owner chose to keep counts from that day on."""
    today = local_day(now or timezone.now(), timezone.get_current_timezone())
    return [one for one in _last_days() if _later(one.last_day, years) <= today]


def propose(years: int) -> list[OldDiary]:
    """Let them go after the days in which they can be kept."""
    found = old_diaries(years)
    for patient in Patient.objects.filter(pk__in=[one.patient for one in found]):
        ask_for_diary(patient, by=None)
    return found


def _last_days() -> Iterator[OldDiary]:
    entries = dict(_last(CheckIn))
    looks = dict(_last(Look))
    undone = Erasure.objects.filter(kind=Kind.DIARY, undone__isnull=False).order_by()
    kept = dict(undone.values_list("row").annotate(Max("undone")))
    for patient in Patient.objects.filter(erase_due=None).order_by("created"):
        days = [local_day(patient.created, patient.tz), entries.get(patient.pk)]
        days += [looks.get(patient.pk)]
        if patient.pk in kept:
            days.append(local_day(kept[patient.pk], patient.tz))
        yield OldDiary(patient.pk, max(day for day in days if day))


def _last(rows: type[CheckIn | Look]) -> list[tuple[UUID, date]]:
    days = rows._default_manager.order_by().values_list("patient").annotate(Max("local_day"))
    return list(days)


def _later(day: date, years: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) if is_leap_day else day.replace(year=day.year + years)
