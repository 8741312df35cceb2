"""In a real browser, at 360 px: the emergency sheet from More to paper; without scripts too."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import Patient
from tests.journeys.axe import SCREENS, axe_faults

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
Open = Callable[..., Page]


@SCRIPTS
def test_from_more_to_a_card_in_the_wallet(
    open_at: Open, family: Patient, *, scripts: bool
) -> None:
    # Given a family that has entered nothing, the sheet says so
    more = reverse("patient_more", args=[family.pk])
    page = open_at(more, java_script_enabled=scripts)
    page.get_by_role("link", name="Emergency sheet").click()
    expect(page.get_by_text("Not entered")).to_have_count(3)
    expect(page.get_by_text("Print it and keep it with you")).to_be_visible()
    # When they enter what a hospital asks
    page.get_by_role("link", name="Enter allergies, diagnosis and central line for Ana").click()
    page.get_by_label("Allergies").fill("Nuts, فول")
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_text("Print the sheet again")).to_be_visible()
    expect(page.get_by_text("Not entered")).to_have_count(2)
    # Then a camera reads it from the paper, without a network
    page.get_by_label("A small card, to cut out and fold").check(force=True)
    page.get_by_label("Letter", exact=True).check(force=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF for Ana").click()
    assert download.value.suggested_filename.startswith("emergency-")
    paper = pypdfium2.PdfDocument(download.value.path().read_bytes())
    (code,) = zxingcpp.read_barcodes(paper[0].render(scale=3).to_pil())
    assert "ALLERGIES: Nuts, فول" in code.text
    assert "CALL Care team, 24 hours: 020 7946 0123" in code.text


def test_the_code_is_read_from_the_screen_by_night_too(open_at: Open, family: Patient) -> None:
    page = open_at(reverse("emergency", args=[family.pk]), color_scheme="dark")
    shot = page.locator("svg.qr").screenshot(scale="device")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)).resize((900, 900)))
    assert code.text.startswith("EMERGENCY SHEET of Ana")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_at: Open, family: Patient, width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 800}
    for name in ("emergency", "emergency_note"):
        address = reverse(name, args=[family.pk])
        page = open_at(address, viewport=viewport, color_scheme=scheme)
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_browser_prints_the_sheet_without_its_buttons(open_at: Open, family: Patient) -> None:
    page = open_at(reverse("emergency", args=[family.pk]))
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in pages).split())
    assert "020 7946 0123" in text
    assert "Download PDF" not in text
    assert len(pages) <= 3
