"""The treatment pages: what they show, what they record, and who may."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from diary.core.days import local_day
from diary.judging.standing import standings
from diary.models import Course, Cycle, Dose
from diary.treatment.actions import courses, doses
from diary.treatment.actions.doses import Times
from tests.conftest import new_patient

LogIn = Callable[[User], Client]
DAY = timedelta(days=1)


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


@pytest.fixture
def blina(patient: Patient, owner: User, today: date) -> Course:
    """Cycle 1, day 6, the pump runs."""
    first = today - 5 * DAY
    course = courses.start_course(patient, therapy="blinatumomab", started=first, by=owner)
    courses.start_cycle(course, started=first, by=owner)
    doses.start_pump(course, day=first, by=owner)
    return course


@pytest.fixture
def rituximab(patient: Patient, owner: User, today: date) -> Course:
    course = courses.start_course(patient, therapy="rituximab", started=today - 20 * DAY, by=owner)
    doses.record_infusion(course, Times(today - 13 * DAY), by=owner)
    return course


@pytest.fixture
def tablets(patient: Patient, owner: User, today: date) -> Course:
    return courses.start_course(patient, therapy="imatinib", started=today - 40 * DAY, by=owner)


@pytest.fixture
def car_t(patient: Patient, owner: User, today: date) -> Course:
    course = courses.start_course(patient, therapy="tisagenlecleucel", started=today, by=owner)
    doses.set_single_infusion(course, Times(today), is_planned=True, by=owner)
    return course


def text(response: Any) -> str:
    return str(response.content.decode())


def page(name: str, course: Course, **more: Any) -> str:
    return reverse(name, args=[course.patient_id, course.pk, *more.values()])


def treatment(patient: Patient) -> str:
    return reverse("treatment", args=[patient.pk])


def everything(
    blina: Course, rituximab: Course, tablets: Course, car_t: Course
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page of a treatment with something to send there."""
    day = str(rituximab.started + 10 * DAY)
    cycle, pump, drip = blina.cycles.get(), blina.doses.get(), rituximab.doses.get()
    return {
        "course_add": (reverse("course_add", args=[blina.patient_id]), {"trial": "XY-1"}),
        "course_dates": (reverse("course_dates", args=[blina.patient_id]), {}),
        "course_edit": (page("course_edit", tablets), {"first_day": day}),
        "course_infusion": (
            page("course_infusion", car_t),
            {f"c-{car_t.pk}-first_day": day, f"c-{car_t.pk}-done": "yes"},
        ),
        "course_end": (page("course_end", tablets), {"day": day}),
        "course_withdraw": (page("course_withdraw", tablets), {}),
        "cycle_start": (page("cycle_start", blina), {"day": day, "stopped": day}),
        "cycle_edit": (page("cycle_edit", blina, cycle=cycle.pk), {"day": day}),
        "cycle_remove": (page("cycle_remove", blina, cycle=cycle.pk), {}),
        "pump_start": (page("pump_start", blina), {"day": day}),
        "pump_stop": (page("pump_stop", blina), {"day": day}),
        "infusion_record": (page("infusion_record", rituximab), {"day": day, "route": "iv"}),
        "dose_edit": (page("dose_edit", rituximab, dose=drip.pk), {"day": day, "route": "iv"}),
        "dose_edit of a pump": (page("dose_edit", blina, dose=pump.pk), {"day": day}),
        "dose_remove": (page("dose_remove", rituximab, dose=drip.pk), {}),
        "tablets": (page("tablets", tablets), {"day": day, "answer": "taken"}),
    }


Everything = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture
def pages(blina: Course, rituximab: Course, tablets: Course, car_t: Course) -> Everything:
    return everything(blina, rituximab, tablets, car_t)


def rows(patient: Patient) -> list[Any]:
    """Every row of the treatment, as it stands."""
    found: list[Any] = list(patient.courses.order_by("pk").values_list())
    found += Cycle.objects.filter(course__patient=patient).order_by("pk").values_list()
    found += Dose.objects.filter(course__patient=patient).order_by("pk").values_list()
    return found


# The door ---------------------------------------------------------------------------------------


def test_who_may_not_write_changes_nothing(
    patient: Patient, pages: Everything, log_in: LogIn, reader: User, stranger: User
) -> None:
    before = rows(patient)
    for name, (address, said) in pages.items():
        assert log_in(reader).post(address, said).status_code == 403, name
        assert log_in(stranger).post(address, said).status_code == 404, name
        assert Client().post(address, said).status_code == 302, name
        assert log_in(stranger).get(address).status_code in (404, 405), name
        readable = (200,) if name == "tablets" else (403, 405)
        assert log_in(reader).get(address).status_code in readable, name
    assert rows(patient) == before


def test_a_writer_may_record(
    patient: Patient, pages: Everything, log_in: LogIn, writer: User
) -> None:
    client = log_in(writer)
    for name, (address, _) in pages.items():
        expected = 405 if name.endswith("remove") else 200
        assert client.get(address).status_code == expected, name
    before = rows(patient)
    address, said = pages["tablets"]
    assert client.post(address, said).status_code == 302
    assert rows(patient) != before
    assert patient.audit.latest("pk").by == writer


def test_what_belongs_to_another_patient_is_not_there(
    patient: Patient, pages: Everything, log_in: LogIn, stranger: User
) -> None:
    """The stranger asks under a patient of their own."""
    own = new_patient(stranger, name="Bo", birth_month=1, birth_year=2000, zone="UTC")  # fmt: skip
    before = rows(patient)
    client = log_in(stranger)
    for name, (address, said) in pages.items():
        if name not in ("course_add", "course_dates"):
            crossed = address.replace(str(patient.pk), str(own.pk))
            assert client.post(crossed, said).status_code == 404, name
    assert rows(patient) == before


def test_what_belongs_to_another_course_is_not_there(
    client: Client, blina: Course, rituximab: Course
) -> None:
    drip = rituximab.doses.get()
    for name in ("dose_edit", "dose_remove"):
        assert client.post(page(name, blina, dose=drip.pk), {}).status_code == 404
    other = page("cycle_edit", rituximab, cycle=blina.cycles.get().pk)
    assert client.get(other).status_code == 404
    assert client.get(page("cycle_edit", blina, cycle=uuid4())).status_code == 404


def test_each_therapy_has_only_what_belongs_to_it(
    client: Client, blina: Course, rituximab: Course, tablets: Course, car_t: Course
) -> None:
    fits = {
        "cycle_start": blina,
        "pump_start": blina,
        "pump_stop": blina,
        "infusion_record": rituximab,
        "tablets": tablets,
        "course_infusion": car_t,
    }
    for name, fitting in fits.items():
        for course in (blina, rituximab, tablets, car_t):
            expected = 200 if course == fitting else 404
            assert client.get(page(name, course)).status_code == expected, name


def test_a_withdrawn_course_has_no_pages(
    client: Client, patient: Patient, pages: Everything, owner: User
) -> None:
    for course in patient.courses.all():
        courses.withdraw_course(course, by=owner)
    for name, (address, said) in pages.items():
        if name not in ("course_add", "course_dates"):
            assert client.post(address, said).status_code == 404, name


def test_opening_pages_changes_nothing(client: Client, patient: Patient, pages: Everything) -> None:
    before, count = rows(patient), patient.audit.count()
    for address, _ in pages.values():
        client.get(address)
        client.head(address)
    assert rows(patient) == before
    assert patient.audit.count() == count


NASTY = [
    "",
    "0001-01-01",
    "9999-12-31",
    "-1",
    "25:61",
    "\x00",
    "\u202e",
    "x" * 2000,
    "23:59:59",
    "on",
]
MORE = ["begun", "over", "at", "stopped", "stopped_at", "last_day", "is_running", "name"]


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_is_sent_gets_an_answer(client: Client, pages: Everything, nasty: str) -> None:
    for name, (address, said) in pages.items():
        if not name.endswith(("remove", "withdraw")):
            for sent in (said | dict.fromkeys(MORE, nasty), dict.fromkeys([*said, *MORE], nasty)):
                assert client.post(address, sent).status_code in (302, 422), (name, sent)


# The overview -----------------------------------------------------------------------------------


def test_every_treatment_is_on_the_page(
    client: Client,
    patient: Patient,
    owner: User,
    today: date,
    blina: Course,
    rituximab: Course,
    tablets: Course,
) -> None:
    courses.start_course(
        patient, kind="chemotherapy", name="Vincristine", started=today - DAY, by=owner
    )
    courses.start_course(
        patient, therapy="ponatinib", started=today - 90 * DAY, ended=today - 60 * DAY, by=owner
    )
    courses.start_course(patient, therapy="dasatinib", started=today + 9 * DAY, by=owner)
    found = text(client.get(treatment(patient)))
    assert "Day 6 of 28, cycle 1" in found
    assert "13 days after the last infusion" in found
    assert "Day 40" in found
    assert "In your own words: chemotherapy" in found
    assert "Our sources do not cover" in found
    assert "Planned for" in found
    assert "ended 60 days ago" in found


def test_a_reader_sees_the_page_without_buttons(
    patient: Patient, log_in: LogIn, reader: User, pages: Everything, blina: Course
) -> None:
    client = log_in(reader)
    for address in (treatment(patient), page("course", blina)):
        found = text(client.get(address))
        assert "Day 6 of 28, cycle 1" in found
        assert 'method="post"' not in found
        for name, (forbidden, _) in pages.items():
            assert f'href="{forbidden}"' not in found or name == "tablets"
    tablets_page = text(client.get(pages["tablets"][0]))
    assert 'method="post"' not in tablets_page


def test_without_a_treatment_the_page_says_what_that_means(
    client: Client, patient: Patient
) -> None:
    found = text(client.get(treatment(patient)))
    assert "No treatment yet" in found
    assert "Add a treatment for Ana" in found


def test_missing_dates_are_asked_for_once(client: Client, patient: Patient, owner: User) -> None:
    courses.choose_treatments(patient, therapies=["imatinib", "rituximab"], others={}, by=owner)
    found = text(client.get(treatment(patient)))
    assert found.count("Add the dates for Ana") == 1
    assert "assumes the most urgent time" in found


def test_the_overview_costs_the_same_after_ten_years(
    client: Client,
    patient: Patient,
    today: date,
    blina: Course,
    rituximab: Course,
    tablets: Course,
    django_assert_max_num_queries: Any,
) -> None:
    Dose.objects.bulk_create(
        Dose(
            course=tablets,
            kind="tablet",
            started=timezone.now() - n * DAY,
            local_day=today - n * DAY,
        )
        for n in range(3650)
    )
    client.get(treatment(patient))
    with django_assert_max_num_queries(14):  # holds: of the page, and of its header
        client.get(treatment(patient))
    for course in (blina, rituximab, tablets):
        with django_assert_max_num_queries(16):
            client.get(page("course", course))
    with django_assert_max_num_queries(17):
        client.get(page("tablets", tablets))


# One treatment ----------------------------------------------------------------------------------


def test_a_cycle_is_shown_with_its_break_and_hospital_days(
    client: Client, blina: Course, today: date
) -> None:
    found = text(client.get(page("course", blina)))
    assert "(day 1 to 28)" in found
    assert "(14 days)" in found
    assert "(day 1 to 9), in hospital or clinic" in found
    assert "Canadian Cancer Society" in found
    assert found.count('class="day on"') == 28
    assert found.count('<span class="day"') == 14
    assert found.count('aria-current="date"') == 1


def test_hospital_days_of_the_second_cycle(
    client: Client, blina: Course, today: date, owner: User
) -> None:
    doses.begin_next_cycle(blina, started=today, stopped=today - DAY, by=owner)
    found = text(client.get(page("course", blina)))
    assert "(day 1 to 2), in hospital or clinic" in found
    assert found.index("Cycle 2</h2>") < found.index("Cycle 1</h2>")


@pytest.mark.parametrize("fixture", ["blina", "rituximab", "tablets", "car_t"])
def test_what_the_sources_say_stands_on_the_page(
    client: Client, fixture: str, request: pytest.FixtureRequest
) -> None:
    course = request.getfixturevalue(fixture)
    found = text(client.get(page("course", course)))
    assert "When it is given, say the sources" in found
    assert reverse("therapy", args=[course.therapy]) in found


def test_what_the_catalogue_does_not_know_says_so(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(
        patient, kind="transplant", name="From <my> brother", started=today, by=owner
    )
    found = text(client.get(page("course", course)))
    assert "From &lt;my&gt; brother" in found
    assert "Our sources do not cover it" in found
    assert "say the sources" not in found


# Recording --------------------------------------------------------------------------------------


def test_a_treatment_is_added_and_dated(client: Client, patient: Patient, today: date) -> None:
    response = client.post(reverse("course_add", args=[patient.pk]), {"therapies": ["ponatinib"]})
    dates = reverse("course_dates", args=[patient.pk])
    assert response["Location"] == dates
    course = patient.courses.get()
    said = {f"c-{course.pk}-first_day": today - 3 * DAY}
    assert client.post(dates, said)["Location"] == treatment(patient)
    assert standings(patient, timezone.now())[0].days_since_start == 3


def test_adding_nothing_is_asked_again(client: Client, patient: Patient) -> None:
    response = client.post(reverse("course_add", args=[patient.pk]), {})
    assert response.status_code == 422
    assert "Choose at least one." in text(response)
    assert "I don’t know yet" not in text(response)


def test_the_pump_is_stopped_and_started(client: Client, blina: Course, today: date) -> None:
    response = client.post(page("pump_stop", blina), {"day": today - DAY, "at": "10:00"})
    assert response["Location"] == page("course", blina)
    assert "pump stopped" in text(client.get(page("course", blina)))
    client.post(page("pump_start", blina), {"day": today - DAY, "at": "15:00"})
    assert blina.doses.count() == 2
    assert standings(blina.patient, timezone.now())[0].infusing is True


def test_what_does_not_fit_is_said_and_kept(client: Client, blina: Course, today: date) -> None:
    response = client.post(page("pump_start", blina), {"day": today - DAY, "at": "15:00"})
    assert response.status_code == 422
    assert "already recorded as running" in text(response)
    assert 'value="15:00"' in text(response)
    assert blina.doses.count() == 1


@pytest.mark.parametrize("name", ["pump_stop", "pump_start", "course_end", "cycle_start"])
def test_a_day_to_come_is_refused(client: Client, blina: Course, today: date, name: str) -> None:
    said = {"day": today + DAY, "stopped": today}
    response = client.post(page(name, blina), said)
    assert response.status_code == 422
    assert "This day is in the future" in text(response)
    assert str(today + DAY) in text(response)


def test_the_next_cycle_asks_for_the_stop_of_the_last_pump(
    client: Client, blina: Course, today: date
) -> None:
    response = client.post(page("cycle_start", blina), {"day": today})
    assert response.status_code == 422
    assert "The pump of the last cycle was stopped on" in text(response)
    assert blina.cycles.count() == 1
    client.post(page("cycle_start", blina), {"day": today, "stopped": today - DAY})
    assert [c.number for c in blina.cycles.all()] == [1, 2]


def test_a_cycle_is_corrected_and_taken_out(client: Client, blina: Course, today: date) -> None:
    cycle = blina.cycles.get()
    client.post(page("cycle_edit", blina, cycle=cycle.pk), {"day": today - 4 * DAY})
    cycle.refresh_from_db()
    assert cycle.started == today - 4 * DAY
    client.post(page("cycle_remove", blina, cycle=cycle.pk))
    assert not blina.cycles.exists()
    assert client.get(page("course", blina)).status_code == 200


def test_an_infusion_is_recorded_corrected_and_taken_out(
    client: Client, rituximab: Course, today: date
) -> None:
    rituximab.doses.all().delete()
    said = {"day": today - DAY, "begun": "10:00", "over": "12:00", "route": "sc"}
    response = client.post(page("infusion_record", rituximab), said)
    assert response["Location"] == page("course", rituximab)
    dose = rituximab.doses.get()
    assert dose.kind == "injection"
    edit = page("dose_edit", rituximab, dose=dose.pk)
    form = text(client.get(edit))
    assert 'value="10:00"' in form
    assert 'value="sc" required id="id_route_1" checked' in form
    client.post(edit, {"day": today - DAY, "route": "iv"})
    dose.refresh_from_db()
    assert (dose.kind, dose.precision) == ("infusion", "day")
    client.post(page("dose_remove", rituximab, dose=dose.pk))
    assert not rituximab.doses.exists()


def test_the_times_of_a_pump_are_shown_and_corrected(
    client: Client, blina: Course, today: date
) -> None:
    dose = blina.doses.get()
    edit = page("dose_edit", blina, dose=dose.pk)
    assert f'value="{today - 5 * DAY}"' in text(client.get(edit))
    said = {"day": today - 5 * DAY, "at": "09:30", "stopped": today - DAY, "stopped_at": "08:15"}
    assert client.post(edit, said).status_code == 302
    form = text(client.get(edit))
    assert 'value="09:30"' in form
    assert 'value="08:15"' in form
    response = client.post(edit, {**said, "stopped": "", "stopped_at": "08:15"})
    assert response.status_code == 422
    assert "The time needs a day" in text(response)


def test_a_planned_infusion_is_recorded_as_given(
    client: Client, car_t: Course, today: date
) -> None:
    assert "Record the infusion" in text(client.get(page("course", car_t)))
    said = {f"c-{car_t.pk}-first_day": today, f"c-{car_t.pk}-done": "yes"}
    assert client.post(page("course_infusion", car_t), said).status_code == 302
    assert car_t.doses.get().status == "given"
    assert "Record the infusion" not in text(client.get(page("course", car_t)))
    form = text(client.get(page("course_infusion", car_t)))
    assert f'value="{today}"' in form
    empty = client.post(page("course_infusion", car_t), {})
    assert empty.status_code == 422
    assert car_t.doses.count() == 1


def test_a_course_ends_and_is_corrected(client: Client, tablets: Course, today: date) -> None:
    client.post(page("course_end", tablets), {"day": today - 2 * DAY})
    tablets.refresh_from_db()
    assert tablets.ended == today - 2 * DAY
    assert "It still counts" in text(client.get(treatment(tablets.patient)))
    client.post(page("course_edit", tablets), {"first_day": today - 50 * DAY, "last_day": ""})
    tablets.refresh_from_db()
    assert (tablets.started, tablets.ended) == (today - 50 * DAY, None)
    response = client.post(
        page("course_edit", tablets), {"first_day": today - DAY, "last_day": today - 5 * DAY}
    )
    assert response.status_code == 422
    assert "before the first day" in text(response)


def test_an_own_name_is_corrected(
    client: Client, patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(patient, kind="trial", name="XY-1", started=today, by=owner)
    client.post(page("course_edit", course), {"name": "XY-2", "first_day": today})
    course.refresh_from_db()
    assert course.name == "XY-2"
    response = client.post(page("course_edit", course), {"name": " ", "first_day": today})
    assert response.status_code == 422


def test_the_name_of_a_therapy_cannot_be_changed(
    client: Client, tablets: Course, today: date
) -> None:
    said = {"first_day": today, "name": "Aspirin", "therapy": "ponatinib", "withdrawn": "1"}
    client.post(page("course_edit", tablets), said)
    tablets.refresh_from_db()
    assert (tablets.therapy, tablets.name, tablets.withdrawn) == ("imatinib", "", None)


def test_a_mistake_is_asked_about_and_taken_out(client: Client, tablets: Course) -> None:
    assert "stays in the history" in text(client.get(page("course_withdraw", tablets)))
    response = client.post(page("course_withdraw", tablets))
    assert response["Location"] == treatment(tablets.patient)
    tablets.refresh_from_db()
    assert tablets.withdrawn is not None


# Tablets ----------------------------------------------------------------------------------------


def test_tablets_of_today_are_one_tap(client: Client, tablets: Course, today: date) -> None:
    for answer, words in (("taken", "taken"), ("missed", "missed")):
        said = {"day": today, "answer": answer, "page": "treatment"}
        response = client.post(page("tablets", tablets), said, follow=True)
        assert response.redirect_chain == [(treatment(tablets.patient), 302)]
        assert f"Tablets today: {words}" in " ".join(text(response).split())
    assert tablets.doses.count() == 1


def test_tablets_of_earlier_days(client: Client, tablets: Course, today: date) -> None:
    day = today - 3 * DAY
    response = client.post(page("tablets", tablets), {"day": day, "answer": "missed"})
    assert response["Location"].startswith(f"{page('tablets', tablets)}?until={today}#tablets-")
    assert tablets.doses.get().status == "missed"
    client.post(page("tablets", tablets), {"day": day, "answer": ""})
    assert not tablets.doses.exists()


def test_earlier_days_are_on_earlier_pages(client: Client, tablets: Course, today: date) -> None:
    found = text(client.get(page("tablets", tablets)))
    assert found.count('name="day"') == 14
    earlier = today - 14 * DAY
    assert f"?until={earlier}" in found
    last = text(client.get(page("tablets", tablets), {"until": today - 40 * DAY}))
    assert last.count('name="day"') == 1
    assert "Earlier days" not in last


@pytest.mark.parametrize("until", ["never", "2026-13-40", "0001-01-01", "9999-12-31", ""])
def test_a_wrong_stretch_of_days_shows_a_page(client: Client, tablets: Course, until: str) -> None:
    assert client.get(page("tablets", tablets), {"until": until}).status_code == 200


@pytest.mark.parametrize("said", [{}, {"day": "soon"}, {"answer": "twice"}, {"day": "2999-01-01"}])
def test_wrong_tablets_are_refused(
    client: Client, tablets: Course, today: date, said: dict[str, str]
) -> None:
    response = client.post(page("tablets", tablets), said)
    assert response.status_code == 422
    assert not tablets.doses.exists()


def test_the_way_back_is_one_of_ours(client: Client, tablets: Course, today: date) -> None:
    said = {"day": today, "answer": "taken", "page": "//evil.example"}
    response = client.post(page("tablets", tablets), said)
    assert response["Location"].startswith(page("tablets", tablets))
