"""The versions of a check-in, and what was changed from one to the next. What was said first stays
in front, so that a correction hides nothing that led to a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from diary.core import words
from diary.models import CheckIn, Finding, KeptAuthor, Report, Version


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """One version with everything in it."""

    version: Version
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...]

    @property
    def is_removed(self) -> bool:
        return self.version.kind == Version.Kind.REMOVED


@dataclass(frozen=True, slots=True)
class Change:
    """A correction or removal: what changed, by whom, when and why."""

    at: datetime
    by: User | KeptAuthor
    reason: str
    is_removal: bool
    lines: tuple[str, ...]
    others: tuple[str, ...]  # those that are not about a symptom that was corrected
    note_before: str = ""


def change_between(old: SavedVersion, new: SavedVersion, check_in: CheckIn, tz: ZoneInfo) -> Change:
    version = new.version
    local = version.at.astimezone(tz)
    same_day = local.date() == check_in.local_day
    at = (
        f"at {words.clock_words(local.time())}"
        if same_day
        else f"on {words.moment_words(version.at, tz)}"
    )
    return Change(
        at=version.at,
        by=version.author,
        reason=version.reason,
        is_removal=new.is_removed,
        lines=tuple(_change_lines(old, new, at)),
        others=tuple(_change_lines(old, new, at, only_others=True)),
        note_before=old.version.note if old.version.note != version.note else "",
    )


def _change_lines(
    old: SavedVersion, new: SavedVersion, at: str, *, only_others: bool = False
) -> list[str]:
    if new.is_removed:
        return [f"Removed {at}."]
    if old.is_removed:
        return [f"Restored {at}."]
    first = old.version.number == 1
    known = {(report.symptom, report.own_name) for report in old.reports}
    added = [r for r in new.reports if (r.symptom, r.own_name) not in known]
    before, after = ((), added) if only_others else (old.reports, new.reports)
    lines = words.correction_lines(before, after, first=first, at=at)
    if old.version.kind != new.version.kind:
        kinds = f"“{words.kind_words(old.version)}” to “{words.kind_words(new.version)}”"
        lines.insert(0, f"Changed from {kinds} {at}.")
    if old.version.note != new.version.note:
        lines.append(f"Note {_note_change(old.version.note, new.version.note)} {at}.")
    if only_others:
        return lines
    return lines or [f"Saved again {at}, with nothing changed."]


def _note_change(old: str, new: str) -> str:
    if not old:
        return "added"
    return "changed" if new else "removed"


@dataclass(frozen=True, slots=True)
class ReportHistory:
    """`first` is what was said first, `later` what it was corrected to (None: removed)."""

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

    def corrections(self, then: str, day: date, tz: ZoneInfo) -> str:
        """Return " at 14:34, corrected to 37.0 at 14:35 (why)", or nothing. `then`: "at 14:34"."""
        said = [_step(self.first, report, version, day, tz) for report, version in self.later]
        return f" {then}, {', '.join(said)}" if said else ""


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
    return words.detail(report) if report is not None else ""


def _step(first: Report, report: Report | None, version: Version, day: date, tz: ZoneInfo) -> str:
    is_same_day = version.at.astimezone(tz).date() == day
    at = f"at {words.clock(version.at, tz)}"
    if not is_same_day:
        at = f"on {words.moment_words(version.at, tz)}"
    why = f" ({version.reason})" if version.reason else ""
    if report is None:
        return f"removed {at}{why}"
    answer = words.detail(report)
    if report.temperature is not None and report.unit == first.unit:
        answer = answer.replace(f" °{report.unit}", "", 1)
    return f"corrected to {answer} {at}{why}"
