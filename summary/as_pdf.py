"""The summary as a tagged PDF (PDF/UA-1). What a person typed travels as data, never as markup."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.utils.translation import get_language

from summary.glyphs import FOLDERS, drawable
from summary.photos import as_svg
from summary.shapes import Content

TEMPLATE = Path(__file__).with_name("summary.typ")


def as_pdf(content: Content, pictures: Mapping[UUID, bytes] | None = None) -> bytes:
    """Return the file. Only the chosen notes and photos go in."""
    pictures = pictures or {}
    data = {**asdict(content), "notes": [asdict(note) for note in content.chosen_notes]}
    data["region"] = "US" if get_language() == "en-us" else "GB"
    # One that was removed meanwhile has no picture any more.
    photos = [photo for photo in content.chosen_photos if photo.id in pictures]
    data["photos"] = [{**asdict(photo), "id": str(photo.id)} for photo in photos]
    svgs = [as_svg(photo, pictures[photo.id]) for photo in photos]
    pdf: bytes = _compiler().compile(
        format="pdf",
        sys_inputs={"data": json.dumps({**_drawable(data), "svgs": svgs})},
        pdf_standards=["ua-1"],
    )
    return pdf


@cache
def _fonts() -> Any:
    """Read the fonts once in a process; none of the machine's own are used."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in FOLDERS],
    )


def _compiler() -> Any:
    return typst.Compiler(
        str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=_fonts(), ignore_system_fonts=True
    )


def _drawable(value: Any) -> Any:
    match value:
        case str():
            return drawable(value)
        case dict():
            return {key: _drawable(part) for key, part in value.items()}
        case list() | tuple():
            return [_drawable(part) for part in value]
        case _:
            return value
