"""Correcting on a phone: what was answered and the reason are in sight at once."""

import pytest
from django.urls import reverse

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, Version
from tests.diary.answers import reading, said
from tests.journeys.phone import answer

SCREEN = 740


@pytest.mark.parametrize(
    "reports",
    [
        (reading("38.6"), ReportData("rash", "mild"), ReportData("headache", "severe")),
        (ReportData("vomiting", "mild"),),
    ],
)
def test_the_reason_stands_right_below_what_was_answered(ana, owner, open_at, reports):
    saved = record_check_in(ana, said(ana.created, *reports), by=owner)
    page = open_at(reverse("check_in_correct", args=[ana.pk, saved.pk]))
    reason = page.locator("#reason").bounding_box()
    assert reason["y"] < 2 * SCREEN
    for report in reports:
        if report.symptom != "fever":
            row = page.locator(f"#symptom-{report.symptom}").bounding_box()
            assert row["y"] < reason["y"]
    assert page.evaluate("document.documentElement.scrollHeight") < 3.5 * SCREEN
    page.locator("#symptom-rash" if len(reports) > 1 else "#symptom-vomiting").get_by_label(
        "Moderate", exact=True
    ).check(force=True)
    page.locator("#reason").fill("typed wrongly")
    page.get_by_role("button", name="Save for Ana").click()
    page.wait_for_url("**" + reverse("check_in", args=[ana.pk, saved.pk]))
    assert Version.objects.filter(check_in=saved).count() == 2
    assert CheckIn.objects.count() == 1


def test_another_symptom_can_still_be_added(ana, owner, open_at):
    saved = record_check_in(ana, said(ana.created, ReportData("rash", "mild")), by=owner)
    page = open_at(reverse("check_in_correct", args=[ana.pk, saved.pk]))
    page.get_by_text("Other symptoms").click()
    page.get_by_placeholder("Find a symptom").fill("headache")
    answer(page, "headache", "Mild").check(force=True)
    page.locator("#reason").fill("forgotten")
    page.get_by_role("button", name="Save for Ana").click()
    page.wait_for_url("**" + reverse("check_in", args=[ana.pk, saved.pk]))
    symptoms = saved.versions.last().reports.values_list("symptom", flat=True)
    assert set(symptoms) == {"rash", "headache"}
