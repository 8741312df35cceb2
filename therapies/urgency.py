"""How urgent is what was reported? Pure and table-driven: no clock, no database, no medicine.

The rules are data (`catalogue/rules.toml`). Every report is judged against every therapy that
counts at that moment; every rule that fires is kept, so that the page can say why and cite it; the
highest level wins. Whatever is missing, or cannot be, falls to the more urgent side.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from therapies.degrees import celsius
from therapies.rulebook import (
    BASES,
    CALL_FIRST,
    FEVER,
    GROUPS,
    Citation,
    Level,
    Match,
    Rule,
    Rulebook,
    RuleInput,
    Severity,
)
from therapies.standing import Standing, counts, has_begun, in_time, route_fits


@dataclass(frozen=True, slots=True)
class SymptomReport:
    """One symptom as somebody reported it; `temperature` is in the unit typed, "C" or "F".

    `was_for_team` says of an earlier report that a rule about it put it to the team when it was
    judged: what a treatment makes of it now, hours later, does not take that back.
    """

    symptom: str
    severity: Severity | None = None
    temperature: Decimal | None = None
    unit: str | None = None
    was_for_team: bool = False


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One rule that one report met. `therapy` is None for a rule about anybody."""

    rule: str
    level: Level
    group: str
    basis: str
    therapy: str | None
    symptom: str
    citations: tuple[Citation, ...]
    plain: str
    call_first: str  # "emergency", "crisis" or "team"
    course: str
    borrowed_from: str = ""  # the therapy whose list was used


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every finding, the leading one first; nothing found is unlisted, group "none"."""

    level: Level
    groups: tuple[str, ...]
    findings: tuple[RuleFinding, ...]
    call_first: str
    ambers: frozenset[str] = frozenset()  # signs that are urgent together with another such sign


def assess(
    reports: Iterable[SymptomReport],
    standings: Iterable[Standing],
    *,
    rules: Rulebook,
    fever_from_c: Decimal | None = None,
    earlier: Iterable[SymptomReport] = (),
) -> Assessment:
    """Judge `reports` against the therapies in `standings`.

    `fever_from_c` is the family's own fever line in °C, which may only lower the rulebook's.
    `earlier` are the reports of the hours before; only rules about combinations look at them.
    """
    line = fever_line(rules, fever_from_c)
    cases = list(_cases(rules, reports, line))
    earlier = tuple(earlier)
    before = list(_cases(rules, earlier, line))
    begun = [standing for standing in standings if has_begun(standing)]
    known = {case.symptom for case in (*cases, *before)}
    found = _judge(rules, cases, known, begun)
    ambers = _ambers(rules, cases, found)
    then = {report.symptom for report in earlier if report.was_for_team}
    then = {case.symptom for case in before if case.symptom in then and _can_be_amber(rules, case)}
    if ambers and before and not then - ambers:
        then |= _ambers(rules, before, _judge(rules, before, set(), begun))
    return _conclude((*found, *_several(rules, cases, ambers, len(ambers | then))), ambers)


def _judge(
    rules: Rulebook, cases: list[RuleInput], known: set[str], begun: list[Standing]
) -> tuple[RuleFinding, ...]:
    """Return what every rule finds but those about several amber signs."""
    found: dict[tuple[str, str, str | None, str], RuleFinding] = {}
    for rule in rules.rules_about({case.symptom for case in cases}):
        if not rule.several and _applies(rules, rule, known, begun):
            for finding in _findings(rules, rule, cases, begun, tuple(found.values())):
                key = (finding.rule, finding.symptom, finding.therapy, finding.group)
                before = found.setdefault(key, finding)
                # Of two reports of one sign the more urgent decides whom to call.
                found[key] = min(before, finding, key=lambda one: CALL_FIRST.index(one.call_first))
    return tuple(found.values())


def _ambers(rules: Rulebook, cases: list[RuleInput], found: Iterable[RuleFinding]) -> set[str]:
    """Return the amber signs: at least moderate, or a reading, and for the team by themselves."""
    for_team = {
        f.symptom for f in found if f.level >= Level.CONTACT and f.rule not in rules.combinations
    }
    return {
        case.symptom for case in cases if case.symptom in for_team and _can_be_amber(rules, case)
    }


def _can_be_amber(rules: Rulebook, case: RuleInput) -> bool:
    severity = case.severity or Severity.SEVERE
    is_strong = case.reading is not None or severity >= Severity.MODERATE
    return is_strong and case.symptom in rules.ambers


def _several(
    rules: Rulebook, cases: list[RuleInput], ambers: set[str], count: int
) -> Iterator[RuleFinding]:
    """Yield, for each amber sign of now, the rules about as many signs as there are."""
    for rule in rules.rules:
        if rule.several and count >= rule.several:
            for case in cases:
                if case.symptom in ambers:
                    yield _finding(rules, rule, rule.matches[0], case, None)


def fever_line(rules: Rulebook, fever_from_c: Decimal | None) -> Decimal:
    """Return the line in °C that applies: the family's own may lower it, never raise it."""
    return rules.fever_line_c if fever_from_c is None else min(fever_from_c, rules.fever_line_c)


def is_possible(rules: Rulebook, temperature: Decimal, unit: str) -> bool:
    """Can a living person have this temperature, in the unit it was typed in?"""
    lowest, highest = rules.possible_c
    return lowest <= celsius(temperature, unit) <= highest


def reading(rules: Rulebook, report: SymptomReport, line: Decimal) -> str:
    """Name the band of a reading; one that is missing, unclear or impossible counts as fever."""
    if report.temperature is None or report.unit not in ("C", "F"):
        return FEVER
    degrees = celsius(report.temperature, report.unit)
    if degrees >= line or not is_possible(rules, report.temperature, report.unit):
        return FEVER
    return next(band.reading for band in reversed(rules.bands) if degrees >= band.from_c)


def _cases(rules: Rulebook, reports: Iterable[SymptomReport], line: Decimal) -> Iterator[RuleInput]:
    for report in reports:
        kind = rules.kinds[report.symptom]
        if kind == "temperature":
            band = reading(rules, report, line)
            # An ordinary one is not a symptom, and it cancels nothing.
            if band != "ordinary" or report.severity is Severity.SEVERE:
                yield RuleInput(report.symptom, report.severity, band)
        else:
            missing = Severity.SEVERE if kind == "severity" else None
            yield RuleInput(report.symptom, report.severity or missing, None)


def _applies(rules: Rulebook, rule: Rule, known: set[str], begun: list[Standing]) -> bool:
    """Is the rule's combination complete, and does it ask for a therapy, or for none?"""
    if not rule.together <= known:
        return False
    some_therapy_counts = any(counts(rules, standing) for standing in begun)
    return rule.needs_therapy in (None, some_therapy_counts)


def _findings(
    rules: Rulebook,
    rule: Rule,
    cases: list[RuleInput],
    begun: list[Standing],
    above: tuple[RuleFinding, ...],
) -> Iterator[RuleFinding]:
    """Yield what one rule finds; `above` is what the rules before it found."""
    for case in cases:
        if rule.unless is not None and any(
            found.symptom == case.symptom and found.level >= rule.unless for found in above
        ):
            continue
        for match in rules.matches_about(rule, case.symptom):
            if _fits(match, case):
                for standing in _standings(rules, rule, match, case, begun):
                    yield _finding(rules, rule, match, case, standing)


def _fits(match: Match, case: RuleInput) -> bool:
    """Does the report have the reading and the severity that the list asks for?"""
    if case.reading is not None and match.readings and case.reading not in match.readings:
        return False
    if case.severity is None:  # a yes, or a reading: only a list of given severities passes it by
        return match.at_least is Severity.MILD
    if case.reading is not None and match.readings:
        return True
    return match.at_least <= case.severity <= match.up_to


def _standings(
    rules: Rulebook, rule: Rule, match: Match, case: RuleInput, begun: list[Standing]
) -> Sequence[Standing | None]:
    """Return each therapy that the list holds for now; None stands for anybody."""
    if match.therapies:
        return [s for s in begun if s.therapy in match.therapies and _holds(rules, match, s)]
    if not rule.group_of_list:
        return [None]
    listing = (s for s in begun if counts(rules, s) and _group_of_list(rules, s, case.symptom))
    return list(listing) or [None]


def _holds(rules: Rulebook, match: Match, standing: Standing) -> bool:
    """Does the therapy count, by this route, at the time the list is about (or, if late, outside
    of it)?"""
    return (
        counts(rules, standing, match.when)
        and route_fits(standing, match.when)
        and in_time(rules, standing, match.when) is not match.late
        and in_time(rules, standing, match.until)
    )


def _finding(
    rules: Rulebook, rule: Rule, match: Match, case: RuleInput, standing: Standing | None
) -> RuleFinding:
    group = match.group
    if rule.group_of_list and standing:
        group = _group_of_list(rules, standing, case.symptom) or group
    return RuleFinding(
        rule=rule.id,
        level=rule.level,
        group=group,
        basis=match.basis,
        therapy=standing.therapy if standing else None,
        symptom=case.symptom,
        citations=match.citations,
        plain=_plain(match, standing),
        call_first=_call_first(rules, case),
        course=standing.course if standing else "",
        borrowed_from=match.borrowed_from,
    )


def _plain(match: Match, standing: Standing | None) -> str:
    """Return the rule's sentence; nothing is "after" an infusion that is still to come today."""
    before = match.plain_before if standing and standing.is_before_infusion else ""
    return before or match.plain


def _group_of_list(rules: Rulebook, standing: Standing, symptom: str) -> str | None:
    """Return the leading group of the therapy's lists, by this route, that name the symptom."""
    lists = rules.lists_of(standing.therapy, symptom)
    return next((m.group for m in lists if route_fits(standing, m.when)), None)


def _call_first(rules: Rulebook, case: RuleInput) -> str:
    """Say which number comes first for this report."""
    severity = case.severity or Severity.SEVERE
    named = {
        entry.first
        for entry in rules.call_first
        if case.symptom in entry.symptoms and severity >= entry.at_least
    }
    return next(first for first in CALL_FIRST if first in named or first == "team")


def _conclude(found: Iterable[RuleFinding], ambers: Iterable[str]) -> Assessment:
    findings = tuple(sorted(found, key=_leading))
    groups = tuple(dict.fromkeys(f.group for f in findings if f.group != "none"))
    return Assessment(
        level=max((f.level for f in findings), default=Level.UNLISTED),
        groups=groups or ("none",),
        findings=findings,
        call_first=min((f.call_first for f in findings), key=CALL_FIRST.index, default="team"),
        ambers=frozenset(ambers),
    )


def _leading(finding: RuleFinding) -> tuple[int, int, int]:
    return (-finding.level, BASES.index(finding.basis), GROUPS.index(finding.group))
