"""The care card: one instruction, whom to call, what to tell them, and why. Built from the findings
as they were stored; it judges nothing itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from diary.care_card import instructions
from diary.care_card.reasons import Brief, Reason, brief, reasons, what_to_say
from diary.check_ins.entries import Entry
from diary.core import words as phrases
from diary.core.days import local_day
from diary.judging.fever import impossible_words
from diary.judging.standing import courses_between, standings_from, treatment_lines
from diary.models import Call, Contact, Report, Version
from diary.team.numbers import CRISIS, Number, Numbers
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import CrisisLine
from therapies.rulebook import Level
from therapies.urgency import is_possible

ANSWERED_OUTCOMES = (Call.Outcome.REACHED, Call.Outcome.CLOSED)


class LastCall(NamedTuple):
    """What was done last: a call that was answered, or closing it, after a call or without one."""

    call: Call
    is_call: bool
    was_called: bool
    at: str


class Impossible(NamedTuple):
    """A reading that cannot be. `other_unit` is set where the same number could be in that unit."""

    words: str
    unit: str
    other_unit: str


class CareCard(NamedTuple):
    """`level` is a level's slug, or "recorded" where no rule had anything to say."""

    level: str
    word: str
    heading: str
    second: str  # the second line of the heading
    then: str  # what the numbers that come second are for
    meaning: str
    is_open: bool
    interrupts: bool  # there is a call to make, and nobody was told
    offered: Number | None  # the number to try now
    danger: Number | None  # stays in sight beside a line that listens
    worse: Number | None  # stays in sight beside the team's: nobody answers, or it gets worse
    others: tuple[Number, ...]
    has_team_number: bool
    not_answered: tuple[Call, ...]
    told: LastCall | None
    brief: Brief  # why, what to tell and where it stands, in a line each
    say: tuple[tuple[str, tuple[str, ...]], ...]
    why: tuple[Reason, ...]
    also: tuple[Reason, ...]
    crisis: tuple[CrisisLine, ...]  # somebody to talk to in distress
    is_distress: bool
    impossible: tuple["Impossible", ...]  # readings to take again
    is_followed: bool  # urgent, and closed by nobody
    is_worse: bool
    situation: str  # in hospital, or told to expect it
    has_fever: bool  # or a reading: the line that applied is said
    masked: tuple[str, ...]  # readings that a medicine may have lowered
    corrected: str  # the reading that an urgent one was corrected to
    is_late: bool
    about_day: str

    @property
    def is_first(self) -> bool:
        """Nothing stands above an urgent card, and above one that asks to call now."""
        return self.interrupts or self.level == Level.URGENT.slug

    @property
    def is_to_call(self) -> bool:
        """Urgent, or for the team the same day: the number is in sight."""
        return self.level in {Level.URGENT.slug, Level.CONTACT.slug}

    @property
    def is_recorded_only(self) -> bool:
        return self.level == "recorded"


def care_card(entry: Entry, numbers: Numbers, *, now: datetime) -> CareCard:
    """Build the card of one check-in. Four queries, however old the diary is."""
    patient, at = entry.check_in.patient, entry.check_in.at
    courses = courses_between(patient, at, at)
    level, word, heading, meaning = _words(entry, numbers)
    second = instructions.hospital_words(standings_from(courses, at, patient.tz))
    asked = instructions.asked(entry, numbers)
    not_answered = _not_answered(entry)
    ordered = _in_order(entry, numbers, {call.whom for call in not_answered})
    offered = next(iter(ordered), None)
    is_listening = entry.is_open and offered is not None and offered.kind == CRISIS
    danger = numbers.emergency if is_listening else None
    worse = _if_worse(entry, offered, numbers)
    why, also = reasons(entry, now.astimezone(patient.tz).date())
    say = what_to_say(entry, treatment_lines(courses, at, patient.tz), now)
    distress = _is_distress(entry)
    return CareCard(
        level=level,
        word=word,
        heading=heading,
        second=second if entry.is_open and not entry.situation else "",
        then=instructions.then(asked, patient, numbers) if entry.is_open else "",
        meaning=meaning,
        is_open=entry.is_open,
        interrupts=entry.is_open or (level == "contact" and entry.level is None),
        offered=offered,
        danger=danger,
        worse=worse,
        others=tuple(number for number in ordered[1:] if number not in {danger, worse}),
        has_team_number=bool(numbers.team),
        not_answered=not_answered,
        told=_told(entry, now),
        brief=brief(why, say),
        say=say,
        why=why,
        also=also,
        crisis=tuple(_listeners(patient.country)) if distress or entry.is_crisis else (),
        is_distress=distress or entry.is_crisis,
        impossible=tuple(_impossible(entry)),
        is_followed=entry.is_followed,
        is_worse=entry.is_worse,
        situation=entry.situation,
        has_fever=any(one.first.symptom == catalogue().thermometer for one in entry.answered),
        masked=tuple(_masked(entry)),
        corrected=_corrected(entry),
        is_late=entry.is_saved_later,
        about_day=phrases.near_day_words(entry.check_in.local_day, local_day(now, entry.tz)),
    )


def _words(entry: Entry, numbers: Numbers) -> tuple[str, str, str, str]:
    """Return level, word, heading and meaning, with the names filled in."""
    patient = entry.check_in.patient
    if entry.level is not None:
        words = catalogue().words(entry.level)
        heading = instructions.level_heading(words, patient, numbers)
        if entry.is_urgent or entry.is_worse:
            heading = instructions.heading(instructions.asked(entry, numbers), patient, numbers)
        return words.slug, words.word, heading, words.meaning
    if entry.last_said.version.kind == Version.Kind.TOO_ILL:
        heading = instructions.level_heading(catalogue().words(Level.URGENT), patient, numbers)
        meaning = "Somebody too ill to fill in a page should not be alone with it. Tell the team."
        return "contact", "Too ill to fill this in", heading, meaning
    meaning = "Tell the team about any side effect. If you are worried, or it gets worse, call."
    heading = "Your entry is saved" if patient.is_you else f"Saved for {patient.called}"
    return "recorded", "Recorded", heading, meaning


def _not_answered(entry: Entry) -> tuple[Call, ...]:
    """Return the calls in vain since somebody was last reached, or since it got worse."""
    calls: list[Call] = []
    for call in entry.calls:
        if call.outcome == Call.Outcome.NO_ANSWER:
            calls.append(call)
        elif call.outcome in (*ANSWERED_OUTCOMES, Call.Outcome.WORSE):
            calls = []
    return tuple(calls)


def _in_order(entry: Entry, numbers: Numbers, tried: set[str]) -> list[Number]:
    """Return the numbers to offer, in the order that the findings ask for; while the entry is open
    those that were tried in vain come last."""
    ordered = numbers.first(instructions.first_call(entry, numbers))
    return sorted(
        ordered, key=lambda n: entry.is_open and n.name in tried and n.kind != "emergency"
    )


def _if_worse(entry: Entry, offered: Number | None, numbers: Numbers) -> Number | None:
    """Return the emergency number where the team is to be called first, and not from a bed there:
    who is in hospital already calls the nurse, and then the other numbers."""
    in_hospital = entry.situation == Call.Outcome.IN_HOSPITAL
    is_first = offered is not None and offered.kind in {Contact.Kind.ALWAYS, Contact.Kind.DAY}
    return numbers.emergency if entry.is_open and is_first and not in_hospital else None


def _told(entry: Entry, now: datetime) -> LastCall | None:
    if entry.is_open:
        return None
    calls = (entry.told_by_call, *entry.calls)
    closing = sorted(
        (c for c in calls if c and c.outcome in ANSWERED_OUTCOMES), key=lambda call: call.recorded
    )
    if not closing:
        return None
    call = closing[-1]
    is_call = call.outcome == Call.Outcome.REACHED
    was_called = bool(call.whom) or any(c.outcome == Call.Outcome.REACHED for c in closing)
    return LastCall(call, is_call, was_called, phrases.when_words(call.at, entry.tz, now))


def _is_distress(entry: Entry) -> bool:
    return any(
        catalogue().reportable[report.symptom].is_crisis(report.answer)
        for said in entry.versions
        for report in said.reports
    )


def _corrected(entry: Entry) -> str:
    """Return what stands now, where only an earlier version was urgent, for its temperature."""
    if not entry.is_open or entry.is_removed or entry.is_urgent_now or entry.is_worse:
        return ""
    urgent = {f.symptom for f in entry.findings if f.level == Level.URGENT.slug}
    changed = [one for one in entry.answered if one.later and one.first.symptom in urgent]
    if urgent != {catalogue().thermometer} or not changed or (last := changed[0].last) is None:
        return ""
    return phrases.answer_words(last) if last.answer == Report.Answer.READING else ""


def _listeners(country: str) -> Iterable[CrisisLine]:
    return (line for line in catalogue().crisis_lines if line.country == country)


def _masked(entry: Entry) -> Iterable[str]:
    for report in entry.current.reports:
        if mask := entry.mask_of(report):
            yield f"{phrases.answer_words(report)}, {mask}."


def _impossible(entry: Entry) -> Iterable[Impossible]:
    for report in entry.current.reports:
        if report.temperature is not None and impossible_words(report):
            other = "F" if report.unit == "C" else "C"
            other = other if is_possible(catalogue().rules, report.temperature, other) else ""
            yield Impossible(phrases.answer_words(report), report.unit, other)
