"""What somebody else saved meanwhile beside what was typed, where a correction was refused."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import NamedTuple

from django.utils import timezone

from diary.check_ins.data import ReportData
from diary.check_ins.entries import Entry
from diary.core import words as phrases
from diary.models import Report


class VersionRow(NamedTuple):
    name: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.mine


class TwoVersions(NamedTuple):
    """`saved` says who saved theirs and when."""

    saved: str
    rows: tuple[VersionRow, ...]


def two_versions(entry: Entry, typed: Iterable[ReportData], note: str) -> TwoVersions:
    """Compare the version that counts now with what was typed, answer by answer."""
    version = entry.current.version
    theirs = {_key(report): report for report in entry.current.reports}
    mine = {_key(report): report for report in (Report(**asdict(data)) for data in typed)}
    rows = [_row(theirs.get(key), mine.get(key)) for key in dict.fromkeys([*theirs, *mine])]
    if entry.is_removed:
        rows.insert(0, VersionRow("Entry", phrases.kind_words(version), ""))
    if version.note or note:
        rows.append(VersionRow("Note", version.note, note))
    saved = f"{version.author}, {phrases.when_words(version.at, entry.tz, timezone.now())}"
    return TwoVersions(saved, tuple(rows))


def _key(report: Report) -> tuple[str, str]:
    return report.symptom, report.own_name


def _row(theirs: Report | None, mine: Report | None) -> VersionRow:
    name = next(phrases.report_name(report) for report in (theirs, mine) if report)
    words = [phrases.detail(report) if report else "" for report in (theirs, mine)]
    return VersionRow(name, *words)
