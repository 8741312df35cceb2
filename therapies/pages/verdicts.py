"""How urgent the engine finds a symptom, in a few words for each time of a treatment.

Nothing here knows how urgent anything is: every word comes out of `assess`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from therapies.ask import Strength, strengths
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.degrees import in_unit
from therapies.rulebook import Level, Match, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess, fever_line

# A list that has the sign should not call it "not listed" at the times it is not listed for.
UNLISTED_WORDS = "Tell your team at the next visit"
EMERGENCY_FIRST = "Emergency number first"
RANGES = {
    (Severity.MILD, Severity.MODERATE, Severity.SEVERE): "at any severity",
    (Severity.MODERATE, Severity.SEVERE): "if moderate or severe",
    (Severity.MILD, Severity.MODERATE): "if mild or moderate",
    (Severity.MILD,): "if mild",
    (Severity.MODERATE,): "if moderate",
    (Severity.SEVERE,): "if severe",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One stretch of a treatment in which the answers stay the same."""

    since: str
    until: str
    standing: Standing

    @property
    def label(self) -> str:
        return f"{self.since}{self.until}"


@dataclass(frozen=True, slots=True)
class Chip:
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds at one moment; `moment` is empty where it holds at all of them."""

    moment: str
    chips: tuple[Chip, ...]


def verdicts(symptom: str, moments: Iterable[Moment]) -> tuple[Verdict, ...]:
    """Return the words for every moment; neighbours that say the same stand as one."""
    found: list[Verdict] = []
    for said, group in groupby(moments, lambda m: chips(symptom, [m.standing])):
        same = list(group)
        found.append(Verdict(f"{same[0].since}{same[-1].until}", said))
    return tuple(found) if len(found) > 1 else (Verdict("", found[0].chips),)


def chips(symptom: str, standings: Iterable[Standing] = ()) -> tuple[Chip, ...]:
    """Return one chip for each level, the most urgent first."""
    if symptom == catalogue().thermometer:
        return temperature_chips(standings)[:1]
    answers = strengths(symptom, standings)
    found = [
        _chip(level.slug, _word(level), same)
        for level, same in groupby(reversed(answers), lambda answer: answer.level)
    ]
    first = [answer for answer in answers if answer.emergency]
    if first:
        found.insert(0, _chip(Level.URGENT.slug, EMERGENCY_FIRST, first))
    return tuple(found)


def _word(level: Level) -> str:
    return UNLISTED_WORDS if level is Level.UNLISTED else catalogue().words(level).word


def _chip(level: str, word: str, answers: Iterable[Strength]) -> Chip:
    severities = tuple(sorted(a.severity for a in answers if a.severity is not None))
    return Chip(level, f"{word} {RANGES[severities]}" if severities else word)


def temperature_chips(
    standings: Iterable[Standing] = (), *, fever_from_c: Decimal | None = None
) -> tuple[Chip, ...]:
    """Return what the engine makes of each band of readings, the urgent ones first. A family's
    card (`fever_from_c`) may lower the fever line."""
    rules, standings = catalogue().rules, tuple(standings)
    lowest, *_ = starts = [band.from_c for band in rules.bands]
    line = fever_line(rules, fever_from_c)
    thermometer = catalogue().thermometer
    (fever,) = strengths(thermometer, standings)
    words = catalogue().words(fever.level).word
    found = [Chip(fever.level.slug, f"{words} from {degrees(line)}, or with no reading")]
    ends = (min(end, line) for end in [*starts[1:], line])
    for start, end in zip(starts, ends, strict=True):
        reading = SymptomReport(thermometer, None, start, "C")
        answer = assess([reading], standings, rules=rules, fever_from_c=fever_from_c)
        if answer.findings and start < end:
            span = (
                f"below {degrees(end)}"
                if start == lowest
                else f"from {degrees(start)} up to {degrees(end)}"
            )
            found.append(Chip(answer.level.slug, f"{catalogue().words(answer.level).word} {span}"))
    return tuple(sorted(found, key=lambda chip: chip.level != Level.URGENT.slug))


def degrees(celsius: Decimal) -> str:
    """Return a line in both units, as a thermometer shows it."""
    first, other = (f"{in_unit(celsius, unit)}\N{NO-BREAK SPACE}°{unit}" for unit in "CF")
    return f"{first} ({other})"


def moments_of(therapy: Therapy) -> tuple[Moment, ...]:
    """Return the times of a treatment between which some rule about it changes its answer."""
    if therapy.giving == "single-infusion":
        return _by_day(therapy, "days_since_infusion", "the infusion (day 0)", "after the infusion")
    if therapy.giving == "tablet":
        return _by_day(therapy, "days_since_start", "the first tablet (day 0)", "of treatment")
    hours = max(match.when.hours_after or 0 for match in matches_about(therapy.slug))
    rest = catalogue().rules.counts_after_end_days
    if is_pump := therapy.giving == "pump":
        first, then = "While the pump runs", "Later in the break"
        running = Standing(therapy.slug, infusing=True, cycle=1, cycle_day=1)
    else:
        first, then = "During an infusion into a vein", "Between infusions"
        running = Standing(therapy.slug, infusing=True, route="iv")
    over = Standing(
        therapy.slug,
        status="break" if is_pump else "active",
        infusing=False,
        hours_since_infusion_end=hours + 1.0,
    )
    return (
        Moment(first, f", and for {hours} hours after", running),
        Moment(then, f", and for {rest} days after treatment has ended", over),
    )


def moment_of(therapy: Therapy, standing: Standing) -> int:
    """Return which of its moments holds, counted in days: the first where the day is not known, and
    of a pump or drip, which may run again."""
    counted = {"single-infusion": "days_since_infusion", "tablet": "days_since_start"}
    count = counted.get(therapy.giving)
    if count is None or (days := getattr(standing, count)) is None:
        return 0
    starts = [getattr(moment.standing, count) for moment in moments_of(therapy)]
    return max((n for n, start in enumerate(starts) if start <= days), default=0)


def matches_about(therapy: str, level: Level | None = None) -> list[Match]:
    """Return the lists of symptoms that rules (of one level) hold for this therapy."""
    rules = [rule for rule in catalogue().rules.rules if level in (None, rule.level)]
    return [match for rule in rules for match in rule.matches if therapy in match.therapies]


def _by_day(therapy: Therapy, count: str, first_day: str, after: str) -> tuple[Moment, ...]:
    """One moment for each stretch of days between which a window of some rule begins or ends."""
    starts = {0}
    for match in matches_about(therapy.slug):
        for when in (match.when, match.until):
            window = getattr(when, count)
            if window:
                starts |= {window[0]} | ({window[1] + 1} if window[1] is not None else set())
    ordered = sorted(starts)
    ends = [*(start - 1 for start in ordered[1:]), None]
    return tuple(
        Moment(
            f"From {first_day}" if start == 0 else f"From day {start} {after}",
            "" if end is None else f" to day {end}",
            Standing(therapy.slug, **{count: start}),  # type: ignore[arg-type]
        )
        for start, end in zip(ordered, ends, strict=True)
    )
