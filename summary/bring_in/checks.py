"""What a schema cannot say: whether the parts of a file fit each other, and fit a diary."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.models import Field

from accounts.countries import countries
from diary.core.fields import PhoneField
from diary.models import BagPlan, Call, Dose, PumpEvent
from diary.treatment.looks.strokes import MOST_POINTS
from summary.bring_in.read import At, Said
from therapies.catalogue import catalogue
from therapies.fields import CatalogueField
from therapies.rulebook import GROUPS

DAY = timedelta(days=1)
Misfit = tuple[At, str]  # where it stands, and what is wrong
# What may lie ahead; everything else has happened.
AHEAD = {
    (Dose, "started"),
    (Dose, "ended"),
    (BagPlan, "due"),
    (PumpEvent, "due_before"),
    (Call, "measure_at"),
}


def unlike(column: "Field[Any, Any]", value: Any, now: datetime) -> str:
    """Say why this value cannot stand in this column, or nothing."""
    if isinstance(column, CatalogueField) and not value and not column.blank:
        return "This is empty."
    if isinstance(column, CatalogueField) and value:
        if value not in getattr(catalogue(), column.table):
            return f"“{value}” is not in the lists of this diary. A newer one may know it."
    elif column.name == "zone" and value not in _zones() and (value or not column.blank):
        return f"There is no time zone “{value}”."
    elif isinstance(value, datetime) and (column.model, column.name) not in AHEAD:
        # A call in the future would go on closing every prompt until then.
        return "This has happened, so it cannot lie in the future." if value > now + DAY else ""
    return ""


def misfits(said: Said, now: datetime) -> Iterator[Misfit]:
    """Yield what does not fit in the file as a whole."""
    yield from _patient(said["patient"], now)
    for n, check_in in enumerate(said["check_ins"]):
        yield from _check_in(check_in, ("check_ins", n))
    for n, contact in enumerate(said["contacts"]):
        try:
            PhoneField().clean(contact["number"])
        except ValidationError:
            yield ("contacts", n, "number"), "That is not a number to call."
    for n, look in enumerate(said["looks"]):
        yield from _look(look, ("looks", n))
    for n, course in enumerate(said["courses"]):
        for m, event in enumerate(course["pump_events"]):
            yield from _day(event, ("courses", n, "pump_events", m))


def _patient(patient: Said, now: datetime) -> Iterator[Misfit]:
    for name in ("name", "team_name"):
        if not patient[name].strip():
            yield ("patient", name), "This is empty."
    if patient["zone"] not in _zones():
        yield ("patient", "zone"), "There is no such time zone."
    if patient["country"] not in dict(countries()):
        yield ("patient", "country"), "There is no such country."
    if not 1900 <= patient["birth_year"] <= now.year or not 1 <= patient["birth_month"] <= 12:
        yield ("patient", "birth"), "Nobody can have been born then."
    try:
        made = datetime.fromisoformat(patient["created"])
    except ValueError:
        made = None
    if made is None or made > now + DAY:
        yield ("patient", "created"), "That is not a moment in the past."


def _check_in(check_in: Said, at: At) -> Iterator[Misfit]:
    yield from _day(check_in, at)
    versions = check_in["versions"]
    if [version["number"] for version in versions] != list(range(1, len(versions) + 1)):
        yield (*at, "versions"), "These should count 1, 2, 3 without a gap."
    if not versions:
        yield (*at, "versions"), "There should be one or more."
    for n, version in enumerate(versions):
        for m, report in enumerate(version["reports"]):
            if report["answer"] == "reading" and not _is_measured(report["symptom"]):
                yield (
                    (*at, "versions", n, "reports", m, "answer"),
                    "Only a temperature is a reading.",
                )
        for m, finding in enumerate(version["findings"]):
            if finding["group"] not in GROUPS:
                yield (*at, "versions", n, "findings", m, "group"), "This diary has no such group."


def _look(look: Said, at: At) -> Iterator[Misfit]:
    yield from _day(look, at)
    if sum(map(len, look["strokes"])) > MOST_POINTS:
        yield (*at, "strokes"), "There are too many points."
    for n, answer in enumerate(look["answers"]):
        if answer["answer"] and answer["answer"] not in catalogue().home.look_answers:
            yield (*at, "answers", n), "This diary has no such answer."


def _day(said: Said, at: At) -> Iterator[Misfit]:
    """The day and the moment belong together; how exactly is up to the zone's rules of then."""
    try:
        day = date.fromisoformat(said["local_day"])
        moment = datetime.fromisoformat(said["at"]).astimezone(UTC).date()
    except ValueError:
        yield at, "There is no such day."
        return
    if abs(day - moment) > DAY:
        yield (*at, "local_day"), "This is not the day of that moment."


def _is_measured(symptom: str) -> bool:
    known = catalogue().symptoms.get(symptom)
    return known is not None and known.kind == "temperature"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
