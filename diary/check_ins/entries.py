"""One check-in as it is read later: every version of it, what was found, and who was called.

Made from rows that are loaded already; nothing here asks the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from diary.check_ins.findings import CallLine, FindingLine, phoned, rules_met
from diary.check_ins.versions import Change, ReportHistory, SavedVersion, answered, change_between
from diary.core import words as phrases
from diary.judging.fever import impossible_words, is_fever, saved_line_of
from diary.judging.masks import NO_MASKS, Masks, mask_words
from diary.models import Call, CheckIn, Finding, Report
from diary.photos.album import AlbumPhoto
from therapies.catalogue import catalogue
from therapies.rulebook import CALL_FIRST, Level

LATE_ENTRY_DELAY = timedelta(minutes=30)
SITUATIONS = (Call.Outcome.IN_HOSPITAL, Call.Outcome.TOLD_TO_EXPECT, Call.Outcome.NEITHER)


@dataclass(frozen=True, slots=True)
class Chip:
    """One answer with its corrections and its level: never only a colour."""

    text: str
    level: str


@dataclass(frozen=True)
class Entry:
    """A check-in with all its versions, oldest first, and the calls after it."""

    check_in: CheckIn
    versions: tuple[SavedVersion, ...]
    calls: tuple[Call, ...]
    masks: Masks = NO_MASKS  # what was given at the time
    photos: tuple[AlbumPhoto, ...] = ()
    told_by_call: Call | None = None  # about another reading of the same fever
    private_note: str = ""  # of whoever reads it, and of nobody else

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.check_in.zone)

    @property
    def current(self) -> SavedVersion:
        return self.versions[-1]

    @property
    def is_removed(self) -> bool:
        return self.current.is_removed

    @cached_property
    def last_said(self) -> SavedVersion:
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
        """Is there something urgent after which nobody was reached, and that nobody closed?"""
        told = self.told_by_call.recorded if self.told_by_call else None
        return self._is_without({Call.Outcome.REACHED, Call.Outcome.CLOSED}, told)

    @cached_property
    def is_followed(self) -> bool:
        """The same question as `CheckIn.objects.followed()`."""
        return self._is_without({Call.Outcome.CLOSED})

    def _is_without(self, outcomes: set[Call.Outcome], told: datetime | None = None) -> bool:
        """Is there an urgent finding, or word that it got worse, after the last such outcome? A
        fever may have been `told` about another reading."""
        last = max((c.recorded for c in self.calls if c.outcome in outcomes), default=None)
        worse = (c.recorded for c in self.calls if c.outcome == Call.Outcome.WORSE)
        return any(last is None or last <= said for said in worse) or any(
            (last is None or last < finding.found)
            and (told is None or told < finding.found or finding.pk not in self.fevers)
            for finding in self.findings
            if finding.level == Level.URGENT.slug
        )

    @cached_property
    def fevers(self) -> set[int]:
        """The findings about a temperature that counts as a fever."""
        return {
            finding.pk
            for said in self.versions
            for report in said.reports
            if report.symptom == catalogue().thermometer
            and is_fever(report, saved_line=saved_line_of(said.version))
            for finding in said.findings
            if finding.symptom == report.symptom
        }

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
    def call_first(self) -> str:
        """Whom any version's urgent findings say to call first."""
        said = {f.call_first for f in self.findings if f.level == Level.URGENT.slug}
        return next((first for first in CALL_FIRST if first in said), CALL_FIRST[-1])

    @property
    def is_crisis(self) -> bool:
        return any(f.call_first == "crisis" for f in self.findings)

    @cached_property
    def rules_met(self) -> tuple[FindingLine, ...]:
        return rules_met(self.findings, self.current.version)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(
            change_between(old, new, self.check_in, self.tz) for old, new in pairwise(self.versions)
        )

    @cached_property
    def phoned(self) -> tuple[CallLine, ...]:
        """Calls and what was said on the card, counted from the finding: the saving of the first
        version that was urgent."""
        urgent = Level.URGENT.slug
        found = next(
            (v.version.at for v in self.versions if any(f.level == urgent for f in v.findings)),
            self.check_in.received,
        )
        told = [self.told_by_call] if self.told_by_call else []
        return phoned([*self.calls, *told], found, self.tz)

    def line_of(self, report: Report) -> Decimal:
        """Return the fever line in °C that this report was saved with."""
        versions = (said.version for said in self.versions)
        return saved_line_of(next(v for v in versions if v.pk == report.version_id))

    def mask_of(self, report: Report) -> str:
        """What may hide a fever behind this reading, in words. A fever is not masked."""
        is_reading = report.answer == Report.Answer.READING
        if not is_reading or is_fever(report, saved_line=self.line_of(report)):
            return ""
        return mask_words(self.masks, self.check_in.at, self.tz)

    @cached_property
    def answered(self) -> tuple[ReportHistory, ...]:
        """Every symptom that was ever more than a no, with its corrections."""
        return tuple(one for one in answered(self.versions) if not one.is_denied)

    def corrections(self, one: ReportHistory, then: str = "") -> str:
        then = then or f"at {phrases.clock(self.check_in.at, self.tz)}"
        return one.corrections(then, self.check_in.local_day, self.tz)

    def words(self, one: ReportHistory) -> str:
        """Return one symptom in words, what was said first in front."""
        return self.with_remarks(one, phrases.report_words(one.first))

    def with_remarks(self, one: ReportHistory, words: str, then: str = "") -> str:
        """Add that a reading cannot be right, what was corrected, and what may mask it. `then`:
        when it was said first, where the clock alone does not tell."""
        corrections, wrong = self.corrections(one, then), impossible_words(one.first)
        if wrong:
            words += f" ({wrong})" if corrections else f", {wrong}"
        last = one.last
        now = impossible_words(last) if last is not None and corrections else ""
        mask = self.mask_of(last) if last is not None else ""
        return ", ".join(filter(None, (f"{words}{corrections}", now, mask)))

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """The answers with their corrections, except those of no; of a removed check-in, what it
        said."""
        return tuple(
            _chip(self.words(one), [f for f in self.findings if f.symptom == one.first.symptom])
            for one in self.answered
        )

    @property
    def denied(self) -> list[str]:
        denied = (one.first for one in answered(self.versions) if one.is_denied and one.last)
        return [phrases.symptom_name(report) for report in denied]

    @property
    def told(self) -> str:
        """Who wrote it, and for whom where that is somebody else."""
        author, name = str(self.check_in.author), self.check_in.patient.name
        if self.check_in.told_by == CheckIn.ToldBy.CAREGIVER:
            return f"{author}, for {name}"
        if self.check_in.told_by == CheckIn.ToldBy.TOGETHER:
            return f"{author} and {name} together"
        is_own = self.check_in.by_id == self.check_in.patient.self_id
        return author if is_own else f"{name}, typed by {author}"

    @cached_property
    def time(self) -> str:
        """The clock of the zone it was typed in, which is named where it is not today's."""
        at = phrases.clock(self.check_in.at, self.tz)
        is_home = self.check_in.zone == self.check_in.patient.zone
        return at if is_home else f"{at} ({self.check_in.zone})"

    @property
    def is_saved_later(self) -> bool:
        """Was it saved well after the moment it is about?"""
        return self.check_in.received - self.check_in.at > LATE_ENTRY_DELAY


def _chip(text: str, findings: list[Finding]) -> Chip:
    level = max((Level[f.level.upper()] for f in findings), default=None)
    if level is None:
        return Chip(text, "")
    return Chip(f"{catalogue().words(level).word}: {text}", level.slug)
