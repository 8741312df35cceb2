"""One version of a check-in with everything in it, and what a later one changed."""

from dataclasses import dataclass
from datetime import datetime
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
        return [f"Put back {at}."]
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
    return "changed" if new else "taken out"
