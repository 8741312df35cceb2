"""Refuses a catalogue in which one entry contradicts, or names what no other entry has."""

from collections.abc import Collection, Iterable
from datetime import date

from therapies.catalogue.codes import AnswerCode, Code, MeasureCode, has_check_digit
from therapies.catalogue.read_toml import CatalogueError, expect
from therapies.catalogue.shapes import Catalogue
from therapies.rulebook import GROUPS, Citation, Level, Severity, TimeWindow

GIVINGS = ("pump", "infusion", "single-infusion", "tablet")
MEDICINES = ("fever-lowering", "steroid")
KINDS = ("severity", "temperature", "yes-no")
REMINDED = ("entry", "temperature")
MAX_AGE_YEARS = 130
INSTRUCTIONS = (
    *("team", "emergency", "crisis", "in-hospital", "told-to-expect"),
    *("worse", "worse-in-hospital", "hospital-day"),
)


def check(known: Catalogue) -> None:
    """Raise CatalogueError on the first fault, naming the file and the entry."""
    _check_effects(known)
    _check_therapies(known)
    _check_disagreements(known)
    _check_medicines(known)
    _check_symptoms(known)
    _check_own(known)
    _check_rules(known)
    _check_sources(known)
    _check_places(known)
    _check_home(known)
    _check_offers(known)
    _check_codes(known)
    expect("levels.toml", "[[group]]", set(GROUPS) - {"none"}, known.groups, "group")
    expect("levels.toml", "[[instruction]]", INSTRUCTIONS, known.instructions, "instruction")


def _check_effects(known: Catalogue) -> None:
    file = "effects.toml"
    for effect in known.effects.values():
        entry = f"[[effect]] {effect.id}"
        expect(file, entry, effect.therapies, known.therapies, "therapy")
        expect(file, entry, effect.symptoms, known.symptoms, "symptom")
        expect(file, entry, effect.only_severe, effect.symptoms, "symptom of this list")
        expect(file, entry, [effect.group], GROUPS, "group")
        expect(file, entry, filter(None, [effect.decision]), known.decisions, "decision")
        _cited(file, entry, effect.citations, known)
        if not effect.borrowed_from:
            _based(file, entry, effect.basis, effect.citations, known)


def _check_therapies(known: Catalogue) -> None:
    file = "therapies.toml"
    for therapy in known.therapies.values():
        entry = f"[[therapy]] {therapy.slug}"
        said = [said.class_slug for said in therapy.classes_said]
        expect(file, entry, [therapy.class_slug, *said], known.classes, "class")
        expect(file, entry, [therapy.giving], GIVINGS, "way of giving")
        _cited(file, entry, therapy.citations, known)
        for named in therapy.classes_said:
            _cited(file, entry, named.citations, known)
        _cited(file, entry, [stay.citation for stay in therapy.hospital], known)


def _check_medicines(known: Catalogue) -> None:
    file = "medicines.toml"
    for medicine in known.medicines.values():
        entry = f"[[medicine]] {medicine.slug}"
        expect(file, entry, [medicine.kind], MEDICINES, "kind")
        _cited(file, entry, medicine.citations, known)
        if medicine.masks_hours <= 0:
            raise CatalogueError(file, entry, "“masks_hours” has to be above 0")
    for name in ("minutes", "thread_hours"):
        if getattr(known.remeasure, name) <= 0:
            raise CatalogueError(file, "[remeasure]", f"“{name}” has to be above 0")


def _check_disagreements(known: Catalogue) -> None:
    file = "disagreements.toml"
    for disagreement in known.disagreements.values():
        entry = f"[[disagreement]] {disagreement.id}"
        expect(file, entry, disagreement.therapies, known.therapies, "therapy")
        expect(file, entry, filter(None, [disagreement.decision]), known.decisions, "decision")
        if not disagreement.sides:
            raise CatalogueError(file, entry, "has no citation")
        sides = [Citation(side.source, side.heading) for side in disagreement.sides]
        _cited(file, entry, sides, known)


def _check_symptoms(known: Catalogue) -> None:
    file = "symptoms.toml"
    for symptom in known.symptoms.values():
        entry = f"[[symptom]] {symptom.slug}"
        expect(file, entry, [symptom.area], known.areas, "area")
        expect(file, entry, [symptom.kind], KINDS, "kind of answer")
        if not symptom.synonyms:
            raise CatalogueError(file, entry, "has no synonyms")
    for word in known.ambiguous.values():
        expect(file, f"[[ambiguous]] {word.word}", word.meanings, known.symptoms, "symptom")
    expect("search.toml", "crisis", known.crisis, known.symptoms, "symptom")


def _check_own(known: Catalogue) -> None:
    """One with severities, one without; no source and no list may name them."""
    file = "own.toml"
    for own in known.own.values():
        entry = f"[[own]] {own.slug}"
        if own.slug in known.symptoms:
            raise CatalogueError(file, entry, "a symptom of the sources has the same slug")
        if own.synonyms or own.area:
            raise CatalogueError(file, entry, "is not to be found by other words")
    if sorted(own.kind for own in known.own.values()) != ["severity", "yes-no"]:
        entry = f"[[own]] {', '.join(known.own)}"
        raise CatalogueError(file, entry, "there is not one of each kind")


def _check_rules(known: Catalogue) -> None:
    file = "rules.toml"
    for rule in known.rules.rules:
        entry = f"[[rule]] {rule.id}"
        expect(file, entry, rule.decisions, known.decisions, "decision")
        for match in rule.matches:
            _cited(file, entry, match.citations, known)
            if not match.borrowed_from:
                _based(file, entry, match.basis, match.citations, known)
    for first in known.rules.call_first:
        _cited(file, "[[call_first]]", first.citations, known)


def _check_sources(known: Catalogue) -> None:
    file = "sources.toml"
    for source in known.sources.values():
        entry = f"[[source]] {source.id}"
        if source.id in known.labels:
            raise CatalogueError(file, entry, "a label has the same id")
        for name in ("reviewed", "next_review"):
            if type(getattr(source, name)) not in (date, type(None)):
                raise CatalogueError(file, entry, f"“{name}” is not a date")
        if source.reviewed and source.next_review and source.next_review <= source.reviewed:
            raise CatalogueError(file, entry, "the next review is before the last one")


def _check_places(known: Catalogue) -> None:
    for line in known.crisis_lines:
        entry = f"[[crisis_line]] {line.name}"
        expect("places.toml", entry, [line.country], known.countries, "country")
    for country in known.countries.values():
        if country.fever_from is None:
            continue
        entry, decisions = f"[[country]] {country.code}", [country.decision]
        expect("places.toml", entry, decisions, known.decisions, "decision")
        if country.fever_from > known.rules.fever_line_c:
            raise CatalogueError("places.toml", entry, "“fever_from” is above the fever line")


def _check_offers(known: Catalogue) -> None:
    """What is offered with a treatment names one that is known, and why."""
    file, home = "home.toml", known.home
    for offer in home.look_for.values():
        entry = f"[[look_for]] {offer.therapy}"
        expect(file, entry, [offer.therapy], known.therapies, "therapy")
        _cited(file, entry, offer.citations, known)
    for watch in home.closer_watches.values():
        entry = f"[[closer_watch]] {watch.slug}"
        expect(file, entry, watch.therapies, known.therapies, "therapy")
        expect(file, entry, [watch.kind], REMINDED, "kind")
        _cited(file, entry, watch.citations, known)
        if not watch.clocks:
            raise CatalogueError(file, entry, "has no time of day")


def _check_home(known: Catalogue) -> None:
    """Every tap has a card, every age one list, and every difference a symptom that is urgent."""
    file, home = "home.toml", known.home
    for trouble in home.troubles.values():
        entry = f"[[pump_trouble]] {trouble.slug}"
        expect(file, entry, trouble.therapies, known.therapies, "therapy")
        _cited(file, entry, trouble.citations, known)
        if not trouble.steps:
            raise CatalogueError(file, entry, "says nothing to do")
    answers = {"no", *(severity.slug for severity in Severity)}
    expect(file, "[[look_answer]]", home.look_answers, answers, "answer")
    expect(file, "[[look_answer]]", answers, home.look_answers, "answer here")
    urgent = _urgent_for_anybody(known)
    for item in home.look_items.values():
        entry = f"[[look_item]] {item.slug}"
        expect(file, entry, [item.look], home.looks, "list")
        expect(file, entry, [item.means], urgent, "symptom that is urgent for anybody")
    for look in home.looks.values():
        if not home.items_of(look.slug):
            raise CatalogueError(file, f"[[look]] {look.slug}", "asks nothing")
    ages = ", ".join(f"{look.slug} {look.from_age}–{look.to_age}" for look in home.looks.values())
    for age in range(MAX_AGE_YEARS + 1):
        fitting = sum(look.fits(age) for look in home.looks.values())
        if fitting != 1:
            what = f"at {age} years there has to be one list, not {fitting} ({ages})"
            raise CatalogueError(file, "[[look]]", what)


def _check_codes(known: Catalogue) -> None:
    """A slip in a code would name another symptom to a hospital; every code has a check digit."""
    file, codes, seen = "codes.toml", known.codes, set()
    every: list[Code | AnswerCode | MeasureCode] = [
        *codes.codes,
        *codes.answers.values(),
        *codes.measures.values(),
    ]
    for code in every:
        entry = f"code {code.code}"
        expect(file, entry, [code.vocabulary], codes.vocabularies, "vocabulary")
        expect(file, entry, [code.guide], codes.guides, "guide")
        if not has_check_digit(code.vocabulary, code.code):
            raise CatalogueError(file, entry, "its check digit is wrong")
    for one in codes.codes:
        entry = f"code {one.code}"
        expect(file, entry, [one.symptom], known.symptoms, "symptom")
        given = set(known.answers) - {"no"} | {"reading"}
        expect(file, entry, one.answers, given, "answer that may have a code")
        for answer in one.answers:
            if (one.symptom, answer) in seen:
                raise CatalogueError(file, entry, f"{one.symptom} has two codes for “{answer}”")
            seen.add((one.symptom, answer))


def _urgent_for_anybody(known: Catalogue) -> set[str]:
    """Return what is urgent at any severity and any time, whatever the treatment."""
    return {
        symptom
        for rule in known.rules.rules
        if rule.level is Level.URGENT and not rule.together
        for match in rule.matches
        if not match.therapies and match.when == TimeWindow() and match.at_least is Severity.MILD
        for symptom in match.symptoms
    }


def _based(
    file: str, entry: str, basis: str, citations: Iterable[Citation], known: Catalogue
) -> None:
    """What is said to come from a source, a label or a decision has to cite one."""
    tables: dict[str, Collection[str]] = {
        "source": known.sources,
        "label": known.labels,
        "floor": ("decision",),
    }
    expect(file, entry, [basis], tables, "basis")
    for citation in citations:
        if citation.source not in tables[basis]:
            what = f"its basis is {basis}, but “{citation.source}” is not one"
            raise CatalogueError(file, entry, what)


def _cited(file: str, entry: str, citations: Iterable[Citation], known: Catalogue) -> None:
    for citation in citations:
        if citation.source == "decision":
            expect(file, entry, [citation.heading], known.decisions, "decision")
        else:
            expect(file, entry, [citation.source], [*known.sources, *known.labels], "source")
        if not citation.heading:
            raise CatalogueError(file, entry, "a citation names no heading")
