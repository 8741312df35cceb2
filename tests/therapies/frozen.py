"""The facts of the catalogue, one line each, as `frozen.txt` keeps them.

What a reader can compare with a source stands there in clear. The sentences around it are our own
and long: of those an entry keeps only a short mark, so that a change of one word is noticed too.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

from therapies.catalogue.shapes import Catalogue
from therapies.rulebook import Match, Rule, TimeWindow

FROZEN = Path(__file__).with_name("frozen.txt")
HEAD = """\
# The facts of the catalogue, one a line. A change here is a change of what people are told:
# somebody has to check it against the sources and the clinical decisions before it is committed.
# Renewed by UPDATE_FROZEN=1 make test ARGS=tests/therapies/test_frozen.py
"""

# Of each table, what stands in clear; all the rest of an entry is in its mark.
TABLES = {
    "sources": ("reviewed", "next_review", "publisher_inferred"),
    "labels": ("medicine",),
    "decisions": (),
    "areas": ("label",),
    "answers": ("label", "meaning"),
    "symptoms": ("label", "short", "kind", "area", "amber", "crisis_from", "when_too_ill"),
    "own": ("label", "kind"),
    "ambiguous": ("meanings",),
    "classes": ("label",),
    "therapies": ("class_slug", "giving", "routes", "days_on", "days_off", "doses_each",
                  "infusions", "cycle_lengths"),
    "effects": ("therapies", "group", "basis", "borrowed_from", "symptoms", "only_severe",
                "decision"),
    "disagreements": ("therapies", "decision"),
    "medicines": ("kind", "masks_hours", "also"),
    "countries": ("name", "emergency", "note"),
    "groups": ("label",),
    "levels": ("word", "heading"),
    "instructions": ("heading", "then", "unknown"),
}  # fmt: skip
HOME = {
    "troubles": ("therapies", "heading"),
    "look_for": ("until_day",),
    "closer_watches": ("kind", "clocks", "therapies", "until_day", "until_cycle_day"),
    "look_answers": ("label",),
    "looks": ("from_age", "to_age"),
    "look_items": ("look", "means"),
}
# What is long, and still stands in clear, on a line of its own.
OWN_LINES = {
    "therapies": ("brands", "target", "given_for", "route", "schedule", "hospital"),
    "symptoms": ("synonyms", "answer_meanings"),
}


def facts(known: Catalogue) -> list[str]:
    """Return every line."""
    lines: list[str] = []
    for table, shown in TABLES.items():
        for name, entry in getattr(known, table).items():
            if not _is_copied(known, name):
                lines += entry_lines(table, name, entry, shown, OWN_LINES.get(table, ()))
    for table, shown in HOME.items():
        for name, entry in getattr(known.home, table).items():
            lines += entry_lines(table, name, entry, shown)
    for line in known.crisis_lines:
        lines += entry_lines("crisis_lines", line.country, line, ("name", "number", "hours"))
    codes = known.codes
    every: list[Any] = [*codes.codes, *codes.answers.values(), *codes.measures.values()]
    for code in every:
        lines.append(f"code {code.code} | {mark(words(code))}")
    for name, entry in (codes.vocabularies | codes.guides).items():
        lines.append(f"code {name} | {mark(words(entry))}")
    lines.append(f"remeasure | minutes {known.remeasure.minutes}")
    lines.append(f"american | {len(known.american)} words | {mark(words(known.american))}")
    return [*lines, *_rulebook(known)]


def _is_copied(known: Catalogue, name: str) -> bool:
    """Is it the list of another therapy, borrowed as a whole?"""
    borrowers = {therapy for borrow in known.rules.borrows for therapy in borrow.therapies}
    return any(
        name.removesuffix(f"-{therapy}") in known.effects
        for therapy in borrowers
        if name.endswith(f"-{therapy}")
    )


def entry_lines(
    table: str, name: str, entry: Any, shown: Collection[str], own: Collection[str] = ()
) -> Iterator[str]:
    """Yield the line of an entry, and those of its long facts."""
    clear = [f"{field} {words(getattr(entry, field))}" for field in shown if getattr(entry, field)]
    rest = [f.name for f in fields(entry) if f.name not in (*shown, *own)]
    marked = mark(*(f"{field}={words(getattr(entry, field))}" for field in rest))
    yield " | ".join([f"{table} {name}", *clear, marked])
    for field in own:
        if value := getattr(entry, field):
            yield f"{table} {name} | {field}: {words(value)}"


def _rulebook(known: Catalogue) -> Iterator[str]:
    rules = known.rules
    bands = ", ".join(f"{band.reading} from {band.from_c}" for band in rules.bands)
    lowest, highest = rules.possible_c
    yield f"temperature | fever from {rules.fever_line_c} | {bands} | {lowest} to {highest}"
    yield f"counting | {rules.counts_after_end_days} days after the end"
    yield f"counting | never ends: {words(rules.never_end)}"
    for borrow in rules.borrows:
        yield f"borrow | {words(borrow.therapies)} from {borrow.lender} | {mark(words(borrow))}"
    for first in rules.call_first:
        named = words(first.symptoms)
        least = first.at_least.slug
        yield f"call first | {first.first}: {named} | from {least} | {mark(words(first))}"
    whole = {(b.lender, b.therapies) for b in rules.borrows}
    for rule in rules.rules:
        yield _rule(rule)
        own = [m for m in rule.matches if (m.borrowed_from, _sorted(m, whole)) not in whole]
        late = [match for match in own if match.late]
        yield from (_match(rule, match) for match in own if not match.late)
        if late:
            until = words(late[0].until)
            lists = mark(*(words(match) for match in late))
            yield f"rule {rule.id} list | {len(late)} late lists | until {until} | {lists}"


def _sorted(match: Match, whole: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Return the therapies in the order of a borrowing, where they are those of one."""
    return next((t for _, t in whole if set(t) == match.therapies), tuple(match.therapies))


def _rule(rule: Rule) -> str:
    unless = rule.unless.slug if rule.unless is not None else ""
    clear = {
        "together": words(rule.together),
        "several": rule.several or "",
        "within hours": rule.within_hours or "",
        "unless": unless,
        "needs a therapy": "" if rule.needs_therapy is None else rule.needs_therapy,
        "decisions": words(rule.decisions),
    }
    more = [f"{name} {value}" for name, value in clear.items() if value != ""]
    mine = mark(rule.plain, str(rule.group_of_list))
    return " | ".join([f"rule {rule.id}", rule.level.slug, *more, mine])


def _match(rule: Rule, match: Match) -> str:
    borrowed = f" of {match.borrowed_from}" if match.borrowed_from else ""
    strength = f"{match.at_least.slug} to {match.up_to.slug}"
    readings = "any" if match.readings is None else words(match.readings)
    clear = [
        f"{match.basis}{borrowed}",
        match.group,
        words(match.therapies) or "anybody",
        words(match.symptoms),
        strength,
        "" if readings in ("any", "fever") else f"readings {readings}",
        words(match.when),
    ]
    own = mark(*(words(v) for v in (match.plain, match.plain_before, match.citations, readings)))
    return " | ".join([f"rule {rule.id} list", *filter(None, clear), own])


def words(value: Any) -> str:
    """Return a value in one line, in the same words each time."""
    if isinstance(value, TimeWindow):
        named = {f.name: getattr(value, f.name) for f in fields(value)}
        return ", ".join(f"{n} {words(v)}" for n, v in named.items() if v not in (None, False))
    if is_dataclass(value):
        return "; ".join(words(getattr(value, f.name)) for f in fields(value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {words(item)}" for key, item in value.items())
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, tuple | list):
        return ", ".join(words(item) for item in value)
    if isinstance(value, Enum):
        return value.name.lower()
    return "" if value is None else str(value)


def mark(*texts: str) -> str:
    return "#" + sha256("\n".join(texts).encode()).hexdigest()[:8]


def frozen_lines() -> list[str]:
    text = FROZEN.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("# ")]


def differences(known: Catalogue) -> list[str]:
    """Return the lines that came and went."""
    then, now = frozen_lines(), facts(known)
    gone = [f"- {line}" for line in then if line not in set(now)]
    come = [f"+ {line}" for line in now if line not in set(then)]
    order = [] if then == now else ["the entries are the same, in another order"]
    return [*gone, *come] or order
