"""What a summary says, decided once. The page, the print and the PDF only lay it out.

Everything is in words already, in the spelling of the reader; times are the patient's own.
"""

from dataclasses import dataclass
from uuid import UUID

from summary.content.charts import Drawing


@dataclass(frozen=True, slots=True)
class Who:
    """`short` is the name as it fits the top of every page."""

    name: str
    short: str
    born: str
    written_by: str


@dataclass(frozen=True, slots=True)
class Period:
    words: str
    days: int
    logged: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """One course: its name, its dates, its cycles, when the team had put it on hold, and where the
    sources do not cover it."""

    name: str
    dates: str
    cycles: str
    holds: str
    remark: str

    @property
    def remarks(self) -> str:
        return ". ".join(filter(None, (self.cycles, self.holds, self.remark)))


@dataclass(frozen=True, slots=True)
class Flag:
    """One rule that fired: what for, which group, therapy and basis, and where it stands."""

    word: str
    symptoms: str
    group: str
    therapy: str
    basis: str
    wording: str
    refs: str
    remark: str
    times: int
    days: str


@dataclass(frozen=True, slots=True)
class MomentFinding:
    """What one moment was flagged for, by level and therapy."""

    level: str
    word: str
    therapy: str
    symptoms: str
    groups: str
    basis: str
    refs: str
    remark: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One check-in that was urgent in any of its versions, and what was done."""

    when: str
    told: str
    treatment: str
    reported: tuple[str, ...]
    found: tuple[MomentFinding, ...]
    changes: tuple[str, ...]
    done: tuple[str, ...]
    urgent_for: str
    brief: str
    is_open: bool
    is_followed: bool


@dataclass(frozen=True, slots=True)
class SymptomRow:
    """A symptom over the period. Days without a check-in count neither as present nor as none."""

    label: str
    level: str
    worst: str
    present: int
    denied: int
    first: str
    last: str
    told: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One temperature. `told` is who told it."""

    time: str
    words: str
    mark: str
    told: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class ReadingDay:
    day: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    when: str
    told: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """One photo that could be put in; `when` is the moment of its check-in."""

    id: UUID
    when: str
    shows: str
    alt: str
    added: str
    note: str
    width: int
    height: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment of the period: what was said there, and the answers, each with whose it is."""

    words: str
    lines: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ViewsRow:
    name: str
    own: str
    caregiver: str
    mark: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ViewsDay:
    day: str
    rows: tuple[ViewsRow, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One check-in that was corrected or removed: which, what changed, who, and why."""

    when: str
    lines: tuple[str, ...]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    words: str
    sections: str
    overdue: str


@dataclass(frozen=True, slots=True)
class FirstLines:
    """The first lines of a list, and in words how many more there are and where."""

    lines: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class FrontMoment:
    when: str
    reported: str
    found: str
    done: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FrontSymptom:
    """One symptom in a line: `svg` is drawn, `words` says the same."""

    label: str
    level: str
    worst: str
    present: str
    told: str
    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The temperatures of these days, or of the last of them: `svg` for a wide page and for paper,
    `narrow` for a phone; `words` says the same in short, `legend` how it is read."""

    heading: str
    svg: str
    narrow: str
    words: str
    legend: str


@dataclass(frozen=True, slots=True)
class Front:
    """The page that is read in a minute. Every list is bounded, so that it stays one page."""

    heading: str
    standing: FirstLines
    since: str
    logged: str
    told: str
    fever: str
    urgent: str
    changed_title: str
    changed_basis: tuple[str, ...]
    changed: FirstLines
    moments: tuple[FrontMoment, ...]
    moments_more: str
    curve: Curve | None
    symptoms: tuple[FrontSymptom, ...]
    symptoms_more: str
    line_words: str
    missed: FirstLines
    questions: FirstLines
    has_all_questions: bool
    details: str


@dataclass(frozen=True, slots=True)
class Content:
    title: str
    language: str
    direction: str
    paper: str
    parts: tuple[str, ...]
    front: Front
    who: Who
    made: str
    period: Period
    treatments: tuple[Treatment, ...]
    doses: tuple[str, ...]
    medicines: tuple[str, ...]
    moments: tuple[Moment, ...]
    questions: tuple[str, ...]
    symptoms: tuple[SymptomRow, ...]
    denied_only: tuple[str, ...]
    readings: tuple[ReadingDay, ...]
    flags: tuple[Flag, ...]
    notes: tuple[Note, ...]
    gaps: tuple[str, ...]
    corrections: tuple[Correction, ...]
    fever_line: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    statement: tuple[str, ...]
    home: tuple[str, ...] = ()
    views: tuple[ViewsDay, ...] = ()
    photos: tuple[PhotoLine, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    temperature_drawing: Drawing | None = None
    symptom_drawings: tuple[Drawing, ...] = ()

    @property
    def chosen_notes(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.is_chosen)

    @property
    def chosen_photos(self) -> tuple[PhotoLine, ...]:
        return tuple(photo for photo in self.photos if photo.is_chosen)
