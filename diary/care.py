"""The care card: one instruction, whom to call, what to tell them, and why. Built from the findings
as they were stored; it judges nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from diary import phrases
from diary.days import DAY
from diary.entries import Entry, RuleMet
from diary.medicines import medicine_words
from diary.models import Call, Medicine, Report, Version
from diary.numbers import Number, Numbers
from diary.treatment import courses_between, standings_from, treatment_lines
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.shapes import CrisisLine
from therapies.standing import Standing
from therapies.templatetags.spelling import symptom_label
from therapies.urgency import is_possible

BASIS_WORDS = {
    "source": "From the sources this diary is built on.",
    "label": "From the medicine’s official labelling, which is not one of the five sources.",
    "floor": "A rule of this diary for anybody, whatever the treatment.",
}
NOT_LISTED = "The five sources do not list it for this treatment."
UNNAMED = ("other", "none")
# Where they are changes what the card asks for, never how urgent it is.
SITUATIONS = {
    Call.Outcome.IN_HOSPITAL: "Tell {who}'s nurse or doctor now",
    Call.Outcome.TOLD_TO_EXPECT: "Tell {who}'s {team} now that it has come",
}
ANSWERED = (Call.Outcome.REACHED, Call.Outcome.CLOSED)
WORSE = "It got worse: call the emergency number now"
WORSE_IN_HOSPITAL = "It got worse: call the nurse or doctor now"
DISTRESS = (Report.Answer.MODERATE, Report.Answer.SEVERE)


@dataclass(frozen=True, slots=True)
class Cited:
    text: str
    overdue: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    about: str
    text: str
    therapy: str
    group: str
    basis: str
    citations: tuple[Cited, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was done last: a call that was answered, or closing it, after a call or without one."""

    call: Call
    is_call: bool
    was_called: bool
    at: str


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody to talk to in distress."""

    line: CrisisLine

    @property
    def tel(self) -> str:
        return "".join(c for c in self.line.number if c.isdigit() or c == "+")


@dataclass(frozen=True, slots=True)
class Impossible:
    """A reading that cannot be. `other_unit` is set where the same number could be in that unit."""

    words: str
    unit: str
    other_unit: str


@dataclass(frozen=True)
class CareCard:
    """`level` is a level's slug, or "recorded" where no rule had anything to say."""

    level: str
    word: str
    heading: str
    meaning: str
    is_open: bool
    offered: Number | None  # the number to try now
    others: tuple[Number, ...]
    has_team_number: bool
    not_answered: tuple[Call, ...]
    told: Told | None
    say: tuple[tuple[str, tuple[str, ...]], ...]
    why: tuple[Why, ...]
    also: tuple[Why, ...]
    crisis: tuple[Listener, ...]
    is_distress: bool
    impossible: tuple["Impossible", ...]  # readings to take again
    is_followed: bool  # urgent, and closed by nobody
    is_worse: bool
    situation: str  # in hospital, or told to expect it
    has_fever: bool  # or a reading: the line that applied is said
    is_hospital_day: bool
    is_late: bool
    about_day: str

    @property
    def is_recorded_only(self) -> bool:
        return self.level == "recorded"


def care_card(entry: Entry, numbers: Numbers, *, now: datetime) -> CareCard:
    """Build the card of one check-in. Three queries, however old the diary is."""
    patient, at = entry.check_in.patient, entry.check_in.at
    courses = courses_between(patient, at, at)
    level, word, heading, meaning = _words(entry)
    not_answered = _not_answered(entry)
    ordered = _in_order(entry, numbers, {call.whom for call in not_answered})
    why, also = _reasons(entry, now.astimezone(patient.tz).date())
    distress = _is_distress(entry)
    return CareCard(
        level=level,
        word=word,
        heading=heading,
        meaning=meaning,
        is_open=entry.is_open,
        offered=next(iter(ordered), None),
        others=tuple(ordered[1:]),
        has_team_number=bool(numbers.team),
        not_answered=not_answered,
        told=_told(entry),
        say=_say(entry, treatment_lines(courses, at, patient.tz)),
        why=why,
        also=also,
        crisis=tuple(_listeners(patient.country)) if distress else (),
        is_distress=distress,
        impossible=tuple(_impossible(entry)),
        is_hospital_day=_is_hospital_day(standings_from(courses, at, patient.tz)),
        is_followed=entry.is_followed,
        is_worse=entry.is_worse,
        situation=entry.situation,
        has_fever=any(
            catalogue().reportable[r.symptom].kind == "temperature" for r in entry.last_said.reports
        ),
        is_late=bool(entry.saved_later),
        about_day=phrases.day_words(entry.check_in.local_day),
    )


def _words(entry: Entry) -> tuple[str, str, str, str]:
    """Return level, word, heading and meaning, with the names filled in."""
    patient = entry.check_in.patient
    names = {"who": patient.name, "team": patient.team_name.removeprefix("the ")}
    if entry.level is not None:
        words = catalogue().words(entry.level)
        heading = _asked(entry, words.heading).format(**names)
        return words.slug, words.word, heading, words.meaning
    if entry.last_said.version.kind == Version.Kind.TOO_ILL:
        heading = catalogue().words(Level.URGENT).heading.format(**names)
        meaning = "Somebody too ill to fill in a page should not be alone with it. Tell the team."
        return "contact", "Too ill to fill this in", heading, meaning
    meaning = "Tell the team about any side effect. If you are worried, or it gets worse, call."
    return "recorded", "Recorded", f"Recorded for {patient.name}", meaning


def _asked(entry: Entry, heading: str) -> str:
    """Return what an urgent card asks for, where they are and as it goes."""
    in_hospital = entry.situation == Call.Outcome.IN_HOSPITAL
    if entry.is_worse:
        return WORSE_IN_HOSPITAL if in_hospital else WORSE
    situation = entry.situation if entry.is_urgent else ""
    return SITUATIONS[Call.Outcome(situation)] if situation else heading


def _not_answered(entry: Entry) -> tuple[Call, ...]:
    """Return the calls in vain since somebody was last reached, or since it got worse."""
    calls: list[Call] = []
    for call in entry.calls:
        if call.outcome == Call.Outcome.NO_ANSWER:
            calls.append(call)
        elif call.outcome in (*ANSWERED, Call.Outcome.WORSE):
            calls = []
    return tuple(calls)


def _in_order(entry: Entry, numbers: Numbers, tried: set[str]) -> list[Number]:
    """Return the numbers to offer: the emergency number first where a rule says so, and while the
    entry is open those that were tried in vain last."""
    urgent = [f for f in entry.findings if f.level == Level.URGENT.slug]
    emergency_first = entry.is_worse or any(f.call_first == "emergency" for f in urgent)
    ordered = sorted(
        numbers.in_order, key=lambda n: not (emergency_first and n == numbers.emergency)
    )
    return sorted(
        ordered, key=lambda n: entry.is_open and n.name in tried and n.kind != "emergency"
    )


def _told(entry: Entry) -> Told | None:
    if entry.is_open:
        return None
    closing = [c for c in entry.calls if c.outcome in ANSWERED]
    if not closing:
        return None
    call = closing[-1]
    is_call = call.outcome == Call.Outcome.REACHED
    was_called = any(c.outcome == Call.Outcome.REACHED for c in closing)
    return Told(call, is_call, was_called, phrases.moment_words(call.at, entry.tz))


def _say(entry: Entry, lines: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what to tell the team on the phone, under its headings."""
    check_in, tz = entry.check_in, entry.tz
    clock = phrases.clock(check_in.at, tz)
    when = phrases.moment_words(check_in.at, tz) if entry.saved_later else "Now"
    reports = [r for r in entry.last_said.reports if r.answer != Report.Answer.NO]
    said = (
        ("Who", (check_in.patient.name,)),
        ("Treatment", tuple(lines)),
        (when, tuple(_told_on_phone(entry, report, clock) for report in reports)),
        ("Given", tuple(_given_before(entry))),
    )
    return tuple((term, texts) for term, texts in said if texts)


def _told_on_phone(entry: Entry, report: Report, clock: str) -> str:
    return ", ".join(filter(None, (_care_team_words(report, clock), entry.mask_of(report))))


def _given_before(entry: Entry) -> Iterable[str]:
    """Yield what was given as needed in the day before."""
    at = entry.check_in.at
    for medicine in entry.medicines:
        if at - DAY <= medicine.at <= at and medicine.withdrawn is None:
            yield f"{medicine_words(medicine, entry.tz)}{_day_of(medicine, entry)}"


def _day_of(medicine: Medicine, entry: Entry) -> str:
    day = medicine.at.astimezone(entry.tz).date()
    return "" if day == entry.check_in.local_day else f" on {phrases.day_words(day)}"


def _care_team_words(report: Report, clock: str) -> str:
    symptom = catalogue().reportable[report.symptom]
    if report.answer == Report.Answer.READING:
        return f"temperature {phrases.answer_words(report)}, measured at {clock}"
    if symptom.kind == "temperature":
        return f"{symptom.care_team_words}, felt, no thermometer"
    details = [report.answer] if symptom.kind == "severity" else []
    details += [f"began {phrases.day_words(report.began)}"] if report.began else []
    details += [str(Report.Going(report.going).label)] if report.going else []
    words = phrases.own_words(report) or symptom.care_team_words
    return ", ".join([words, *details])


def _reasons(entry: Entry, today: date) -> tuple[tuple[Why, ...], tuple[Why, ...]]:
    """Return the reasons of the highest level, and the rest. "Not listed" is left out where another
    rule said something about the same symptom."""
    cited = {(c["source"], c["heading"]): c for f in entry.findings for c in f.citations}
    named = {f.symptom for f in entry.findings if f.level != Level.UNLISTED.slug}
    by_source = {f.symptom for f in entry.findings if f.basis == "source"}
    met = [m for m in entry.rules_met if m.level > Level.UNLISTED or not set(m.symptoms) <= named]
    why = [m for m in met if m.level == entry.level]
    also = [m for m in met if m.level != entry.level]

    def reason(rule: RuleMet) -> Why:
        return _why(rule, cited, by_source, today)

    return tuple(map(reason, why)), tuple(map(reason, also))


def _why(
    met: RuleMet, cited: dict[tuple[str, str], dict[str, str]], by_source: set[str], today: date
) -> Why:
    basis = BASIS_WORDS[met.basis]
    if met.basis == "floor" and met.level > Level.UNLISTED and not by_source & set(met.symptoms):
        basis = f"{basis} {NOT_LISTED}"
    return Why(
        about=", ".join(symptom_label(symptom) for symptom in met.symptoms),
        text=met.wording,
        therapy=met.therapy_name,
        group="" if met.group in UNNAMED else met.group_name,
        basis=basis,
        citations=tuple(_cited(cited[c.source, c.heading], today) for c in met.citations),
        is_current=met.is_current,
    )


def _cited(citation: dict[str, str], today: date) -> Cited:
    """Word a citation as it was stored; whether its review is overdue is asked of today."""
    if citation["source"] == "decision":
        return Cited(f"{citation['publisher']} {citation['heading']}: {citation['title']}")
    text = f"{citation['publisher']}, “{citation['title']}”, section “{citation['heading']}”."
    source = catalogue().sources.get(citation["source"])
    if citation["date"]:
        text += f" Last reviewed {phrases.day_words(date.fromisoformat(citation['date']))}."
    elif source is not None:
        text += " It gives no date of a review."
    if source is not None and source.next_review is not None and source.is_overdue(today):
        return Cited(text, f"Its next review was due {phrases.day_words(source.next_review)}.")
    return Cited(text)


def _is_distress(entry: Entry) -> bool:
    return any(
        report.answer in DISTRESS and catalogue().reportable[report.symptom].crisis
        for said in entry.versions
        for report in said.reports
    )


def _listeners(country: str) -> Iterable[Listener]:
    return (Listener(line) for line in catalogue().crisis_lines if line.country == country)


def _impossible(entry: Entry) -> Iterable[Impossible]:
    rules = catalogue().rules
    for report in entry.current.reports:
        degrees = report.temperature
        if degrees is not None and not is_possible(rules, degrees, report.unit):
            other = "F" if report.unit == "C" else "C"
            other = other if is_possible(rules, degrees, other) else ""
            yield Impossible(phrases.answer_words(report), report.unit, other)


def _is_hospital_day(standings: Iterable[Standing]) -> bool:
    """Is it one of the days that a source wants spent in hospital?"""
    return any(
        standing.status == "active"
        and standing.cycle == stay.cycle
        and standing.cycle_day is not None
        and standing.cycle_day <= stay.days
        for standing in standings
        for stay in catalogue().therapies[standing.therapy].hospital
    )
