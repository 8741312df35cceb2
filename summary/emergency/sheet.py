"""One page for a hospital that does not know the patient: decided once for page, sheet, wallet card
and printed code. What the family entered stands as they entered it; medicine has its sources."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Patient, User
from diary.check_ins.findings import FindingSource
from diary.core.days import DAY, local_day
from diary.core.words import day_words, moment_words, month_words
from diary.judging.fever import card_of, card_sentence, fever_line_words
from diary.models import EmergencyNote, FamilyCard
from diary.team.numbers import Numbers, numbers_of
from diary.treatment.plan import Treatment, plan_of
from summary.content.shapes import SourceLine
from summary.content.sources import References
from summary.content.treatment import cycles_words
from summary.emergency.qr import Code, code_of
from summary.paper.pdf import typeset
from therapies.ask import emergencies
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.pages.signs import Kind, Sign, urgent_kinds
from therapies.pages.therapy import urgent_when
from therapies.pages.verdicts import moment_of
from therapies.rulebook import Citation
from therapies.templatetags.spelling import spelled, symptom_label

TEMPLATE = Path(__file__).with_name("emergency.typ")
NOT_ENTERED = "Not entered"
NO_SIGN = "The sources list no urgent sign for this medicine alone. That does not make it harmless."
LATER_TOO = "Some of them later too"
STATEMENT = (
    "Printed from a diary kept at home. Nobody watches it, and no clinician has reviewed "
    "it. Days are those of the day it was made: ask what has changed since.",
    "The signs are what published patient information calls urgent on this treatment. They are "
    "not complete, and they are not advice on treatment: call the team.",
)


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str
    is_entered: bool


@dataclass(frozen=True, slots=True)
class Drug:
    """One treatment that still counts: what it is, where it stands, and its dates."""

    name: str
    what: str
    stands: str
    dates: str
    remark: str


@dataclass(frozen=True, slots=True)
class KindOfSigns:
    label: str
    signs: str
    refs: str


@dataclass(frozen=True, slots=True)
class SignsOf:
    therapy: str
    time: str
    kinds: tuple[KindOfSigns, ...]
    names: str  # every sign once, for the small card


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    number: str
    who: str


@dataclass(frozen=True, slots=True)
class Emergency:
    title: str
    name: str
    born: str
    made: str
    day: str
    drugs: tuple[Drug, ...]
    facts: tuple[Fact, ...]
    entered: str
    team: tuple[Line, ...]
    no_number: str
    fever: str
    card: str
    signs: tuple[SignsOf, ...]
    anybody: str
    anybody_refs: str
    sources: tuple[SourceLine, ...]
    statement: tuple[str, ...]
    code: Code

    @property
    def cut(self) -> str:
        """Say what the code had no room for."""
        if not self.code.left_out:
            return "It holds the text of this sheet without the sources."
        return "It holds the most important text; what it had no room for is only printed."


def emergency(patient: Patient, *, by: User, now: datetime | None = None) -> Emergency:
    """Return what the sheet of this moment says."""
    now = now or timezone.now()
    today = local_day(now, patient.tz)
    plan = plan_of(patient, now)
    counting = [t for t in (*plan.on, *plan.planned, *plan.over) if not t.is_over or t.still_counts]
    card, numbers, refs = card_of(patient), numbers_of(patient), References()
    note = EmergencyNote.objects.select_related("by", "kept_by").filter(patient=patient).first()
    drugs = tuple(_drug(treatment) for treatment in counting)
    facts = (*_facts(note), *_weight(patient))
    team = _team(numbers)
    signs = _signs(counting, refs)
    emergency_rules = [c for c in catalogue().rules.call_first if c.first == "emergency"]
    anybody_refs = refs.cite(_cited(c for rule in emergency_rules for c in rule.citations))
    fever, words = _fever(patient, card), card.words if card else ""
    born = month_words(patient.birth_year, patient.birth_month)
    heading = f"EMERGENCY SHEET of {patient.paper_name}, born {born}. Made {day_words(today)}."
    return Emergency(
        title=f"Emergency sheet for {patient.paper_name}",
        name=patient.paper_name,
        born=born,
        made=f"Made {moment_words(now, patient.tz)} by {by}",
        day=day_words(today),
        drugs=drugs,
        facts=facts,
        entered=f"Entered by {note.author}, {moment_words(note.changed, patient.tz)}."
        if note
        else "",
        team=team,
        no_number="" if numbers.team else f"No number of the {numbers.team_name} is entered.",
        fever=fever,
        card=words,
        signs=signs,
        anybody=_listed(_for_anybody()),
        anybody_refs=anybody_refs,
        sources=refs.lines(today),
        statement=STATEMENT,
        code=code_of([heading, *_told(drugs, facts, team, fever, words, signs)]),
    )


def emergency_pdf(said: Emergency, *, paper: str, layout: str) -> bytes:
    """Return the file, a single page whatever it says."""
    size = said.code.size
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{said.code.path}"/></svg>'
    )
    data = asdict(said) | {
        "cut": said.cut,
        "by": said.name,
        "region": "US" if get_language() == "en-us" else "GB",
        "paper": paper,
        "layout": layout,
    }
    return typeset(TEMPLATE, data, svg=svg)


def _drug(treatment: Treatment) -> Drug:
    therapy = treatment.therapy
    days, since = treatment.days, treatment.standing.days_since_infusion
    if treatment.giving == "single-infusion" and since is not None and since >= 0:
        days = f"infusion on {day_words(treatment.today - since * DAY)}"
    cycles = cycles_words(treatment.course) if treatment.giving == "pump" else ""
    return Drug(
        name=spelled(treatment.name),
        what=_what(therapy) if therapy else f"In the diary’s own words: {treatment.kind}.",
        stands=spelled(treatment.words),
        dates=_sentences(days, cycles),
        remark="" if therapy else "The sources of this diary do not cover it.",
    )


def _sentences(*parts: str) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)


def _what(therapy: Therapy) -> str:
    kind = catalogue().classes[therapy.class_slug].label
    return spelled(f"{', '.join(therapy.brands)}; {kind}. {therapy.route}")


def _facts(note: EmergencyNote | None) -> tuple[Fact, ...]:
    said = note or EmergencyNote()
    facts = [("Allergies", said.allergies), ("Diagnosis", said.diagnosis)]
    facts += [("Central line", said.line), *([("Also", said.other)] if said.other else [])]
    return tuple(Fact(label, text or NOT_ENTERED, bool(text)) for label, text in facts)


def _weight(patient: Patient) -> tuple[Fact, ...]:
    """The latest that is written down, with its day."""
    latest = patient.weights.filter(withdrawn=None).last()
    return (Fact("Weight", f"{latest}, {day_words(latest.day)}", True),) if latest else ()  # noqa: FBT003


def _team(numbers: Numbers) -> tuple[Line, ...]:
    return tuple(Line(n.name[:1].upper() + n.name[1:], n.number, n.who) for n in numbers.team)


def _fever(patient: Patient, card: FamilyCard | None) -> str:
    words = f"Urgent from {fever_line_words(patient, card)}."
    return f"{words} {card_sentence(patient, card, is_paper=True)}".strip()


def _signs(treatments: Iterable[Treatment], refs: References) -> tuple[SignsOf, ...]:
    moments: dict[str, int] = {}  # of two courses of one therapy the earlier, which has more signs
    for treatment in treatments:
        if therapy := treatment.therapy:
            moment = moment_of(therapy, treatment.standing)
            moments[therapy.slug] = min(moment, moments.get(therapy.slug, moment))
    return tuple(_signs_of(catalogue().therapies[s], moment, refs) for s, moment in moments.items())


def _signs_of(therapy: Therapy, moment: int, refs: References) -> SignsOf:
    """Say when the signs count, without words that read as over while one of them still counts."""
    kinds = urgent_kinds(therapy.slug, moment)
    time, is_later_too = urgent_when(therapy.slug, moment)
    if time and is_later_too:
        time += ". " + LATER_TOO
    named = dict.fromkeys(sign for kind in kinds for sign in kind.signs)
    return SignsOf(
        therapy=therapy.name,
        time=spelled(time if kinds else NO_SIGN),
        kinds=tuple(_kind(kind, refs) for kind in kinds),
        names=_listed(named),
    )


def _kind(kind: Kind, refs: References) -> KindOfSigns:
    label = spelled(catalogue().groups[kind.group].label)
    return KindOfSigns(label, _listed(kind.signs), refs.cite(_cited(kind.citations)))


def _listed(signs: Iterable[Sign]) -> str:
    """Return "trouble breathing; headache, if severe"."""
    return "; ".join(", ".join(filter(None, (_label(s.symptom), s.heading))) for s in signs)


def _label(slug: str) -> str:
    label = symptom_label(slug)
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def _cited(citations: Iterable[Citation]) -> Iterable[FindingSource]:
    return (FindingSource(citation.source, citation.heading) for citation in citations)


def _for_anybody() -> Iterable[Sign]:
    """Yield the signs for which anybody calls the emergency number first."""
    for group in emergencies():
        heading = "" if group.is_always else group.heading.lower()
        yield from (Sign(symptom, heading) for symptom in group.symptoms)


def _told(
    drugs: Sequence[Drug],
    facts: Sequence[Fact],
    team: Sequence[Line],
    fever: str,
    card: str,
    signs: Sequence[SignsOf],
) -> list[str]:
    """Return the lines of the printed code, the most important first."""
    allergies, *others = facts
    return [
        *[f"CALL {line.label}: {line.number}" for line in team],
        *[f"TREATMENT: {d.name}: {d.stands}. {d.dates}" for d in drugs],
        *([] if drugs else ["TREATMENT: none recorded"]),
        f"{allergies.label.upper()}: {allergies.text}",
        *[f"{fact.label.upper()}: {fact.text}" for fact in others],
        f"FEVER: {fever}",
        *[f"URGENT on {s.therapy}: {s.names or s.time}" for s in signs],
        *([f"THE CARD SAYS: {card}"] if card else []),
        "From a diary kept at home, not reviewed by a clinician.",
    ]
