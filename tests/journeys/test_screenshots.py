"""The README's pictures, taken from the example diary. UPDATE_PICTURES=1 writes them anew."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page

from accounts.models import Patient
from summary.content.build import content
from summary.content.parts import usual
from summary.paper.pdf import as_pdf
from tests.config.running import ROOT
from tests.diary.answers import london_day

PHONE = {"width": 360, "height": 740}
UPDATE = os.environ.get("UPDATE_PICTURES") == "1"


@pytest.fixture
def password(transactional_db: None) -> Iterator[str]:
    cache.clear()
    said = io.StringIO()
    call_command("demo", stdout=said)
    yield said.getvalue().split()[-1]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: into the documentation only when that is asked for."""
    return ROOT / "docs" / "pictures" if UPDATE else tmp_path


def take(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(file))
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size > 5_000


def test_the_pictures_show_the_example_diary(
    browser: Browser, live_server: Any, password: str, pictures: Path
) -> None:
    pictures.mkdir(exist_ok=True)
    ana = Patient.objects.get(name="Ana")
    urgent = ana.check_ins.filter(versions__findings__level="urgent").order_by("-at").first()
    assert urgent
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/account/login/")
    page.locator("main [name=login]").fill("parent@example.org")
    page.locator("main [name=password]").fill(password)
    page.locator("main [name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    for name, arguments, scheme in (
        ("today", [ana.pk], "light"),
        ("check_in", [ana.pk, urgent.pk], "dark"),
        ("history", [ana.pk], "light"),
        ("summary", [ana.pk], "light"),
    ):
        page.emulate_media(color_scheme=scheme)
        address = live_server.url + reverse(name, args=arguments)
        take(page, address, pictures / f"{name.replace('_', '-')}.png")
    context.close()


def test_the_pictures_show_the_pages_of_the_file(password: str, pictures: Path) -> None:
    """The first page of three months, and of a summary on Letter in American spelling."""
    pictures.mkdir(exist_ok=True)
    last = london_day()
    for name, whose, want in (
        ("summary-file", "Ana", usual(Patient(country="GB"))),
        ("summary-letter", "Maria", replace(usual(Patient(country="US")), spelling="en-us")),
    ):
        patient = Patient.objects.get(name=whose)
        first = last - timedelta(days=89)
        said = content(patient, first, last, by=patient.owner, want=want)
        document = pypdfium2.PdfDocument(as_pdf(said))
        file = pictures / f"{name}.png"
        document[0].render(scale=1.25).to_pil().convert("L").save(file, optimize=True)
        document.close()
        assert file.stat().st_size > 20_000


def test_every_picture_and_link_of_the_documents_is_there() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    lost = []
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", document.read_text()):
            path = "".join(target)
            if not path.startswith("http") and not (document.parent / path).exists():
                lost.append(f"{document.name}: {path}")
    assert lost == []
