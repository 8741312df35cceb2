"""One symptom to answer, as a plain tuple: a template draws three hundred choices quickly from
tuples, and slowly from form widgets."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from diary.judging.watch import Flag, Table, amber_number
from diary.models import OwnSymptom
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import spelled, symptom_label, symptom_short

ANSWERS = {
    "severity": ("no", "mild", "moderate", "severe"),
    "yes-no": ("no", "yes"),
    "temperature": ("yes",),
}
OWN = "your own words"  # what is said of a symptom that a family named
Typed = Callable[[str], str]


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
    choices: tuple[Choice, ...]
    began: str
    going: str
    error: str
    typed: bool
    is_short: bool  # two answers instead of four
    is_flag: bool  # urgent whatever the answer but "no"
    is_open: bool
    is_blank: bool = False  # nothing in it is of this family


def row_of(
    key: str, own: OwnSymptom | None, table: Table, typed: Typed, error: str, *, is_open: bool
) -> SymptomRow:
    """`key` is what its fields are called: a slug, or the key of one in the family's own words. One
    with an answer is open: not every browser shows the answer on a closed one."""
    slug = own.symptom if own else key
    chosen, began, going = typed(f"s-{key}"), typed(f"b-{key}"), typed(f"g-{key}")
    is_typed = bool(chosen or began or going)
    row = _blank_of(table, slug, is_open or is_typed or bool(error), get_language())
    if not (own or is_typed or error):
        return row
    choices = tuple(choice._replace(checked=chosen == choice.value) for choice in row.choices)
    if own:
        name = own.name
        row = row._replace(slug=key, name=name, label=name, plain=OWN)
    return row._replace(
        choices=choices, began=began, going=going, error=error, typed=is_typed, is_blank=False
    )


@lru_cache(maxsize=16_384)
def _blank_of(table: Table, slug: str, is_open: bool, language: str) -> SymptomRow:  # noqa: FBT001
    """Return the row of a table, which is known by its identity: that is found soonest."""
    values = ANSWERS[catalogue().reportable[slug].kind]
    flags = tuple(table.flag(slug, value) for value in values)
    return _blank(slug, flags, is_open, language, catalogue().hash)


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


def mildest(slug: str, table: Table) -> Flag:
    """Return what the weakest answer but "no" comes to."""
    return table.flag(slug, ANSWERS[catalogue().reportable[slug].kind][1])
