"""The list of symptoms to answer, in the order of the page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from diary.judging.watch import Table
from diary.models import OwnSymptom
from diary.today.symptom_rows import ANSWERS, Choice, SymptomRow, Typed, choice, mildest, row_of
from therapies.ask import strengths
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.search.find import find, question_about
from therapies.search.lexicon import fold
from therapies.standing import Standing, counts, has_begun
from therapies.templatetags.spelling import spelled, symptom_short

OPENED = 3  # of what a search found, the likeliest stand open


class Tick(NamedTuple):
    """A symptom to tick, and what a tick says of it."""

    slug: str
    name: str
    choice: Choice

    @property
    def field(self) -> str:
        return f"s-{self.slug}"


class Section(NamedTuple):
    slug: str
    title: str
    rows: tuple[SymptomRow, ...]
    is_open: bool
    is_main: bool = False  # always on show


class SymptomMatch(NamedTuple):
    """What a search for typed words gives."""

    question: str
    slugs: tuple[str, ...]
    has_temperature: bool
    is_crisis: bool  # somebody may think of suicide or self-harm


Own = Mapping[str, OwnSymptom]


def search(words: str) -> SymptomMatch | None:
    """Return what may be meant, the likeliest and among them the more urgent first."""
    if not words.strip():
        return None
    slugs = find(words)
    others = tuple(slug for slug in slugs if slug != catalogue().thermometer)
    is_crisis = bool(set(catalogue().crisis) & set(slugs[:1]))
    return SymptomMatch(question_about(words), others, len(others) < len(slugs), is_crisis)


def listed_for(standings: Iterable[Standing]) -> list[str]:
    """Return the symptoms that the sources or the labelling name for what counts now."""
    rules = catalogue().rules
    therapies = dict.fromkeys(s.therapy for s in standings if has_begun(s) and counts(rules, s))
    return list(dict.fromkeys(s for t in therapies for s in catalogue().symptoms_of(t)))


@cache
def red_flags() -> tuple[str, ...]:
    """Return what the rules call urgent for anybody even when mild, the temperature left out."""
    return tuple(s for s in _answerable() if strengths(s)[0].level is Level.URGENT)


def ticks(table: Table, typed: Typed) -> list[Tick]:
    """What somebody too ill to answer may tick: what is an emergency when mild, and what the
    catalogue adds. How bad it is nobody asks, so that a tick is the worst answer."""
    known = [s for s in catalogue().symptoms.values() if s.kind != "temperature"]
    flags = [s for s in known if mildest(s.slug, table).emergency]
    flags += [s for s in known if s.when_too_ill and s not in flags]
    worst = [(s, ANSWERS[s.kind][-1]) for s in flags]
    return [
        Tick(s.slug, symptom_short(s), choice(table, s.slug, answer, chosen=typed(f"s-{s.slug}")))
        for s, answer in worst
        if typed(f"s-{s.slug}") in ("", answer)
    ]


def left_over(
    table: Table, typed: Typed, errors: dict[str, str], *, own: Own, ticked: Iterable[Tick]
) -> Section:
    """What was answered already, and is no tick: it is not dropped."""
    apart = {tick.slug for tick in ticked}
    keys = [
        k for k in (*_answerable(), *own) if (typed(f"s-{k}") or k in errors) and k not in apart
    ]
    return Section(
        "answered", "Answered before", _rows(keys, table, typed, errors, own), is_open=True
    )


def sections(
    table: Table,
    typed: Typed,
    errors: dict[str, str],
    *,
    listed: list[str],
    found: SymptomMatch | None,
    recent: Sequence[str] = (),
    own: Own,
    apart: Sequence[str] = (),
    who_has: str = "",
) -> list[Section]:
    """What was there in the last days; what was searched for; what is urgent even when mild, the
    emergencies first; what else is listed for the treatment; the family's own; then the rest by
    area of the body. No symptom stands in two of them; `apart` stand elsewhere on the page."""
    matches = [slug for slug in found.slugs if slug not in apart] if found else []
    left = [s for s in _answerable() if s not in apart and s not in matches]
    flags = [slug for slug in _urgent(table) if slug in left]
    lately = [k for k in recent if k not in (*matches, *apart, *flags)]
    drawn = {*matches, *lately, *apart, *flags}
    main = [s for s in listed if s in _answerable() and s not in drawn]
    main.sort(key=_ranks(table).__getitem__)
    mine = [k for k, o in own.items() if k not in drawn and (not o.retired or typed(f"s-{k}"))]
    drawn |= {*main, *mine}
    opened = {*matches[:OPENED], *recent}
    result = [
        Section(
            slug, name, _rows(keys, table, typed, errors, own, opened), is_open=True, is_main=True
        )
        for slug, name, keys in (
            ("recent", "Recent symptoms", lately),
            ("matches", "What you searched for", matches),
            ("flags", f"Call at once if {who_has}", flags),
            ("listed", "Other side effects", main),
            ("own", "In your own words", mine),
        )
    ]
    for area in catalogue().areas.values():
        slugs = [s for s in _answerable() if catalogue().symptoms[s].area == area.slug]
        rows = _rows([s for s in slugs if s not in drawn], table, typed, errors, own)
        is_open = any(row.typed or row.error for row in rows)
        result.append(Section(area.slug, spelled(area.label), rows, is_open))
    return [section for section in result if section.rows]


@lru_cache(maxsize=256)
def _urgent(table: Table) -> tuple[str, ...]:
    """Return what is urgent even when mild: emergencies first, then what is urgent for anybody; so
    does a phone by itself."""
    urgent = (s for s in _answerable() if mildest(s, table).level is Level.URGENT)
    order = {s: (not mildest(s, table).emergency, s not in red_flags()) for s in urgent}
    return tuple(sorted(order, key=order.__getitem__))


def answered_section(
    keys: Iterable[str], table: Table, typed: Typed, errors: dict[str, str], *, own: Own
) -> Section:
    keys = list(keys)
    rows = _rows(keys, table, typed, errors, own, keys)
    return Section("answered", "What was answered", rows, is_open=True, is_main=True)


@cache
def _answerable() -> tuple[str, ...]:
    return tuple(s.slug for s in catalogue().symptoms.values() if s.kind != "temperature")


def _rows(
    keys: Iterable[str],
    table: Table,
    typed: Typed,
    errors: dict[str, str],
    own: Own,
    opened: Collection[str] = (),
) -> tuple[SymptomRow, ...]:
    def row(key: str) -> SymptomRow:
        return row_of(key, own.get(key), table, typed, errors.get(key, ""), is_open=key in opened)

    return tuple(map(row, keys))


@lru_cache(maxsize=256)
def _ranks(table: Table) -> Mapping[str, int]:
    """Return how many answers other than "no" are not urgent: 0 where each one is."""
    return {
        slug: sum(flag.level is not Level.URGENT for flag in table.answers(slug))
        for slug in _answerable()
    }


@cache
def crisis_phrases() -> tuple[str, ...]:
    """Return what brings up a line that listens, while somebody types (JC-66): the shortest words,
    because a longer one that holds a shorter one says nothing more."""
    symptoms = [catalogue().symptoms[slug] for slug in catalogue().crisis]
    every = sorted({fold(word) for symptom in symptoms for word in symptom.synonyms}, key=len)
    shortest: list[str] = []
    for phrase in every:
        if not any(f" {short} " in f" {phrase} " for short in shortest):
            shortest.append(phrase)
    return tuple(sorted(shortest))
