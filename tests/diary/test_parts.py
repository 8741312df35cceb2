"""Pages that come whole, and to htmx only in part: the same template, asked in two ways."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from diary.models import Call, Dose
from tests.config.world import Diary, make_diary
from tests.diary.answers import london_day, on_tablets

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PART = {"HX-Request": "true"}
# Off, as the page's settings have it, and on, as htmx does by itself.
RESTORES = [
    {"HX-History-Restore-Request": "true"},
    {"HX-History-Restore-Request": "true", "HX-Request": "true"},
]

LogIn = Callable[[User], Client]
pages = pytest.mark.parametrize(
    "name", ["history", "treatment", "summary", "sharing", "check_in"], ids=str
)


@pytest.fixture
def diary(owner: User) -> Diary:
    return make_diary(owner, "Ana")


@pytest.fixture
def client(owner: User, log_in: LogIn) -> Client:
    return log_in(owner)


def address(diary: Diary, name: str) -> str:
    ids = ("check_in_id",) if name == "check_in" else ()
    return reverse(name, args=[diary.patient.pk, *(diary.ids[key] for key in ids)])


def varies_by(response: object) -> set[str]:
    return {name.strip() for name in response.headers.get("Vary", "").split(",")}


def within(html: str) -> str:
    """The content of a whole page, without what stands around it."""
    return html[html.index('id="part">') + len('id="part">') : html.index("</main>")]


def bare(html: str) -> str:
    """Without what is new in each answer: tokens and the ids of calls to come."""
    html = re.sub(r'name="(csrfmiddlewaretoken|id)"\s+value="[^"]*"', "", html)
    return " ".join(html.split())


@pages
def test_the_page_comes_whole(client: Client, diary: Diary, name: str) -> None:
    response = client.get(address(diary, name))
    html = response.content.decode()
    assert html.lstrip().startswith("<!DOCTYPE html>")
    assert "<footer" in html
    assert {"HX-Request", "HX-History-Restore-Request"} <= varies_by(response)


@pages
def test_htmx_gets_the_part_alone(client: Client, diary: Diary, name: str) -> None:
    response = client.get(address(diary, name), headers=PART)
    html = response.content.decode()
    assert response.status_code == 200
    for around in ("<!doctype", "<html", "<body", "<header", "<footer", "<main"):
        assert around not in html.lower()
    assert html.count("<h1") == 1
    assert {"HX-Request", "HX-History-Restore-Request"} <= varies_by(response)


@pages
def test_the_part_is_what_the_page_has(client: Client, diary: Diary, name: str) -> None:
    whole = client.get(address(diary, name)).content.decode()
    part = client.get(address(diary, name), headers=PART).content.decode()
    content = bare(part.partition('<div id="strips"')[2])
    assert bare(within(whole)).removesuffix("</div>").strip() in content
    assert re.search("<title>.*?</title>", part)[0] == re.search("<title>.*?</title>", whole)[0]


@pages
@pytest.mark.parametrize("headers", RESTORES, ids=["off", "on"])
def test_the_way_back_gets_the_page(
    client: Client, diary: Diary, name: str, headers: dict[str, str]
) -> None:
    html = client.get(address(diary, name), headers=headers).content.decode()
    assert html.lstrip().startswith("<!DOCTYPE html>")


@pages
def test_an_open_urgent_entry_stays_in_view(client: Client, diary: Diary, name: str) -> None:
    html = client.get(address(diary, name), headers=PART).content.decode()
    strips = html[html.index('<div id="strips" hx-swap-oob="innerHTML">') :]
    is_own_card = name == "check_in"
    assert ("▲ Urgent, still open:" in strips.partition("<h1")[0]) is not is_own_card


@pages
def test_a_part_opens_no_other_door(diary: Diary, stranger: User, log_in: LogIn, name: str) -> None:
    url = address(diary, name)
    assert log_in(stranger).get(url, headers=PART).status_code == 404
    answer = Client().get(url, headers=PART)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_a_reader_gets_no_way_to_write_in_a_part(
    reader: User, patient: Patient, log_in: LogIn
) -> None:
    on_tablets(patient, london_day())
    url = reverse("treatment", args=[patient.pk])
    html = log_in(reader).get(url, headers=PART).content.decode()
    assert "<h1" in html
    assert 'method="post"' not in html


def test_no_answer_leads_on_to_the_card_as_a_part(client: Client, diary: Diary) -> None:
    card = client.get(address(diary, "check_in"))
    form = card.context["call"]
    typed = {
        "id": form["id"].value(),
        "outcome": "no-answer",
        "whom": card.context["card"].offered.name,
        "when": "now",
    }
    url = reverse("call_record", args=[diary.patient.pk, diary.ids["check_in_id"]])
    answer = client.post(url, typed, headers=PART, follow=True)
    assert answer.redirect_chain == [(address(diary, "check_in"), 302)]
    assert f"{typed['whom']} did not answer" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert Call.objects.filter(whom=typed["whom"]).exists()


def test_the_tablets_that_were_tapped_are_in_the_part(client: Client, patient: Patient) -> None:
    course = on_tablets(patient, london_day())
    typed = {"day": london_day().isoformat(), "answer": "taken", "page": "treatment"}
    url = reverse("tablets", args=[patient.pk, course.pk])
    html = client.post(url, typed, headers=PART, follow=True).content.decode()
    form = html[html.index(f'id="tablets-{course.pk}"') :]
    assert "Tablets today: taken" in form[: form.index("</form>")]
    assert "Saved for Ana." in html
    assert Dose.objects.get().status == Dose.Status.GIVEN


def test_days_that_make_no_sense_are_said_in_the_part(client: Client, patient: Patient) -> None:
    url = reverse("summary", args=[patient.pk]) + "?first=soon"
    answer = client.get(url, headers=PART)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert "<html" not in answer.content.decode()


# What stands in the templates.


def faults_in(html: str) -> list[str]:
    """Say where a template lets the browser choose, or needs htmx."""
    faults = []
    if "request.htmx" in html:
        faults.append("asks who asks")
    for tag in re.findall(r"<[a-z](?:{%.*?%}|[^>])*>", html):
        said = dict(re.findall(r'([\w-]+)="((?:{%.*?%}|[^"])*)"', tag))
        if tag.startswith("<body") and "hx-boost" in said:
            faults.append("boosts every page")
        if tag.startswith("<form") and "hx-boost" in said and "action" not in said:
            faults.append("has a form without an address")
        if "hx-get" in said and said["hx-get"] != said.get("href"):
            faults.append("asks htmx for another address")
        if "hx-post" in said and said["hx-post"] != said.get("action"):
            faults.append("posts by htmx to another address")
    return faults


def test_no_template_asks_for_htmx_or_needs_it() -> None:
    found = {
        path.name: faults_in(path.read_text())
        for path in TEMPLATES.rglob("*.html")
        if faults_in(path.read_text())
    }
    assert found == {}


@pytest.mark.parametrize(
    "html",
    [
        "{% if request.htmx %}",
        '<body hx-boost="true">',
        '<button hx-get="/x/">',
        '<a href="/x/" hx-get="/y/">',
        '<form action="{% url "a" %}" hx-post="{% url "b" %}">',
        '<form method="post" hx-boost="true">',
    ],
)
def test_a_planted_fault_is_found(html: str) -> None:
    assert faults_in(html)
