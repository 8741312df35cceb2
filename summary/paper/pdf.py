"""The summary as a tagged PDF (PDF/UA-1). What a person typed travels as data, never as markup."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import typst

from accounts.glyphs import FOLDERS, drawable
from summary.content.charts import Drawing
from summary.content.shapes import Content, Curve, FrontSymptom, PhotoLine

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="{width}" height="{height}"><image width="{width}" height="{height}" '
    'xlink:href="data:image/jpeg;base64,{jpeg}"/></svg>'
)
TEMPLATE = Path(__file__).with_name("summary.typ")
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_pdf(content: Content, pictures: Mapping[UUID, bytes] | None = None) -> bytes:
    """Return the file. Only the chosen notes and photos go in."""
    pictures = pictures or {}
    # One that was removed meanwhile has no picture any more.
    photos = [photo for photo in content.chosen_photos if photo.id in pictures]
    data = _plain(content) | {
        "notes": [_plain(note) for note in content.chosen_notes],
        "photos": [_plain(photo) for photo in photos],
    }
    return _compiled(TEMPLATE, data | {"svgs": [as_svg(p, pictures[p.id]) for p in photos]})


def typeset(template: Path, data: Mapping[str, Any], **drawings: Any) -> bytes:
    """Return a tagged PDF of plain data; every text is made drawable. Drawings are our own."""
    return _compiled(template, {**_plain(data), **drawings})


def _compiled(template: Path, data: Mapping[str, Any]) -> bytes:
    compiler = typst.Compiler(
        str(template), root=str(template.parent), font_paths=_fonts(), ignore_system_fonts=True
    )
    inputs = {"data": json.dumps(data)}
    pdf: Any = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    return bytes(pdf)


@cache
def _fonts() -> Any:
    """Read the fonts once in a process; none of the machine's own are used."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in FOLDERS],
    )


def _plain(value: Any) -> Any:
    """Return dataclasses as dictionaries, and every text as the fonts can draw it."""
    if type(value) is str:
        return drawable(value)
    if is_dataclass(value):
        kind: Any = type(value)
        plain = {name: _plain(getattr(value, name)) for name in _names(kind)}
        if isinstance(value, Curve | Drawing | FrontSymptom):  # not text, but it holds names
            plain["svg"] = NOT_XML.sub("", value.svg)
        return plain
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, UUID) else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def as_svg(photo: PhotoLine, jpeg: bytes) -> str:
    """Return the picture in a form that travels inside of the PDF's data: it never lies about as a
    file, and the PDF holds the same JPEG."""
    text = base64.b64encode(jpeg).decode()
    return SVG.format(width=photo.width, height=photo.height, jpeg=text)
