"""Holds a file between its preview and the yes: one per person, for an hour, for nobody else."""

import zlib
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from diary.core.words import month_words, span_words
from diary.models import HeldFile
from summary.bring_in.read import Said

KEPT_FOR = timedelta(hours=1)
KIND = "diary"


@transaction.atomic
def hold(content: bytes, said: Said, *, by: User) -> HeldFile:
    """Keep a file that was checked; whatever this person or anybody left lying before is gone."""
    now = timezone.now()
    by.held_files.all().delete()
    HeldFile.objects.filter(created__lt=now - KEPT_FOR).delete()
    packed = zlib.compress(content, 1)
    return by.held_files.create(kind=KIND, content=packed, said=preview(said), created=now)


def held(key: UUID, *, by: User) -> HeldFile:
    """Return the file that this person sent. Raises Http404 for all others, and when it is old."""
    still = by.held_files.filter(created__gte=timezone.now() - KEPT_FOR)
    return get_object_or_404(still, pk=key, kind=KIND)


def content_of(file: HeldFile) -> bytes:
    return zlib.decompress(bytes(file.content))


def preview(said: Said) -> Said:
    """Return name, birth, days, who wrote in it, and how many of each kind there are."""
    patient, check_ins = said["patient"], said["check_ins"]
    days = sorted(date.fromisoformat(one["local_day"]) for one in (*check_ins, *said["looks"]))
    return {
        "name": patient["name"],
        "born": month_words(patient["birth_year"], patient["birth_month"]),
        "is_self": patient["is_self"],
        "days": span_words(days[0], days[-1]) if days else "",
        "is_part": not said["period"]["is_everything"],
        "authors": [author["name"] for author in said["authors"]],
        "counts": [[name, count] for name, count in _counts(said) if count],
        "shares": sum(share["revoked"] is None for share in said["shares"]),
    }


def _counts(said: Said) -> Iterable[tuple[str, int]]:
    check_ins, courses = said["check_ins"], said["courses"]
    versions = [version for one in check_ins for version in one["versions"]]
    reports = [report for version in versions for report in version["reports"]]
    findings = [finding for version in versions for finding in version["findings"]]
    yield "Check-ins", len(check_ins)
    yield "of them corrected or removed", sum(len(one["versions"]) > 1 for one in check_ins)
    yield "Temperatures", sum(report["answer"] == "reading" for report in reports)
    yield "Other answers", sum(report["answer"] != "reading" for report in reports)
    yield "Findings", len(findings)
    yield "of them urgent", sum(finding["level"] == "urgent" for finding in findings)
    yield "Calls and what came of them", sum(len(one["calls"]) for one in check_ins)
    yield "Treatments", len(courses)
    yield "Doses, pump runs and tablet days", sum(len(one["doses"]) for one in courses)
    yield "Times on hold", sum(len(one["holds"]) for one in courses)
    yield "Pump events", sum(len(one["pump_events"]) for one in courses)
    yield "Medicines given as needed", len(said["medicines"])
    yield "Weights", len(said["weights"])
    yield "One-minute checks", len(said["looks"])
    yield "Photos, without their pictures", sum(len(one["photos"]) for one in check_ins)
    yield "Appointments", len(said["appointments"])
    yield "Questions", len(said["questions"])
    yield "Symptoms in own words", len(said["own_symptoms"])
    yield "Phone numbers", len(said["contacts"])
