"""How many days of an ordinary course bring up the urgent screen, and is a fever ever missed?

`python bench/alerts.py [seed]` draws 30 patients over 60 days for each therapy of the catalogue,
with the rates of `bench/rates.toml`, and asks the engine that the pages ask: without a card of the
family's own, and again with one of 37.5 °C. Printed, not asserted.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, SymptomReport, assess

PATIENTS, DAYS, GOAL = 30, 60, 10
CARD = Decimal("37.5")
RATES = Path(__file__).with_name("rates.toml")
ANSWERS = ("raised", "fever", "yes", "mild", "moderate", "severe")  # the worse one of two counts
WARMTH = {"ordinary": (361, 374), "raised": (375, 379), "fever": (380, 398)}  # tenths of °C
Day = dict[str, str]  # symptom: answer
Judge = Callable[..., Assessment]


@dataclass(frozen=True)
class Rate:
    """Of 100 patients, how many have it begin in these days, by how bad it gets. `during`: of 100
    days with that symptom instead. Days count from the first day, or from the last dose."""

    therapies: frozenset[str]
    symptom: str
    source: str
    chances: dict[str, float]
    days: tuple[int, int] = (0, DAYS - 1)
    lasts: int = 1
    since_dose: bool = False
    during: str = ""

    def a_day(self, answer: str) -> float:
        """Return the probability that it begins on one of the days."""
        first, last = self.days
        return self.chances[answer] / 100 / (1 if self.during else last - first + 1)


@dataclass
class Outcome:
    days: int = 0
    urgent: int = 0
    fevers: int = 0
    missed: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        return 100 * self.urgent / self.days


def read_rates(path: Path = RATES) -> tuple[list[Rate], dict[str, list[int]], dict[str, str]]:
    """Return the rates, the days of the infusions and the sources."""
    told = tomllib.loads(path.read_text())
    rates = []
    for group in told["group"]:
        for row in group["rates"]:
            chances = {answer: row[answer] for answer in ANSWERS if answer in row}
            rest = {k: v for k, v in row.items() if k not in ANSWERS}
            rest["days"] = tuple(rest.get("days", group.get("days", (0, DAYS - 1))))
            rest.setdefault("source", group["source"])
            rates.append(Rate(frozenset(group["therapies"]), chances=chances, **rest))
    return rates, told["doses"], {key: row["title"] for key, row in told["source"].items()}


def courses(rates: Iterable[Rate], doses: list[int], dice: Random) -> Iterator[Day]:
    """Draw what one patient has, day by day."""
    ongoing: dict[str, tuple[str, int]] = {}
    rates = list(rates)
    for day in range(DAYS):
        last_dose = max((d for d in doses if d <= day), default=0)
        ongoing = {s: (answer, until) for s, (answer, until) in ongoing.items() if until > day}
        for rate in rates:
            since = day - last_dose if rate.since_dose else day
            if not rate.during and rate.days[0] <= since <= rate.days[1]:
                for answer in _drawn(rate, dice):
                    _take(ongoing, rate.symptom, answer, day + rate.lasts)
        today = dict(ongoing)
        for rate in rates:
            if rate.during in today and rate.days[0] <= day <= rate.days[1]:
                for answer in _drawn(rate, dice):
                    _take(today, rate.symptom, answer, day + 1)
        yield {symptom: answer for symptom, (answer, _) in today.items()}


def _drawn(rate: Rate, dice: Random) -> list[str]:
    return [answer for answer in rate.chances if dice.random() < rate.a_day(answer)]


def _take(ongoing: dict[str, tuple[str, int]], symptom: str, answer: str, until: int) -> None:
    known = ongoing.get(symptom)
    if known is None or ANSWERS.index(answer) >= ANSWERS.index(known[0]):
        ongoing[symptom] = (answer, until)


def reports(day: Day, dice: Random) -> list[SymptomReport]:
    """What is typed on that day; a thermometer is read on every second day, and in any fever."""
    told = [SymptomReport(s, _severity(answer)) for s, answer in day.items() if s not in _warm()]
    for symptom in _warm():
        band = day.get(symptom) or ("ordinary" if dice.random() < 0.5 else "")
        if band:
            degrees, unit = Decimal(dice.randint(*WARMTH[band])) / 10, dice.choice("CF")
            typed = degrees if unit == "C" else round(degrees * 9 / 5 + 32, 1)
            told.append(SymptomReport(symptom, None, typed, unit))
    return told


def _warm() -> list[str]:
    return [s for s, kind in catalogue().rules.kinds.items() if kind == "temperature"]


def _severity(answer: str) -> Severity | None:
    return None if answer == "yes" else Severity[answer.upper()]


def standing(therapy: Therapy, doses: list[int], day: int, hour: int) -> Standing:
    """Where the course stands, as the diary would work it out from its doses."""
    if therapy.giving == "pump":
        on, off = therapy.days_on or 0, therapy.days_off or 0
        cycle, cycle_day = day // (on + off) + 1, day % (on + off) + 1
        return Standing(
            therapy.slug,
            status="active" if cycle_day <= on else "break",
            cycle=cycle,
            cycle_day=cycle_day,
            infusing=cycle_day <= on,
            hours_since_infusion_end=max(24 * (cycle_day - on - 1) + hour, 0)
            if cycle_day > on
            else None,
        )
    if therapy.giving == "tablet":
        return Standing(therapy.slug, days_since_start=day)
    last = max(d for d in doses if d <= day)
    if therapy.slug in catalogue().rules.never_end:
        return Standing(therapy.slug, days_since_infusion=day - last)
    hours = max(24 * (day - last) + hour - 12, 0)  # an infusion ends at noon
    return Standing(therapy.slug, infusing=False, hours_since_infusion_end=hours, route="iv")


def simulate(
    therapy: Therapy,
    rates: Iterable[Rate],
    doses: list[int],
    *,
    seed: int,
    card: Decimal | None = None,
    judge: Judge = assess,
    patients: int = PATIENTS,
) -> Outcome:
    """Every patient of one therapy writes once a day; a combination looks back as the pages do."""
    rules, outcome = catalogue().rules, Outcome()
    mine = [rate for rate in rates if {therapy.slug, "*"} & rate.therapies]
    for patient in range(patients):
        dice = Random(f"{seed} {therapy.slug} {patient}")  # noqa: S311 (no secret)
        before: tuple[int, list[SymptomReport]] = (-1000, [])
        for number, day in enumerate(courses(mine, doses, dice)):
            hour = dice.randint(7, 22)
            told, at = reports(day, dice), 24 * number + hour
            found = judge(
                told,
                [standing(therapy, doses, number, hour)],
                rules=rules,
                fever_from_c=card,
                earlier=before[1] if at - before[0] <= rules.look_back_hours else [],
            )
            fevers = {"fever"} if card is None else {"fever", "raised"}
            _count(outcome, found, is_fever=not fevers.isdisjoint(day.values()))
            before = (at, told)
    return outcome


def _count(outcome: Outcome, found: Assessment, *, is_fever: bool) -> None:
    outcome.days += 1
    outcome.fevers += is_fever
    if found.level is Level.URGENT:
        outcome.urgent += 1
        outcome.rules.update({f.rule for f in found.findings if f.level is Level.URGENT})
    else:
        outcome.missed += is_fever


def main(seed: int = 1) -> None:
    rates, doses, _sources = read_rates()
    over = []
    print(
        f"{PATIENTS} patients x {DAYS} days for each therapy, seed {seed}; rates: bench/rates.toml"
    )
    print(f"{'':26}urgent days  fevers  missed  card of {CARD}  missed  rules behind most of them")
    for therapy in catalogue().therapies.values():
        course = doses.get(therapy.slug, [0])
        plain = simulate(therapy, rates, course, seed=seed)
        strict = simulate(therapy, rates, course, seed=seed, card=CARD)
        why = ", ".join(f"{rule} {number}" for rule, number in plain.rules.most_common(5))
        print(
            f"{therapy.slug:26}{plain.share:9.1f} %{plain.fevers:8}{plain.missed:8}"
            f"{strict.share:12.1f} %{strict.missed:8}  {why}"
        )
        over += [therapy.slug] if plain.share > GOAL else []
    print(f"More than {GOAL} of 100 days: {', '.join(over) or 'none'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
