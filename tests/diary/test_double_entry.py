"""Two caregivers who note the same within minutes are told; nothing is merged, the prompt stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from diary.check_ins.actions import record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.models import Finding
from tests.diary.answers import reading, said
from tests.diary.open_entries import still_open

NOW = datetime(2026, 11, 20, 14, 35, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
MINUTE = timedelta(minutes=1)
AGO = "Grandma wrote 38.6 °C 2 minutes ago."


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_the_page_says_what_the_other_wrote_a_moment_ago(patient, owner, writer, log_in):
    theirs = record_check_in(patient, said(NOW - 2 * MINUTE, reading("38.6")), by=writer)
    assert AGO in page(log_in(owner), "today", patient.pk)
    assert "wrote 38.6" not in page(log_in(writer), "today", patient.pk)
    remove_check_in(theirs, reason="slip", by=writer)
    assert "wrote 38.6" not in page(log_in(owner), "today", patient.pk)


def test_after_ten_minutes_it_is_no_news(patient, owner, writer, log_in):
    record_check_in(patient, said(NOW - 11 * MINUTE, reading("38.6")), by=writer)
    assert "wrote 38.6" not in page(log_in(owner), "today", patient.pk)


def test_after_saving_both_cards_say_so_and_both_prompt(patient, owner, writer, log_in):
    theirs = record_check_in(patient, said(NOW - 2 * MINUTE, reading("38.6")), by=writer)
    mine = record_check_in(patient, said(NOW, reading("38.7")), by=owner)
    for client in (log_in(owner), log_in(writer)):
        html = page(client, "check_in", patient.pk, mine.pk)
        assert "Grandma wrote 38.6 °C 2 minutes before this entry. Both entries stay." in html
        assert html.index('class="care') < html.index("Grandma wrote")
        html = page(client, "check_in", patient.pk, theirs.pk)
        assert "Dad wrote 38.7 °C 2 minutes after this entry." in html
    assert set(still_open(patient.check_ins.all())) == {theirs, mine}
    found = Finding.objects.filter(level="urgent").values("version__check_in")
    assert found.distinct().count() == 2


def test_another_symptom_is_not_the_same(patient, owner, writer, log_in):
    record_check_in(patient, said(NOW, ReportData("rash", "mild")), by=writer)
    mine = record_check_in(patient, said(NOW, reading("38.7")), by=owner)
    assert "Grandma wrote" not in page(log_in(owner), "check_in", patient.pk, mine.pk)


def test_what_cannot_be_right_says_so(patient, owner, writer, log_in):
    record_check_in(patient, said(NOW, reading("386")), by=writer)
    words = "Grandma wrote 386.0 °C (cannot be right, counts as fever) just now."
    assert words in page(log_in(owner), "today", patient.pk)
