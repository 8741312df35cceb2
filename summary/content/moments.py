"""Urgent moments, what else was flagged, corrections and notes, as the summary lists them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from diary.check_ins.entries import Entry
from diary.check_ins.findings import FindingLine
from diary.check_ins.versions import Change
from diary.core.words import count_words, day_words, moment_words, runs_words
from diary.history.timeline import Day
from diary.judging.standing import treatment_lines
from diary.models import Call, Course
from summary.content.shapes import Correction, Flag, Moment, MomentFinding, Note
from summary.content.sources import References
from therapies.pages.citations import BASIS
from therapies.rulebook import Level
from therapies.templatetags.spelling import spelled, symptom_label

MAX_SPANS = 12


def entries_of(days: Iterable[Day]) -> Iterator[Entry]:
    for day in days:
        yield from day.entries


def moments(days: Iterable[Day], courses: Sequence[Course], refs: References) -> tuple[Moment, ...]:
    """Return the check-ins that were urgent in any version, the newest first."""
    urgent = [entry for entry in entries_of(days) if entry.is_urgent]
    return tuple(_moment(entry, courses, refs) for entry in reversed(urgent))


def _moment(entry: Entry, courses: Sequence[Course], refs: References) -> Moment:
    begun = [course for course in courses if course.started <= entry.check_in.local_day]
    lines = treatment_lines(begun, entry.check_in.at, entry.tz)
    return Moment(
        when=when_words(entry),
        told=entry.told,
        treatment="; ".join(spelled(line) for line in lines) or "no treatment recorded",
        reported=_reported(entry),
        found=_found(entry, refs),
        changes=tuple(line for change in entry.changes for line in change.others),
        done=tuple(phoned.words for phoned in entry.phoned),
        urgent_for=_names(met for met in entry.rules_met if met.level is Level.URGENT),
        brief=_brief(entry),
        is_open=entry.is_open,
        is_followed=entry.is_followed,
    )


def _brief(entry: Entry) -> str:
    """Say in a line what was done, and how long after the finding. A call in vain is said, and what
    was done after it; that it got worse comes first, where no long advice can cut it off."""
    done = {phoned.call.outcome: phoned for phoned in reversed(entry.phoned)}
    tried = [p.call.at for p in entry.phoned if p.call.outcome == Call.Outcome.NO_ANSWER]
    answer = done.get(Call.Outcome.REACHED) or done.get(Call.Outcome.CLOSED)
    if answer is None:
        no_calls = (Call.Outcome.NO_ANSWER, Call.Outcome.SEEN)
        others = (o for o in done if o not in no_calls)
        said = [*_in_vain("called", len(tried)), *(Call.Outcome(o).label for o in others)]
        return "; ".join(said) or "no call is recorded"
    if answer.call.outcome == Call.Outcome.REACHED:
        advice = answer.call.advice
        how = f"reached {answer.whom}, {answer.after}{f': {advice}' if advice else ''}"
    else:
        without = "reaching anybody" if tried else "a call"
        closed = "closed after a call" if answer.call.whom else f"closed without {without}"
        how = f"{closed}: {answer.call.reason}"
    since = sum(at > answer.call.at for at in tried)
    worse = ["worse since"] if _is_worse_since(entry, answer.call) else []
    again = _in_vain("called again since", since)
    return "; ".join([*worse, *again, *_in_vain("called", len(tried) - since), how])


def _in_vain(called: str, times: int) -> list[str]:
    return [f"{called}, no answer ({count_words(times, 'time')})"] if times else []


def _is_worse_since(entry: Entry, call: Call) -> bool:
    worse = (c for c in entry.calls if c.outcome == Call.Outcome.WORSE)
    return any(one.recorded >= call.recorded for one in worse)


def _reported(entry: Entry) -> tuple[str, ...]:
    """Return what was reported; what was answered with no comes last, in one line."""
    had = [entry.words(one) for one in entry.answered]
    return (*had, f"answered no: {', '.join(entry.denied)}") if entry.denied else tuple(had)


def _found(entry: Entry, refs: References) -> tuple[MomentFinding, ...]:
    """Return the findings in as few lines as keep level, therapy and basis apart."""
    alike: dict[tuple[Any, ...], list[FindingLine]] = defaultdict(list)
    for met in entry.rules_met:
        alike[met.level, met.therapy, met.basis, met.is_current].append(met)
    return tuple(_found_line(same, refs) for same in alike.values())


def _found_line(same: Sequence[FindingLine], refs: References) -> MomentFinding:
    one = same[0]
    return MomentFinding(
        level=one.level.slug,
        word=one.word,
        therapy=one.therapy_name,
        symptoms=_names(same),
        groups=", ".join(dict.fromkeys(filter(None, (met.group_name for met in same)))),
        basis=BASIS[one.basis],
        refs=refs.cite(c for met in same for c in met.citations),
        remark=_remark(one),
    )


def when_words(entry: Entry) -> str:
    words = f"{day_words(entry.check_in.local_day)} at {entry.time}"
    if not entry.is_saved_later:
        return words
    return f"{words}, saved {moment_words(entry.check_in.received, entry.tz)}"


def _names(found: Iterable[FindingLine]) -> str:
    symptoms = dict.fromkeys(s for met in found for s in met.symptoms)
    return ", ".join(dict.fromkeys(map(symptom_label, symptoms)))


def _remark(met: FindingLine) -> str:
    return "" if met.is_current else "found before it was corrected or removed"


def flags(days: Iterable[Day], refs: References) -> tuple[Flag, ...]:
    """Return each rule that was met once, in its full words, the urgent ones first: how many
    check-ins met it, and on which days."""
    met: dict[tuple[Any, ...], list[tuple[Entry, FindingLine]]] = defaultdict(list)
    for entry in entries_of(days):
        for rule in entry.rules_met:
            key = (-rule.level, rule.rule, rule.therapy, rule.group, rule.basis)
            met[key].append((entry, rule))
    return tuple(_together(met[key], refs) for key in sorted(met))


def _together(found: Sequence[tuple[Entry, FindingLine]], refs: References) -> Flag:
    one = found[-1][1]
    days = {entry.check_in.local_day for entry, _ in found}
    return Flag(
        word=one.word,
        symptoms=_names(met for _, met in found),
        group=one.group_name,
        therapy=one.therapy_name,
        basis=BASIS[one.basis],
        wording=spelled(one.wording),
        refs=refs.cite(dict.fromkeys(c for _, met in found for c in met.citations)),
        remark="" if any(met.is_current for _, met in found) else _remark(one),
        times=len({entry.check_in.pk for entry, _ in found}),
        days=_when(days),
    )


def _when(days: set[date]) -> str:
    spans = runs_words(days)
    if len(spans) <= MAX_SPANS:
        return "; ".join(spans)
    return f"{len(days)} days from {day_words(min(days))} to {day_words(max(days))}"


def corrections(days: Iterable[Day]) -> tuple[Correction, ...]:
    return tuple(
        _correction(entry, change) for entry in entries_of(days) for change in entry.changes
    )


def _correction(entry: Entry, change: Change) -> Correction:
    lines = change.lines
    if change.is_removal:
        said = "; ".join(_reported(entry))
        lines = (*lines, f"It said: {said}." if said else "It held no symptom.")
    return Correction(when_words(entry), lines, str(change.by), change.reason)


def notes(days: Iterable[Day], chosen: Iterable[str] | None) -> tuple[Note, ...]:
    """Return the notes that stand, marked where chosen; None chooses all of them."""
    ids = None if chosen is None else set(chosen)
    return tuple(
        Note(
            id=(key := note_id(entry)),
            when=when_words(entry),
            told=entry.told,
            text=entry.current.version.note,
            is_chosen=ids is None or key in ids,
        )
        for entry in entries_of(days)
        if entry.current.version.note and not entry.is_removed
    )


def note_id(entry: Entry) -> str:
    """Name a note within one diary, shortly enough for an address that names hundreds."""
    return entry.check_in.pk.hex[:10]
