"""The last fever, what the team advised last, and a later call that nobody answered: on top of
every month. Today for a reader names the same fever."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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


def latest_events(patient: UUID) -> Q:
    """Return what tells the check-ins of the last fever that counts now, of the last call that
    somebody answered, and of the last that nobody did. To be read with others: no query of its
    own. One id each, and no lists: PostgreSQL would look for those among all check-ins."""
    made = Call.objects.filter(patient=patient).order_by("-at", "-recorded")
    found = Q(pk=Subquery(latest_fever_check_in(patient)))
    for outcome in (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER):
        found |= Q(pk=Subquery(made.filter(outcome=outcome).values("check_in")[:1]))
    return found


def latest_fever_check_in(patient: UUID) -> QuerySet[Report, Any]:
    """Return what tells the check-in of the last fever that counts now, by the database."""
    this = OuterRef("version__check_in"), OuterRef("version__number")
    newer = Version.objects.filter(check_in=this[0], number__gt=this[1])
    reports = Report.objects.filter(~Exists(newer), version__check_in__patient=patient)
    return fevers_among(reports).order_by("-version__check_in__at").values("version__check_in")[:1]


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
    """Return the last call that somebody answered."""
    return _last(call for call in _calls(entries) if call.call.outcome == Call.Outcome.REACHED)


def call_in_vain(entries: Iterable[Entry]) -> LatestCall | None:
    """Return the last call, where nobody answered it."""
    last = _last(_calls(entries))
    return last if last and last.call.outcome == Call.Outcome.NO_ANSWER else None


def _calls(entries: Iterable[Entry]) -> Iterable[LatestCall]:
    for entry in entries:
        for call in entry.calls:
            if call.outcome in (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER):
                called, time = local_day(call.at, entry.tz), clock(call.at, entry.tz)
                yield LatestCall(entry.check_in.local_day, called, time, call)


def _last(calls: Iterable[LatestCall]) -> LatestCall | None:
    return max(calls, key=lambda one: (one.call.at, one.call.recorded), default=None)
