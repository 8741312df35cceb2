"""What the course of a treatment suggests. Nothing of it is on until somebody accepts it."""

from collections.abc import Container

from django.utils import timezone

from accounts.models import Patient
from diary.judging.standing import courses_between, standing_of
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import CloserWatch


def suggestions(patient: Patient, wanted: Container[str]) -> list[CloserWatch]:
    """Return what fits the treatments now, but for kinds that are `wanted` already."""
    now = timezone.now()
    courses = courses_between(patient, now, now)
    standings = [standing_of(course, courses, now, patient.tz) for course in courses]
    return [
        watch
        for watch in catalogue().home.closer_watches.values()
        if watch.kind not in wanted and any(watch.fits(standing) for standing in standings)
    ]
