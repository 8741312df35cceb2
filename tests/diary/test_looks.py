"""The daily look: what is asked at which age, what a difference leads to, and what is kept."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User, erasing
from diary.core.days import local_day
from diary.core.words import day_words
from diary.history.timeline import gaps, timeline
from diary.judging.standing import standings
from diary.models import CheckIn, Course, Look
from diary.today.at_home import is_look_offered
from diary.today.views import today as today_view
from diary.treatment.actions import courses, doses
from diary.treatment.actions.doses import Times
from diary.treatment.looks.strokes import LONGEST, MOST_LINES, MOST_POINTS, path_of, read_strokes
from summary.content.build import content
from tests.diary.cast import log_symptom
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import LookItem
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

LogIn = Callable[[User], Client]
DAY = timedelta(days=1)
ITEMS = list(catalogue().home.look_items.values())
INK = "[[[10,20],[30,40],[50,60]],[[70,80]]]"


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


@pytest.fixture
def blina(patient: Patient, owner: User, today: date) -> Course:
    first = today - 5 * DAY
    course = courses.start_course(patient, therapy="blinatumomab", started=first, by=owner)
    courses.start_cycle(course, started=first, by=owner)
    return course


@pytest.fixture
def teenager(patient: Patient, today: date) -> Patient:
    patient.birth_year = today.year - 15
    patient.save()
    return patient


def text(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def address(patient: Patient) -> str:
    return reverse("look_add", args=[patient.pk])


def answers(patient: Patient, today: date, answer: str = "no", **other: str) -> dict[str, str]:
    look = catalogue().home.look_at(today.year - patient.birth_year - (today.month < 5))
    given = {f"q-{item.slug}": answer for item in catalogue().home.items_of(look.slug)}
    return {"id": str(uuid4()), "told_by": "caregiver", **given, **other}


# What is asked


@pytest.mark.parametrize(
    ("age", "which"), [(0, "small-child"), (3, "small-child"), (4, "child"), (11, "child")]
)
def test_for_a_child_a_caregiver_observes_and_nobody_writes(age: int, which: str) -> None:
    look = catalogue().home.look_at(age)
    assert (look.slug, look.sentence) == (which, "")


@pytest.mark.parametrize("age", [12, 40, 90])
def test_from_twelve_on_there_is_a_sentence(age: int) -> None:
    assert catalogue().home.look_at(age).sentence


def test_the_age_is_counted_from_the_month_of_birth(
    client: Client, blina: Course, patient: Patient, today: date
) -> None:
    patient.birth_year, patient.birth_month = today.year - 12, today.month
    patient.save()
    assert "Write this sentence" in text(client.get(address(patient)))
    if today.month < 12:
        patient.birth_month = today.month + 1
        patient.save()
        assert "Write this sentence" not in text(client.get(address(patient)))


def test_the_look_is_there_for_its_therapies_only(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    assert client.get(address(patient)).status_code == 404
    courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    assert client.get(address(patient)).status_code == 404
    courses.start_course(patient, therapy="blinatumomab", started=today, by=owner)
    assert client.get(address(patient)).status_code == 200


@pytest.mark.parametrize(("days", "offered"), [(0, True), (56, True), (57, False), (None, True)])
def test_after_car_t_it_is_offered_to_day_56(days: int | None, offered: bool) -> None:
    standing = Standing("tisagenlecleucel", days_since_infusion=days)
    assert is_look_offered(standing) is offered


def test_today_offers_it_and_says_once_it_is_recorded(
    client: Client, blina: Course, patient: Patient, today: date
) -> None:
    path = reverse("today", args=[patient.pk])
    assert "One-minute check: not done today." in text(client.get(path))
    client.post(address(patient), answers(patient, today))
    assert "One-minute check: done today." in text(client.get(path))


def test_a_planned_car_t_is_not_offered_a_look_yet(
    patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(patient, therapy="tisagenlecleucel", started=today, by=owner)
    doses.set_single_infusion(course, Times(today + 3 * DAY), is_planned=True, by=owner)
    assert not any(is_look_offered(s) for s in standings(patient, timezone.now()))


# A difference


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
@pytest.mark.parametrize("therapy", ["tisagenlecleucel", "blinatumomab"])
@pytest.mark.parametrize("severity", list(Severity), ids=lambda s: s.slug)
def test_whatever_differs_is_urgent_in_the_engine_at_any_time(
    item: LookItem, therapy: str, severity: Severity
) -> None:
    for standing in (
        Standing(therapy, days_since_infusion=1),
        Standing(therapy, days_since_infusion=300, status="ended", ended_days_ago=300),
        Standing(therapy, status="break", cycle=1, cycle_day=33, infusing=False),
    ):
        found = assess([SymptomReport(item.means, severity)], [standing], rules=catalogue().rules)
        assert max(f.level for f in found.findings) is Level.URGENT


@pytest.mark.parametrize("age", [2, 9, 15])
def test_any_difference_leads_to_the_urgent_card(
    client: Client, blina: Course, patient: Patient, today: date, age: int
) -> None:
    patient.birth_year, patient.birth_month = today.year - age, 1
    patient.save()
    which = catalogue().home.look_at(age).slug
    for item in catalogue().home.items_of(which):
        sent = {**answers(patient, today), f"q-{item.slug}": "mild"}
        answer = client.post(address(patient), sent)
        look = Look.objects.get(pk=sent["id"])
        assert look.check_in is not None
        card = reverse("check_in", args=[patient.pk, look.check_in.pk])
        assert answer.headers["Location"] == card
        assert "▲ Urgent, still open" in text(client.get(reverse("today", args=[patient.pk])))
        version = look.check_in.versions.get()
        assert [r.symptom for r in version.reports.all()] == [item.means]
        assert version.findings.filter(level="urgent").exists()
        assert item.asked in version.note
        assert 'class="care urgent"' in text(client.get(card))


def test_the_worst_of_several_differences_counts_for_each_symptom(
    client: Client, blina: Course, teenager: Patient, today: date
) -> None:
    sent = answers(teenager, today)
    more = {"q-day": "mild", "q-place": "severe", "q-speech": "moderate"}
    client.post(address(teenager), {**sent, **more})
    reports = CheckIn.objects.get().versions.get().reports.values_list("symptom", "answer")
    assert set(reports) == {("confusion", "severe"), ("trouble-speaking", "moderate")}


def test_every_difference_brings_up_the_prompt_while_choosing(
    client: Client, blina: Course, teenager: Patient
) -> None:
    shown = text(client.get(address(teenager)))
    answers_drawn = shown.count('type="radio" name="q-')
    items = len(catalogue().home.items_of("sentence"))
    assert answers_drawn == 4 * items
    assert shown.count('data-level="urgent"') == 3 * items
    assert 'value="no" data-level' not in shown


def test_no_result_reassures(client: Client, blina: Course, patient: Patient, today: date) -> None:
    answer = client.post(address(patient), answers(patient, today), follow=True)
    shown = text(answer)
    assert "This check cannot rule anything out." in shown
    assert "Call the emergency number" in shown
    assert not CheckIn.objects.exists()
    for word in ("score", "normal", "all clear", "passed", "✓", "no difference", " of 8"):
        assert word not in shown.lower().split("<main")[1]


def test_what_was_not_answered_is_kept_as_not_answered(
    client: Client, blina: Course, patient: Patient, today: date
) -> None:
    sent = {k: v for k, v in answers(patient, today).items() if k != "q-child-speech"}
    shown = text(client.post(address(patient), sent, follow=True))
    assert "Not answered" in shown
    kept = {a["item"]: a["answer"] for a in Look.objects.get().answers}
    assert kept["child-speech"] == ""


def test_the_last_question_is_needed_unless_something_differs(
    client: Client, blina: Course, patient: Patient, today: date
) -> None:
    sent = {k: v for k, v in answers(patient, today).items() if k != "q-child-anything"}
    answer = client.post(address(patient), {**sent, "q-child-walking": "no"})
    assert answer.status_code == 422
    assert "You need to answer this one" in text(answer)
    assert text(answer).count(" checked>") >= 7
    assert client.post(address(patient), {**sent, "q-child-walking": "mild"}).status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"q-child-walking": "great"}, {"told_by": ""}, {"id": "x"}, {"told_by": "nobody"}]
)
def test_what_cannot_be_is_asked_again(
    client: Client, blina: Course, patient: Patient, today: date, wrong: dict[str, str]
) -> None:
    answer = client.post(address(patient), {**answers(patient, today), **wrong})
    assert answer.status_code == 422
    assert not Look.objects.exists()


def test_sending_it_twice_makes_one_look_and_other_answers_are_a_conflict(
    client: Client, blina: Course, patient: Patient, today: date
) -> None:
    sent = {**answers(patient, today), "q-child-walking": "mild"}
    for _ in range(2):
        assert client.post(address(patient), sent).status_code == 302
    assert (Look.objects.count(), CheckIn.objects.count()) == (1, 1)
    answer = client.post(address(patient), {**sent, "q-child-walking": "severe"})
    assert answer.status_code == 422
    assert "already saved" in text(answer)
    assert 'class="prompt always"' in text(answer)
    assert 'name="id" value="{}"'.format(sent["id"]) not in text(answer)
    assert Look.objects.count() == 1


# The writing


def test_the_writing_is_drawn_beside_that_of_the_first_day(
    client: Client, blina: Course, teenager: Patient, owner: User, today: date
) -> None:
    first = Look.objects.create(
        id=uuid4(),
        patient=teenager,
        which="sentence",
        at=timezone.now() - 2 * DAY,
        zone="Europe/London",
        local_day=today - 2 * DAY,
        by=owner,
        told_by="self",
        answers=[],
        strokes=[[[1, 2], [3, 4]]],
    )
    assert 'd="M1 2L3 4"' in text(client.get(address(teenager)))
    shown = text(
        client.post(address(teenager), {**answers(teenager, today), "strokes": INK}, follow=True)
    )
    assert 'd="M1 2L3 4"' in shown
    assert 'd="M10 20L30 40L50 60M70 80L70 80"' in shown
    before = Look.objects.exclude(pk=first.pk).get()
    assert before.strokes == json.loads(INK)


def test_the_first_day_is_that_of_this_treatment(
    client: Client, blina: Course, teenager: Patient, owner: User, today: date
) -> None:
    Look.objects.create(
        id=uuid4(),
        patient=teenager,
        which="sentence",
        at=timezone.now() - 90 * DAY,
        zone="Europe/London",
        local_day=today - 90 * DAY,
        by=owner,
        told_by="self",
        answers=[],
        strokes=[[[1, 2], [3, 4]]],
    )
    assert "First day" not in text(client.get(address(teenager)))


def test_without_a_script_the_sentence_is_typed(
    client: Client, blina: Course, teenager: Patient, today: date
) -> None:
    sent = {**answers(teenager, today), "sentence": "Two <b>boats"}
    shown = text(client.post(address(teenager), sent, follow=True))
    assert "Typed: “<bdi>Two &lt;b&gt;boats</bdi>”" in shown


@pytest.mark.parametrize(
    "sent",
    [
        "x",
        "{}",
        "[[]]",
        "[[[1]]]",
        "[[[1,2,3]]]",
        "[[[1,2.5]]]",
        "[[[true,2]]]",
        '[[["1",2]]]',
        "[[[-1,2]]]",
        "[[[1001,2]]]",
        "[[[1,401]]]",
        "[" * 50_000,
        json.dumps([[[1, 1]]] * (MOST_LINES + 1)),
        json.dumps([[[1, 1]] * (MOST_POINTS + 1)]).replace(" ", ""),
        json.dumps([[[1, 1]]]) + " " * LONGEST,
    ],
)
def test_strokes_that_are_none_are_refused_and_nothing_else_is_lost(
    client: Client, blina: Course, teenager: Patient, today: date, sent: str
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_strokes(sent)
    answer = client.post(address(teenager), {**answers(teenager, today), "strokes": sent})
    assert answer.status_code == 422
    assert "Write it again" in text(answer)
    assert text(answer).count(" checked>") >= 8
    assert not Look.objects.exists()


def test_a_path_holds_numbers_only() -> None:
    assert path_of([[[1, 2]], [[3, 4], [5, 6]]]) == "M1 2L1 2M3 4L5 6"


# History, summary, and who may


def test_history_and_summary_show_that_a_look_was_done_and_any_difference(
    client: Client, blina: Course, patient: Patient, owner: User, today: date
) -> None:
    client.post(address(patient), answers(patient, today))
    client.post(address(patient), {**answers(patient, today), "q-child-speech": "moderate"})
    (day,) = timeline(patient, today, today).days
    assert day.home[0].words == "One-minute check, done by Dad"
    assert "different from usual: Talking: the words they use" in day.home[1].words
    assert "(clearly different)" in day.home[1].words
    assert "One-minute check, done by Dad" in text(
        client.get(reverse("history_day", args=[patient.pk, today]))
    )
    said = content(patient, today, today, by=owner).home
    assert "Talking: the words they use" in said[0]
    assert "was recorded on 1 day of 1" in said[1]
    pdf = client.post(reverse("summary_pdf", args=[patient.pk]), {"days": "7"})
    assert pdf.status_code == 200


def test_a_day_with_a_look_and_no_check_in_is_neither_logged_nor_not_logged(
    client: Client, blina: Course, patient: Patient, owner: User, today: date
) -> None:
    first, yesterday = today - 3 * DAY, today - DAY
    Patient.objects.update(created=timezone.now() - 3 * DAY)
    patient.refresh_from_db()
    client.post(address(patient), answers(patient, today))
    with erasing():
        Look.objects.update(local_day=yesterday, at=timezone.now() - DAY)
    read = timeline(patient, first, today).days
    assert [day.state for day in read] == ["not-logged", "not-logged", "looked", "not-logged"]
    month = f"{reverse('history', args=[patient.pk])}?month={yesterday:%Y-%m}"
    page = " ".join(text(client.get(month)).split())
    (line,) = re.findall(rf'id="day-{yesterday}".*?</li>', page)
    assert "One-minute check, no entry" in line
    assert 'class="looked"' in line
    assert f"{yesterday:%B}: a one-minute check, no entry" in page
    day = " ".join(text(client.get(reverse("history_day", args=[patient.pk, yesterday]))).split())
    assert "A one-minute check, and no entry. The check rules nothing out" in day
    assert "One-minute check, done by Dad" in day
    assert "not logged" not in day
    said = content(patient, first, today, by=owner)
    assert said.period.logged == 0
    assert f"A one-minute check and no entry: {day_words(yesterday)}." in said.period.sentences
    assert [(g.first, g.last) for g in gaps(read)] == [(first, first + DAY), (today, today)]
    log_symptom(patient, "nausea", "mild", by=owner, days_ago=1)
    assert timeline(patient, yesterday, yesterday).days[0].state == "logged"


def test_reader_writer_and_stranger(
    blina: Course,
    patient: Patient,
    owner: User,
    reader: User,
    writer: User,
    stranger: User,
    log_in: LogIn,
    today: date,
) -> None:
    for user, expected in ((reader, 403), (stranger, 404), (writer, 302)):
        sent = answers(patient, today)
        assert log_in(user).post(address(patient), sent).status_code == expected
        assert log_in(user).get(address(patient)).status_code == (
            200 if expected == 302 else expected
        )
    look = Look.objects.get()
    assert look.by == writer
    path = reverse("look", args=[patient.pk, look.pk])
    assert log_in(reader).get(path).status_code == 200
    assert "Check Ana again" not in text(log_in(reader).get(path))
    assert log_in(stranger).get(path).status_code == 404
    assert "Take a minute" not in text(log_in(reader).get(reverse("today", args=[patient.pk])))


def test_what_is_due_at_home_costs_today_no_query(
    client: Client, blina: Course, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reverse("today", args=[patient.pk])
    client.get(path)
    with CaptureQueriesContext(connection) as with_home:
        client.get(path)
    monkeypatch.setattr(today_view, "at_home", lambda *_: None)
    with CaptureQueriesContext(connection) as without:
        client.get(path)
    assert len(with_home) == len(without)
