"""The photos of a summary: none but those that were ticked."""

import base64
from collections.abc import Iterable

from diary.history.timeline import Day
from summary.moments import entries_of, when_words
from summary.shapes import PhotoLine

MOST = 24  # in one summary
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="{width}" height="{height}"><image width="{width}" height="{height}" '
    'xlink:href="data:image/jpeg;base64,{jpeg}"/></svg>'
)


def photo_lines(days: Iterable[Day], chosen: Iterable[str]) -> tuple[PhotoLine, ...]:
    """Return the photos of check-ins that stand, marked where chosen, and never more than fit."""
    ids = set(chosen)
    there = [
        (entry, shown)
        for entry in entries_of(days)
        if not entry.is_removed
        for shown in entry.photos
        if not shown.removed
    ]
    fit = [shown.photo.pk for _, shown in there if str(shown.photo.pk) in ids][:MOST]
    return tuple(
        PhotoLine(
            id=shown.photo.pk,
            when=when_words(entry),
            shows=shown.photo.get_kind_display(),
            alt=shown.alt,
            added=shown.added,
            note=shown.photo.note,
            width=shown.photo.width,
            height=shown.photo.height,
            is_chosen=shown.photo.pk in fit,
        )
        for entry, shown in there
    )


def as_svg(photo: PhotoLine, jpeg: bytes) -> str:
    """Return the picture in a form that travels inside of the PDF's data: it never lies about as a
    file, and the PDF holds the same JPEG."""
    text = base64.b64encode(jpeg).decode()
    return SVG.format(width=photo.width, height=photo.height, jpeg=text)
