"""What somebody else wrote within the same minutes: two people often note one thing. It is said as
information; nothing is merged and no prompt goes away."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from diary.check_ins.entries import Entry
from diary.check_ins.load import NEAR
from diary.core import words as phrases
from diary.core.days import MINUTE
from diary.judging.fever import impossible_words
from diary.models import Report

MAX_NAMED_SYMPTOMS = 2


def written_lately(entries: Iterable[Entry], reader: User, now: datetime) -> list[str]:
    """Say what others wrote in the last minutes, before somebody types it again."""
    return [
        f"{entry.check_in.author} wrote {_words(reports)} {_ago(now - entry.check_in.at)}."
        for entry, reports in _of_others(entries, reader.pk)
        if timedelta() <= now - entry.check_in.at <= NEAR
    ]


def written_twice(entry: Entry, near: Iterable[Entry]) -> list[str]:
    """Say who else wrote about the same within minutes of this entry."""
    at, said = entry.check_in.at, {(r.symptom, r.own_name) for r in _reports(entry)}
    return [
        f"{other.check_in.author} wrote {_words(same)} {_apart(other.check_in.at - at)}."
        for other, reports in _of_others(near, entry.check_in.by_id)
        if (same := [r for r in reports if (r.symptom, r.own_name) in said])
    ]


def _of_others(entries: Iterable[Entry], user: UUID) -> Iterator[tuple[Entry, list[Report]]]:
    for entry in entries:
        if entry.check_in.by_id != user and (reports := _reports(entry)):
            yield entry, reports


def _reports(entry: Entry) -> list[Report]:
    """Return what counts now, without what was answered with no."""
    return [report for report in entry.current.reports if report.answer != Report.Answer.NO]


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
