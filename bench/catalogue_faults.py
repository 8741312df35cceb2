"""Wrong changes to a copy of the catalogue, kind by kind: what somebody might do by mistake."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

LEVELS = ("urgent", "contact", "expected", "unlisted")
SEVERITIES = ("mild", "moderate", "severe")
LISTS = "symptoms|therapies|only_severe|meanings|synonyms|also|routes|brands|cite"
LIST = re.compile(rf'^(?P<key>{LISTS}) = \[\s*(?P<items>"[^\]]*"),?\s*\]$', re.M)
STRING = re.compile(r'(?P<key>[a-z_]+) = "(?P<text>[^"\n]*)"')
URGENT_WORDS = (
    *((r"\bnow\b", "later"), (r"at once", "at your next visit"), (r"\bCall\b", "Tell")),
    *((r"\bnot ", ""), (r"same day", "same week"), (r"\burgent\b", "expected")),
)
CHOICES = (
    *("giving", "route", "group", "basis", "kind", "area", "class", "first", "unless"),
    *("medicine", "crisis_from", "borrowed_from", "look", "means"),
)
SWAPPED = (
    *("label", "meaning", "target", "brands", "route", "schedule", "given_for", "word", "asked"),
)
QUIET = "Tell your team at your next visit."


@dataclass(frozen=True)
class Fault:
    """Characters `start` to `end` of a file become `new`."""

    kind: str
    file: str
    line: int
    start: int
    end: int
    old: str
    new: str

    @property
    def words(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.old!r} -> {self.new!r}"


@dataclass(frozen=True)
class File:
    """One file of the catalogue."""

    name: str
    text: str

    def fault(self, kind: str, start: int, end: int, new: str) -> Fault:
        line = self.text.count("\n", 0, start) + 1
        return Fault(kind, self.name, line, start, end, self.text[start:end], new)

    def faults(self) -> Iterator[Fault]:
        yield from self.choices()
        yield from self.numbers()
        yield from self.lists()
        yield from self.sentences()
        yield from self.exchanges()
        yield from self.entries()

    def choices(self) -> Iterator[Fault]:
        """A level, a strength, a flag or another word out of a few becomes another of them."""
        for key, values in {"level": LEVELS, "at_least": SEVERITIES, "up_to": SEVERITIES}.items():
            for found in re.finditer(rf'\b{key} = "([a-z]+)"', self.text):
                for value in values:
                    if value != found[1]:
                        yield self.fault(f"{key} changed", *found.span(1), value)
        for found in re.finditer(r"^(at_least|up_to|readings|unless) = .*\n", self.text, re.M):
            yield self.fault(f"{found[1]} dropped", *found.span(), "")
        for found in re.finditer(r"\b(true|false)\b", self.text):
            yield self.fault(
                "a flag turned", *found.span(), {"true": "false"}.get(found[1], "true")
            )
        for key in CHOICES:
            there = list(re.finditer(rf'^{key} = "([^"]+)"', self.text, re.M))
            values = sorted({found[1] for found in there})
            for n, found in enumerate(there):
                other = values[
                    (values.index(found[1]) + 1 + n % max(1, len(values) - 1)) % len(values)
                ]
                if other != found[1]:
                    yield self.fault(f"{key} changed", *found.span(1), other)

    def numbers(self) -> Iterator[Fault]:
        """A time is one longer or shorter, or any digit of a telephone number is another one."""
        for found in re.finditer(r"(?<=[ \[])(\d+)(?=[\],\s}])", self.text):
            if not _is_in_string(self.text, found.start()):
                for step in (-1, 1):
                    yield self.fault("a number ±1", *found.span(), str(int(found[1]) + step))
        for found in STRING.finditer(self.text):
            if found["key"] in ("helpline", "number", "emergency", "code"):
                at = found.start("text")
                for n in (n for n, char in enumerate(found["text"]) if char.isdigit()):
                    digit = str((int(found["text"][n]) + 1) % 10)
                    yield self.fault("a digit changed", at + n, at + n + 1, digit)

    def lists(self) -> Iterator[Fault]:
        """An item is dropped, or becomes one of the list before."""
        before: dict[str, list[str]] = {}
        for found in LIST.finditer(self.text):
            key, items = found["key"], re.findall(r'"([^"]*)"', found["items"])
            for n, item in enumerate(items):
                rest = [other for other in items if other != item]
                what = _list_words(key)
                yield self.fault(f"{what} dropped", *found.span("items"), _quoted(rest))
                moved = [other for other in before.get(key, ()) if other not in items]
                if moved and key != "brands":
                    new = [*items[:n], moved[n % len(moved)], *items[n + 1 :]]
                    yield self.fault(f"{what} exchanged", *found.span("items"), _quoted(new))
                    yield self.fault(
                        f"{what} added", *found.span("items"), _quoted([*items, moved[0]])
                    )
            before[key] = items

    def sentences(self) -> Iterator[Fault]:
        """A word of a heading is another one, a pressing word is a quiet one."""
        for found in STRING.finditer(self.text):
            key, text, at = found["key"], found["text"], found.start("text")
            words: list[tuple[str, str, str]] = [
                ("a pressing word changed", old, new) for old, new in URGENT_WORDS
            ]
            if key == "heading":
                words.append(("a heading word changed", r"\w{4,}", "other"))
            for kind, old, new in words:
                for word in re.finditer(old, text):
                    yield self.fault(kind, at + word.start(), at + word.end(), new)
            if key in ("what_to_do", "plain", "timing") and "urgent" in text:
                yield self.fault("“next visit” for what is urgent", *found.span("text"), QUIET)

    def exchanges(self) -> Iterator[Fault]:
        """A claim cites another source; the same field of two neighbours is exchanged."""
        for found in re.finditer(r'(?:source|label) = "([^"]+)", heading', self.text):
            other = {"000": "003", "001": "000", "002": "000"}.get(found[1], "002")
            yield self.fault("a citation exchanged", *found.span(1), other)
        for key in SWAPPED:
            there = list(re.finditer(rf"^{key} = (.*)$", self.text, re.M))
            for one, other in pairwise(there):
                if one[1] != other[1]:
                    between = self.text[one.end(1) : other.start(1)]
                    swapped = f"{other[1]}{between}{one[1]}"
                    yield self.fault(f"{key} swapped", one.start(1), other.end(1), swapped)

    def entries(self) -> Iterator[Fault]:
        """A whole entry or list is left out."""
        starts = [found.start() for found in re.finditer(r"^\[\[", self.text, re.M)]
        spans = list(pairwise([*starts, len(self.text)]))
        for start, end in spans:
            yield self.fault("an entry dropped", start, end, "")


def _is_in_string(text: str, at: int) -> bool:
    return (
        text[text.rfind("\n", 0, at) + 1 : at].count('"') % 2 == 1
        or "#" in text[text.rfind("\n", 0, at) + 1 : at]
    )


def _list_words(key: str) -> str:
    return {"symptoms": "a symptom", "therapies": "a therapy", "cite": "a citation",
            "synonyms": "a synonym"}.get(key, f"one of “{key}”")  # fmt: skip


def _quoted(items: list[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def catalogue_faults(folder: Path) -> list[Fault]:
    """Return every fault, in the order of the files."""
    return [
        fault
        for path in sorted(folder.glob("*.toml"))
        for fault in File(path.name, path.read_text(encoding="utf-8")).faults()
    ]
