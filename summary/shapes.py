"""What a summary says, decided once. The page, the print and the PDF only lay it out.

Everything is in words already, in the spelling of the reader; times are the patient's own.
"""

from dataclasses import dataclass
from uuid import UUID

from summary.two_views import ViewsDay


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    born: str
    zone: str
    written_by: str


@dataclass(frozen=True, slots=True)
class Period:
    words: str
    days: int
    logged: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """One course: its name, its dates, its cycles, and where the sources do not cover it."""

    name: str
    dates: str
    cycles: str
    remark: str


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
class Found:
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
    said: tuple[str, ...]
    found: tuple[Found, ...]
    changes: tuple[str, ...]
    done: tuple[str, ...]
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


@dataclass(frozen=True, slots=True)
class Reading:
    time: str
    words: str
    mark: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class ReadingDay:
    day: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    when: str
    by: str
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
class Content:
    title: str
    who: Who
    made: str
    period: Period
    standing: tuple[str, ...]
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

    @property
    def chosen_notes(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.is_chosen)

    @property
    def chosen_photos(self) -> tuple[PhotoLine, ...]:
        return tuple(photo for photo in self.photos if photo.is_chosen)

    @property
    def open_moments(self) -> int:
        return sum(moment.is_open for moment in self.moments)
