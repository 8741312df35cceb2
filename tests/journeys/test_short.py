"""In a real browser, on a phone: a card after saving and the summary are short until something is
opened, what is folded is one tap away and printed, and a wide page is used."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from unicodedata import normalize

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from accounts.models import Patient, User, erasing
from diary.check_ins.data import ReportData
from diary.core.days import local_day
from diary.management.examples import log, treat
from diary.models import CheckIn, FamilyCard, Finding, Question
from tests.diary.answers import on_blinatumomab, reading, with_numbers
from tests.diary.cast import log_then
from tests.journeys.axe import axe_faults
from tests.journeys.test_lengths import size
from tests.journeys.urgent import unfold

Open = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
# Lower than any page: as high as the screen is every page, however little stands on it.
LOW = {"width": 360, "height": 500}
CARDS = {
    "urgent": [reading("38.6")],
    "urgent, several": [
        reading("38.6"),
        ReportData("confusion", "mild"),
        ReportData("chills", "severe"),
        ReportData("rash", "mild"),
        ReportData("cough", "moderate"),
        ReportData("hair-loss", "mild"),
    ],
    "emergency": [ReportData("seizure", "yes")],
    "crisis": [ReportData("self-harm-thoughts", "yes")],
    "contact": [ReportData("cough", "moderate")],
    "distress": [ReportData("anxiety", "moderate")],
    "listed": [ReportData("nausea", "mild"), ReportData("fatigue", "mild")],
    "not listed": [ReportData("hair-loss", "mild")],
    "recorded": [reading("36.8")],
}
QUIET = {"listed", "not listed", "recorded"}
MOST_URGENT, MOST_QUIET, MOST_SUMMARY = 900, 700, 2500
MOST_WORDS_ON_A_CARD, MOST_WORDS_OF_A_SUMMARY = 150, 550

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["a child", "oneself"])
def who(request: pytest.FixtureRequest, patient: Patient) -> Patient:
    patient.is_self = request.param == "oneself"
    patient.save()
    on_blinatumomab(patient, timezone.now())
    return patient


@pytest.mark.parametrize("has_numbers", [True, False], ids=["numbers", "no numbers"])
def test_a_card_is_short_at_every_level(
    open_at: Open, who: Patient, owner: User, *, has_numbers: bool
) -> None:
    if has_numbers:
        with_numbers(who)
        FamilyCard.objects.create(
            patient=who, words="Ring us at 37.8", fever_from="37.8", fever_unit="C"
        )
    page = open_at(reverse("patient_more", args=[who.pk]), viewport=LOW)
    origin = page.url.split("/p/")[0]
    for name, reports in CARDS.items():
        check_in = log_then(who, timezone.now(), *reports, by=owner)
        page.goto(origin + reverse("check_in", args=[who.pk, check_in.pk]))
        high, words = size(page)
        assert high <= (MOST_QUIET if name in QUIET else MOST_URGENT), (name, high)
        assert words <= MOST_WORDS_ON_A_CARD, (name, words)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        with erasing():
            Finding.objects.all().delete()
            CheckIn.objects.all().delete()


def test_the_number_and_what_came_of_the_call_stand_right_below_the_instruction(
    open_at: Open, family: Patient, owner: User
) -> None:
    check_in = log_then(family, timezone.now(), reading("38.6"), by=owner)
    page = open_at(reverse("check_in", args=[family.pk, check_in.pk]), viewport=PHONE)
    heading, call = page.get_by_role("heading", level=1), page.locator(".care .call").first
    answered = page.get_by_role("link", name="They answered")
    tops = [box(one)["y"] for one in (heading, call, answered)]
    assert tops == sorted(tops)
    assert box(call)["width"] >= box(page.locator(".care"))["width"] - 40
    assert box(answered)["y"] - box(call)["y"] - box(call)["height"] <= 16
    for name in ("They answered", "No answer", "It got worse"):
        one = page.locator(".care").get_by_text(name, exact=True)
        assert box(one)["y"] + box(one)["height"] <= 400
        assert box(one)["height"] >= 44
    for words in ("Why", "Tell them", "Source"):
        expect(page.locator(".brief dt", has_text=words)).to_be_visible()
    source = page.locator(".brief").get_by_role("link", name="Canadian Cancer Society")
    assert (source.get_attribute("href") or "").startswith("/sources/#source-")
    assert page.locator("main").inner_text().count("Fever line used") == 0
    expect(unfold(page, "What to tell, and why").get_by_text("Fever line used")).to_have_count(1)
    assert axe_faults(page) == []


def test_the_emergency_number_stays_in_sight_while_the_team_is_called_first(
    open_at: Open, family: Patient, owner: User
) -> None:
    check_in = log_then(family, timezone.now(), reading("38.6"), by=owner)
    page = open_at(reverse("check_in", args=[family.pk, check_in.pk]), viewport=PHONE)
    worse = page.locator(".care").get_by_role("link", name="Worse, or no answer: 999")
    expect(worse).to_have_attribute("href", "tel:999")
    assert 44 <= box(worse)["height"] <= 48
    assert box(worse)["y"] + box(worse)["height"] <= 684  # above the bar at the foot
    page.goto(page.url.split("/p/")[0] + reverse("treatment", args=[family.pk]))
    strip = page.locator(".strip.urgent")
    opens, calls = (
        strip.get_by_role("link", name="Open the card"),
        strip.locator('[href="tel:999"]'),
    )
    assert box(calls)["y"] == box(opens)["y"]
    assert box(calls)["height"] >= 44


def test_after_a_call_in_vain_and_for_a_reader_a_card_is_as_short(
    open_at: Open, family: Patient, owner: User, reader: User
) -> None:
    check_in = log_then(family, timezone.now() - timedelta(days=2), reading("38.6"), by=owner)
    at = check_in.at + timedelta(minutes=9)
    whom = "care team, daytime"
    check_in.calls.create(outcome="no-answer", whom=whom, at=at, recorded=at, by=owner)
    for by in (owner, reader):
        page = open_at(reverse("check_in", args=[family.pk, check_in.pk]), by=by, viewport=LOW)
        high, words = size(page)
        assert high <= MOST_URGENT, high
        assert words <= MOST_WORDS_ON_A_CARD, words
        call = page.locator(".care .call").first
        said = page.get_by_text("Call the number above now.")
        assert box(call)["y"] < box(said)["y"]
        assert axe_faults(page) == []


def test_a_card_says_you_to_oneself_and_the_name_for_a_child(
    open_at: Open, family: Patient, owner: User, reader: User
) -> None:
    check_in = log_then(family, timezone.now(), reading("38.6"), by=owner)
    path = reverse("check_in", args=[family.pk, check_in.pk])
    for is_self, by, words in (
        (False, owner, "Call Ana's care team now"),
        (True, owner, "Call your care team now"),
        (True, reader, "Call Ana's care team now"),
    ):
        family.is_self = is_self
        family.save()
        expect(open_at(path, by=by).get_by_role("heading", level=1)).to_have_text(words)


def test_all_that_a_card_folds_is_one_tap_away_and_printed(
    open_at: Open, family: Patient, owner: User
) -> None:
    reports = [*CARDS["urgent, several"], ReportData("anxiety", "moderate")]
    check_in = log_then(family, timezone.now(), *reports, by=owner)
    page = open_at(reverse("check_in", args=[family.pk, check_in.pk]), viewport=PHONE)
    deep = "all => all.every(e => !e.parentElement.closest('details details'))"
    assert page.locator("main details").evaluate_all(deep)
    texts = page.locator("main details p, main details dd").all_text_contents()
    assert len(texts) > 40
    paper = PdfReader(BytesIO(page.pdf()))
    printed = bare("".join(sheet.extract_text() for sheet in paper.pages))
    for text in texts:
        for word in text.split():
            assert bare(word) in printed, text


def test_on_a_wide_page_the_temperatures_stand_open_beside_the_card(
    open_at: Open, family: Patient, owner: User
) -> None:
    for minutes, degrees in ((90, "38.9"), (5, "36.9")):
        at = timezone.now() - timedelta(minutes=minutes)
        check_in = log_then(family, at, reading(degrees), by=owner)
        page = open_at(
            reverse("check_in", args=[family.pk, check_in.pk]),
            viewport={"width": 1280, "height": 800},
        )
        card, table = page.locator(".care"), page.get_by_role("table")
        expect(table).to_be_visible()
        beside = page.locator("details.unfolds")
        assert box(table)["x"] > box(card)["x"] + box(card)["width"]
        assert abs(box(beside)["y"] - box(card)["y"]) <= 24
        assert axe_faults(page) == []


@pytest.fixture
def busy(family: Patient, owner: User, writer: User) -> Patient:
    """Two months with urgent moments, gaps, corrections, many symptoms and questions."""
    today = local_day(timezone.now(), family.tz)
    family.created = timezone.now() - timedelta(days=70)
    family.save()
    treat(family, today)
    log(family, today - timedelta(days=60), today, seed=3, users=[owner, writer])
    for number in range(3):
        Question.objects.create(patient=family, text=f"Question {number}: may we swim?", by=owner)
    return family


def test_the_summary_of_every_example_diary_is_short_whichever_days_are_chosen(
    open_at: Open, owner: User
) -> None:
    owner.delete()  # the example fills an empty diary
    call_command("demo")
    keeper = User.objects.get(email="parent@example.org")
    for patient in keeper.patients.all():
        page = open_at(reverse("summary", args=[patient.pk]), by=keeper, viewport=PHONE)
        for days in (7, 14, 21, 30, 90):
            page.goto(f"{page.url.split('?')[0]}?days={days}")
            high, words = size(page)
            assert high <= MOST_SUMMARY, (patient, days, high)
            assert words <= MOST_WORDS_OF_A_SUMMARY, (patient, days, words)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(page.locator(".front > .chart.narrow")).to_be_visible()


def test_page_one_stands_first_then_the_choices_then_the_other_pages(
    open_at: Open, busy: Patient
) -> None:
    page = open_at(reverse("summary", args=[busy.pk]), viewport=PHONE)
    front, choose = page.locator(".front"), page.locator(".choose")
    assert box(page.get_by_role("button", name="Download PDF"))["y"] < box(front)["y"]
    assert box(front)["y"] < box(choose)["y"] < box(page.locator(".pages"))["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_text("The other pages, as printed").click()
    expect(page.locator("#flags-heading")).to_be_visible()
    expect(page.locator("#urgent-heading")).to_be_visible()
    assert axe_faults(page) == []


def test_21_days_are_one_of_the_choices(open_at: Open, busy: Patient) -> None:
    page = open_at(reverse("summary", args=[busy.pk]), viewport=PHONE)
    page.get_by_role("link", name="21 days").click()
    expect(page.get_by_text("of 21 days.")).to_be_visible()
    expect(page.get_by_role("link", name="21 days")).to_have_attribute("aria-current", "true")
    assert (
        page.get_by_role("button", name="Download PDF")
        .evaluate("b => b.form.action")
        .endswith("?days=21")
    )


def test_on_a_wide_page_the_choices_stand_beside_page_one(open_at: Open, busy: Patient) -> None:
    page = open_at(reverse("summary", args=[busy.pk]), viewport={"width": 1280, "height": 800})
    front, choose = box(page.locator(".front")), box(page.locator(".choose"))
    assert choose["x"] >= front["x"] + front["width"]
    assert choose["y"] <= front["y"] + 1
    expect(page.locator(".front > .chart.wide")).to_be_visible()
    assert axe_faults(page) == []


def test_what_the_summary_folds_is_printed(open_at: Open, busy: Patient) -> None:
    page = open_at(reverse("summary", args=[busy.pk]))
    paper = PdfReader(BytesIO(page.pdf()))
    printed = bare("".join(sheet.extract_text() for sheet in paper.pages))
    for text in page.locator(
        ".sheet :is(p, li, td:not(.drawn), h2, dd):not(.choose *)"
    ).all_text_contents():
        for word in text.split():
            assert bare(word) in printed, text
    assert bare("The other pages, as printed") not in printed
    assert bare("Days to include") not in printed


def box(one: Locator) -> dict[str, float]:
    found = one.bounding_box()
    assert found
    return dict(found)


def bare(text: str) -> str:
    """Letters that are printed as one (fi) are two again, and line ends are the layout's."""
    return normalize("NFKC", "".join(text.split())).replace("\N{SOFT HYPHEN}", "")
