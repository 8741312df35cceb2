"""The public pages about therapies and sources: complete, cited, dated, and asked of the engine."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from therapies.catalogue import catalogue
from therapies.pages import therapy as pages
from therapies.pages import verdicts
from therapies.pages.citations import BASIS, basis_sentence, next_review
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

PUBLIC = ["/therapies/", "/sources/", "/about/"]
PERSONAL = [*PUBLIC, *(f"/therapies/{slug}/" for slug in catalogue().therapies)]
ALL = [*PERSONAL, "/urgent/gb/"]
TODAY = date(2026, 11, 21)

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    """Return a page as it reads: without tags, with single spaces."""
    page = client.get(path).content.decode()
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


DECISIONS = re.compile(r"(\s*)\b(?:decisions? )?(JC-\d\d[ab]?\b(?:(?:, | and )JC-\d\d[ab]?\b)*)\s*")


def _decided(found: re.Match[str]) -> str:
    several = len(re.split(", | and ", found[2]))
    if several == 1:
        return " the diary’s own decision "
    return f"{found[1]}the diary’s own decisions {' , '.join(map(str, range(1, several + 1)))} "


def as_shown(sentence: str) -> str:
    """Return a sentence of the catalogue as its page has it, but for capitals: every source by its
    name, every decision in words. The links make these stand between spaces."""
    plain = DECISIONS.sub(_decided, str(escape(sentence)))
    named = re.sub(
        r"\s*\b(?:[Ss]ources? )?(00[0-4])\b\s*",
        lambda found: f" {catalogue().sources[found[1]].name} ",
        plain,
    )
    return re.sub(r"\s+", " ", named).strip().lower()


# Who may, and how.


@pytest.mark.parametrize("path", ALL)
def test_anybody_may_read_it_without_a_query(
    client: Client, path: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ALL)
def test_somebody_logged_in_may_read_it_too(
    log_in: Callable[[User], Client],
    owner: User,
    path: str,
    django_assert_max_num_queries: Any,
) -> None:
    client = log_in(owner)
    with django_assert_max_num_queries(2):  # the session and the user
        assert client.get(path).status_code == 200


def test_an_unknown_therapy_is_not_found(client: Client) -> None:
    assert client.get("/therapies/leeches/").status_code == 404


@pytest.mark.parametrize("path", ALL)
def test_nothing_can_be_posted(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PERSONAL)
def test_it_differs_by_language_and_by_who_reads_so_nobody_may_keep_it(
    client: Client, path: str
) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Accept-Language", "Cookie"} <= {v.strip() for v in answer.headers["Vary"].split(",")}


# All therapies.


def test_the_list_names_every_therapy_with_its_brands_and_how_it_is_given(client: Client) -> None:
    text = text_of(client, "/therapies/")
    for therapy in catalogue().therapies.values():
        assert therapy.name in text
        assert all(brand in text for brand in therapy.brands)
        assert therapy.route.split(" (")[0] in text
    for kind in catalogue().classes.values():
        assert kind.label in text
        assert kind.meaning in text


# One therapy.


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_a_page_says_everything_the_catalogue_has_on_it(client: Client, slug: str) -> None:
    therapy = catalogue().therapies[slug]
    text = text_of(client, f"/therapies/{slug}/")
    said = [therapy.target, therapy.given_for, therapy.schedule, therapy.preparation]
    for effect in catalogue().effects_of(slug):
        said += [effect.plain, effect.timing, effect.seriousness, effect.what_to_do]
    for disagreement in catalogue().disagreements_about(slug):
        said += [disagreement.question, disagreement.decided, *(s.says for s in disagreement.sides)]
    said += [therapy.missing, therapy.not_for_all]
    for sentence in said:
        assert as_shown(sentence) in text.lower()


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_every_claim_carries_publisher_title_heading_and_date(client: Client, slug: str) -> None:
    text = text_of(client, f"/therapies/{slug}/")
    for effect in catalogue().effects_of(slug):
        for citation in effect.citations:
            heading = citation.heading.replace(">", "&gt;")
            if citation.source == "decision":
                assert catalogue().decisions[citation.heading].question in text
            elif citation.source in catalogue().labels:
                label = catalogue().labels[citation.source]
                assert label.publisher in text
                assert f"“{label.title}” , section “{heading}”" in text
            else:
                source = catalogue().sources[citation.source]
                assert source.publisher in text
                assert f"“{source.title}” , section “{heading}”" in text


def test_a_source_past_its_own_next_review_is_called_overdue(
    client: Client, time_machine: Any
) -> None:
    overdue = "The publisher’s next review was due on 1 March 2025; it is overdue."
    time_machine.move_to("2025-03-01T12:00:00Z")
    assert "The publisher’s next review is due on 1 March 2025." in text_of(client, "/sources/")
    assert overdue not in text_of(client, "/therapies/imatinib/")
    time_machine.move_to("2025-03-02T12:00:00Z")
    assert overdue in text_of(client, "/sources/")
    assert overdue in text_of(client, "/therapies/imatinib/")


def test_a_source_without_a_next_review_is_not_called_current() -> None:
    assert "nobody can say" in next_review(catalogue().sources["004"], TODAY)


def test_labelling_is_never_shown_as_one_of_the_five_sources(client: Client) -> None:
    for therapy in catalogue().therapies.values():
        for group in pages.groups_of_effects(therapy, TODAY):
            for claim in group.claims:
                for stored, shown in zip(claim.effect.citations, claim.citations, strict=True):
                    is_source = stored.source in catalogue().sources
                    assert (
                        is_source
                        or "none of the five" in shown.note
                        or ("not one of the five" in shown.note)
                    )
                    assert not is_source or claim.effect.basis != "label"
    text = text_of(client, "/therapies/inotuzumab-ozogamicin/")
    assert basis_sentence("label") in text


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_a_page_says_of_every_borrowed_list_that_it_is_borrowed(client: Client, slug: str) -> None:
    text = text_of(client, f"/therapies/{slug}/")
    borrowed = [effect for effect in catalogue().effects_of(slug) if effect.borrowed_from]
    assert text.count(f"A borrowed list: {BASIS['floor']}") == len(borrowed)
    assert all("borrowed" in effect.plain for effect in borrowed)
    if slug in catalogue().rules.borrows[0].therapies:
        assert len(borrowed) == len(catalogue().effects_of(slug))
        assert "What is missing." in text


def test_a_list_that_is_missing_in_the_source_is_said_to_be_missing(client: Client) -> None:
    for slug in ("blinatumomab", "inotuzumab-ozogamicin", "rituximab", "gemtuzumab-ozogamicin"):
        text = text_of(client, f"/therapies/{slug}/")
        assert "What is missing." in text
        assert "does not make it harmless" in text


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_every_page_says_to_tell_the_team_about_any_side_effect(client: Client, slug: str) -> None:
    assert "Tell your care team about any side effect" in text_of(client, f"/therapies/{slug}/")


def test_a_disagreement_shows_its_sides_what_the_diary_does_and_the_decision(
    client: Client,
) -> None:
    page = client.get("/therapies/tisagenlecleucel/").content.decode()
    part = page[page.index('id="differ-crs-severity"') :].split("</section>")[0]
    assert "Canadian Cancer Society" in part
    assert "American Cancer Society" in part
    assert "What the diary does." in part
    assert '<a href="/sources/#JC-02a">The diary’s own decision</a>' in part


@pytest.mark.parametrize("path", PERSONAL)
def test_a_source_is_named_and_never_by_its_number(client: Client, path: str) -> None:
    assert not re.search(r"\b00[0-4]\b", text_of(client, path))


# How urgent: whatever the page says, the engine said it.


RANGES = {
    "at any severity": set(Severity),
    "if moderate or severe": {Severity.MODERATE, Severity.SEVERE},
    "if mild or moderate": {Severity.MILD, Severity.MODERATE},
    "if severe": {Severity.SEVERE},
    "if moderate": {Severity.MODERATE},
    "if mild": {Severity.MILD},
}


def severities(chip: verdicts.Chip) -> set[Severity]:
    return next(range_ for words, range_ in RANGES.items() if chip.text.endswith(words))


def listed(therapy: str) -> list[str]:
    kinds = catalogue().rules.kinds
    return [slug for slug in catalogue().symptoms_of(therapy) if kinds[slug] == "severity"]


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_every_word_beside_a_sign_is_what_the_engine_answers(slug: str) -> None:
    for moment in verdicts.moments_of(catalogue().therapies[slug]):
        for symptom in listed(slug):
            chips = verdicts.chips(symptom, [moment.standing])
            for severity in Severity:
                found = assess(
                    [SymptomReport(symptom, severity)], [moment.standing], rules=catalogue().rules
                )
                first = any(chip.text.startswith(verdicts.EMERGENCY_FIRST) for chip in chips)
                said = [chip.level for chip in chips[first:] if severity in severities(chip)]
                assert said == [found.level.slug]
                order = [Level[chip.level.upper()] for chip in chips]
                assert order == sorted(order, reverse=True)
                is_first = first and severity in severities(chips[0])
                assert is_first is (found.call_first == "emergency")


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_every_sign_of_every_list_stands_on_the_page_with_its_words(
    client: Client, slug: str
) -> None:
    therapy = catalogue().therapies[slug]
    text = text_of(client, f"/therapies/{slug}/")
    shown = [
        (symptom, row)
        for group in pages.groups_of_effects(therapy, TODAY)
        for row in group.rows
        for symptom, _ in row.symptoms
    ]
    assert {symptom for symptom, _ in shown} == set(catalogue().symptoms_of(slug))
    for symptom, row in shown:
        assert catalogue().symptoms[symptom].label in text
        for verdict in row.verdicts:
            assert verdict.moment in text
            assert all(chip.text in text for chip in verdict.chips)


COUNTED = {"tablet": "days_since_start", "single-infusion": "days_since_infusion"}


@pytest.mark.parametrize(
    "slug", [t.slug for t in catalogue().therapies.values() if t.giving in COUNTED]
)
def test_between_two_moments_of_a_treatment_no_answer_changes(slug: str) -> None:
    """A day that no moment begins on must answer as the day before."""
    therapy = catalogue().therapies[slug]
    count = COUNTED[therapy.giving]
    starts = {getattr(moment.standing, count) for moment in verdicts.moments_of(therapy)}
    for day in set(range(1, 420)) - starts:
        for symptom in ("nausea", "headache", "fever", "fatigue", "bruising", "thirst"):
            before = verdicts.chips(symptom, [Standing(slug, **{count: day - 1})])
            assert verdicts.chips(symptom, [Standing(slug, **{count: day})]) == before


def test_groups_with_something_urgent_stand_first() -> None:
    for therapy in catalogue().therapies.values():
        standing = verdicts.moments_of(therapy)[0].standing
        worst = []
        for group in pages.groups_of_effects(therapy, TODAY):
            reports = [SymptomReport(s) for row in group.rows for s, _ in row.symptoms]
            worst.append(assess(reports, [standing], rules=catalogue().rules).level)
        assert worst == sorted(worst, reverse=True)


def test_what_is_urgent_stands_on_top_and_an_emergency_before_it(client: Client) -> None:
    text = text_of(client, "/therapies/blinatumomab/")
    top = text[: text.index("Side effects, by kind")]
    emergency, team = top.split("Call your team’s 24-hour number now")
    assert "Seizure or fit" in emergency
    assert "Seizure or fit" not in team
    assert "Confused" in team
    assert "Chills or shivering" in team
    assert "Headache" in team[team.index("If severe") :]
    assert "Constipation" not in team


def test_a_symptom_that_only_a_decision_counts_is_shown_as_the_diarys_own(client: Client) -> None:
    text = text_of(client, "/therapies/tisagenlecleucel/")
    own = text[text.index("What the diary adds") :]
    assert "Passing out" in own
    assert "Aching legs" in own
    assert "The diary’s own decisions 1 , 2" in own
    assert "In the first eight weeks after tisagenlecleucel, anything severe is urgent" in own


def test_after_day_56_a_mild_nausea_is_no_longer_urgent_on_the_page() -> None:
    moments = verdicts.moments_of(catalogue().therapies["tisagenlecleucel"])
    first, *later = verdicts.verdicts("nausea", moments)
    assert first.moment == "From the infusion (day 0) to day 56"
    assert [chip.level for chip in first.chips] == [Level.URGENT.slug]
    assert all(chip.level != Level.URGENT.slug for v in later for chip in v.chips)


# The sources and the diary itself.


def test_every_source_stands_with_all_its_facts_and_gaps(client: Client) -> None:
    text = text_of(client, "/sources/")
    for source in catalogue().sources.values():
        said = [source.title, source.country, source.audience, source.date_note, source.file]
        said += [source.disclaimer, source.licence_note, source.helpline, source.spelling]
        for sentence in said:
            assert escape(sentence) in text
    page = client.get("/sources/").content.decode()
    assert page.count("<li>") >= sum(len(s.gaps) for s in catalogue().sources.values())
    assert text.count("(inferred)") == 2


def test_every_source_label_and_decision_can_be_linked_to(client: Client) -> None:
    page = client.get("/sources/").content.decode()
    for anchor in (
        *(f"source-{source}" for source in catalogue().sources),
        *(f"label-{label}" for label in catalogue().labels),
        *catalogue().decisions,
    ):
        assert page.count(f'id="{anchor}"') == 1


@pytest.mark.parametrize("path", ALL)
def test_every_link_to_a_place_on_the_sources_page_leads_somewhere(
    client: Client, path: str
) -> None:
    sources = client.get("/sources/").content.decode()
    for anchor in set(re.findall(r'href="/sources/#([^"]+)"', client.get(path).content.decode())):
        assert f'id="{anchor}"' in sources


@pytest.mark.parametrize("path", ALL)
def test_no_page_has_one_id_twice(client: Client, path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get(path).content.decode())
    assert len(ids) == len(set(ids))


def test_about_says_what_the_diary_is_and_is_not(client: Client) -> None:
    text = text_of(client, "/about/")
    assert "No clinician has reviewed it" in text
    assert "Nobody is watching" in text
    assert "does not diagnose" in text
    assert "38.0\N{NO-BREAK SPACE}°C (100.4\N{NO-BREAK SPACE}°F)" in text
    assert f"version {catalogue().hash}" in text
    for level in catalogue().levels.values():
        assert level.meaning in text
    for group in catalogue().groups.values():
        assert escape(group.label) in text
