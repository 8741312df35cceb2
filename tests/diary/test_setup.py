"""Setting up a diary in four steps: each one saves, and can be left and taken up again."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from diary.core.days import local_day
from diary.judging.standing import standings
from diary.models import Course, FamilyCard
from diary.setup.forms import country_of
from diary.setup.views import next_step
from diary.treatment.actions import courses
from therapies.catalogue import catalogue

LogIn = Callable[[User], Client]
DAY = timedelta(days=1)
STEPS = ["setup_therapy", "setup_dates", "setup_team"]
WHO = {
    "who": "child",
    "name": "Ana",
    "birth_month": "5",
    "birth_year": "2017",
    "country": "GB",
    "zone": "Europe/London",
}
FEVER = {"unit": "C", "fever_from": "", "words": ""}
TEAM = {
    **FEVER,
    "team_name": "ward 7",
    "always": "+44 20 7946 0000",
    "always_label": "The ward",
}


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


def url(name: str, patient: Patient) -> str:
    return reverse(name, args=[patient.pk])


def text(response: Any) -> str:
    return str(response.content.decode())


# Step 1: for whom -------------------------------------------------------------------------------


def test_somebody_without_an_account_is_asked_to_log_in(db: None) -> None:
    response = Client().get(reverse("setup_who"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_diary_is_begun(client: Client, owner: User) -> None:
    response = client.post(reverse("setup_who"), WHO)
    patient = owner.patients.get()
    assert response.status_code == 302
    assert response["Location"] == url("setup_therapy", patient)
    assert (patient.name, patient.zone, patient.unit, patient.is_self) == (
        "Ana",
        "Europe/London",
        "C",
        False,
    )
    assert [entry.action for entry in patient.audit.all()] == ["create patient"]


@pytest.mark.parametrize(("country", "unit"), [("US", "F"), ("CA", "C"), ("DE", "C")])
def test_the_unit_is_a_suggestion_by_country(
    client: Client, owner: User, country: str, unit: str
) -> None:
    client.post(reverse("setup_who"), {**WHO, "country": country})
    assert owner.patients.get().unit == unit


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"who": ""}, "Choose whose diary it is."),
        ({"name": ""}, "This field is required"),
        ({"birth_year": "1017"}, "Write a year from 1900"),
        ({"birth_year": "2999"}, "Write a year from 1900"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"country": ""}, "This field is required"),
    ],
)
def test_what_was_typed_wrongly_is_said_and_kept(
    client: Client, owner: User, wrong: dict[str, str], said: str
) -> None:
    response = client.post(reverse("setup_who"), {**WHO, "name": "Little bear", **wrong})
    assert response.status_code == 422
    assert said in text(response)
    assert not owner.patients.exists()
    if "name" not in wrong:
        assert 'value="Little bear"' in text(response)


def test_the_button_pressed_twice_begins_one_diary(client: Client, owner: User) -> None:
    first = client.post(reverse("setup_who"), WHO)
    second = client.post(reverse("setup_who"), WHO)
    assert owner.patients.count() == 1
    assert first["Location"] == second["Location"]


def test_a_second_child_has_a_second_diary(client: Client, owner: User) -> None:
    client.post(reverse("setup_who"), WHO)
    client.post(reverse("setup_who"), {**WHO, "name": "Ben"})
    assert owner.patients.count() == 2


def test_nobody_keeps_two_diaries_of_themselves(client: Client, owner: User) -> None:
    client.post(reverse("setup_who"), {**WHO, "who": "self"})
    response = client.post(reverse("setup_who"), {**WHO, "who": "self", "name": "Me again"})
    assert response.status_code == 422
    assert "You keep your own diary already" in text(response)
    assert owner.patients.count() == 1


def test_two_tabs_cannot_begin_two_diaries_of_oneself(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form of the second tab was checked before the first one was saved."""
    client.post(reverse("setup_who"), {**WHO, "who": "self"})
    monkeypatch.setattr("diary.setup.forms.WhoForm.clean_who", lambda _: "self")
    response = client.post(reverse("setup_who"), {**WHO, "who": "self", "name": "Me again"})
    assert response.status_code == 422
    assert "You keep your own diary already" in text(response)


def test_country_and_zone_are_suggested_and_shown(client: Client) -> None:
    page = text(client.get(reverse("setup_who"), headers={"accept-language": "de-AT,en;q=0.5"}))
    assert '<option value="AT" selected>' in page
    assert '<option value="Europe/Vienna" selected>' in page
    wide = text(client.get(reverse("setup_who"), headers={"accept-language": "en-US"}))
    assert '<option value="US" selected>' in wide
    assert "America/New_York" in wide
    assert '<option value="America/New_York" selected>' not in wide


@pytest.mark.parametrize(
    ("languages", "country"),
    [("en-GB,en;q=0.9", "GB"), ("en;q=0.9,fr-ca", "CA"), ("en", ""), ("", ""), ("xx-YY", "")],
)
def test_a_country_is_guessed_from_the_browser(languages: str, country: str) -> None:
    assert country_of(languages, {"GB", "CA"}) == country


def test_the_first_page_names_its_step_and_the_urgent_page(client: Client) -> None:
    page = text(client.get(reverse("setup_who")))
    assert "Step 1 of 4" in page
    assert reverse("urgent") in page


# The door ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*STEPS, "setup"])
def test_only_who_may_write_sets_up(
    name: str, patient: Patient, log_in: LogIn, reader: User, writer: User, stranger: User
) -> None:
    assert log_in(stranger).get(url(name, patient)).status_code == 404
    assert log_in(stranger).post(url(name, patient), {}).status_code in (404, 405)
    assert log_in(reader).get(url(name, patient)).status_code == 403
    assert log_in(reader).post(url(name, patient), {}).status_code in (403, 405)
    assert log_in(writer).get(url(name, patient)).status_code in (200, 302)
    assert Client().get(url(name, patient)).status_code == 302
    assert not patient.courses.exists()
    assert not patient.contacts.exists()


@pytest.mark.parametrize("name", STEPS)
def test_every_step_says_where_it_is_and_whose_diary(
    name: str, client: Client, patient: Patient
) -> None:
    page = text(client.get(url(name, patient)))
    assert f"Step {STEPS.index(name) + 2} of 4" in page
    assert "Ana" in page


@pytest.mark.parametrize("name", STEPS)
def test_a_step_asks_few_questions_of_the_database(
    name: str, client: Client, patient: Patient, django_assert_max_num_queries: Any
) -> None:
    client.get(url(name, patient))
    with django_assert_max_num_queries(13):
        client.get(url(name, patient))


# Step 2: which therapy --------------------------------------------------------------------------


def test_every_therapy_of_the_catalogue_can_be_chosen(client: Client, patient: Patient) -> None:
    page = text(client.get(url("setup_therapy", patient)))
    for name in ("Blinatumomab", "Inotuzumab", "Rituximab", "Tisagenlecleucel", "Imatinib"):
        assert name in page
    assert page.count('name="therapies"') == len(catalogue().therapies)
    assert "The sources of this diary do not cover these" in page


def test_they_stand_by_class(client: Client, patient: Patient) -> None:
    groups = client.get(url("setup_therapy", patient)).context["form"].groups
    known = catalogue()
    stand = {label: [box.data["value"] for box in boxes] for label, boxes in groups}
    for therapy in known.therapies.values():
        assert therapy.slug in stand[known.classes[therapy.class_slug].label]
    assert sum(map(len, stand.values())) == len(known.therapies)


def test_a_cell_therapy_of_a_day_to_come_is_planned(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    course = chosen(patient, owner, "tisagenlecleucel")
    client.post(url("setup_dates", patient), fields(course, first_day=today + 3 * DAY))
    assert course.doses.get().status == "planned"


def test_several_treatments_are_saved_without_dates(client: Client, patient: Patient) -> None:
    response = client.post(
        url("setup_therapy", patient),
        {"therapies": ["blinatumomab", "imatinib"], "chemotherapy": "Vincristine"},
    )
    assert response["Location"] == url("setup_dates", patient)
    assert {c.therapy or c.name for c in patient.courses.filter(is_dated=False)} == {
        "blinatumomab",
        "imatinib",
        "Vincristine",
    }


def test_nothing_chosen_is_asked_again(client: Client, patient: Patient) -> None:
    response = client.post(url("setup_therapy", patient), {"trial": "  "})
    assert response.status_code == 422
    assert "Choose at least one, or “I don’t know yet”." in text(response)


def test_a_name_alone_is_enough(client: Client, patient: Patient) -> None:
    response = client.post(url("setup_therapy", patient), {"trial": "XY-1"})
    assert response.status_code == 302
    assert patient.courses.get().name == "XY-1"


def test_an_unknown_therapy_is_refused_and_nothing_is_lost(
    client: Client, patient: Patient
) -> None:
    response = client.post(
        url("setup_therapy", patient), {"therapies": ["aspirin"], "trial": "XY-1"}
    )
    assert response.status_code == 422
    assert 'value="XY-1"' in text(response)
    assert not patient.courses.exists()


def test_not_knowing_yet_is_an_answer(client: Client, patient: Patient) -> None:
    response = client.post(url("setup_therapy", patient), {"unknown": "on"})
    assert response.status_code == 302
    assert not patient.courses.exists()
    page = text(client.get(url("setup_dates", patient)))
    assert "No treatment is recorded" in page


def test_coming_back_shows_what_was_chosen(client: Client, patient: Patient) -> None:
    client.post(url("setup_therapy", patient), {"therapies": ["imatinib"], "trial": "XY-1"})
    page = text(client.get(url("setup_therapy", patient)))
    assert re.search(r'value="imatinib" id="id_therapies_\d+" checked', page)
    assert 'value="XY-1"' in page
    assert "<details open>" in page


def test_what_has_dates_is_not_offered_again(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    page = text(client.get(url("setup_therapy", patient)))
    assert 'value="imatinib"' not in page
    assert "Recorded already" in page
    assert client.post(url("setup_therapy", patient), {}).status_code == 302


# Step 3: dates ----------------------------------------------------------------------------------


def chosen(patient: Patient, owner: User, therapy: str) -> Course:
    (course,) = courses.choose_treatments(patient, therapies=[therapy], others={}, by=owner)
    return course


def fields(course: Course, **said: Any) -> dict[str, Any]:
    return {f"c-{course.pk}-{name}": value for name, value in said.items()}


def test_dates_of_blinatumomab(client: Client, patient: Patient, owner: User, today: date) -> None:
    course = chosen(patient, owner, "blinatumomab")
    first = today - 5 * DAY
    response = client.post(
        url("setup_dates", patient),
        fields(course, number="2", first_day=first, pump="running", pump_day=first,
               pump_time="10:30"),
    )  # fmt: skip
    assert response["Location"] == url("setup_team", patient)
    (standing,) = standings(patient, timezone.now())
    assert (standing.cycle, standing.cycle_day, standing.infusing) == (2, 6, True)
    assert course.doses.get().started.astimezone(patient.tz).hour == 10


def test_a_stopped_pump(client: Client, patient: Patient, owner: User, today: date) -> None:
    course = chosen(patient, owner, "blinatumomab")
    client.post(
        url("setup_dates", patient),
        fields(course, number="1", first_day=today - 30 * DAY, pump="stopped",
               pump_day=today - 2 * DAY),
    )  # fmt: skip
    (standing,) = standings(patient, timezone.now())
    assert (standing.status, standing.infusing) == ("break", False)


@pytest.mark.parametrize("pump", ["unknown", ""])
def test_a_pump_of_which_nobody_knows_is_running(
    client: Client, patient: Patient, owner: User, today: date, pump: str
) -> None:
    course = chosen(patient, owner, "blinatumomab")
    client.post(
        url("setup_dates", patient),
        fields(course, number="1", first_day=today - 30 * DAY, pump=pump),
    )
    assert standings(patient, timezone.now())[0].infusing is True
    assert not course.doses.exists()


def test_a_planned_cycle(client: Client, patient: Patient, owner: User, today: date) -> None:
    course = chosen(patient, owner, "blinatumomab")
    client.post(url("setup_dates", patient), fields(course, number="1", first_day=today + 3 * DAY))
    assert standings(patient, timezone.now())[0].status == "planned"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"first_day": 5}, "Say which cycle this is"),
        ({"number": "one", "first_day": 5}, "Write the cycle as a number"),
        ({"number": "0", "first_day": 5}, "greater than or equal to 1"),
        ({"number": "1"}, "The other dates need this one"),
        ({"number": "1", "first_day": -3, "pump": "running"}, "Day 1 is still to come"),
        ({"number": "1", "first_day": 5, "pump": "stopped"}, "on which day the pump was stopped"),
        ({"number": "1", "first_day": 5, "pump": "stopped", "pump_day": 6}, "before day 1"),
        ({"number": "1", "first_day": 5, "pump": "running", "pump_day": -1}, "not come yet"),
        ({"number": "1", "first_day": 5, "pump": "running", "pump_time": "9:00"}, "needs a day"),
        ({"number": "1", "first_day": 5, "pump_day": 4}, "whether the pump is running"),
        ({"number": "1", "first_day": "5/3/2026"}, "Write it as year-month-day"),
        ({"number": "1", "first_day": -400}, "more than a year away"),
        ({"number": "1", "first_day": 40000}, "before Ana was born"),
        ({"number": "1", "first_day": 5, "pump": "running", "pump_day": 5, "pump_time": "late"},
         "This is not a time"),
    ],
)  # fmt: skip
def test_wrong_dates_of_blinatumomab_are_said_and_kept(
    client: Client,
    patient: Patient,
    owner: User,
    today: date,
    said: dict[str, Any],
    error: str,
) -> None:
    course = chosen(patient, owner, "blinatumomab")
    days = {n: today - v * DAY if isinstance(v, int) else v for n, v in said.items()}
    response = client.post(url("setup_dates", patient), fields(course, **days))
    assert response.status_code == 422
    assert error in text(response)
    for value in days.values():
        assert str(value) in text(response)
    course.refresh_from_db()
    assert not course.is_dated
    assert not course.cycles.exists()


def test_a_time_that_has_not_come_is_refused(
    client: Client, patient: Patient, owner: User, time_machine: Any
) -> None:
    time_machine.move_to("2026-03-09 12:00 +0000")
    course = chosen(patient, owner, "rituximab")
    said = {"first_day": "2026-03-02", "last_day": "2026-03-09", "begun": "11:00", "over": "15:00"}
    response = client.post(url("setup_dates", patient), fields(course, **said))
    assert "This time has not come yet" in text(response)
    said |= {"over": "11:30"}
    assert client.post(url("setup_dates", patient), fields(course, **said)).status_code == 302


def test_dates_of_an_infusion(client: Client, patient: Patient, owner: User, today: date) -> None:
    course = chosen(patient, owner, "rituximab")
    client.post(
        url("setup_dates", patient),
        fields(course, first_day=today - 20 * DAY, last_day=today - DAY, begun="10:00",
               over="14:00", route="sc"),
    )  # fmt: skip
    (standing,) = standings(patient, timezone.now())
    assert (standing.route, course.doses.get().kind) == ("sc", "injection")


def test_an_infusion_that_runs_now(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    course = chosen(patient, owner, "inotuzumab-ozogamicin")
    said = fields(course, first_day=today, last_day=today, begun="00:00", is_running="on")
    assert client.post(url("setup_dates", patient), said).status_code == 302
    assert standings(patient, timezone.now())[0].infusing is True
    page = text(client.get(url("setup_dates", patient)))
    assert "As an injection" not in page


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"first_day": 5, "last_day": 6}, "before the first day"),
        ({"first_day": 5, "last_day": -1}, "not come yet"),
        ({"first_day": 5, "begun": "10:00", "over": "11:00"}, "the most recent dose was given"),
        ({"first_day": 5, "last_day": 3, "begun": "10:00"}, "Give both times"),
        ({"first_day": 5, "last_day": 3, "over": "10:00"}, "Give both times"),
        ({"first_day": 5, "last_day": 3, "is_running": "on"}, "Say when it began"),
        ({"first_day": 5, "last_day": 3, "begun": "10:00", "over": "11:00", "is_running": "on"},
         "cannot be running and have ended"),
        ({"last_day": 3}, "The other dates need this one"),
    ],
)  # fmt: skip
def test_wrong_dates_of_an_infusion(
    client: Client, patient: Patient, owner: User, today: date, said: dict[str, Any], error: str
) -> None:
    course = chosen(patient, owner, "rituximab")
    days = {n: today - v * DAY if isinstance(v, int) else v for n, v in said.items()}
    response = client.post(url("setup_dates", patient), fields(course, **days))
    assert response.status_code == 422
    assert error in text(response)
    assert not course.doses.exists()


@pytest.mark.parametrize(
    ("day", "done", "status", "days"),
    [
        (20, "yes", "given", 20),
        (0, "yes", "given", 0),
        (0, "no", "planned", 0),
        (1, "", "given", 1),  # a day that is over was it, one that comes is planned
    ],
)
def test_dates_of_car_t(
    client: Client,
    patient: Patient,
    owner: User,
    today: date,
    day: int,
    done: str,
    status: str,
    days: int,
) -> None:
    course = chosen(patient, owner, "tisagenlecleucel")
    client.post(url("setup_dates", patient), fields(course, first_day=today - day * DAY, done=done))
    assert course.doses.get().status == status
    assert standings(patient, timezone.now())[0].days_since_infusion == days


@pytest.mark.parametrize(
    ("day", "said", "error"),
    [
        (0, {}, "Say whether it was given"),
        (-3, {"begun": "10:00", "over": "11:00"}, "not come yet"),
        (-3, {"done": "yes"}, "not come yet"),
        (3, {"done": "no"}, "This day is over"),
        (-3, {"done": "no", "begun": "10:00", "over": "11:00"}, "not come yet"),
    ],
)
def test_wrong_dates_of_car_t(
    client: Client,
    patient: Patient,
    owner: User,
    today: date,
    day: int,
    said: dict[str, str],
    error: str,
) -> None:
    course = chosen(patient, owner, "tisagenlecleucel")
    response = client.post(
        url("setup_dates", patient), fields(course, first_day=today - day * DAY, **said)
    )
    assert response.status_code == 422
    assert error in text(response)


def test_dates_of_tablets_that_have_ended(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    course = chosen(patient, owner, "imatinib")
    said = fields(course, first_day=today - 40 * DAY, last_day=today - 3 * DAY)
    client.post(url("setup_dates", patient), said)
    (standing,) = standings(patient, timezone.now())
    assert (standing.status, standing.ended_days_ago) == ("ended", 3)


def test_dates_may_stay_unknown(client: Client, patient: Patient, owner: User) -> None:
    course = chosen(patient, owner, "imatinib")
    response = client.post(url("setup_dates", patient), fields(course, first_day=""))
    assert response["Location"] == url("setup_team", patient)
    course.refresh_from_db()
    assert not course.is_dated


def test_all_dates_are_saved_or_none(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    one, two = courses.choose_treatments(
        patient, therapies=["imatinib", "dasatinib"], others={}, by=owner
    )
    said = fields(one, first_day=today - 9 * DAY) | fields(two, first_day="soon")
    response = client.post(url("setup_dates", patient), said)
    assert response.status_code == 422
    assert str(today - 9 * DAY) in text(response)
    assert not patient.courses.filter(is_dated=True).exists()


# Step 4: care team ------------------------------------------------------------------------------


def test_the_numbers_are_saved(client: Client, patient: Patient) -> None:
    response = client.post(
        url("setup_team", patient), {**TEAM, "day": "020 7946 0001", "day_label": "Clinic"}
    )
    assert response["Location"] == url("today", patient)
    assert {(c.kind, c.number, c.label) for c in patient.contacts.all()} == {
        ("always", "+44 20 7946 0000", "The ward"),
        ("day", "020 7946 0001", "Clinic"),
    }
    patient.refresh_from_db()
    assert patient.team_name == "ward 7"


def test_the_24_hour_number_is_not_skipped_by_saying_nothing(
    client: Client, patient: Patient
) -> None:
    response = client.post(url("setup_team", patient), {**FEVER, "team_name": "ward 7"})
    assert response.status_code == 422
    assert "tick “I don’t have the 24-hour number yet” below" in text(response)
    assert 'value="ward 7"' in text(response)


def test_the_24_hour_number_may_be_put_off_by_saying_so(client: Client, patient: Patient) -> None:
    said = {**FEVER, "team_name": "ward 7", "no_number": "on"}
    response = client.post(url("setup_team", patient), said)
    assert response.status_code == 302
    assert not patient.contacts.exists()
    missing = "24-hour number is missing"
    assert missing in text(client.get(url("today", patient)))
    for step in STEPS:  # the next step asks for it
        assert missing not in text(client.get(url(step, patient)))


def test_a_number_counts_even_when_the_box_is_ticked(client: Client, patient: Patient) -> None:
    client.post(url("setup_team", patient), {**TEAM, "no_number": "on"})
    assert patient.contacts.get().number == "+44 20 7946 0000"


def test_the_emergency_number_is_that_of_the_country(client: Client, patient: Patient) -> None:
    page = text(client.get(url("setup_team", patient)))
    assert "999" in page
    assert "I don’t know the emergency number yet" not in page


def test_in_a_country_that_is_not_listed_the_emergency_number_is_asked_for(
    client: Client, patient: Patient
) -> None:
    patient.country = "TV"
    patient.save()
    response = client.post(url("setup_team", patient), TEAM)
    assert response.status_code == 422
    assert "tick “I don’t know the emergency number yet” below" in text(response)
    assert not patient.contacts.exists()
    client.post(url("setup_team", patient), {**TEAM, "emergency": "911"})
    assert patient.contacts.get(kind="emergency").number == "911"
    said = {**TEAM, "no_emergency": "on"}
    assert client.post(url("setup_team", patient), said).status_code == 302
    assert not patient.contacts.filter(kind="emergency").exists()


def test_the_last_step_ends_on_today(client: Client, patient: Patient) -> None:
    response = client.post(
        url("setup_team", patient), {**TEAM, "fever_from": "37,5", "words": "Call us."}
    )
    assert response["Location"] == url("today", patient)
    card = FamilyCard.objects.get(patient=patient)
    assert (card.fever_from, card.fever_unit, card.words) == (Decimal("37.5"), "C", "Call us.")


def test_no_card_is_an_answer_too(client: Client, patient: Patient) -> None:
    client.post(url("setup_team", patient), {**TEAM, "unit": "F"})
    patient.refresh_from_db()
    assert patient.unit == "F"
    assert FamilyCard.objects.get(patient=patient).source == FamilyCard.Source.USUAL


@pytest.mark.parametrize("wrong", [{"always": "none"}, {"fever_from": "99"}])
def test_both_are_kept_or_neither(client: Client, patient: Patient, wrong: dict[str, str]) -> None:
    response = client.post(url("setup_team", patient), {**TEAM, "words": "Call us.", **wrong})
    assert response.status_code == 422
    assert "Call us." in text(response)
    assert 'value="ward 7"' in text(response)
    assert not patient.contacts.exists()
    assert not FamilyCard.objects.exists()


def test_the_fever_line_and_the_zone_are_shown(client: Client, patient: Patient) -> None:
    page = text(client.get(url("setup_team", patient)))
    assert "38.0 °C (100.4 °F)" in page
    assert "Europe/London" in page


# Leaving and coming back ------------------------------------------------------------------------


def test_the_way_back_leads_to_the_step_that_is_open(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    assert next_step(patient) == "setup_therapy"
    course = chosen(patient, owner, "imatinib")
    assert next_step(patient) == "setup_dates"
    courses.edit_course(course, started=today, ended=None, by=owner)
    assert next_step(patient) == "setup_team"
    assert client.get(url("setup", patient))["Location"] == url("setup_team", patient)
    client.post(url("setup_team", patient), TEAM)
    assert next_step(patient) == ""
    assert client.get(url("setup", patient))["Location"] == url("today", patient)


def test_nothing_of_it_is_in_the_session(client: Client, patient: Patient) -> None:
    client.post(url("setup_therapy", patient), {"trial": "XY-1"})
    client.post(url("setup_team", patient), TEAM)
    kept = repr(dict(client.session.items()))
    assert "_auth_user_id" in kept
    assert "XY-1" not in kept
    assert "7946" not in kept


def test_opening_a_step_changes_nothing(client: Client, patient: Patient) -> None:
    count = patient.audit.count()
    for name in STEPS:
        client.get(url(name, patient))
    assert patient.audit.count() == count
    assert not FamilyCard.objects.exists()
