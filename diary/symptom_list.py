"""The list of symptoms to answer, as plain tuples: a template draws three hundred choices quickly
from tuples, and slowly from form widgets."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from diary.watch import Table
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.search import find, question_about
from therapies.shapes import Symptom
from therapies.standing import Standing, counts, has_begun
from therapies.strengths import strengths
from therapies.templatetags.spelling import spelled, symptom_label

ANSWERS = {
    "severity": ("no", "mild", "moderate", "severe"),
    "yes-no": ("no", "yes"),
    "temperature": ("yes",),
}


class Choice(NamedTuple):
    value: str
    label: str
    level: str  # "urgent" or nothing: the page marks no other level
    emergency: bool
    checked: bool


class Row(NamedTuple):
    slug: str
    label: str
    plain: str
    words: str  # what a search looks through
    rank: int  # 0 is the most urgent
    choices: tuple[Choice, ...]
    began: str
    going: str
    error: str
    typed: bool
    is_short: bool  # two answers instead of four


class Section(NamedTuple):
    slug: str
    title: str
    rows: tuple[Row, ...]
    is_open: bool
    is_main: bool = False  # always on show


class Found(NamedTuple):
    """What a search for typed words gives."""

    question: str
    slugs: tuple[str, ...]
    has_temperature: bool


Typed = Callable[[str], str]


def search(words: str) -> Found | None:
    """Return what may be meant, the likeliest and among them the more urgent first."""
    if not words.strip():
        return None
    slugs = find(words)
    warm = [slug for slug in slugs if catalogue().symptoms[slug].kind == "temperature"]
    return Found(question_about(words), tuple(s for s in slugs if s not in warm), bool(warm))


def listed_for(standings: Iterable[Standing]) -> list[str]:
    """Return the symptoms that the sources or the labelling name for what counts now."""
    rules = catalogue().rules
    therapies = dict.fromkeys(s.therapy for s in standings if has_begun(s) and counts(rules, s))
    return list(dict.fromkeys(s for t in therapies for s in catalogue().symptoms_of(t)))


@cache
def red_flags() -> tuple[str, ...]:
    """Return what the rules call urgent for anybody even when mild, the temperature left out."""
    urgent = [s for s in catalogue().symptoms if strengths(s)[0].level is Level.URGENT]
    return tuple(s for s in urgent if catalogue().symptoms[s].kind != "temperature")


def flag_section(table: Table, typed: Typed, errors: dict[str, str]) -> list[Section]:
    """The short list, with whatever else was answered already."""
    flags = red_flags()
    answered = [s for s in _answerable() if s not in flags and (typed(f"s-{s}") or s in errors)]
    rows = _rows((*flags, *answered), table, typed, errors)
    return [Section("flags", "Signs that need help at once", rows, is_open=True, is_main=True)]


def sections(
    table: Table, typed: Typed, errors: dict[str, str], *, listed: list[str], found: Found | None
) -> list[Section]:
    """What was searched for, what is listed for the treatment (the urgent first), then the rest by
    area of the body. No symptom stands in two of them."""
    matches = list(found.slugs) if found else []
    main = [s for s in (listed or red_flags()) if s in _answerable() and s not in matches]
    main.sort(key=lambda slug: _rank(slug, table))
    title = "Listed for the treatment" if listed else "Urgent for anybody"
    found_rows = _rows(matches, table, typed, errors)
    main_rows = _rows(main, table, typed, errors)
    drawn = {*matches, *main}
    result = [
        Section("matches", "What you searched for", found_rows, is_open=True, is_main=True),
        Section("listed", title, main_rows, is_open=True, is_main=True),
    ]
    for area in catalogue().areas.values():
        slugs = [s for s in _answerable() if catalogue().symptoms[s].area == area.slug]
        rows = _rows([s for s in slugs if s not in drawn], table, typed, errors)
        is_open = any(row.typed or row.error for row in rows)
        result.append(Section(area.slug, spelled(area.label), rows, is_open))
    return [section for section in result if section.rows]


@cache
def _answerable() -> tuple[str, ...]:
    return tuple(s.slug for s in catalogue().symptoms.values() if s.kind != "temperature")


def _rows(
    slugs: Iterable[str], table: Table, typed: Typed, errors: dict[str, str]
) -> tuple[Row, ...]:
    return tuple(_row(catalogue().symptoms[s], table, typed, errors.get(s, "")) for s in slugs)


def _row(symptom: Symptom, table: Table, typed: Typed, error: str) -> Row:
    slug = symptom.slug
    chosen, began, going = typed(f"s-{slug}"), typed(f"b-{slug}"), typed(f"g-{slug}")
    return Row(
        slug=slug,
        label=symptom_label(symptom),
        plain=spelled(symptom.meaning),
        words=_words(slug),
        rank=_rank(slug, table),
        choices=tuple(choice(table, slug, value, chosen=chosen) for value in ANSWERS[symptom.kind]),
        began=began,
        going=going,
        error=error,
        typed=bool(chosen or began or going),
        is_short=symptom.kind == "yes-no",
    )


def choice(table: Table, slug: str, value: str, *, chosen: str) -> Choice:
    flag = table.flag(slug, value)
    level = "urgent" if flag.level is Level.URGENT else ""
    label = catalogue().answers[value].label
    return Choice(value, label, level, flag.emergency, chosen == value)


def _rank(slug: str, table: Table) -> int:
    """Return how many answers other than "no" are not urgent: 0 where each one is."""
    answers = ANSWERS[catalogue().symptoms[slug].kind]
    quiet = [a for a in answers if a != "no" and table.flag(slug, a).level is not Level.URGENT]
    return len(quiet)


@cache
def _words(slug: str) -> str:
    symptom = catalogue().symptoms[slug]
    meanings = [a.word for a in catalogue().ambiguous.values() if slug in a.meanings]
    words = (symptom.label, symptom.label_us, *symptom.synonyms, *meanings)
    return "|".join(dict.fromkeys(word.casefold() for word in words if word))
