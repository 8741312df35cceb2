"""One cycle of a treatment with the days that the sources give for it."""

from datetime import date
from typing import NamedTuple

from diary.core.days import DAY
from diary.core.words import span_words
from diary.models import Cycle
from therapies.catalogue.shapes import Therapy
from therapies.catalogue.shapes_home import Hospital
from therapies.pages.citations import CitationLine, cited


class CycleDay(NamedTuple):
    number: int
    day: date
    is_on: bool
    is_today: bool

    @property
    def has_month(self) -> bool:
        """Is it the first of its row or month, where the name of the month helps?"""
        return self.number % 7 == 1 or self.day.day == 1


class CycleLine(NamedTuple):
    """One cycle with the days that the sources give for it."""

    cycle: Cycle
    therapy: Therapy
    today: date
    is_current: bool

    @property
    def pump_words(self) -> str:
        first, last = (
            self.cycle.started,
            self.cycle.started + ((self.therapy.days_on or 1) - 1) * DAY,
        )
        return span_words(first, last)

    @property
    def break_words(self) -> str:
        first = self.cycle.started + (self.therapy.days_on or 0) * DAY
        return span_words(first, first + ((self.therapy.days_off or 1) - 1) * DAY)

    @property
    def hospital(self) -> Hospital | None:
        stays = (stay for stay in self.therapy.hospital if stay.cycle == self.cycle.number)
        return next(stays, None)

    @property
    def hospital_words(self) -> str:
        stay = self.hospital
        if stay is None:
            return ""
        return span_words(self.cycle.started, self.cycle.started + (stay.days - 1) * DAY)

    @property
    def hospital_cited(self) -> list[CitationLine]:
        return cited([self.hospital.citation], self.today) if self.hospital else []

    @property
    def days(self) -> list[CycleDay]:
        on, off = self.therapy.days_on or 0, self.therapy.days_off or 0
        return [
            CycleDay(
                number=number,
                day=(day := self.cycle.started + (number - 1) * DAY),
                is_on=number <= on,
                is_today=day == self.today,
            )
            for number in range(1, on + off + 1)
        ]
