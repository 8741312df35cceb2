"""What is in the diaries of several patients, as far as reminders ask: one query for each question,
however many patients there are."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import AuditEntry, Patient
from diary.judging.holds import hold_on
from diary.judging.standing import giving
from diary.models import CheckIn, Course, Dose, Report, Version
from therapies.catalogue import catalogue

# Whoever changed a number knew then that it was right.
CHECKED = ("set number", "confirm numbers")


def last_entries(patients: Collection[UUID]) -> dict[UUID, tuple[datetime, date]]:
    """Return the moment and the local day of the last entry of each that has one."""
    entries = _standing_entries().filter(patient=OuterRef("pk")).order_by("-at")
    found = Patient.objects.filter(pk__in=patients).annotate(
        last_at=Subquery(entries.values("at")[:1]),
        last_day=Subquery(entries.values("local_day")[:1]),
    )
    rows = found.order_by().values_list("pk", "last_at", "last_day")
    return {pk: (at, day) for pk, at, day in rows if at is not None}


def last_measured(patients: Collection[UUID], since: datetime) -> dict[UUID, datetime]:
    """Return when each had a temperature taken last, where that was since then."""
    thermometer = catalogue().thermometer
    said = Report.objects.filter(version__check_in=OuterRef("pk"), symptom=thermometer)
    measured = said.filter(answer=Report.Answer.READING)
    entries = _standing_entries().filter(Exists(measured), patient__in=patients, at__gte=since)
    return dict(entries.order_by("at").values_list("patient", "at"))


def with_open_tablets(patients: Collection[UUID], day: date) -> set[UUID]:
    """Return those who have tablets on this day that nobody has answered for."""
    going = Q(ended__isnull=True) | Q(ended__gte=day)
    answered = Dose.objects.filter(course=OuterRef("pk"), kind=Dose.Kind.TABLET, local_day=day)
    courses = Course.objects.filter(
        going, ~Exists(answered), patient__in=patients, withdrawn__isnull=True, started__lte=day
    )
    return {
        course.patient_id
        for course in courses.prefetch_related("holds")
        if giving(course) == "tablet" and hold_on(course, day) is None
    }


def numbers_confirmed(patients: Iterable[Patient]) -> dict[UUID, datetime]:
    """Return when somebody last said, or changed, that the numbers of each are right: where nobody
    did, when the diary began."""
    checked = AuditEntry.objects.filter(patient=OuterRef("pk"), action__in=CHECKED)
    latest = Subquery(checked.order_by("-at").values("at")[:1])
    known = {patient.pk: patient.created for patient in patients}
    found = Patient.objects.filter(pk__in=known).annotate(latest=latest).order_by()
    return {pk: at or known[pk] for pk, at in found.values_list("pk", "latest")}


def _standing_entries() -> QuerySet[CheckIn]:
    """Those that nobody removed. One that was restored counts as removed: it is asked once more."""
    removed = Version.objects.filter(check_in=OuterRef("pk"), kind=Version.Kind.REMOVED)
    return CheckIn.objects.filter(~Exists(removed))
