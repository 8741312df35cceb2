"""The one instruction of an urgent card, and of the prompt while choosing. Its words are data."""

from collections.abc import Iterable

from accounts.models import Patient
from diary.check_ins.entries import Entry
from diary.models import Call
from diary.team.numbers import CRISIS, Numbers
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Instruction, LevelWords
from therapies.rulebook import Level
from therapies.standing import Standing

EMERGENCY, TEAM = "emergency", "team"


def asked(entry: Entry, numbers: Numbers) -> Instruction:
    """Return what an urgent card asks for, where they are and as it goes."""
    in_hospital = entry.situation == Call.Outcome.IN_HOSPITAL
    if entry.is_worse:
        return _known("worse-in-hospital" if in_hospital else "worse")
    first = first_call(entry, numbers)
    if in_hospital or (entry.situation and first == TEAM):
        return _known(entry.situation)
    return _known(first)


def first_call(entry: Entry, numbers: Numbers) -> str:
    """Say whom to call first. Where no line that listens is known: the emergency number."""
    if entry.is_worse or (entry.call_first == CRISIS and not numbers.crisis):
        return EMERGENCY
    return entry.call_first


def heading(instruction: Instruction, patient: Patient, numbers: Numbers) -> str:
    """Return the heading with its names and digits."""
    words = (patient.is_you and instruction.yours) or instruction.heading
    if instruction.unknown and numbers.emergency is None:
        words = (patient.is_you and instruction.yours_unknown) or instruction.unknown
    return _named(words, patient, numbers)


def then(instruction: Instruction, patient: Patient, numbers: Numbers) -> str:
    words = (patient.is_you and instruction.yours_then) or instruction.then
    return _named(words, patient, numbers)


def level_heading(words: LevelWords, patient: Patient, numbers: Numbers) -> str:
    return _named((patient.is_you and words.yours) or words.heading, patient, numbers)


def hospital_words(standings: Iterable[Standing]) -> str:
    """Return the second line on a day that a source wants spent in hospital; else nothing."""
    return hospital_day() if is_hospital_day(standings) else ""


def hospital_day() -> str:
    return _known("hospital-day").heading


def is_hospital_day(standings: Iterable[Standing]) -> bool:
    return any(
        standing.status == "active"
        and standing.cycle == stay.cycle
        and standing.cycle_day is not None
        and standing.cycle_day <= stay.days
        for standing in standings
        for stay in catalogue().therapies[standing.therapy].hospital
    )


def prompts(patient: Patient, numbers: Numbers) -> dict[str, str]:
    """Return the one sentence that an urgent answer brings up, by whom it says to call first."""
    word = catalogue().words(Level.URGENT).word
    first = {TEAM: TEAM, EMERGENCY: EMERGENCY, CRISIS: CRISIS if numbers.crisis else EMERGENCY}
    headings = {slug: heading(_known(asked), patient, numbers) for slug, asked in first.items()}
    return {slug: f"{word}: {text[:1].lower()}{text[1:]}" for slug, text in headings.items()}


def crisis() -> Instruction:
    return _known(CRISIS)


def _known(slug: str) -> Instruction:
    return catalogue().instructions[slug]


def _named(words: str, patient: Patient, numbers: Numbers) -> str:
    number = numbers.emergency.number if numbers.emergency else ""
    team = patient.team_name.removeprefix("the ")
    return words.format(who=patient.called, team=team, number=number)
