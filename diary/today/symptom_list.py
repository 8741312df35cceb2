"""The list of symptoms to answer, as plain tuples: a template draws three hundred choices quickly
from tuples, and slowly from form widgets."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import get_language

from diary.judging.watch import Flag, Table, amber_number
from diary.models import OwnSymptom
from therapies.ask import strengths
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.search.find import find, question_about
from therapies.search.lexicon import fold, lexicon
from therapies.standing import Standing, counts, has_begun
from therapies.templatetags.spelling import spelled, symptom_label, symptom_short

ANSWERS = {
    "severity": ("no", "mild", "moderate", "severe"),
    "yes-no": ("no", "yes"),
    "temperature": ("yes",),
}
OWN = "your own words"  # what is said of a symptom that a family named
OPENED = 3  # of what a search found, the likeliest stand open


class Choice(NamedTuple):
    value: str
    label: str
    level: str  # "urgent" or nothing: the page marks no other level
    emergency: bool
    checked: bool
    amber: int = 0  # its number among the amber signs; 0 where it is none
    crisis: bool = False


class SymptomRow(NamedTuple):
    slug: str
    name: str  # short, as its closed row shows it
    label: str
    plain: str
    words: str  # what a search looks through
    choices: tuple[Choice, ...]
    began: str
    going: str
    error: str
    typed: bool
    is_short: bool  # two answers instead of four
    is_flag: bool  # urgent whatever the answer but "no"
    is_open: bool
    is_blank: bool = False  # nothing in it is of this family


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


Typed = Callable[[str], str]
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
    flags = [s for s in known if _mildest(s.slug, table).emergency]
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
    flags = sorted((s for s in left if _mildest(s, table).level is Level.URGENT), key=_first(table))
    lately = [k for k in recent if k not in (*matches, *apart, *flags)]
    drawn = {*matches, *lately, *apart, *flags}
    main = [s for s in listed if s in _answerable() and s not in drawn]
    main.sort(key=lambda slug: _rank(slug, table))
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


def _mildest(slug: str, table: Table) -> Flag:
    """Return what the weakest answer but "no" comes to."""
    return table.flag(slug, ANSWERS[catalogue().reportable[slug].kind][1])


def _first(table: Table) -> Callable[[str], tuple[bool, bool]]:
    """Sort emergencies first, then what is urgent for anybody; so does a phone by itself."""
    return lambda slug: (not _mildest(slug, table).emergency, slug not in red_flags())


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
        return _row(key, own.get(key), table, typed, errors.get(key, ""), is_open=key in opened)

    return tuple(map(row, keys))


def _row(
    key: str, own: OwnSymptom | None, table: Table, typed: Typed, error: str, *, is_open: bool
) -> SymptomRow:
    """`key` is what its fields are called: a slug, or the key of one in the family's own words. One
    with an answer is open: not every browser shows the answer on a closed one."""
    slug = own.symptom if own else key
    values = ANSWERS[catalogue().reportable[slug].kind]
    flags = tuple(table.flag(slug, value) for value in values)
    chosen, began, going = typed(f"s-{key}"), typed(f"b-{key}"), typed(f"g-{key}")
    is_typed = bool(chosen or began or going)
    row = _blank(slug, flags, is_open or is_typed or bool(error), get_language(), catalogue().hash)
    if not (own or is_typed or error):
        return row
    choices = tuple(choice._replace(checked=chosen == choice.value) for choice in row.choices)
    if own:
        name = own.name
        row = row._replace(slug=key, name=name, label=name, plain=OWN, words=name.casefold())
    return row._replace(
        choices=choices, began=began, going=going, error=error, typed=is_typed, is_blank=False
    )


@lru_cache(maxsize=4096)
def _blank(
    slug: str,
    flags: tuple[Flag, ...],
    is_open: bool,  # noqa: FBT001 (a key of the cache)
    language: str,  # noqa: ARG001 (another language spells otherwise)
    catalogue_hash: str,  # noqa: ARG001 (another catalogue says otherwise)
) -> SymptomRow:
    """Return a symptom with nothing answered: words of the catalogue alone, the same for all."""
    symptom, values = catalogue().reportable[slug], ANSWERS[catalogue().reportable[slug].kind]
    is_own = slug not in catalogue().symptoms
    return SymptomRow(
        slug=slug,
        name="" if is_own else symptom_short(symptom),
        label="" if is_own else symptom_label(symptom),
        plain="" if is_own else spelled(_meaning(slug)),
        words="" if is_own else _words(slug),
        choices=tuple(_choice(slug, *pair) for pair in zip(values, flags, strict=True)),
        began="",
        going="",
        error="",
        typed=False,
        is_short=symptom.kind == "yes-no",
        is_flag=flags[1].level is Level.URGENT,
        is_open=is_open,
        is_blank=True,
    )


@cache
def _meaning(slug: str) -> str:
    """Return what the sign is, and what its answers mean where that is not the same for all."""
    symptom, answers = catalogue().symptoms[slug], catalogue().answers
    own = [f"{answers[a.slug].label}: {a.meaning}" for a in symptom.answer_meanings]
    return " ".join((symptom.meaning, *own))


def choice(table: Table, slug: str, value: str, *, chosen: str) -> Choice:
    return _choice(slug, value, table.flag(slug, value), checked=chosen == value)


def _choice(slug: str, value: str, flag: Flag, *, checked: bool = False) -> Choice:
    level = "urgent" if flag.level is Level.URGENT else ""
    label = catalogue().answers[value].label
    amber = amber_number(slug) if flag.amber else 0
    return Choice(value, label, level, flag.emergency, checked, amber, flag.crisis)


def _rank(slug: str, table: Table) -> int:
    """Return how many answers other than "no" are not urgent: 0 where each one is."""
    answers = ANSWERS[catalogue().reportable[slug].kind]
    quiet = [a for a in answers if a != "no" and table.flag(slug, a).level is not Level.URGENT]
    return len(quiet)


@cache
def _words(slug: str) -> str:
    """Return the words of its phrases but the light ones; a half word finds the longer one."""
    phrases = lexicon().phrases_of(slug)
    every = {w for phrase in phrases for w in phrase.text.split() if w in lexicon().words}
    words = sorted(every)
    return " ".join(a for a, b in pairwise([*words, ""]) if not b.startswith(a))


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
