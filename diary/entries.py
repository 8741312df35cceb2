"""One check-in as it is read later: every version of it, what was found, and who was called.

Made from rows that are loaded already (see `diary.timeline`); nothing here asks the database.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from diary import phrases
from diary.medicines import mask_words
from diary.models import Call, CheckIn, Finding, Medicine, Report, Version
from diary.readings import is_fever
from therapies.catalogue import catalogue
from therapies.rulebook import BASES, GROUPS, Level
from therapies.templatetags.spelling import symptom_label

LATE = timedelta(minutes=30)
CALLS = (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER, Call.Outcome.CLOSED)
SITUATIONS = (Call.Outcome.IN_HOSPITAL, Call.Outcome.TOLD_TO_EXPECT, Call.Outcome.NEITHER)


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

    @property
    def word(self) -> str:
        return catalogue().words(self.level).word

    @property
    def symptom_names(self) -> str:
        return ", ".join(symptom_label(symptom) for symptom in self.symptoms)

    @property
    def therapy_name(self) -> str:
        """The therapy it was found for; empty for a rule about anybody."""
        therapy = catalogue().therapies.get(self.therapy)
        return therapy.name if therapy else self.therapy

    @property
    def group_name(self) -> str:
        """What kind of finding it is; empty where it belongs to no group."""
        group = catalogue().groups.get(self.group)
        return group.label if group else ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One answer as it counts now, with the level it was given: never only a colour."""

    text: str
    level: str


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
    """A call, or what was said on the card, with how long after the finding it was."""

    call: Call
    after: str
    tz: ZoneInfo
    was_reached: bool = False  # by an earlier call

    @property
    def words(self) -> str:
        call, at = self.call, phrases.moment_words(self.call.at, self.tz)
        if call.outcome == Call.Outcome.CLOSED:
            without = "" if self.was_reached else " without a call"
            return f"{at}: closed{without} by {call.by}: {call.reason}"
        if call.outcome not in CALLS:
            return f"{at}: {Call.Outcome(call.outcome).label}, {self.after} ({call.by})"
        whom = call.whom or "the care team"
        said = f"{at}: called {whom}, {Call.Outcome(call.outcome).label}, {self.after}"
        advice = f". Advice: {call.advice}" if call.advice else ""
        again = phrases.moment_words(call.measure_at, self.tz) if call.measure_at else ""
        measure = f". Measure again on {again}" if again else ""
        return f"{said}{advice}{measure} ({call.by})"


@dataclass(frozen=True)
class Entry:
    """A check-in with all its versions, oldest first, and the calls after it."""

    check_in: CheckIn
    versions: tuple[Said, ...]
    calls: tuple[Call, ...]
    medicines: tuple[Medicine, ...] = ()  # what was given at the time

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

    @property
    def is_urgent_now(self) -> bool:
        """Is it urgent in the version that counts, too?"""
        return any(f.level == Level.URGENT.slug for f in self.current.findings)

    @cached_property
    def is_open(self) -> bool:
        """The same question as `CheckIn.objects.still_open()`, asked of what is loaded."""
        return self._is_without({Call.Outcome.REACHED, Call.Outcome.CLOSED})

    @cached_property
    def is_followed(self) -> bool:
        """The same question as `CheckIn.objects.followed()`."""
        return self._is_without({Call.Outcome.CLOSED})

    def _is_without(self, outcomes: set[Call.Outcome]) -> bool:
        """Is there an urgent finding, or word that it got worse, after the last such outcome?"""
        last = max((c.recorded for c in self.calls if c.outcome in outcomes), default=None)
        urgent = (f.found for f in self.findings if f.level == Level.URGENT.slug)
        worse = (c.recorded for c in self.calls if c.outcome == Call.Outcome.WORSE)
        return any(last is None or last < found for found in urgent) or any(
            last is None or last <= said for said in worse
        )

    @property
    def is_worse(self) -> bool:
        """Did it get worse, and was nobody reached since?"""
        worse = [c.recorded for c in self.calls if c.outcome == Call.Outcome.WORSE]
        answered = {Call.Outcome.REACHED, Call.Outcome.CLOSED}
        last = max((c.recorded for c in self.calls if c.outcome in answered), default=None)
        return bool(worse) and (last is None or last <= max(worse))

    @property
    def situation(self) -> str:
        """In hospital already, or told to expect it: what was said last."""
        said = [c for c in self.calls if c.outcome in SITUATIONS]
        last = max(said, key=lambda c: c.recorded, default=None)
        return "" if last is None or last.outcome == Call.Outcome.NEITHER else last.outcome

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
        """Calls and what was said on the card, counted from the finding: the saving of the first
        version that was urgent."""
        urgent = Level.URGENT.slug
        found = next(
            (v.version.at for v in self.versions if any(f.level == urgent for f in v.findings)),
            self.check_in.received,
        )
        reached = [c.recorded for c in self.calls if c.outcome == Call.Outcome.REACHED]
        return tuple(
            Phoned(call, _after(call.at, found), self.tz, any(r <= call.recorded for r in reached))
            for call in sorted(self.calls, key=lambda c: (c.at, c.recorded))
        )

    @property
    def fever_line(self) -> Decimal:
        """The line with which it was saved; the diary's own where that is not on record."""
        return self.last_said.version.fever_line_c or catalogue().rules.fever_line_c

    def mask_of(self, report: Report) -> str:
        """What may hide a fever behind this reading, in words. A fever is not masked."""
        if report.answer != Report.Answer.READING or is_fever(report, self.fever_line):
            return ""
        return mask_words(self.medicines, self.check_in.at, self.tz)

    def words(self, report: Report) -> str:
        """Return one report in words; a reading with what may mask it."""
        return ", ".join(filter(None, (phrases.report_words(report), self.mask_of(report))))

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """The answers that count, except those of no; of a removed check-in, what it said."""
        said = self.last_said
        return tuple(
            _chip(self.words(report), [f for f in said.findings if f.symptom == report.symptom])
            for report in said.reports
            if report.answer != Report.Answer.NO
        )

    @property
    def denied(self) -> list[str]:
        no = (r for r in self.last_said.reports if r.answer == Report.Answer.NO)
        return [phrases.symptom_name(report) for report in no]

    @property
    def told(self) -> str:
        told = CheckIn.ToldBy(self.check_in.told_by).label
        return f"told by {told}, written by {self.check_in.by}"

    @property
    def time(self) -> str:
        """The clock of the zone it was typed in, which is named where it is not today's."""
        at = phrases.clock(self.check_in.at, self.tz)
        is_home = self.check_in.zone == self.check_in.patient.zone
        return at if is_home else f"{at} ({self.check_in.zone})"

    @property
    def saved_later(self) -> str:
        """When it was saved, where that was well after the moment it is about."""
        check_in = self.check_in
        if check_in.received - check_in.at <= LATE:
            return ""
        return f"saved {phrases.moment_words(check_in.received, self.tz)}"


def _chip(text: str, findings: list[Finding]) -> Chip:
    level = max((Level[f.level.upper()] for f in findings), default=None)
    if level is None:
        return Chip(text, "")
    return Chip(f"{catalogue().words(level).word}: {text}", level.slug)


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


def _after(called: datetime, found: datetime) -> str:
    if called >= found:
        return f"{phrases.minutes_words(called - found)} after the finding"
    return f"{phrases.minutes_words(found - called)} before the finding"


def _leading(met: RuleMet) -> tuple[Any, ...]:
    return (-met.level, BASES.index(met.basis), GROUPS.index(met.group), met.rule, met.therapy)
