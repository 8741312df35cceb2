"""The summary page and its file: who gets them, which days, which notes, and what they cost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import local_day
from diary.management.examples import log, treat
from tests.diary.cast import log_temperature, log_ten_years
from therapies.pages.citations import BASIS

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def diary(patient, owner, writer):
    today = local_day(NOW, patient.tz)
    patient.created = NOW - timedelta(days=120)
    patient.save()
    treat(patient, today)
    log(patient, today - timedelta(days=100), today, seed=3, users=[owner, writer])
    return patient


@pytest.fixture
def note(patient, owner):
    reports = (ReportData("headache", "mild"),)
    words = "Slept <b>badly</b>."
    return record_check_in(
        patient, CheckInData(uuid4(), NOW, "self", "symptoms", words, reports, NOW), by=owner
    )


def page(client, patient, query=""):
    return client.get(reverse("summary", args=[patient.pk]) + query)


def file(client, patient, query=""):
    return client.post(reverse("summary_pdf", args=[patient.pk]) + query)


@pytest.mark.parametrize("ask", [page, file])
def test_anonymous_is_sent_to_log_in(ask, patient, client):
    response = ask(client, patient)
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("ask", [page, file])
def test_a_stranger_gets_404(ask, patient, stranger, log_in):
    assert ask(log_in(stranger), patient).status_code == 404
    assert not AuditEntry.objects.filter(action="summary.pdf").exists()


def test_the_page_is_only_read_and_the_file_is_never_fetched_by_a_mere_link(patient, owner, log_in):
    client = log_in(owner)
    assert client.post(reverse("summary", args=[patient.pk])).status_code == 405
    assert client.get(reverse("summary_pdf", args=[patient.pk])).status_code == 405
    assert not AuditEntry.objects.filter(action="summary.pdf").exists()


@pytest.mark.parametrize("who", ["owner", "reader", "writer"])
def test_everybody_who_may_read_gets_the_page_and_the_file(who, patient, request, log_in):
    user = request.getfixturevalue(who)
    assert page(log_in(user), patient).status_code == 200
    response = file(log_in(user), patient)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")


def test_the_file_is_named_for_nobody_kept_nowhere_and_audited(patient, reader, log_in):
    response = file(log_in(reader), patient, "?days=7")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="diary-summary-{patient.file_mark}-2026-11-21.pdf"'
    )
    assert response["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="summary.pdf")
    assert (entry.by, entry.patient, entry.row) == (reader, patient, f"patient:{patient.pk}")


def test_looking_at_the_page_changes_nothing(patient, owner, log_in):
    before = AuditEntry.objects.count()
    page(log_in(owner), patient)
    assert AuditEntry.objects.count() == before


def test_the_first_thing_seen_is_thirty_days(patient, owner, log_in):
    text = page(log_in(owner), patient).content.decode()
    assert "23 Oct – 21 Nov 2026" in text
    assert "of 30 days." in text
    assert reverse("summary_pdf", args=[patient.pk]) in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?days=7", "15–21 Nov 2026"),
        ("?days=14", "8–21 Nov 2026"),
        ("?days=21", "1–21 Nov 2026"),
        ("?days=90", "24 Aug – 21 Nov 2026"),
        ("?first=2026-11-01&last=2026-11-01", "1 Nov 2026"),
        ("?first=1 November 2026&last=3 Nov 2026", "1–3 Nov 2026"),
    ],
)
def test_days_can_be_chosen(patient, owner, log_in, query, words):
    text = page(log_in(owner), patient, query).content.decode()
    assert f"diary summary, {words}" in " ".join(text.split())
    assert file(log_in(owner), patient, query).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?first=2026-11-01", "Say the last day too."),
        ("?last=2026-11-01", "Say the first day too."),
        ("?first=2026-11-02&last=2026-11-01", "The first day is after the last day."),
        ("?first=2026-11-02&last=2026-11-22", "The last day can be today, 21 Nov 2026, or before."),
        ("?first=2010-01-01&last=2026-11-01", "That is more than ten years."),
        ("?first=gestern&last=2026-11-01", "Write the day like 2026-11-21"),
        ("?days=8", "Choose one of the numbers of days that are offered"),
    ],
)
def test_days_that_cannot_be_are_asked_again(patient, owner, log_in, query, words):
    response = page(log_in(owner), patient, query)
    assert response.status_code == 422
    assert words in response.content.decode()
    response = file(log_in(owner), patient, query)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("summary", args=[patient.pk]) + "?")
    assert not AuditEntry.objects.filter(action="summary.pdf").exists()


def test_what_was_typed_stays_in_the_field(patient, owner, log_in):
    text = page(log_in(owner), patient, "?first=gestern&last=2026-11-01").content.decode()
    assert 'value="gestern"' in text
    assert 'value="2026-11-01"' in text


def test_a_note_is_out_until_it_is_ticked(patient, owner, note, log_in):
    text = page(log_in(owner), patient, "?days=7").content.decode()
    assert text.count("Slept &lt;b&gt;badly") == 1  # in the list to choose from
    assert "No note was chosen" in text
    for chosen in (f"n={note.pk.hex[:10]}", "all=1"):
        text = page(log_in(owner), patient, f"?days=7&{chosen}").content.decode()
        assert text.count("Slept &lt;b&gt;badly") == 2
        assert f"summary.pdf?days=7&amp;{chosen}" in text


def test_somebody_elses_note_cannot_be_chosen(patient, owner, note, stranger, log_in):
    text = page(log_in(owner), patient, f"?days=7&n={uuid4().hex[:10]}&n=%00'").content.decode()
    assert "No note was chosen" in text


def test_the_page_says_what_the_file_says_in_its_hardest_parts(diary, owner, log_in):
    text = " ".join(page(log_in(owner), diary, "?days=90").content.decode().split())
    for words in (
        "Urgent moments",
        "Not logged means that nothing was written, not that there was nothing.",
        "Nobody watches it",
        "next review was due on 1 March 2025; it is overdue.",
        "Fever line used: 37.8 °C (100.1 °F).",
        "Ring us at 37.8 &amp; do not wait.",
        BASIS["label"],
        "the sources of this diary do not cover it",
        "typed for the wrong child",
    ):
        assert words in text


@pytest.mark.parametrize("ask", [page, file])
def test_it_costs_the_same_for_a_week_three_months_and_with_ten_years(ask, diary, owner, log_in):
    client = log_in(owner)
    ask(client, diary)
    counts = []
    for query in ("?days=7", "?days=90"):
        with CaptureQueriesContext(connection) as queries:
            ask(client, diary, query)
        counts.append(len(queries))
    log_ten_years(diary, (NOW - timedelta(days=50)).date(), by=owner)
    with CaptureQueriesContext(connection) as queries:
        ask(client, diary, "?days=90")
    counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 34


def test_ten_years_fit_into_one_file(diary, owner, log_in):
    log_ten_years(diary, (NOW - timedelta(days=50)).date(), by=owner)
    response = file(log_in(owner), diary, "?first=2016-11-25&last=2026-11-21")
    assert response.status_code == 200


def test_the_fever_line_stands_only_where_a_temperature_was_reported(patient, owner, log_in):
    """A line that no reading was compared with would read as if one had been taken."""
    answer = log_in(owner).get(reverse("summary", args=[patient.pk]) + "?days=7")
    assert "Fever line used" not in answer.content.decode()
    log_temperature(patient, "37.0", "C", by=owner)
    answer = log_in(owner).get(reverse("summary", args=[patient.pk]) + "?days=7")
    assert "Fever line used" in answer.content.decode()
