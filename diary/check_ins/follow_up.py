"""What is urgent and was not closed by anybody: its rows, read by one query, and who answered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.memory import remembered
from accounts.models import Patient
from accounts.statements import Columns, Part, read_together
from diary.core.days import DAY
from diary.core.statements import Statement
from diary.judging.facts import facts_of
from diary.models import Call, CheckIn, Finding, Report, Version
from diary.models.check_ins import ANSWERED
from diary.models.threads import Fever, told_elsewhere
from therapies.catalogue import catalogue

MEASURE_FOR = DAY  # so long after the time that the team gave, the next reading is asked for


class CurrentTemperature(NamedTuple):
    """What an entry says of the temperature in the version that counts."""

    symptom: str
    temperature: Decimal | None
    unit: str


@dataclass(frozen=True)
class FollowUp:
    """`findings` are the urgent ones of the `check_ins`, each as a `Fever`, whatever it is about;
    `symptoms` says what. `calls` are all that followed, by check-in."""

    check_ins: Mapping[UUID, CheckIn]
    findings: tuple[Fever, ...]
    symptoms: Mapping[int, str]
    calls: Mapping[UUID, list[Call]]
    readings: Mapping[UUID, CurrentTemperature]  # of the temperature, as each check-in says it now
    # Of one diary, while anything is followed there: the last call of all that somebody answered,
    # and the last that gave a time for the next reading.
    last_reached: Call | None = None
    last_to_measure: Call | None = None

    @cached_property
    def fevers(self) -> list[Fever]:
        thermometer = catalogue().thermometer
        hot = (f for f in self.findings if self.symptoms[f.finding] == thermometer)
        return [fever for fever in hot if fever.is_fever]

    @cached_property
    def told(self) -> dict[UUID, Call]:
        """The call about another reading that answered a check-in's fever."""
        calls = [call for those in self.calls.values() for call in those]
        return told_elsewhere(
            self.fevers, (call for call in calls if call.outcome == Call.Outcome.REACHED)
        )

    @cached_property
    def asking(self) -> dict[int, UUID]:
        """The findings after which nobody was reached, each with its check-in."""
        told = {f.finding for f in self.fevers if f.is_told(self.told.get(f.check_in))}
        return {
            finding.finding: finding.check_in
            for finding in self.findings
            if finding.finding not in told
            and not self._is_answered(finding.check_in, finding.found)
        }

    @cached_property
    def worse(self) -> set[UUID]:
        """The check-ins of which it was said that it got worse, and nobody was reached since."""
        return {
            check_in
            for check_in, calls in self.calls.items()
            if any(
                call.outcome == Call.Outcome.WORSE
                and not any(c.recorded > call.recorded for c in calls if c.outcome in ANSWERED)
                for call in calls
            )
        }

    def _is_answered(self, check_in: UUID, since: datetime) -> bool:
        calls = self.calls.get(check_in, ())
        return any(call.outcome in ANSWERED and call.recorded >= since for call in calls)


def follow_up_of(patients: Iterable[Patient]) -> FollowUp:
    """Return what nobody has closed in these diaries."""
    known = {patient.pk: patient for patient in patients}
    if not known or (len(known) == 1 and not facts_of(*known.values()).is_followed):
        return FollowUp({}, (), {}, {}, {})
    if len(known) != 1:
        rows = read_together(followed_parts(patient__in=known))
        return put_together(known, rows)
    (patient,) = known.values()

    def read() -> FollowUp:
        since = timezone.now() - MEASURE_FOR
        return put_together(known, _STATEMENT(patient=patient.pk, measure_since=since))

    return remembered(("followed", patient.pk), read)


def followed_parts(**whose: Any) -> dict[str, Part]:
    """Return what to ask for; `whose` is a filter by `patient`."""
    followed = CheckIn.objects.followed(**whose)
    keys = followed.order_by().values("pk")
    about = FilteredRelation(
        "version__reports", condition=Q(version__reports__symptom=catalogue().thermometer)
    )
    later = Version.objects.filter(
        check_in=OuterRef("version__check_in"), number__gt=OuterRef("version__number")
    )
    findings = Finding.objects.filter(level="urgent", version__check_in__in=keys, **whose)
    return {
        "check_ins": followed,
        "findings": Columns(
            findings.annotate(thermometer=about),
            (
                "symptom",
                "pk",
                "found",
                "version__check_in",
                "patient",
                "version__check_in__at",
                "version__fever_line_c",
                "thermometer__temperature",
                "thermometer__unit",
            ),
        ),
        "calls": Call.objects.filter(check_in__in=keys),
        "readings": Columns(
            Report.objects.filter(
                ~Exists(later), symptom=catalogue().thermometer, version__check_in__in=keys
            ),
            ("version__check_in", "temperature", "unit"),
        ),
    }


def _parts_of_one(patient: UUID, measure_since: datetime) -> dict[str, Part]:
    """The last calls are those of the whole diary, whatever was closed since."""
    calls = Call.objects.filter(patient=patient)
    reached, to_measure = (
        calls.filter(outcome=Call.Outcome.REACHED),
        calls.filter(measure_at__gte=measure_since),
    )
    return followed_parts(patient=patient) | {
        "last_reached": Call.objects.filter(pk=_last(reached)),
        "last_to_measure": Call.objects.filter(pk=_last(to_measure)),
    }


def _last(calls: "QuerySet[Call]") -> Subquery:
    return Subquery(calls.order_by("-recorded").values("pk")[:1])


_STATEMENT = Statement(_parts_of_one)


def put_together(known: Mapping[UUID, Patient], rows: Mapping[str, list[Any]]) -> FollowUp:
    """Make it of the rows of `followed_parts` in these diaries."""
    check_ins: dict[UUID, CheckIn] = {}
    calls: dict[UUID, list[Call]] = defaultdict(list)
    for check_in in rows["check_ins"]:
        check_in.patient = known[check_in.patient_id]
        check_ins[check_in.pk] = check_in
    for call in sorted(rows["calls"], key=lambda call: call.recorded):
        call.check_in = check_ins[call.check_in_id]
        calls[call.check_in_id].append(call)
    findings = sorted(rows["findings"], key=lambda row: row[1])
    return FollowUp(
        check_ins=check_ins,
        findings=tuple(Fever._make((*row[1:-1], row[-1] or "")) for row in findings),
        symptoms={row[1]: row[0] for row in findings},
        calls=calls,
        readings={
            check_in: CurrentTemperature(catalogue().thermometer, degrees, unit)
            for check_in, degrees, unit in rows["readings"]
        },
        last_reached=next(iter(rows.get("last_reached", ())), None),
        last_to_measure=next(iter(rows.get("last_to_measure", ())), None),
    )
