"""The shapes of what the sources say, as `catalogue/*.toml` is read into them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from therapies.catalogue.codes import Codes
from therapies.catalogue.shapes_home import (
    AtHome,
    Country,
    CrisisLine,
    Hospital,
    Medicine,
    Remeasure,
)
from therapies.rulebook import Citation, Level, Rulebook


@dataclass(frozen=True, slots=True)
class Source:
    """One of the five documents."""

    id: str
    file: str
    name: str  # as a sentence has it
    publisher: str
    publisher_inferred: bool
    title: str
    country: str
    audience: str
    date_note: str
    disclaimer: str
    licence_note: str
    spelling: str
    gaps: tuple[str, ...]
    reviewed: date | None = None
    next_review: date | None = None
    helpline: str = ""

    def is_overdue(self, today: date) -> bool:
        """Has the publisher's own date for the next review passed?"""
        return self.next_review is not None and self.next_review < today


@dataclass(frozen=True, slots=True)
class Label:
    """An official labelling, which is not one of the five sources, and where it was seen."""

    id: str
    medicine: str
    title: str
    publisher: str
    seen_on: str
    note: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement of this product, where the sources do not decide."""

    id: str
    question: str
    decided: str


@dataclass(frozen=True, slots=True)
class Area:
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    slug: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AnswerMeaning:
    """What one answer means for one symptom."""

    slug: str
    meaning: str


STRENGTHS = ("yes", "mild", "moderate", "severe")


@dataclass(frozen=True, slots=True)
class Symptom:
    slug: str
    label: str
    kind: str  # severity, temperature or yes-no
    meaning: str
    care_team_words: str
    synonyms: tuple[str, ...] = ()
    area: str = ""
    label_us: str = ""
    short: str = ""  # in both spellings
    amber: bool = False  # several such signs at once are more serious than each alone
    crisis_from: str = ""  # the weakest answer beside which a crisis line is named
    answer_meanings: tuple[AnswerMeaning, ...] = ()  # where an answer means something of its own
    when_too_ill: bool = False  # asked of somebody too ill to fill in the page

    def is_crisis(self, answer: str) -> bool:
        """Is this answer at least as strong as the one from which a crisis line is named?"""
        if not self.crisis_from or answer not in STRENGTHS:
            return False
        return STRENGTHS.index(answer) >= STRENGTHS.index(self.crisis_from)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A typed word with several meanings, the more urgent first."""

    word: str
    meanings: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class TherapyClass:
    slug: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ClassClaim:
    """What one source calls this kind of medicine."""

    class_slug: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Therapy:
    slug: str
    name: str
    brands: tuple[str, ...]
    class_slug: str
    target: str
    given_for: str
    route: str
    schedule: str
    preparation: str
    giving: str  # pump, infusion, single-infusion or tablet
    routes: tuple[str, ...]
    citations: tuple[Citation, ...]
    classes_said: tuple[ClassClaim, ...] = ()
    days_on: int | None = None
    days_off: int | None = None
    doses_each: str = ""
    infusions: int = 1  # how many a single course of "single-infusion" has
    cycle_lengths: tuple[int, ...] = ()  # weeks
    hospital: tuple[Hospital, ...] = ()
    missing: str = ""
    not_for_all: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One list of side effects as one source gives it for one or more therapies."""

    id: str
    therapies: tuple[str, ...]
    group: str
    symptoms: tuple[str, ...]
    timing: str
    seriousness: str
    what_to_do: str
    plain: str
    citations: tuple[Citation, ...]
    only_severe: tuple[str, ...] = ()
    basis: str = "source"
    borrowed_from: str = ""  # the therapy whose list this is
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    source: str
    heading: str
    says: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    id: str
    therapies: tuple[str, ...]
    question: str
    sides: tuple[Side, ...]
    decided: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of finding, in words."""

    slug: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LevelWords:
    """What a level is called and what it asks for; the heading may name {who} and {team}. `yours`
    is the heading to the patient."""

    slug: str
    word: str
    heading: str
    meaning: str
    yours: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What an urgent card asks for; `unknown` where its number is not, `then` comes second. To the
    patient it says `yours`, `yours_unknown` and `yours_then`, where they differ."""

    slug: str
    heading: str
    then: str
    unknown: str = ""
    yours: str = ""
    yours_unknown: str = ""
    yours_then: str = ""


@dataclass(frozen=True, slots=True)
class TypedTemperature:
    """The words after a typed number that make it a temperature, or something else."""

    units: tuple[str, ...]
    not_units: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Every table, by slug or id, in the order of its file."""

    sources: dict[str, Source]
    labels: dict[str, Label]
    decisions: dict[str, Decision]
    areas: dict[str, Area]
    answers: dict[str, Answer]
    symptoms: dict[str, Symptom]
    own: dict[str, Symptom]  # stand for what somebody named in words of their own
    ambiguous: dict[str, Ambiguous]
    classes: dict[str, TherapyClass]
    therapies: dict[str, Therapy]
    effects: dict[str, Effect]
    disagreements: dict[str, Disagreement]
    medicines: dict[str, Medicine]
    remeasure: Remeasure
    countries: dict[str, Country]
    crisis_lines: tuple[CrisisLine, ...]
    groups: dict[str, Group]
    levels: dict[str, LevelWords]
    instructions: dict[str, Instruction]
    american: dict[str, str]
    light: frozenset[str]  # words that alone find nothing
    crisis: tuple[str, ...]  # the symptoms whose words bring up the crisis line
    typed_temperature: TypedTemperature
    home: AtHome
    codes: Codes
    rules: Rulebook
    hash: str

    @cached_property
    def reportable(self) -> dict[str, Symptom]:
        """Return everything that a report may be about."""
        return self.symptoms | self.own

    @cached_property
    def thermometer(self) -> str:
        """Return the slug of the symptom that is measured."""
        return next(s.slug for s in self.symptoms.values() if s.kind == "temperature")

    def effects_of(self, therapy: str) -> list[Effect]:
        return [effect for effect in self.effects.values() if therapy in effect.therapies]

    def disagreements_about(self, therapy: str) -> list[Disagreement]:
        return [d for d in self.disagreements.values() if therapy in d.therapies]

    def symptoms_of(self, therapy: str) -> list[str]:
        """Return the symptoms that a source or the labelling lists for this therapy."""
        listed = (symptom for effect in self.effects_of(therapy) for symptom in effect.symptoms)
        return list(dict.fromkeys(listed))

    def words(self, level: Level) -> LevelWords:
        return self.levels[level.slug]
