"""What each line says once the columns are chosen: a reading, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.core import words as phrases
from diary.core.days import CLOCK_TOLERANCE, MINUTE
from diary.judging import judge
from diary.judging.fever import STATUS_WORDS, ReadingStatus, fever_line_of, is_fever
from diary.models import Report
from diary.temperature_import.commas import whole
from diary.temperature_import.moments import FileMoment, MomentProblem, NoClock, moment_of
from diary.temperature_import.numbers import is_cut, unit_in, value_of
from diary.temperature_import.people import person
from diary.temperature_import.text import FileRow, FileSheet
from therapies.catalogue import catalogue
from therapies.urgency import is_possible

OTHER = {"C": "F", "F": "C"}
LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person said about the file. `unit` is C, F, or line: as each line says. `others`
    says what becomes of numbers that fit only the other unit: "take", "leave", or not said yet;
    `commas` whether a number that a comma divides is one; `usual_clock` when it was where a line
    has no time; `people` whom the lines to take may name, `without` the lines to leave out."""

    day: int
    clock: int | None
    value: int
    unit: str
    unit_column: int | None
    order: str
    others: str = ""
    commas: str = ""
    usual_clock: str = ""
    names: tuple[int, ...] = ()
    people: frozenset[str] | None = None
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FileLine:
    """`problem` says why it is not taken, `known` where the diary has it already, `left` that the
    person left it out, `remark` how it was read where that is not plain. `other` is the unit in
    which alone the number can be."""

    number: int
    text: str
    tz: ZoneInfo
    at: datetime | None = None
    degrees: Decimal | None = None
    unit: str = ""
    problem: str = ""
    remark: str = ""
    known: str = ""
    left: str = ""
    other: str = ""
    is_fever: bool = False

    @property
    def fever_words(self) -> str:
        return STATUS_WORDS[ReadingStatus.FEVER] if self.is_fever else ""

    @property
    def is_taken(self) -> bool:
        return not (self.problem or self.known or self.left)

    @property
    def moment(self) -> str:
        """When it was, on the patient's own clock."""
        return phrases.moment_words(self.at, self.tz) if self.at is not None else ""

    @property
    def words(self) -> str:
        return phrases.reading_words(self.degrees, self.unit) if self.degrees is not None else ""


def id_of(patient: Patient, line: FileLine) -> UUID:
    """The same reading has the same id, so that importing a file twice adds nothing twice."""
    if line.at is None or line.degrees is None:
        raise ValueError("a line without a reading")
    said = f"{line.at.isoformat()} {line.degrees.normalize():f} {line.unit}"
    return uuid5(patient.pk, f"temperature {said}")


def read(sheet: FileSheet, choices: Choices, patient: Patient, *, now: datetime) -> list[FileLine]:
    """Return every line but the heading, in the order of the file. Three queries."""
    fever = fever_line_of(patient)
    lines = [_line(row, sheet, choices, patient, now) for row in sheet.data]
    return _marked([_judged(line, fever) for line in lines], patient, choices.without)


def _judged(line: FileLine, fever: Decimal) -> FileLine:
    if line.degrees is None or line.problem:
        return line
    said = Report(symptom=catalogue().thermometer, temperature=line.degrees, unit=line.unit)
    return replace(line, is_fever=is_fever(said, saved_line=fever))


def _line(
    row: FileRow, sheet: FileSheet, choices: Choices, patient: Patient, now: datetime
) -> FileLine:
    line = FileLine(row.number, row.text, patient.tz)
    who = person(row, choices.names)
    if choices.people is not None and who not in choices.people:
        return replace(line, left=f"it names “{who}”")
    try:
        row = whole(row, sheet, choices.value, choices.commas)
        moment = _moment(row, choices, patient.tz)
        line = replace(line, at=moment.at, remark=moment.doubt)
        _check(moment.at, patient, now)
        return _with_reading(line, row, choices)
    except MomentProblem as wrong:
        return replace(line, problem=str(wrong))


def _moment(row: FileRow, choices: Choices, tz: ZoneInfo) -> FileMoment:
    day, clock = row.cell(choices.day), row.cell(choices.clock)
    try:
        return moment_of(day, clock, order=choices.order, tz=tz)
    except NoClock:
        if not choices.usual_clock:
            raise
    moment = moment_of(day, choices.usual_clock, order=choices.order, tz=tz)
    return replace(moment, doubt=moment.doubt or "the time as you said")


def _check(at: datetime, patient: Patient, now: datetime) -> None:
    if at > now + CLOCK_TOLERANCE:
        raise MomentProblem("this moment is in the future; check the order of day and month")
    if at.astimezone(patient.tz).year < patient.birth_year:
        raise MomentProblem(f"this is {phrases.born_words(patient)}")


def _with_reading(line: FileLine, row: FileRow, choices: Choices) -> FileLine:
    cell = row.cell(choices.value)
    if not cell:
        raise MomentProblem("no temperature")
    degrees = value_of(cell)
    if degrees is None:
        raise MomentProblem(f"“{cell[:LONGEST_CELL]}” is not a temperature the diary can read")
    unit = _unit(cell, row, choices)
    remark = f"written with more decimals: “{cell[:LONGEST_CELL]}”" if is_cut(cell) else ""
    line = replace(line, degrees=degrees, unit=unit, remark=line.remark or remark)
    rules = catalogue().rules
    if is_possible(rules, degrees, unit):
        return line
    other = OTHER[unit]
    if not is_possible(rules, degrees, other):
        words = phrases.reading_words(degrees, unit)
        raise MomentProblem(f"{words} cannot be right. If it was a fever, write it in by hand")
    if choices.others == "take":
        return replace(line, unit=other, other=other, remark=f"taken as °{other}, as you said")
    return replace(
        line, other=other, problem=f"{degrees} cannot be in °{unit}; it may be in °{other}"
    )


def _unit(cell: str, row: FileRow, choices: Choices) -> str:
    """What stands on the line and what the person said must not contradict each other."""
    said = unit_in(cell) or unit_in(row.cell(choices.unit_column))
    if choices.unit == "line":
        if not said:
            raise MomentProblem("no unit on this line")
        return said
    if said and said != choices.unit:
        raise MomentProblem(f"the line says °{said}, and you chose °{choices.unit} for all")
    return choices.unit


def _marked(
    lines: Iterable[FileLine], patient: Patient, without: frozenset[int] = frozenset()
) -> list[FileLine]:
    """Mark what is in the diary already, or stands twice in the file."""
    lines = list(lines)
    moments = [line.at for line in lines if line.is_taken and line.at is not None]
    if not moments:
        return lines
    reports = judge.current_reports(patient, min(moments) - MINUTE, max(moments) + MINUTE)
    kept = {
        (_to_the_minute(report.version.check_in.at), report.temperature.normalize(), report.unit)
        for report in reports
        if report.symptom == catalogue().thermometer and report.temperature is not None
    }
    ids = {id_of(patient, line): line.number for line in lines if line.is_taken}
    stored = set(patient.check_ins.filter(pk__in=ids).values_list("pk", flat=True))
    first: dict[UUID, int] = {}
    return [_mark(line, patient, kept, stored, first, without) for line in lines]


def _mark(
    line: FileLine,
    patient: Patient,
    kept: set[tuple[datetime, Decimal, str]],
    stored: set[UUID],
    first: dict[UUID, int],
    without: frozenset[int],
) -> FileLine:
    if not line.is_taken or line.at is None or line.degrees is None:
        return line
    key = id_of(patient, line)
    if key in first:
        return replace(line, known=f"the same as line {first[key]}")
    if (_to_the_minute(line.at), line.degrees.normalize(), line.unit) in kept:
        return replace(line, known="in the diary already")
    if key in stored:
        return replace(line, known="imported before, and corrected or removed since")
    if line.number in without:  # the same on another line is not left out by it
        return replace(line, left="as you said")
    first[key] = line.number
    return line


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
