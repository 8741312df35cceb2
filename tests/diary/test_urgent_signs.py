"""Urgent help inside a diary: the signs are those that are urgent for this person now."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Patient, User
from diary.judging.facts import OPEN_FOR
from diary.judging.watch import Table, stretches, table_over
from diary.models import Course, FamilyCard
from tests.diary.answers import london_day, on_blinatumomab, with_numbers
from tests.diary.cast import log_symptom
from tests.diary.test_urgent_help import bo_of
from therapies import ask
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

LogIn = Callable[[User], Client]
# From which of its answers a sign is urgent, counted from the weakest.
Shown = Mapping[str, int]


def read(client: Client, patient: Patient) -> str:
    return client.get(f"/p/{patient.pk}/urgent/").content.decode()


def section(page: str, heading: str) -> str:
    """Return what stands under this heading, to the end of its section."""
    return page.split(f">{heading}</h2>")[1].split("</section>")[0]


def signs_in(part: str) -> Shown:
    slugs = {symptom_label(slug): slug for slug in catalogue().symptoms}
    found = {}
    groups = re.findall(r"<h3>([^<]+)</h3>\s*<ul class=\"columns\">(.*?)</ul>", part, re.DOTALL)
    for words, items in groups:
        first = ask.SEVERITY_HEADINGS.index(words)
        for label in re.findall(r"<li>([^<]+)</li>", items):
            found[slugs[unescape(label)]] = first
    return found


def shown_to(page: str, name: str = "Ana") -> Shown:
    """Return every sign for the emergency number or the team, where it stands most strictly."""
    team = signs_in(section(page, f"Urgent for {name} now"))
    first = signs_in(section(page, "Call the emergency number first for"))
    return {slug: min(s[slug] for s in (team, first) if slug in s) for slug in {*team, *first}}


def table_of(patient: Patient) -> Table:
    """The one of the page of today."""
    now = timezone.now()
    return table_over(patient, stretches(patient, now, now + OPEN_FOR, only_begun=True))


def urgent_by(table: Table) -> Shown:
    """Return what the page of today would call urgent; a line that listens has its own place."""
    found = {}
    for symptom in catalogue().symptoms.values():
        asked = ("mild", "moderate", "severe") if symptom.kind == "severity" else ("yes",)
        flags = [table.flag(symptom.slug, answer) for answer in asked]
        reached = [flag.level is Level.URGENT and not flag.crisis for flag in flags]
        if any(reached) and symptom.kind != "temperature":
            found[symptom.slug] = reached.index(True)
    return found


def laxer(shown: Shown, than: Shown) -> list[str]:
    """Return the signs that are missing, or stand further down."""
    return [slug for slug, first in than.items() if shown.get(slug, len(than)) > first]


def general() -> Shown:
    return {
        slug: ask.SEVERITY_HEADINGS.index(signs.heading)
        for signs in (*ask.emergencies(), *ask.urgent_signs())
        for slug in signs.symptoms
    }


def treat(patient: Patient, therapies: Iterable[str]) -> None:
    for therapy in therapies:
        Course.objects.create(patient=patient, therapy=therapy, started=london_day(1))


ALONE = [[therapy] for therapy in catalogue().therapies]


@pytest.mark.parametrize("therapies", [[], *ALONE, ["blinatumomab", "ponatinib"]], ids="+".join)
def test_the_signs_are_those_of_the_page_of_today(
    log_in: LogIn, owner: User, patient: Patient, therapies: list[str]
) -> None:
    treat(patient, therapies)
    page = read(log_in(owner), patient)
    shown = shown_to(page)
    assert shown == urgent_by(table_of(patient))
    assert laxer(shown, general()) == []
    today = re.findall(r"<li>([^<]+)</li>", section(page, "Call your team today"))
    assert not {symptom_label(slug) for slug in shown} & {unescape(label) for label in today}


def test_a_sign_that_is_missing_or_too_lax_would_be_noticed(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    treat(patient, ["blinatumomab"])
    right = urgent_by(table_of(patient))
    slug = next(slug for slug, first in right.items() if first == 0)
    page = read(log_in(owner), patient)
    missing = page.replace(f"<li>{symptom_label(slug)}</li>", "")
    assert laxer(shown_to(missing), right) == [slug]
    assert laxer({**right, slug: 1}, right) == [slug]
    assert len(laxer(general(), right)) > 5  # the list for anybody, which stood there before


def test_what_is_urgent_on_blinatumomab_stands_there_at_its_mildest(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    on_blinatumomab(patient, timezone.now())
    page = read(log_in(owner), patient)
    always = section(page, "Urgent for Ana now").split("<h3>Always</h3>")[1].split("<h3>")[0]
    slugs = "dizziness vomiting puffy-eyelids chills infection-signs sweating muscle-aches"
    for slug in (*slugs.split(), "joint-stiffness"):
        assert f"<li>{symptom_label(slug)}</li>" in always
    assert "/therapies/" not in page.split("<main")[1].split("</main")[0]


def test_what_was_reported_before_counts_as_it_does_on_the_page_of_today(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    table = table_of(patient)
    before = urgent_by(table)
    amber = next(
        slug
        for slug in catalogue().rules.ambers
        if table.flag(slug, "moderate").level < Level.URGENT and table.flag(slug, "moderate").amber
    )
    log_symptom(patient, amber, "moderate", by=owner)
    shown = shown_to(read(log_in(owner), patient))
    assert shown == urgent_by(table_of(patient)) != before
    assert laxer(shown, before) == []


def test_what_has_not_begun_is_not_called_urgent_now(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    course = on_blinatumomab(patient, timezone.now() + timedelta(days=20))
    assert course.started > london_day()
    assert shown_to(read(log_in(owner), patient)) == general()


@pytest.mark.parametrize("own_words", [False, True])
def test_without_a_treatment_that_is_known_the_way_to_them_stands_there(
    log_in: LogIn, owner: User, patient: Patient, *, own_words: bool
) -> None:
    started = london_day(1)
    if own_words:
        Course.objects.create(patient=patient, kind="chemotherapy", name="VCR", started=started)
    page = read(log_in(owner), patient)
    assert "No treatment that the diary knows is recorded for Ana now." in page
    for slug in catalogue().therapies:
        assert f'href="/therapies/{slug}/"' in page


def test_with_several_diaries_each_has_its_own_signs_and_its_own_line(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    bo = bo_of(owner)
    treat(patient, ["blinatumomab"])
    treat(bo, ["imatinib"])
    FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    page = log_in(owner).get("/urgent/").content.decode()
    for one in (patient, bo):
        part = section(page, f"Urgent for {one.name} now")
        right = urgent_by(table_of(one))
        emergencies = signs_in(section(page, "Call the emergency number first for"))
        assert laxer({**emergencies, **signs_in(part)}, right) == []
        assert f"Call your team today about {one.name}" in page
    ana, bos = (section(page, f"Urgent for {name} now") for name in ("Ana", "Bo"))
    assert ("Urgent from 37.8" in ana, "Urgent from 37.8" in bos) == (True, False)
    assert "Urgent from 38.0" in bos
    assert ana != bos


def test_it_costs_the_same_queries_whatever_was_logged(
    log_in: LogIn, owner: User, patient: Patient, django_assert_max_num_queries: Any
) -> None:
    with_numbers(patient)
    on_blinatumomab(patient, timezone.now())
    client = log_in(owner)
    for days_ago in range(20):
        log_symptom(patient, "rash", "moderate", by=owner, days_ago=days_ago)
    with django_assert_max_num_queries(19):
        read(client, patient)
