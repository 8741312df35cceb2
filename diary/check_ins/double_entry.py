"""What somebody else wrote within the same minutes: two people often note one thing. It is said as
information; nothing is merged and no prompt goes away."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import Patient, User
from diary.core import words as phrases
from diary.core.days import MINUTE
from diary.judging.fever import impossible_words
from diary.models import CheckIn, Report, Version

DOUBLE_ENTRY_SPAN = timedelta(minutes=10)
MAX_NAMED_SYMPTOMS = 2


def written_lately(patient: Patient, reader: User, now: datetime) -> list[str]:
    """Say what others wrote in the last minutes, before somebody types it again. Three queries."""
    found = _near(patient, now - DOUBLE_ENTRY_SPAN, now, without=reader)
    return [
        f"{check_in.author} wrote {_words(reports)} {_ago(now - check_in.at)}."
        for check_in, reports in found
    ]


def written_twice(check_in: CheckIn) -> list[str]:
    """Say who else wrote about the same within minutes of this entry. Four queries."""
    at, said = check_in.at, {(r.symptom, r.own_name) for r in _reports(check_in)}
    first, last = at - DOUBLE_ENTRY_SPAN, at + DOUBLE_ENTRY_SPAN
    found = _near(check_in.patient, first, last, without=check_in.by)
    return [
        f"{other.author} wrote {_words(same)} {_apart(other.at - at)}."
        for other, reports in found
        if (same := [r for r in reports if (r.symptom, r.own_name) in said])
    ]


def _near(
    patient: Patient, first: datetime, last: datetime, *, without: User
) -> Iterator[tuple[CheckIn, list[Report]]]:
    near = patient.check_ins.filter(at__range=(first, last)).exclude(by=without)
    for check_in in near.select_related("by", "kept_by").prefetch_related("versions__reports"):
        if reports := _reports(check_in):
            yield check_in, reports


def _reports(check_in: CheckIn) -> list[Report]:
    """Return what counts now, without what was answered with no."""
    current = max(check_in.versions.all(), key=lambda version: version.number)
    if current.kind == Version.Kind.REMOVED:
        return []
    return [report for report in current.reports.all() if report.answer != Report.Answer.NO]


def _words(reports: list[Report]) -> str:
    return phrases.some_words([_report_words(report) for report in reports], MAX_NAMED_SYMPTOMS)


def _report_words(report: Report) -> str:
    words, wrong = phrases.report_words(report), impossible_words(report)
    return f"{words} ({wrong})" if wrong else words


def _ago(span: timedelta) -> str:
    return f"{phrases.minutes_words(span)} ago" if span >= MINUTE else "just now"


def _apart(span: timedelta) -> str:
    if abs(span) < MINUTE:
        return "at the same time"
    side = "after" if span > timedelta(0) else "before"
    return f"{phrases.minutes_words(abs(span))} {side} this entry"
