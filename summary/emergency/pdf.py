"""The emergency sheet on paper: a whole page, or a card to fold."""

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import get_language

from summary.emergency.sheet import Emergency
from summary.paper.pdf import typeset

TEMPLATE = Path(__file__).with_name("emergency.typ")
LAYOUTS = ("sheet", "wallet")


def emergency_pdf(said: Emergency, *, paper: str, layout: str) -> bytes:
    """Return the file, a single page whatever it says."""
    size = said.code.size
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{said.code.path}"/></svg>'
    )
    data = asdict(said) | {
        "cut": said.cut,
        "by": said.name,
        "region": "US" if get_language() == "en-us" else "GB",
        "paper": paper,
        "layout": layout,
    }
    return typeset(TEMPLATE, data, svg=svg)
