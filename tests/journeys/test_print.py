"""The summary on paper, printed by the browser."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData


def test_the_name_stands_on_every_printed_page(
    page: Page, live_server: Any, patient: Patient, owner: User, log_in: Callable[[User], Client]
) -> None:
    patient.name = "Anastasia"
    patient.save()
    for days_ago in range(60):
        at = timezone.now() - timedelta(days=days_ago, minutes=1)
        reports = (ReportData("confusion", "mild"),)
        data = CheckInData(uuid4(), at, "caregiver", "symptoms", "", reports, at)
        record_check_in(patient, data, by=owner)
    session = log_in(owner).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/p/{patient.pk}/summary/?days=90")
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    texts = [sheet.extract_text() for sheet in paper.pages]
    assert len(texts) > 2
    assert all("Anastasia, born" in text for text in texts)


PRINTED = """() => {
    const boxes = (all) => [...document.querySelectorAll(all)]
        .map((one) => one.getBoundingClientRect())
        .filter(({ height }) => height > 0);
    const header = Math.max(0, ...boxes("header, header *").map(({ bottom }) => bottom));
    return { header, title: Math.min(...boxes("main h1, main h2").map(({ top }) => top)) };
}"""


@pytest.mark.parametrize("name", ["emergency", "today", "treatment", "history", "summary"])
def test_on_paper_the_header_is_above_the_title(
    open_at: Callable[..., Page], family: Patient, name: str
) -> None:
    page = open_at(reverse(name, args=[family.pk]), viewport={"width": 720, "height": 900})
    page.emulate_media(media="print")
    places = page.evaluate(PRINTED)
    assert places["header"] <= places["title"]


def test_the_browser_prints_the_emergency_sheet_on_one_page(
    open_at: Callable[..., Page], family: Patient
) -> None:
    page = open_at(reverse("emergency", args=[family.pk]))
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert [sheet.extract_text() for sheet in sheets[1:]] == []
