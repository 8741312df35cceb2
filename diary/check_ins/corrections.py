"""One symptom through the versions of a check-in: what was said first stays in front, so that a
correction hides nothing that led to a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from diary.check_ins.versions import SavedVersion
from diary.core import words as phrases
from diary.models import Report, Version


@dataclass(frozen=True, slots=True)
class ReportHistory:
    """`first` is what was said first, `later` what it was corrected to (None: taken out)."""

    first: Report
    later: tuple[tuple[Report | None, Version], ...]

    @property
    def last(self) -> Report | None:
        """What is said of it now."""
        return self.later[-1][0] if self.later else self.first

    @property
    def is_denied(self) -> bool:
        """Was it never anything but a no?"""
        reports = [self.first, *(report for report, _ in self.later if report is not None)]
        return all(report.answer == Report.Answer.NO for report in reports)

    def corrections(self, clock: str, day: date, tz: ZoneInfo) -> str:
        """Return " at 14:34, corrected to 37.0 at 14:35 (why)", or nothing."""
        said = [_step(self.first, report, version, day, tz) for report, version in self.later]
        return f" at {clock}, {', '.join(said)}" if said else ""


def answered(versions: Iterable[SavedVersion]) -> tuple[ReportHistory, ...]:
    """Return every symptom that any version names, in the order in which they were named."""
    known: dict[tuple[str, str], ReportHistory] = {}
    for said in versions:
        if said.is_removed:
            continue
        reports = {(report.symptom, report.own_name): report for report in said.reports}
        for key, report in reports.items():
            known.setdefault(key, ReportHistory(report, ()))
        for key, one in known.items():
            now = reports.get(key)
            if _detail(one.last) != _detail(now):
                known[key] = ReportHistory(one.first, (*one.later, (now, said.version)))
    return tuple(known.values())


def _detail(report: Report | None) -> str:
    return phrases.detail(report) if report is not None else ""


def _step(first: Report, report: Report | None, version: Version, day: date, tz: ZoneInfo) -> str:
    is_same_day = version.at.astimezone(tz).date() == day
    at = f"at {phrases.clock(version.at, tz)}"
    if not is_same_day:
        at = f"on {phrases.moment_words(version.at, tz)}"
    why = f" ({version.reason})" if version.reason else ""
    if report is None:
        return f"taken out {at}{why}"
    words = phrases.detail(report)
    if report.temperature is not None and report.unit == first.unit:
        words = words.replace(f" °{report.unit}", "", 1)
    return f"corrected to {words} {at}{why}"
