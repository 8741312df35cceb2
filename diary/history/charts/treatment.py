"""The treatments of a stretch of days, one below the other: on, in a break, and every dose."""

from diary.core.days import runs
from diary.core.words import span_words
from diary.history.charts.ground import (
    BAND,
    ROW,
    SIZES,
    DayMark,
    Ground,
    axis,
    band_label,
    blank,
    columns,
    draw_band,
    fitting,
    ticks,
)
from therapies.pages.drawing import Mark, Picture, Words

MARKED_KINDS = ("taken", "late", "missed", "dose")


def treatment_pictures(ground: Ground) -> list[Picture]:
    title = f"Treatment, {ground.span}"
    pictures = [blank("d", shape, title, ". ".join(_said(ground)) + ".") for shape in SIZES]
    for picture in pictures:
        _draw(picture, ground)
    return pictures


def _draw(picture: Picture, ground: Ground) -> None:
    days = axis(picture, ground, len(ground.bands) * (20 + ROW) - 22)
    picture.boxes.clear()  # a day that was not logged may well be one of treatment
    y = 0.0
    placed = []
    for band in ground.bands:
        label = fitting(band_label(band, ground), picture.width)
        picture.words.append(Words(0, y + 16, label))
        y += 20
        draw_band(picture, days, band, y + (ROW - BAND) / 2, doses="open")
        for day, said in band.days.items():
            if said.kind in MARKED_KINDS:
                mark = Mark(days.x(day), y + ROW / 2, said.kind)
                words = f"{day.day} {day:%B}: {band.name}, {said.words}"
                placed.append(DayMark(day, words, mark))
        y += ROW
    columns(picture, days, placed)
    ticks(picture, days, ground)


def _said(ground: Ground) -> list[str]:
    """Say each treatment in runs of days of the same kind."""
    lines = []
    for band in ground.bands:
        said = [
            (first, f"{span_words(first, last)} {one.words}")
            for one in dict.fromkeys(band.days.values())
            for first, last in runs(day for day, other in band.days.items() if other == one)
        ]
        words = ", ".join(words for _, words in sorted(said))
        lines.append(f"{band_label(band, ground)}: {words}")
    return lines
