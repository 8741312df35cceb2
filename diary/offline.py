"""The symptoms to answer, as they stand for anybody; the phone adds what it keeps of a patient."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import Patient
from diary.care_card import instructions
from diary.forms.answers import AnswersForm
from diary.judging.watch import Stretch, answers_at
from diary.models import FamilyCard, OwnSymptom
from diary.sheet import Sheet
from diary.team.numbers import Numbers

TEAM = "care team"


class AnybodysAnswers(AnswersForm):
    @cached_property
    def own(self) -> dict[str, OwnSymptom]:
        """One row for each way to answer, from which the phone makes those of the family."""
        return {kind: OwnSymptom(name="", kind=kind) for kind in OwnSymptom.Kind.values}


@dataclass(frozen=True)
class AnybodysSheet(Sheet):
    @property
    def hospital(self) -> str:
        return instructions.hospital_day()

    @property
    def crisis_mark(self) -> str:
        return "crisis"

    @property
    def family_card(self) -> FamilyCard | None:
        return None

    @property
    def readers(self) -> str:
        return ""


def anybodys_sheet(at: datetime) -> Sheet:
    nobody = Patient(name="", zone="UTC", unit=Patient.Unit.C, team_name=TEAM)
    return AnybodysSheet(
        answers=AnybodysAnswers(None, patient=nobody, now=at),
        patient=nobody,
        numbers=Numbers((), None, TEAM),
        stretches=[Stretch(at, at, ())],
        table=answers_at((), None, ()),
        is_tried=False,
        is_short=False,
        query="",
    )
