"""Reads `rules.toml` into the rulebook, and refuses a rule that could never fire."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from therapies.catalogue.read_toml import CatalogueError, Entry, build, expect, read_toml
from therapies.catalogue.shapes import Symptom, Therapy
from therapies.rulebook import (
    ANY_SYMPTOM,
    BASES,
    CALL_FIRST,
    FEVER,
    GROUPS,
    Band,
    Borrow,
    CallFirst,
    Citation,
    Level,
    Match,
    Rule,
    Rulebook,
    Severity,
    TimeWindow,
)

FILE = "rules.toml"
RULE_KEYS = {
    "id", "level", "basis", "group", "therapies", "when", "until", "decisions", "plain", "cite",
    "match", "late_of", "together", "several", "within_hours", "unless", "needs_therapy",
    "group_of_list", "borrowed_from", "plain_before", "plain_borrowed",
}  # fmt: skip
MATCH_KEYS = {
    "symptoms", "therapies", "group", "basis", "cite", "when", "until", "at_least", "up_to",
    "readings", "plain", "plain_before", "borrowed_from",
}  # fmt: skip


def load_rules(
    folder: Path,
    symptoms: dict[str, Symptom],
    therapies: dict[str, Therapy],
    own: dict[str, Symptom],
) -> Rulebook:
    """Return the rulebook. Raises CatalogueError naming the rule."""
    content = read_toml(folder, FILE)
    cite = {name: build(Citation, c, FILE, f"cite {name}") for name, c in content["cite"].items()}
    bands = tuple(
        Band(band["reading"], Decimal(str(band["from"])))
        for band in content["temperature"]["bands"]
    )
    reader = _Reader(cite, symptoms, therapies, {band.reading for band in bands} | {FEVER})
    reader.borrows = tuple(reader.borrow(entry) for entry in content.get("borrow", ()))
    rules: dict[str, Rule] = {}
    for entry in content["rule"]:
        rule = reader.rule(entry, rules)
        if rule.id in rules:
            raise CatalogueError(FILE, f"[[rule]] {rule.id}", "this id is there twice")
        rules[rule.id] = rule
    lowest, highest = content["temperature"]["possible"]
    return Rulebook(
        rules=tuple(rules.values()),
        borrows=reader.borrows,
        call_first=tuple(reader.call_first(entry) for entry in content["call_first"]),
        bands=bands,
        possible_c=(Decimal(str(lowest)), Decimal(str(highest))),
        fever_line_c=Decimal(str(content["temperature"]["fever_line"])),
        counts_after_end_days=content["counting"]["after_end_days"],
        never_end=frozenset(content["counting"]["never_end"]),
        pump_days={t.slug: t.days_on or 0 for t in therapies.values() if t.giving == "pump"},
        kinds={symptom.slug: symptom.kind for symptom in (*symptoms.values(), *own.values())},
        ambers=tuple(symptom.slug for symptom in symptoms.values() if symptom.amber),
    )


class _Reader:
    """Reads one rule at a time against the tables it may name."""

    def __init__(
        self,
        cite: dict[str, Citation],
        symptoms: dict[str, Symptom],
        therapies: dict[str, Therapy],
        readings: set[str],
    ) -> None:
        self.cite = cite
        self.symptoms = symptoms
        self.therapies = therapies
        self.readings = readings
        self.borrows: tuple[Borrow, ...] = ()

    def rule(self, entry: Entry, above: dict[str, Rule]) -> Rule:
        title = f"[[rule]] {entry.get('id', '(no id)')}"
        expect(FILE, title, entry, RULE_KEYS, "key")
        if not entry.get("plain", "").strip():
            raise CatalogueError(FILE, title, "has no plain sentence")
        if "late_of" in entry:
            matches = tuple(self._late(entry, above, title))
        else:
            own = [self._match(entry, match, title) for match in entry.get("match", ())]
            matches = tuple(self._with_borrowed(own))
        if not matches:
            raise CatalogueError(FILE, title, "can never fire: it has no list of symptoms")
        rule = Rule(
            id=entry["id"],
            level=_choice(Level, entry.get("level"), title),
            plain=entry["plain"],
            matches=matches,
            several=entry.get("several", 0),
            together=frozenset(self._symptoms(entry.get("together", ()), title)),
            within_hours=entry.get("within_hours", 0),
            unless=_choice(Level, entry["unless"], title) if "unless" in entry else None,
            needs_therapy=entry.get("needs_therapy"),
            group_of_list=entry.get("group_of_list", False),
            decisions=tuple(entry.get("decisions", ())),
        )
        self._can_fire(rule, title)
        return rule

    def call_first(self, entry: Entry) -> CallFirst:
        title = "[[call_first]]"
        expect(FILE, title, [entry.get("first")], CALL_FIRST, "number")
        return CallFirst(
            first=entry["first"],
            symptoms=frozenset(self._symptoms(entry["symptoms"], title)),
            at_least=_choice(Severity, entry.get("at_least", "mild"), title),
            citations=self._citations(entry, title),
        )

    def borrow(self, entry: Entry) -> Borrow:
        title = "[[borrow]]"
        expect(FILE, title, [*entry["therapies"], entry["from"]], self.therapies, "therapy")
        if "borrowed" not in entry["plain"]:
            raise CatalogueError(FILE, title, "does not say that its list is borrowed")
        return Borrow(
            therapies=tuple(entry["therapies"]),
            lender=entry["from"],
            plain=entry["plain"].replace("{from}", self.therapies[entry["from"]].name.lower()),
            citations=self._citations(entry, title),
        )

    def _with_borrowed(self, matches: list[Match]) -> Iterator[Match]:
        """Yield each list, and after it the same for the therapies that borrow it."""
        for match in matches:
            yield match
            for borrow in self.borrows:
                if borrow.lender in match.therapies:
                    before = match.plain_before and f"{match.plain_before} {borrow.plain}"
                    yield replace(
                        match,
                        therapies=frozenset(borrow.therapies),
                        basis="floor",
                        borrowed_from=borrow.lender,
                        plain=f"{match.plain} {borrow.plain}",
                        plain_before=before,
                        citations=(*borrow.citations, *match.citations),
                    )

    def _match(self, rule: Entry, own: Entry, title: str) -> Match:
        """A list takes from its rule whatever it does not say for itself."""
        expect(FILE, title, own, MATCH_KEYS, "key")
        entry = {**{k: v for k, v in rule.items() if k in MATCH_KEYS}, **own}
        symptoms = frozenset(self._symptoms(entry.get("symptoms", ()), title))
        readings = frozenset(entry["readings"]) if "readings" in entry else None
        if readings is None and ANY_SYMPTOM not in symptoms:
            readings = frozenset({FEVER})
        expect(FILE, title, readings or (), self.readings, "reading")
        expect(FILE, title, entry.get("therapies", ()), self.therapies, "therapy")
        expect(FILE, title, [entry.get("group")], GROUPS, "group")
        expect(FILE, title, [entry.get("basis")], BASES, "basis")
        return Match(
            symptoms=symptoms,
            therapies=frozenset(entry.get("therapies", ())),
            group=entry["group"],
            basis=entry["basis"],
            citations=self._citations(entry, title),
            plain=entry["plain"],
            plain_before=entry.get("plain_before", ""),
            borrowed_from=self._borrows_from(entry, title),
            when=_when(entry.get("when", {}), title),
            at_least=_choice(Severity, entry.get("at_least", "mild"), title),
            up_to=_choice(Severity, entry.get("up_to", "severe"), title),
            readings=readings,
            until=_when(entry.get("until", {}), title),
        )

    def _late(self, entry: Entry, above: dict[str, Rule], title: str) -> Iterator[Match]:
        """Every list of the named rules that ends some day, for the time after its end."""
        until = _when(entry.get("until", {}), title)
        expect(FILE, title, entry["late_of"], above, "rule above it")
        for rule in (above[name] for name in entry["late_of"]):
            ending = [match for match in rule.matches if _ends(match.when)]
            if not ending:
                raise CatalogueError(FILE, title, f"can never fire: {rule.id} has no time")
            for match in ending:
                plain = entry["plain"]
                if match.borrowed_from:
                    lender = self.therapies[match.borrowed_from].name.lower()
                    plain = entry["plain_borrowed"].replace("{from}", lender)
                yield replace(match, late=True, until=until, plain=plain, plain_before="")

    def _can_fire(self, rule: Rule, title: str) -> None:
        if rule.unless is not None and rule.unless <= Level.UNLISTED:
            raise CatalogueError(FILE, title, "can never fire: every report has that level")
        for match in rule.matches:
            if not match.symptoms:
                raise CatalogueError(FILE, title, "can never fire: a list without symptoms")
            if match.at_least > match.up_to:
                raise CatalogueError(FILE, title, "can never fire: at_least is above up_to")
            if rule.together and not match.symptoms <= rule.together:
                raise CatalogueError(FILE, title, "lists a symptom outside its combination")
            self._can_be_given(match, title)

    def _can_be_given(self, match: Match, title: str) -> None:
        """A time that only drips and pumps have can never come for tablets."""
        timed = match.when.running or match.when.hours_after is not None
        for slug in match.therapies:
            if timed and self.therapies[slug].giving == "tablet":
                raise CatalogueError(FILE, title, f"can never fire: {slug} is not an infusion")
            if match.when.route and match.when.route not in self.therapies[slug].routes:
                raise CatalogueError(FILE, title, f"can never fire: {slug} has no such route")

    def _borrows_from(self, entry: Entry, title: str) -> str:
        borrowed: str = entry.get("borrowed_from", "")
        expect(FILE, title, [borrowed] if borrowed else [], self.therapies, "therapy")
        if borrowed and "borrowed" not in entry["plain"]:
            raise CatalogueError(FILE, title, "does not say that its list is borrowed")
        return borrowed

    def _symptoms(self, slugs: Any, title: str) -> list[str]:
        expect(FILE, title, slugs, {ANY_SYMPTOM, *self.symptoms}, "symptom")
        return list(slugs)

    def _citations(self, entry: Entry, title: str) -> tuple[Citation, ...]:
        if not entry.get("cite"):
            raise CatalogueError(FILE, title, "has no citation")
        expect(FILE, title, entry["cite"], self.cite, "citation")
        return tuple(self.cite[name] for name in entry["cite"])


def _choice(enum: Any, name: Any, title: str) -> Any:
    try:
        return enum[str(name).upper()]
    except KeyError:
        raise CatalogueError(FILE, title, f"“{name}” is not a known {enum.__name__}") from None


def _when(entry: Entry, title: str) -> TimeWindow:
    days = {key: _days(value, title) for key, value in entry.items() if key.startswith("days_")}
    return build(TimeWindow, {**entry, **days}, FILE, title)


def _days(window: list[int], title: str) -> tuple[int, int | None]:
    first, last = window[0], window[1] if len(window) == 2 else None
    if last is not None and last < first:
        raise CatalogueError(FILE, title, "can never fire: its last day is before its first")
    return first, last


def _ends(when: TimeWindow) -> bool:
    """Does this time pass while the therapy still counts?"""
    windows = (when.days_since_infusion, when.days_since_start)
    return when.hours_after is not None or any(window and window[1] for window in windows)
