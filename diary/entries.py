"""One check-in as it is read later: every version of it, what was found, and who was called.

Made from rows that are loaded already (see `diary.timeline`); nothing here asks the database.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from diary import phrases
from diary.models import Call, CheckIn, Finding, Report, Version
from therapies.rulebook import BASES, GROUPS, Level

LATE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Said:
    """One version with everything in it."""

    version: Version
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...]

    @property
    def is_removed(self) -> bool:
        return self.version.kind == Version.Kind.REMOVED


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a finding stands, in the words it was kept with."""

    source: str
    heading: str
    title: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class RuleMet:
    """One rule that this check-in met, in whichever version: the same words are said once."""

    rule: str
    level: Level
    group: str
    basis: str
    therapy: str
    symptoms: tuple[str, ...]
    wording: str
    citations: tuple[Cited, ...]
    is_current: bool  # False: only a version that was corrected or removed met it


@dataclass(frozen=True, slots=True)
class Change:
    """A correction or removal: what changed, by whom, when and why."""

    at: datetime
    by: User
    reason: str
    is_removal: bool
    lines: tuple[str, ...]
    note_before: str = ""


@dataclass(frozen=True, slots=True)
class Phoned:
    """A call, with how long after saving the check-in it was."""

    call: Call
    after: str


@dataclass(frozen=True)
class Entry:
    """A check-in with all its versions, oldest first, and the calls after it."""

    check_in: CheckIn
    versions: tuple[Said, ...]
    calls: tuple[Call, ...]

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.check_in.zone)

    @property
    def current(self) -> Said:
        return self.versions[-1]

    @property
    def is_removed(self) -> bool:
        return self.current.is_removed

    @cached_property
    def last_said(self) -> Said:
        """What counts; for a removed check-in what it said before."""
        return next((v for v in reversed(self.versions) if not v.is_removed), self.current)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for said in self.versions for finding in said.findings)

    @cached_property
    def level(self) -> Level | None:
        """The worst level that any version ever met; None where no rule fired at all."""
        return max((Level[f.level.upper()] for f in self.findings), default=None)

    @property
    def is_urgent(self) -> bool:
        return self.level is Level.URGENT

    @cached_property
    def is_open(self) -> bool:
        """The same question as `CheckIn.objects.still_open()`, asked of what is loaded."""
        closed = {Call.Outcome.REACHED, Call.Outcome.CLOSED}
        last = max((c.recorded for c in self.calls if c.outcome in closed), default=None)
        urgent = (f.found for f in self.findings if f.level == Level.URGENT.slug)
        return any(last is None or last < found for found in urgent)

    @cached_property
    def rules_met(self) -> tuple[RuleMet, ...]:
        """Every finding, those with the same words together, the leading one first."""
        met: dict[tuple[Any, ...], list[Finding]] = defaultdict(list)
        for f in self.findings:
            met[f.rule, f.level, f.group, f.basis, f.therapy, f.wording].append(f)
        return tuple(sorted((self._rule_met(fs) for fs in met.values()), key=_leading))

    def _rule_met(self, findings: list[Finding]) -> RuleMet:
        one = findings[0]
        said = [
            Cited(c["source"], c["heading"], c.get("title", ""), c.get("publisher", ""))
            for f in findings
            for c in f.citations
        ]
        return RuleMet(
            rule=one.rule,
            level=Level[one.level.upper()],
            group=one.group,
            basis=one.basis,
            therapy=one.therapy,
            symptoms=tuple(dict.fromkeys(f.symptom for f in findings)),
            wording=one.wording,
            citations=tuple(dict.fromkeys(said)),
            is_current=any(f.version_id == self.current.version.pk for f in findings),
        )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(self._change(old, new) for old, new in pairwise(self.versions))

    def _change(self, old: Said, new: Said) -> Change:
        version = new.version
        local = version.at.astimezone(self.tz)
        same_day = local.date() == self.check_in.local_day
        at = f"at {local:%H:%M}" if same_day else f"on {phrases.moment_words(version.at, self.tz)}"
        return Change(
            at=version.at,
            by=version.by,
            reason=version.reason,
            is_removal=new.is_removed,
            lines=tuple(_change_lines(old, new, at)),
            note_before=old.version.note if old.version.note != version.note else "",
        )

    @cached_property
    def phoned(self) -> tuple[Phoned, ...]:
        """Calls, counted from the saving of the first version that was urgent."""
        urgent = Level.URGENT.slug
        saved = next(
            (v.version.at for v in self.versions if any(f.level == urgent for f in v.findings)),
            self.check_in.received,
        )
        return tuple(Phoned(call, _after(call.at, saved)) for call in self.calls)

    @property
    def is_late(self) -> bool:
        """Was it saved well after the moment it is about?"""
        return self.check_in.received - self.check_in.at > LATE


def _change_lines(old: Said, new: Said, at: str) -> list[str]:
    if new.is_removed:
        return [f"Removed {at}."]
    if old.is_removed:
        return [f"Put back {at}."]
    first = old.version.number == 1
    lines = phrases.correction_lines(old.reports, new.reports, first=first, at=at)
    if old.version.kind != new.version.kind:
        kinds = f"“{phrases.kind_words(old.version)}” to “{phrases.kind_words(new.version)}”"
        lines.insert(0, f"Changed from {kinds} {at}.")
    if old.version.note != new.version.note:
        lines.append(f"Note {_note_change(old.version.note, new.version.note)} {at}.")
    return lines or [f"Saved again {at}, with nothing changed."]


def _note_change(old: str, new: str) -> str:
    if not old:
        return "added"
    return "changed" if new else "taken out"


def _after(called: datetime, saved: datetime) -> str:
    if called >= saved:
        return f"{phrases.minutes_words(called - saved)} after it was saved"
    return f"{phrases.minutes_words(saved - called)} before it was saved"


def _leading(met: RuleMet) -> tuple[Any, ...]:
    return (-met.level, BASES.index(met.basis), GROUPS.index(met.group), met.rule, met.therapy)
