"""The last fever, and the last call with what the team advised: on top of every month."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from accounts.models import Patient
from diary.check_ins.entries import Entry
from diary.core.days import local_day
from diary.core.words import answer_words, clock
from diary.judging.fever import degrees_c, fevers_among, is_fever, status_words
from diary.models import Call, Report, Version
from therapies.catalogue import catalogue


class LatestFever(NamedTuple):
    day: date
    words: str


class LatestCall(NamedTuple):
    """`day` is that of the check-in, with whose page the call is shown."""

    day: date
    called: date
    time: str
    call: Call


def latest_events(patient: Patient) -> Q:
    """Return what tells the check-ins of the last fever that counts now, and of the last call that
    somebody answered. To be read with others: no query of its own."""
    this = OuterRef("version__check_in"), OuterRef("version__number")
    newer = Version.objects.filter(check_in=this[0], number__gt=this[1])
    reports = Report.objects.filter(~Exists(newer), version__check_in__patient=patient)
    fevers = fevers_among(reports).order_by("-version__check_in__at")
    calls = Call.objects.filter(check_in__patient=patient, outcome=Call.Outcome.REACHED)
    return Q(pk__in=fevers.values("version__check_in")[:1]) | Q(
        pk__in=calls.order_by("-at").values("check_in")[:1]
    )


def latest_fever(entries: Iterable[Entry]) -> LatestFever | None:
    fevers = [
        (entry, report)
        for entry in entries
        if not entry.is_removed
        for report in entry.current.reports
        if report.symptom == catalogue().thermometer
        and report.answer != Report.Answer.NO
        and is_fever(report, saved_line=entry.line_of(report))
    ]
    if not fevers:
        return None
    entry, report = max(fevers, key=lambda pair: pair[0].check_in.at)
    measured = answer_words(report) if report.temperature is not None else ""
    if measured and degrees_c(report) is not None:
        return LatestFever(entry.check_in.local_day, measured)
    status = status_words(report, saved_line=(line := entry.line_of(report)), line=line)
    return LatestFever(entry.check_in.local_day, ", ".join(filter(None, (measured, status))))


def latest_call(entries: Iterable[Entry]) -> LatestCall | None:
    found = [
        (entry, call)
        for entry in entries
        for call in entry.calls
        if call.outcome == Call.Outcome.REACHED
    ]
    if not found:
        return None
    entry, call = max(found, key=lambda pair: (pair[1].at, pair[1].recorded))
    called = local_day(call.at, entry.tz)
    return LatestCall(entry.check_in.local_day, called, clock(call.at, entry.tz), call)
