"""Asks the urgency engine about a patient's reports, and stores what it found."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypedDict
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.memory import remembered
from accounts.models import Patient
from accounts.statements import Columns, Part
from diary.core.days import HOUR
from diary.core.statements import Statement
from diary.models import CheckIn, Finding, Report, Version
from therapies.catalogue import catalogue
from therapies.pages.citations import to_keep
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import RuleFinding, SymptomReport, assess

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Judged(TypedDict):
        was_for_team: bool

    JudgedReport = WithAnnotations[Report, _Judged]

RECENT = timedelta(days=7)  # what stands first on a page, and more than any rule looks back
# What gives a finding its place among the others of its version.
Key = tuple[str, str, str, str]


class AnyReport(Protocol):
    """A stored report, or one that was just typed."""

    @property
    def symptom(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def temperature(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...


def reported(answers: Iterable[AnyReport]) -> list[SymptomReport]:
    """Return what the engine is asked about: a "no" is kept in the diary, but is not a report."""
    return [_reported(a) for a in answers if a.answer != Report.Answer.NO]


def _reported(answered: AnyReport) -> SymptomReport:
    if answered.answer == Report.Answer.READING:
        return SymptomReport(
            answered.symptom, temperature=answered.temperature, unit=answered.unit or None
        )
    severities = {severity.slug: severity for severity in Severity}
    return SymptomReport(answered.symptom, severities.get(answered.answer))


def current_reports(patient: Patient, first: datetime, last: datetime) -> "list[JudgedReport]":
    """Return the reports that stand now, of check-ins about `first` to `last`, both included; each
    with whether it was for the team by itself. Those of the last days are read once for a page."""
    now = timezone.now()
    since, until = now - RECENT - HOUR, now + look_back() + HOUR
    if first < since or last > until:
        return _read_reports(patient, first, last)
    recent = remembered(("reports", patient.pk), lambda: _read_reports(patient, since, until))
    return [r for r in recent if first <= r.version.check_in.at <= last]


def _read_reports(patient: Patient, first: datetime, last: datetime) -> "list[JudgedReport]":
    rows = _STATEMENT(patient=patient.pk, first=first, last=last)
    check_ins = {check_in.pk: check_in for check_in in rows["check_ins"]}
    versions = {version.pk: version for version in rows["versions"]}
    for version in versions.values():
        version.check_in = check_ins[version.check_in_id]
    for_team = set(rows["for_team"])
    for report in rows["reports"]:
        report.version = versions[report.version_id]
        report.was_for_team = (report.version_id, report.symptom) in for_team
    return rows["reports"]


def _parts(patient: UUID, first: datetime, last: datetime) -> dict[str, Part]:
    check_ins = CheckIn.objects.filter(patient=patient, at__range=(first, last))
    later = Version.objects.filter(check_in=OuterRef("check_in"), number__gt=OuterRef("number"))
    about = {"check_in__patient": patient, "check_in__at__range": (first, last)}
    versions = Version.objects.filter(~Exists(later), **about)
    current = versions.values("pk")
    for_team = Finding.objects.filter(
        version__in=current, level__in=[Level.CONTACT.slug, Level.URGENT.slug]
    ).exclude(rule__in=catalogue().rules.combinations)
    return {
        "check_ins": check_ins,
        "versions": versions,
        "reports": Report.objects.filter(version__in=current),
        "for_team": Columns(for_team, ("version", "symptom")),
    }


_STATEMENT = Statement(_parts)


def earlier_reports(patient: Patient, at: datetime) -> list[SymptomReport]:
    """Return what is on record of the hours around that rules about combinations look at: also
    what is about a later moment, for an entry that was saved late."""
    return reported_before(current_reports(patient, at - look_back(), at + look_back()))


def reported_before(reports: "Iterable[JudgedReport]") -> list[SymptomReport]:
    """Return what the engine is told of earlier reports: also which were for the team by themselves
    when they were judged. Wants reports of `current_reports`."""
    return [
        replace(_reported(report), was_for_team=report.was_for_team)
        for report in reports
        if report.answer != Report.Answer.NO
    ]


def look_back() -> timedelta:
    return timedelta(hours=catalogue().rules.look_back_hours)


def judge(
    answers: Iterable[AnyReport],
    standings: Iterable[Standing],
    *,
    line: Decimal | None,
    earlier: Iterable[SymptomReport],
) -> tuple[RuleFinding, ...]:
    found = assess(
        reported(answers),
        standings,
        rules=catalogue().rules,
        fever_from_c=line,
        earlier=earlier,
    )
    # A course that stands in two zones may meet a rule in both.
    return tuple({(key_of(f), f.course): f for f in reversed(found.findings)}.values())[::-1]


def key_of(found: RuleFinding) -> Key:
    return (found.rule, found.therapy or "", found.symptom, found.group)


def stored_key(finding: Finding) -> Key:
    return (finding.rule, finding.therapy, finding.symptom, finding.group)


def keep(version: Version, found: Sequence[RuleFinding], *, at: datetime) -> list[Finding]:
    """Store findings with the words, the sources and the catalogue of this moment."""
    return Finding.objects.bulk_create(_row(version, finding, at) for finding in found)


def _row(version: Version, found: RuleFinding, at: datetime) -> Finding:
    therapy = catalogue().therapies[found.therapy].name if found.therapy else ""
    return Finding(
        version=version,
        course_id=found.course or None,
        therapy=found.therapy or "",
        symptom=found.symptom,
        rule=found.rule,
        level=found.level.slug,
        group=found.group,
        basis=found.basis,
        call_first=found.call_first,
        wording=found.plain.replace("{therapy}", therapy),
        citations=[to_keep(citation) for citation in found.citations],
        catalogue_hash=catalogue().hash,
        found=at,
    )
