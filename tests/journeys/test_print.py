"""The summary on paper, printed by the browser."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
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
