"""How often each page asks the database, session and log-in included: a number that a family's
small computer feels."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from diary.management.examples import fill
from diary.models import CheckIn

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
PAGES = {
    "today": 8,
    "history": 8,
    "history_charts": 8,
    "history_cycles": 8,
    "treatment": 6,
    "patient_more": 6,
    "summary": 12,
    "emergency": 12,
    "kept": 8,
}
WHOLE_DIARY = re.compile(r"SCAN diary_(?!\w*kept)|SEARCH diary_checkin .*\(patient_id=\?\)")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def filled(patient: Patient, owner: User) -> Patient:
    fill(patient, TODAY, days=75, by=owner)
    return patient


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_seldom(
    page: str, filled: Patient, dad: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse(page, args=[filled.pk])
    dad.get(address)
    with django_assert_max_num_queries(PAGES[page]):
        assert dad.get(address).status_code == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks for SQLite's plan")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_looks_through_a_whole_diary(page: str, filled: Patient, dad: Client) -> None:
    """Check-ins are found by their day, their moment or their id: ten years are as near as days."""
    with CaptureQueriesContext(connection) as asked:
        assert dad.get(reverse(page, args=[filled.pk])).status_code == 200
    for query in [one["sql"] for one in asked if one["sql"].startswith("SELECT")]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}".replace("%", "%%"), [])
            plan = [step for *_, step in cursor.fetchall()]
        assert not [step for step in plan if WHOLE_DIARY.search(step)], query


def test_an_urgent_card_asks_seldom(
    filled: Patient, dad: Client, django_assert_max_num_queries: Any
) -> None:
    urgent = CheckIn.objects.followed().order_by("-at").first()
    assert urgent is not None
    address = reverse("check_in", args=[filled.pk, urgent.pk])
    dad.get(address)
    with django_assert_max_num_queries(8):
        assert dad.get(address).status_code == 200


def test_a_save_with_findings_asks_seldom(
    filled: Patient, dad: Client, django_assert_max_num_queries: Any
) -> None:
    typed = {
        "do": "save",
        "opened": timezone.now().isoformat(),
        "told_by": "caregiver",
        "temperature-C": "38.6",
        "unit": "C",
        "s-headache": "mild",
    }
    address = reverse("today", args=[filled.pk])
    dad.post(address, typed | {"id": str(uuid4())})
    with django_assert_max_num_queries(14):
        assert dad.post(address, typed | {"id": str(uuid4())}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "args"), [("therapy", ["blinatumomab"]), ("urgent_country", ["gb"])]
)
def test_a_public_page_asks_nothing(
    name: str, args: list[str], client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(0):
        assert client.get(reverse(name, args=args)).status_code == 200
