"""In a real browser: the page of today is short, what is urgent even when mild is in sight, and a
closed symptom goes on showing its answer; without scripts too."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.judging.facts import OPEN_FOR
from diary.judging.watch import Table, stretches, table_over
from diary.models import Course, Dose, FamilyCard
from tests.diary.answers import london_day, on_tablets, said, with_numbers
from tests.journeys.phone import answer
from tests.journeys.test_lengths import PHONE, size
from therapies.catalogue import catalogue
from therapies.rulebook import Level

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MOST_PIXELS, MOST_WORDS = 2200, 180
# Where more than MANY signs are urgent at their mildest, none of them is folded to save room.
MANY, MOST_PIXELS_OF_MANY, MOST_WORDS_OF_MANY = 25, 2800, 220
SCREEN_OF_TOO_ILL, MOST_TICKS = 740, 14
# What two treatments at once can come to: their names and signs together.
MOST_PIXELS_OF_TWO = 3000
IN_SIGHT = """(slugs) => slugs.filter((slug) => {
    const row = document.getElementById(`symptom-${slug}`);
    const folds = row?.parentElement.closest("details");
    return !row || folds || !row.querySelector("summary").checkVisibility()
        || !row.closest("section").querySelector("#section-flags, #section-recent");
})"""


@pytest.fixture
def today(
    transactional_db: None, open_at: Callable[..., Page], patient: Patient
) -> Callable[..., Page]:
    """Opens the page of Ana, whose diary is set up."""
    with_numbers(patient)
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8", fever_from="37.8", fever_unit="C"
    )
    return lambda **options: open_at(reverse("today", args=[patient.pk]), viewport=PHONE, **options)


def treat(patient: Patient, therapies: Iterable[str]) -> Table:
    """Put the patient on these since yesterday, no dose recorded, and ask what is urgent then."""
    Course.objects.all().delete()
    for therapy in therapies:
        Course.objects.create(patient=patient, therapy=therapy, started=london_day(1))
    now = timezone.now()
    return table_over(patient, stretches(patient, now, now + OPEN_FOR, only_begun=True))


def urgent_when_mild(table: Table) -> list[str]:
    return [
        symptom.slug
        for symptom in catalogue().symptoms.values()
        if symptom.kind != "temperature"
        and table.flag(symptom.slug, {"yes-no": "yes"}.get(symptom.kind, "mild")).level
        is Level.URGENT
    ]


def check_signs(page: Page, table: Table) -> list[str]:
    """Each is in sight and in no fold, the emergencies before the others."""
    signs = urgent_when_mild(table)
    assert page.evaluate(IN_SIGHT, signs) == []
    shown = page.locator("#section-flags + .tiles > .symptom").evaluate_all(
        "all => all.map((row) => [row.id.slice(8),"
        " 'emergency' in row.querySelector('input:not([value=no])').dataset])"
    )
    assert {slug for slug, _ in shown} <= set(signs)
    assert [first for _, first in shown] == sorted((f for _, f in shown), reverse=True)
    return signs


THERAPIES = list(catalogue().therapies)


@pytest.mark.parametrize("known", [0, 2], ids=["nothing known", "two symptoms known"])
def test_the_page_is_short_and_every_urgent_sign_in_sight_for_every_therapy(
    today: Callable[..., Page], patient: Patient, owner: User, known: int
) -> None:
    page = today()
    if known:
        before = timezone.now() - timedelta(days=1)
        had = ReportData("headache", "mild"), ReportData("fatigue", "mild")
        record_check_in(patient, said(before, *had), by=owner)
    for therapies in [[], *([one] for one in THERAPIES)]:
        table = treat(patient, therapies)
        page.reload()
        is_many = len(check_signs(page, table)) > MANY
        high, words = size(page)
        assert high <= (MOST_PIXELS_OF_MANY if is_many else MOST_PIXELS), (therapies, high)
        assert words <= (MOST_WORDS_OF_MANY if is_many else MOST_WORDS), (therapies, words)


def test_of_two_therapies_at_once_every_urgent_sign_is_in_sight(
    today: Callable[..., Page], patient: Patient
) -> None:
    page = today()
    for therapies in combinations(THERAPIES, 2):
        table = treat(patient, therapies)
        page.reload()
        check_signs(page, table)
        high, words = size(page)
        assert high <= MOST_PIXELS_OF_TWO, (therapies, high)
        assert words <= MOST_WORDS_OF_MANY, (therapies, words)


@pytest.mark.parametrize(
    "fault",
    [
        "row.remove()",
        "row.hidden = true",
        "document.querySelector('.more > div').append(row)",
        "document.querySelector('#section-listed + .tiles').append(row)",
    ],
)
def test_a_sign_that_is_not_in_sight_would_be_noticed(
    today: Callable[..., Page], patient: Patient, fault: str
) -> None:
    table = treat(patient, ["blinatumomab"])
    page = today()
    check_signs(page, table)
    page.locator("#symptom-confusion").evaluate(f"(row) => {{ {fault}; }}")
    with pytest.raises(AssertionError):
        check_signs(page, table)


def test_too_ill_is_one_screen_for_every_therapy(
    today: Callable[..., Page], patient: Patient
) -> None:
    page = today()
    for therapy in THERAPIES:
        treat(patient, [therapy])
        page.goto(page.url.split("?")[0] + "?short")
        assert size(page)[0] <= SCREEN_OF_TOO_ILL, therapy
        assert 0 < page.get_by_role("checkbox").count() <= MOST_TICKS
        for part in (
            page.get_by_label("Temperature in °C"),
            page.locator(".prompt").get_by_role("link").first,
            page.get_by_role("button", name="Save for Ana"),
            *page.locator(".ticks label").all(),
        ):
            expect(part).to_be_in_viewport(ratio=1)
            box = part.bounding_box()
            assert box
            assert box["height"] >= 44


@SCRIPTS
def test_a_closed_symptom_shows_its_answer(today: Callable[..., Page], *, scripts: bool) -> None:
    page = today(java_script_enabled=scripts)
    for symptom, words in (("constipation", "Moderate"), ("seizure", "Yes"), ("confusion", "No")):
        answer(page, symptom, words).check(force=True)
        tile = page.locator(f"#symptom-{symptom}")
        tile.locator("> summary").click()
        expect(tile.locator(".scale")).to_be_hidden()
        assert shown_on(page, symptom) == f'"{words}"'
    assert shown_on(page, "nausea") != '"Mild"'


def shown_on(page: Page, symptom: str) -> str:
    tile = page.locator(f"#symptom-{symptom} > summary")
    return str(tile.evaluate("(part) => getComputedStyle(part, '::after').content"))


def test_the_style_says_the_answers_in_the_words_of_the_page(today: Callable[..., Page]) -> None:
    page = today()
    for symptom in ("rash", "seizure"):
        for choice in page.locator(f"#symptom-{symptom} .scale input").all():
            value = str(choice.get_attribute("value"))
            choice.evaluate("(input) => { input.checked = true; }")
            assert shown_on(page, symptom) == f'"{catalogue().answers[value].label}"'


def test_what_is_answered_in_a_closed_fold_is_said_on_it(today: Callable[..., Page]) -> None:
    page = today()
    answer(page, "hair-loss", "Mild").check(force=True)
    page.locator(".more > summary").click()
    fold = page.locator(".more > summary")
    assert "Answered" in fold.evaluate("(part) => getComputedStyle(part, '::after').content")


@SCRIPTS
def test_the_button_that_saves_comes_with_the_first_answer(
    today: Callable[..., Page], *, scripts: bool
) -> None:
    page = today(java_script_enabled=scripts)
    button = page.get_by_role("button", name="Save for Ana")
    expect(button).to_be_hidden()
    page.get_by_label("Temperature in °C").fill("36.8")
    expect(button).to_be_in_viewport()
    page.get_by_label("Temperature in °C").fill("")
    expect(button).to_be_hidden()
    page.get_by_label("Note").fill("tea")
    expect(button).to_be_in_viewport()
    page.get_by_label("Note").fill("")
    answer(page, "nausea", "No").check(force=True)
    expect(button).to_be_in_viewport()


@SCRIPTS
def test_tablets_are_answered_in_place_and_nothing_typed_is_lost(
    today: Callable[..., Page], patient: Patient, *, scripts: bool
) -> None:
    on_tablets(patient, london_day(9))
    page = today(java_script_enabled=scripts)
    page.get_by_label("Note").fill("half a note")
    answer(page, "nausea", "Mild").check(force=True)
    page.get_by_role("button", name="Taken", exact=True).click()
    taken = page.get_by_role("group", name="Imatinib today")
    expect(taken.get_by_role("button", pressed=True)).to_have_text("Taken")
    expect(taken).to_be_in_viewport()
    assert Dose.objects.get().status == Dose.Status.GIVEN
    expect(page.get_by_label("Note")).to_have_value("half a note")
    expect(answer(page, "nausea", "Mild")).to_be_checked()
    page.get_by_role("button", name="Missed", exact=True).click()
    expect(taken.get_by_role("button", pressed=True)).to_have_text("Missed")
    assert Dose.objects.get().status == Dose.Status.MISSED


def test_a_row_of_what_was_saved_is_large_enough(
    today: Callable[..., Page], patient: Patient, owner: User
) -> None:
    record_check_in(patient, said(timezone.now(), ReportData("rash", "mild")), by=owner)
    rows: Any = today().get_by_role("region", name="Saved today").get_by_role("link")
    expect(rows).to_have_count(1)
    assert rows.first.bounding_box()["height"] >= 44


def test_oneself_is_you_and_a_child_has_its_name(
    today: Callable[..., Page], patient: Patient
) -> None:
    page = today()
    expect(page.get_by_role("heading", level=1)).to_have_text("How is Ana today?")
    expect(page.get_by_role("heading", name="Call at once if Ana has")).to_be_visible()
    patient.is_self = True
    patient.save()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("How are you today?")
    expect(page.get_by_role("heading", name="Call at once if you have")).to_be_visible()
