"""Why a care card asks what it asks: the rules that were met, with what they cite."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils.text import capfirst

from diary.check_ins.entries import Entry
from diary.check_ins.findings import FindingLine
from diary.check_ins.versions import ReportHistory
from diary.core import words as phrases
from diary.core.days import DAY, local_day
from diary.judging.medicines import medicine_words
from diary.models import Medicine, Report
from therapies.catalogue import catalogue
from therapies.pages.citations import INFERRED, CitationLine, basis_sentence, kept
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

NOT_LISTED_WORDS = "The five sources do not list it for this treatment."
UNNAMED_GROUPS = ("other", "none")


class Reason(NamedTuple):
    names: tuple[str, ...]
    text: str
    therapy: str
    group: str
    basis: str
    citations: tuple[CitationLine, ...]
    is_current: bool

    @property
    def about(self) -> str:
        return ", ".join(self.names)


class Brief(NamedTuple):
    """A card in three lines. Nothing is left out of what to tell, which is read out on the phone;
    what is left out of the others is counted, and stands below a fold."""

    why: str
    tell: str
    source: CitationLine | None  # one that the document itself names goes first
    more_sources: int


def reasons(entry: Entry, today: date) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return the reasons of the highest level, and the rest. "Not listed" is left out where another
    rule said something about the same symptom."""
    cited = {(c["source"], c["heading"]): c for f in entry.findings for c in f.citations}
    named = {f.symptom for f in entry.findings if f.level != Level.UNLISTED.slug}
    by_source = {f.symptom for f in entry.findings if f.basis == "source"}
    met = [m for m in entry.rules_met if m.level > Level.UNLISTED or not set(m.symptoms) <= named]
    why = [m for m in met if m.level == entry.level]
    also = [m for m in met if m.level != entry.level]

    def reason(rule: FindingLine) -> Reason:
        return _why(rule, cited, by_source, today)

    return tuple(map(reason, why)), tuple(map(reason, also))


def _why(
    met: FindingLine, cited: dict[tuple[str, str], dict[str, str]], by_source: set[str], today: date
) -> Reason:
    basis = basis_sentence(met.basis)
    if met.basis == "floor" and met.level > Level.UNLISTED and not by_source & set(met.symptoms):
        basis = f"{basis} {NOT_LISTED_WORDS}"
    return Reason(
        names=tuple(symptom_label(symptom) for symptom in met.symptoms),
        text=met.wording,
        therapy=met.therapy_name,
        group="" if met.group in UNNAMED_GROUPS else met.group_name,
        basis=basis,
        citations=tuple(kept(cited[c.source, c.heading], today) for c in met.citations),
        is_current=met.is_current,
    )


def brief(why: Iterable[Reason], say: Iterable[tuple[str, tuple[str, ...]]]) -> Brief:
    """Put the reasons, what to tell and where it stands into a line each."""
    met = tuple(why)
    about = _few((name for reason in met for name in reason.names), 2)
    groups = _few((f"{r.group[:1].lower()}{r.group[1:]}" for r in met), 2)
    therapies = _few((reason.therapy for reason in met), 2)
    said = [text for term, texts in say if term not in {"Treatment", "Given"} for text in texts]
    who, *told = said
    cited = [line for reason in met for line in reason.citations]
    cited.sort(key=lambda line: (line.name.endswith(INFERRED), "/#source-" not in line.url))
    found = list({line.name: line for line in reversed(cited)}.values())[::-1]
    return Brief(
        why=": ".join(filter(None, (about, groups))) + (f" ({therapies})" if therapies else ""),
        tell=": ".join(filter(None, (who, "; ".join(told)))),
        source=next(iter(found), None),
        more_sources=len(found[1:]),
    )


def _few(names: Iterable[str], most: int) -> str:
    """Return the first of them, each once, and how many more there are."""
    told = list(dict.fromkeys(filter(None, names)))
    left = len(told) - most
    more = f", {left} more" if left > 0 else ""
    return f"{', '.join(told[:most])}{more}"


def what_to_say(
    entry: Entry, lines: Iterable[str], now: datetime
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what to tell the team on the phone, under its headings. Once the day of the entry is
    over, the day is said with the clock."""
    check_in, tz = entry.check_in, entry.tz
    then = _then(entry, local_day(now, tz))
    is_now = not entry.is_saved_later and check_in.local_day == local_day(now, tz)
    when = "Now" if is_now else capfirst(phrases.when_words(check_in.at, tz, now))
    said = (
        ("Who", (check_in.patient.name,)),
        ("Treatment", tuple(lines)),
        (when, tuple(_told_on_phone(entry, one, then) for one in entry.answered)),
        ("Given", tuple(_given_before(entry))),
    )
    return tuple((term, texts) for term, texts in said if texts)


def _then(entry: Entry, today: date) -> str:
    """Return when it was, as seen from today: yesterday at 22:40, on Sat 28 Nov at 22:40."""
    day, clock = entry.check_in.local_day, phrases.clock(entry.check_in.at, entry.tz)
    if day == today:
        return f"at {clock}"
    if day == today - DAY:
        return f"yesterday at {clock}"
    year = "" if day.year == today.year else f" {day.year}"
    return f"on {day:%a} {day.day} {day:%b}{year} at {clock}"


def _told_on_phone(entry: Entry, one: ReportHistory, then: str) -> str:
    """What was said first comes first, however it was corrected."""
    said_then = "" if entry.corrections(one) else then
    return entry.with_remarks(one, _care_team_words(one.first, said_then), then)


def _given_before(entry: Entry) -> Iterable[str]:
    """Yield what was given as needed in the day before."""
    at = entry.check_in.at
    for medicine in entry.masks.given:
        if at - DAY <= medicine.at <= at and medicine.withdrawn is None:
            yield f"{medicine_words(medicine, entry.tz)}{_day_of(medicine, entry)}"


def _day_of(medicine: Medicine, entry: Entry) -> str:
    day = medicine.at.astimezone(entry.tz).date()
    return "" if day == entry.check_in.local_day else f" on {phrases.day_words(day)}"


def _care_team_words(report: Report, then: str) -> str:
    symptom = catalogue().reportable[report.symptom]
    if report.answer == Report.Answer.READING:
        measured = f", measured {then}" if then else ""
        return f"temperature {phrases.answer_words(report)}{measured}"
    if report.symptom == catalogue().thermometer:
        return f"{symptom.care_team_words}, felt, no thermometer"
    details = [report.answer] if symptom.kind == "severity" else []
    details += [f"began {phrases.day_words(report.began)}"] if report.began else []
    details += [str(Report.Going(report.going).label)] if report.going else []
    words = phrases.own_words(report) or symptom.care_team_words
    return ", ".join([words, *details])
