"""Draws how a therapy is given, as shapes for an SVG; every number comes from the catalogue.

A picture is drawn twice, narrow for a phone and wide, at one unit to the pixel, so that its text
is as large as the text around it.
"""

from collections.abc import Callable

from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.pages.citations import publisher
from therapies.pages.drawing import Box, Mark, Picture, Words
from therapies.pages.verdicts import matches_about
from therapies.rulebook import Level

NARROW, WIDE = 284, 620
BAND = 34
LINE = 20
DAYS_A_WEEK = 7


class SchedulePicture(Picture):
    """Written from above: `height` is where the next shape goes."""

    @property
    def view(self) -> str:
        """The part of the plane that is shown, with room for the strokes at its edges."""
        return f"-4 -2 {self.width + 8:g} {self.height + 4:g}"

    def say(self, text: str, x: float = 0, anchor: str = "start") -> None:
        """Write one line of text and move below it."""
        self.height += LINE
        self.words.append(Words(round(x, 1), self.height - 5, text, anchor))

    def box(self, x: float, width: float, kind: str, height: float = BAND) -> None:
        self.boxes.append(Box(round(x, 1), self.height, round(width, 1), height, kind))

    def inside(self, x: float, text: str) -> None:
        """Write in the middle of the band that is being drawn."""
        self.words.append(Words(round(x, 1), self.height + BAND / 2 + 5, text, "middle"))

    def dot(self, x: float) -> None:
        self.marks.append(Mark(round(x, 1), self.height + BAND / 2, "dose"))

    def down(self, distance: float = BAND) -> None:
        self.height += distance


def pictures(therapy: Therapy) -> list[SchedulePicture]:
    """Return the narrow and the wide picture; none where no source gives a schedule."""
    draw = _drawing(therapy)
    if draw is None:
        return []
    drawn = []
    for name, width in (("narrow", NARROW), ("wide", WIDE)):
        title = f"How {therapy.name.lower()} is given"
        slug = f"{name}-{therapy.slug}"
        picture = SchedulePicture(slug, width, 0, title, therapy.schedule, name)
        draw(picture, therapy)
        drawn.append(picture)
    return drawn


def watch_days(therapy: Therapy) -> int:
    """Return the last day of the longest urgent list of the therapy that ends."""
    urgent = matches_about(therapy.slug, Level.URGENT)
    windows = [match.when.days_since_infusion for match in urgent]
    return max(window[1] for window in windows if window and window[1] is not None)


def first_days(therapy: Therapy) -> int:
    """Return how many days the first stretch of a tablet's list lasts."""
    windows = [m.when.days_since_start for m in matches_about(therapy.slug)]
    return max(window[1] for window in windows if window and window[1] is not None) + 1


def _drawing(therapy: Therapy) -> Callable[[SchedulePicture, Therapy], None] | None:
    if therapy.giving == "pump":
        return _pump
    if therapy.giving == "single-infusion":
        return _single
    if therapy.giving == "tablet":
        return _tablet
    return _weekly if therapy.doses_each == "weekly" else None


def _pump(picture: SchedulePicture, therapy: Therapy) -> None:
    on, off = therapy.days_on or 0, therapy.days_off or 0
    day = picture.width / (on + off)
    for stay in therapy.hospital:
        picture.say(f"Cycle {stay.cycle}")
        picture.box(0, on * day, "on")
        picture.inside(on * day / 2, f"{on} days on")
        picture.box(on * day, off * day, "off")
        picture.inside((on + off / 2) * day, f"{off} off")
        picture.down(BAND + 4)
        picture.box(0, stay.days * day, "hospital", 8)
        picture.down(8)
        source = publisher(catalogue().sources[stay.citation.source])
        picture.say(f"Day 1 to {stay.days}: in hospital or clinic")
        picture.say(f"({source})")
        picture.down(10)
    picture.say(f"There may be more cycles of {on} days.")


def _weekly(picture: SchedulePicture, therapy: Therapy) -> None:
    """A dose is drawn only in the weeks that every cycle length has; of the others nobody says."""
    weeks_for_sure = min(therapy.cycle_lengths)
    week = picture.width / max(therapy.cycle_lengths)
    for length in therapy.cycle_lengths:
        picture.say(f"A cycle of {length} weeks")
        for number in range(length):
            sure = number < weeks_for_sure
            picture.box(number * week, week, "on" if sure else "off")
            picture.inside((number + 0.5) * week, f"week {number + 1}{'' if sure else '?'}")
        picture.down()
        for number in range(weeks_for_sure):
            picture.dot((number + 0.5) * week)
        picture.down(BAND)
    picture.dot(8)
    picture.words.append(Words(22, picture.height + BAND / 2 + 5, "one infusion, once a week"))
    picture.down(BAND)
    if weeks_for_sure < max(therapy.cycle_lengths):
        picture.say("? The sources do not say if a dose")
        picture.say("falls in this week.")


def _single(picture: SchedulePicture, therapy: Therapy) -> None:
    last = watch_days(therapy)
    day = (picture.width - 16) / last
    picture.say("Day 0: the one infusion")
    picture.box(8, last * day, "watch")
    picture.inside(8 + last * day / 2, f"day 0 to day {last}")
    picture.dot(8)
    picture.down()
    ticks = range(0, last + 1, DAYS_A_WEEK * 2)
    picture.height += LINE
    for tick in ticks:
        picture.words.append(
            Words(round(8 + tick * day, 1), picture.height - 5, str(tick), "middle")
        )
    picture.say("days after the infusion", picture.width / 2, "middle")
    picture.down(6)
    picture.say(f"Until day {last} more signs are urgent.")
    picture.say("Some never stop being urgent.")


def _tablet(picture: SchedulePicture, therapy: Therapy) -> None:
    day = picture.width / DAYS_A_WEEK
    picture.say("Every day of the week")
    for number in range(DAYS_A_WEEK):
        picture.box(number * day, day, "on")
        picture.dot((number + 0.5) * day)
    picture.down(BAND + 8)
    first = first_days(therapy)
    picture.say("Day 0: the day of the first tablet.")
    picture.say(f"The diary’s rules change on day {first}.")
    picture.box(0, picture.width / 2, "watch")
    picture.inside(picture.width / 4, f"day 0 to {first - 1}")
    picture.box(picture.width / 2, picture.width / 2, "off")
    picture.inside(picture.width * 0.75, f"day {first} and later")
    picture.down()
