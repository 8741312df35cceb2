"""The urgent page: a number by country, and what is urgent for anybody, asked of the engine."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from therapies import ask
from therapies.catalogue import catalogue
from therapies.pages.urgent import chosen_country, countries
from therapies.pages.verdicts import temperature_chips
from therapies.rulebook import Level, Severity
from therapies.urgency import SymptomReport, assess

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def read(client: Client, db: None) -> Callable[..., str]:
    def page(query: str = "", languages: str = "") -> str:
        headers = {"accept-language": languages} if languages else {}
        return client.get(f"/urgent/{query}", headers=headers, follow=True).content.decode()

    return page


def call_button(page: str) -> str | None:
    found = re.search(r'class="button call"\s+href="tel:([^"]+)"', page)
    return found.group(1) if found else None


@pytest.mark.parametrize(
    ("query", "languages", "number"),
    [
        ("", "en-GB,en;q=0.9", "999"),
        ("", "en-US", "911"),
        ("", "en-AU", "000"),
        ("", "fr-CA,fr;q=0.8", "911"),
        ("", "en,de-DE;q=0.8", "112"),
        ("", "zh-Hans-CN", "120"),
        ("?country=NZ", "en-GB", "111"),
        ("?country=nz", "", "111"),
        ("?country=XX", "en-GB", "999"),
        ("?country=", "en-GB", "999"),
    ],
)
def test_the_way_leads_to_the_country_asked_for_or_to_that_of_the_language(
    read: Callable[..., str], query: str, languages: str, number: str
) -> None:
    assert call_button(read(query, languages)) == number


@pytest.mark.parametrize("languages", ["", "en", "xx-YY", "*", ",;q=", "en-150", "a" * 600])
def test_where_nothing_names_a_country_no_number_is_guessed(
    read: Callable[..., str], languages: str
) -> None:
    page = read("", languages)
    assert call_button(page) is None
    assert "Find the number" in page


def test_every_country_stands_on_the_page_with_its_number_to_tap(
    read: Callable[..., str],
) -> None:
    page = read()
    for country in catalogue().countries.values():
        assert f'<option value="{country.code}"' in page
        assert f'href="tel:{country.emergency}"' in page
        assert country.name in page
    names = [country.name for country in countries()]
    assert names == sorted(names)


def test_the_country_can_be_chosen_with_a_plain_form(read: Callable[..., str]) -> None:
    page = read("?country=IE")
    assert 'method="get"' in page
    assert 'action="/urgent/"' in page
    assert '<option value="IE" selected>' in page


def test_the_highest_quality_of_the_languages_is_asked_first() -> None:
    country = chosen_country("", "en-US;q=0.3,en-GB;q=0.9")
    assert country is not None
    assert country.code == "GB"


# What is urgent: whatever the page says, the engine said it with no treatment recorded.


def answer(symptom: str, severity: Severity | None) -> tuple[Level, str]:
    found = assess([SymptomReport(symptom, severity)], [], rules=catalogue().rules)
    return found.level, found.call_first


FIRST = dict(zip(ask.SEVERITY_HEADINGS, Severity, strict=True))


def expected(reaches: Callable[[tuple[Level, str]], bool]) -> dict[str, Severity]:
    """Return the severity from which each symptom reaches something, asked one by one."""
    found = {}
    for slug, kind in catalogue().rules.kinds.items():
        severities = {"severity": list(Severity), "yes-no": [None], "temperature": []}[kind]
        for severity in severities:
            if reaches(answer(slug, severity)):
                found[slug] = severity or Severity.MILD
                break
    return found


def listed(groups: tuple[ask.Signs, ...]) -> dict[str, Severity]:
    return {slug: FIRST[signs.heading] for signs in groups for slug in signs.symptoms}


def test_the_emergencies_are_those_for_which_the_engine_says_so() -> None:
    assert listed(ask.emergencies()) == expected(lambda found: found[1] == "emergency")


def test_the_urgent_signs_are_those_for_which_the_engine_says_so() -> None:
    urgent = expected(lambda found: found[0] is Level.URGENT and found[1] != "crisis")
    always = {s for s, first in listed(ask.emergencies()).items() if first is Severity.MILD}
    assert listed(ask.urgent_signs()) == {s: v for s, v in urgent.items() if s not in always}


def test_every_sign_that_can_be_urgent_for_anybody_stands_on_the_page(
    read: Callable[..., str],
) -> None:
    page = read("", "en-GB")
    for slug in expected(lambda found: found[0] is Level.URGENT and found[1] != "crisis"):
        assert f"<li>{catalogue().symptoms[slug].label}</li>" in page
    for slug in ask.contact_signs():
        assert f"<li>{catalogue().symptoms[slug].label}</li>" in page


def test_where_a_line_that_listens_comes_first_no_list_sends_to_the_team_instead(
    read: Callable[..., str],
) -> None:
    crisis = expected(lambda found: found[1] == "crisis")
    assert crisis
    shown = {*listed(ask.urgent_signs()), *listed(ask.emergencies())}
    assert not {*crisis} & {*shown, *ask.contact_signs()}
    assert "Samaritans" in read("", "en-GB")


def test_the_signs_for_the_same_day_are_at_every_severity_contact() -> None:
    assert ask.contact_signs()
    for slug in ask.contact_signs():
        assert {answer(slug, severity)[0] for severity in Severity} == {Level.CONTACT}


def test_emergencies_stand_above_the_other_signs(read: Callable[..., str]) -> None:
    page = read("", "en-GB")
    assert page.index("If this is an emergency") < page.index("Call your team’s 24-hour number now")
    assert page.index("Chest pain") < page.index("Call your team’s 24-hour number now")


def test_the_fever_line_stands_in_both_units(read: Callable[..., str]) -> None:
    now, today = read().split("Call your team today")
    assert f"Urgent from 38.0{SPACE}°C (100.4{SPACE}°F), or with no reading" in now
    assert f"Contact from 37.5{SPACE}°C" not in now
    assert f"Contact from 37.5{SPACE}°C (99.5{SPACE}°F) up to 38.0{SPACE}°C" in today
    assert [(chip.level, chip.text.replace(SPACE, " ")) for chip in temperature_chips()] == [
        ("urgent", "Urgent from 38.0 °C (100.4 °F), or with no reading"),
        ("urgent", "Urgent below 35.0 °C (95.0 °F)"),
        ("contact", "Contact from 35.0 °C (95.0 °F) up to 36.0 °C (96.8 °F)"),
        ("contact", "Contact from 37.5 °C (99.5 °F) up to 38.0 °C (100.4 °F)"),
    ]


def test_the_page_sends_you_to_the_number_on_your_card_and_to_your_treatment(
    read: Callable[..., str],
) -> None:
    page = read()
    assert "alert card" in page
    for slug in catalogue().therapies:
        assert f'href="/therapies/{slug}/"' in page


# Crisis lines.


def test_the_crisis_lines_of_the_country_stand_first_with_their_source(
    read: Callable[..., str],
) -> None:
    page = read("?country=GB")
    here, elsewhere = page[page.index('id="crisis"') :].split("Lines in other countries")
    for line in catalogue().crisis_lines:
        part = here if line.country == "GB" else elsewhere
        assert line.name in part
        assert f'href="tel:{line.number.replace(" ", "")}"' in part
        assert line.source in part
        assert line.seen in part


def test_where_a_country_has_no_line_the_others_are_open(read: Callable[..., str]) -> None:
    assert "<details open>" in read("?country=FR")
    assert "<details open>" not in read("?country=GB")


# Who is reading.


def test_nobody_needs_to_log_in_and_nothing_is_needed_but_html(read: Callable[..., str]) -> None:
    page = read()
    assert "hx-get" not in page
    assert "hx-post" not in page


@pytest.mark.parametrize("path", ["/urgent/gb/", "/urgent/GB/", "/urgent/no/", "/urgent/xx/"])
def test_the_page_of_a_country_depends_on_its_address_alone(
    log_in: Callable[[User], Client], owner: User, path: str
) -> None:
    anybodys = Client().get(path)
    mine = log_in(owner)
    mine.get("/urgent/?country=FR")
    answer = mine.get(path, headers={"accept-language": "en-NZ"})
    assert answer.content == anybodys.content
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert answer.status_code == (404 if "xx" in path else 200)


def test_the_number_is_that_of_the_country_in_the_address(read: Callable[..., str]) -> None:
    for country in countries():
        assert call_button(read(f"{country.code.lower()}/", "en-US")) == country.emergency
    assert call_button(read("xx/", "en-US")) is None


def test_a_cookie_only_leads_to_the_country_chosen_last(client: Client, db: None) -> None:
    chosen = client.get("/urgent/?country=NZ")
    assert chosen.headers["Location"] == "/urgent/nz/"
    assert client.cookies["country"].value == "nz"
    again = client.get("/urgent/", headers={"accept-language": "en-GB"})
    assert again.headers["Location"] == "/urgent/nz/"
    assert call_button(client.get("/urgent/ie/").content.decode()) == "112"
    client.cookies["country"] = "<x>"
    assert client.get("/urgent/").status_code == 200


def test_call_this_number_is_said_in_ten_languages_below_the_emergencies(
    read: Callable[..., str],
) -> None:
    """No rule is said in them: one sentence each, in its own script and direction."""
    page = read("gb/")
    said = re.findall(r'<li lang="([^"]+)"( dir="rtl")?>([^<]+)</li>', page)
    assert {language for language, *_ in said} == {
        "zh-Hans", "hi", "es", "ar", "fr", "bn", "pt", "ru", "id", "ur",
    }  # fmt: skip
    assert {language for language, direction, _ in said if direction} == {"ar", "ur"}
    assert all(len(words) < 40 for *_, words in said)
    first, last = page.index("tel:999"), page.index('id="team"')
    assert first < page.index("number first for") < page.index("zh-Hans") < last
    assert "zh-Hans" not in read("xx/")  # where no number stands, there is no "this number"
