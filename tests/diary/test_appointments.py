"""Dates with the care team: planned, held or cancelled by a person, and what was said there."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from diary.appointments.actions import settle_appointment
from diary.models import Answer, Appointment, AppointmentNote, Finding, Question
from tests.config.world import make_diary

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
TYPED = {"day": "2026-12-01", "clock": "10:30", "whom": "Dr Grey", "place": "Clinic B"}
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202e&amp;"


@pytest.fixture
def make(patient, owner):
    def made(day, state="planned", **more):
        said = {"zone": patient.zone, "whom": "Dr Grey", "by": owner, **more}
        return Appointment.objects.create(patient=patient, day=day, state=state, **said)

    return made


@pytest.fixture
def held(make):
    return make(date(2026, 11, 12), "held")


def address(name, patient, *more):
    return reverse(name, args=[patient.pk, *more])


def test_an_appointment_is_kept_once_however_often_it_is_sent(dad, patient, owner):
    for _ in range(2):
        key = {"id": "0b0e7f3a-1111-4222-8333-444455556666"}
        response = dad.post(address("appointment_add", patient), {**key, **TYPED}, follow=True)
    one = Appointment.objects.get()
    assert (one.day, one.clock, one.whom, one.place) == (
        date(2026, 12, 1),
        time(10, 30),
        "Dr Grey",
        "Clinic B",
    )
    assert (one.state, one.zone, one.by) == ("planned", "Europe/London", owner)
    assert "1 Dec 2026 at 10:30, Dr Grey, Clinic B" in response.content.decode()
    assert AuditEntry.objects.filter(action="add appointment", by=owner).count() == 1


def test_another_appointment_from_the_same_page_is_not_lost(dad, patient):
    key = {"id": "0b0e7f3a-1111-4222-8333-444455556666"}
    for whom in ("Dr Grey", "Dr Brown"):
        dad.post(address("appointment_add", patient), {**TYPED, **key, "whom": whom})
    assert set(Appointment.objects.values_list("whom", flat=True)) == {"Dr Grey", "Dr Brown"}


def test_somebody_elses_id_makes_a_new_appointment(dad, patient, stranger):
    theirs = make_diary(stranger, "Bo").ids["appointment_id"]
    dad.post(address("appointment_add", patient), {"id": theirs, **TYPED})
    assert Appointment.objects.get(patient=patient).pk != theirs
    assert Appointment.objects.get(pk=theirs).whom != "Dr Grey"


@pytest.mark.parametrize(
    ("day", "state"), [("2026-11-19", "held"), ("2026-11-20", "planned"), ("2026-11-21", "planned")]
)
def test_one_of_an_earlier_day_was_held(dad, patient, day, state):
    dad.post(address("appointment_add", patient), {"id": uuid4(), **TYPED, "day": day})
    assert Appointment.objects.get().state == state


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": ""}, "Give the day."),
        ({"day": "tomorrow"}, "That is not a date."),
        ({"day": "2028-11-20"}, "more than a year away"),
        ({"day": "1999-11-20"}, "before Ana was born"),
        ({"clock": "half ten"}, "That is not a time."),
        ({"whom": "x" * 121}, "120"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(dad, patient, typed, words):
    response = dad.post(address("appointment_add", patient), {"id": uuid4(), **TYPED, **typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "Clinic B" in page
    assert not Appointment.objects.exists()


def test_only_a_person_says_that_it_was_held(dad, patient, make):
    one = make(date(2026, 11, 18))
    page = dad.get(address("appointments", patient)).content.decode()
    assert "Did it take place?" in page
    one.refresh_from_db()
    assert one.state == "planned"
    dad.post(address("appointment_settle", patient, one.pk), {"state": "held"})
    one.refresh_from_db()
    assert one.state == "held"
    assert "Did it take place?" not in dad.get(address("appointments", patient)).content.decode()
    assert one.notes.get().text == "Marked as held."


def test_what_is_still_to_come_cannot_be_held(dad, patient, make):
    one = make(date(2026, 11, 21))
    url = address("appointment_settle", patient, one.pk)
    response = dad.post(url, {"state": "held"}, follow=True)
    assert "still to come" in response.content.decode()
    one.refresh_from_db()
    assert one.state == "planned"
    assert "It was held" not in response.content.decode()


def test_it_is_cancelled_and_planned_again_and_each_change_is_a_line(dad, patient, make, owner):
    one = make(date(2026, 11, 25))
    url = address("appointment_settle", patient, one.pk)
    for state in ("cancelled", "cancelled", "planned", "nonsense"):
        dad.post(url, {"state": state})
    assert [note.text for note in one.notes.all()] == ["Marked as cancelled.", "Marked as planned."]
    actions = AuditEntry.objects.filter(row__startswith="appointment:").values_list("action")
    assert sorted(a for (a,) in actions) == [
        "mark appointment cancelled",
        "mark appointment planned",
    ]


def test_a_change_keeps_what_stood_there_before(dad, patient, held):
    url = address("appointment_edit", patient, held.pk)
    assert 'value="2026-11-12"' in dad.get(url).content.decode()
    for _ in range(2):
        dad.post(url, {"id": held.pk, **TYPED, "day": "2026-11-13"})
    held.refresh_from_db()
    assert (held.day, held.state) == (date(2026, 11, 13), "held")
    assert [note.text for note in held.notes.all()] == [
        "Changed to: 13 Nov 2026 at 10:30, Dr Grey, Clinic B. Before: 12 Nov 2026, Dr Grey."
    ]


def test_one_that_was_held_and_is_moved_ahead_is_planned_again(dad, patient, held):
    dad.post(address("appointment_edit", patient, held.pk), {"id": held.pk, **TYPED})
    held.refresh_from_db()
    assert held.state == "planned"
    assert "planned again" in held.notes.get().text


def test_what_was_said_is_only_added_and_never_read_by_a_rule(dad, patient, held, owner):
    url = address("appointment", patient, held.pk)
    words = "Fever 41 is fine, stop blinatumomab. " + HOSTILE
    for _ in range(2):
        response = dad.post(url, {"text": words}, follow=True)
    note = AppointmentNote.objects.get()
    assert (note.text, note.by, note.kind) == (words, owner, "said")
    page = response.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<script>alert" not in page
    assert not Finding.objects.exists()
    dad.post(url, {"text": "Second"})
    assert held.notes.count() == 2


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
def test_an_empty_or_endless_note_is_not_kept(dad, patient, held, text):
    response = dad.post(address("appointment", patient, held.pk), {"text": text})
    assert response.status_code == 422
    assert not AppointmentNote.objects.exists()


def test_a_note_written_by_mistake_is_taken_out_and_leaves_a_line(dad, patient, held, owner):
    dad.post(address("appointment", patient, held.pk), {"text": "For Ben, not for Ana"})
    note = AppointmentNote.objects.get()
    url = address("appointment_note_take_out", patient, held.pk, note.pk)
    page = dad.post(url, follow=True).content.decode()
    assert "A note was removed. It was written by mistake." in page
    assert "For Ben" not in page
    note.refresh_from_db()
    assert note.withdrawn == NOW
    assert AuditEntry.objects.filter(action="take out appointment note", by=owner).exists()


def test_a_line_about_a_change_cannot_be_taken_out(dad, patient, held, owner):
    settle_appointment(held, state="cancelled", by=owner)
    line = held.notes.get()
    url = address("appointment_note_take_out", patient, held.pk, line.pk)
    assert dad.post(url).status_code == 404
    line.refresh_from_db()
    assert line.withdrawn is None


def test_an_answer_says_whose_it_is_at_which_appointment_and_who_wrote_it(
    dad, patient, owner, held
):
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    url = address("question_answer", patient, question.pk)
    page = dad.get(f"{url}?at={held.pk}").content.decode()
    assert f'value="{held.pk}" selected' in page
    typed = {"text": f"After the line is out. {HOSTILE}", "whom": "Dr Grey", "appointment": held.pk}
    for _ in range(2):
        page = dad.post(url, typed, follow=True).content.decode()
    answer = Answer.objects.get()
    assert (answer.question, answer.appointment, answer.by) == (question, held, owner)
    question.refresh_from_db()
    assert question.answered == NOW
    words = "Answered by Dr Grey, at the appointment of 12 Nov 2026. Added by Dad, 20 Nov"
    assert words in page
    assert "<script>alert" not in page
    assert words in dad.get(address("appointment", patient, held.pk)).content.decode()


def test_an_answer_needs_neither_a_name_nor_an_appointment(dad, patient, owner):
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    url = address("question_answer", patient, question.pk)
    assert dad.post(url, {"text": " "}).status_code == 422
    page = dad.post(url, {"text": "By phone: yes"}, follow=True).content.decode()
    assert "Who answered is not recorded. Added by Dad" in page


def test_answers_stay_when_the_question_is_asked_again(dad, patient, owner):
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    dad.post(address("question_answer", patient, question.pk), {"text": "Not yet"})
    dad.post(address("question_tick", patient, question.pk), {"open": "1"})
    dad.post(address("question_answer", patient, question.pk), {"text": "Now, yes"})
    page = dad.get(address("questions", patient)).content.decode()
    assert "Not yet" in page
    assert "Now, yes" in page


def test_only_appointments_that_have_been_are_offered(dad, patient, owner, stranger, make, held):
    make(date(2026, 11, 21), whom="Dr Tomorrow")
    make(date(2026, 11, 19), "cancelled", whom="Dr Never")
    make(TODAY, whom="Dr Today")
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    url = address("question_answer", patient, question.pk)
    page = dad.get(url).content.decode()
    assert "Dr Today" in page
    assert "Dr Tomorrow" not in page
    assert "Dr Never" not in page
    theirs = make_diary(stranger, "Bo").ids["appointment_id"]
    response = dad.post(url, {"text": "yes", "appointment": theirs})
    assert response.status_code == 422
    assert not Answer.objects.filter(question=question).exists()


def test_reader_stranger_and_anonymous(client, reader, stranger, log_in, patient, owner, held):
    note = held.notes.create(kind="said", text="All was said", by=owner, written=NOW)
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    page = log_in(reader).get(address("appointment", patient, held.pk)).content.decode()
    assert "All was said" in page
    assert "Save for Ana" not in page
    assert "Written by mistake" not in page
    page = log_in(reader).get(address("appointments", patient)).content.decode()
    assert "Add an appointment" not in page
    before = AuditEntry.objects.count()
    for url in (
        address("appointment_add", patient),
        address("appointment", patient, held.pk),
        address("appointment_edit", patient, held.pk),
        address("appointment_settle", patient, held.pk),
        address("appointment_note_take_out", patient, held.pk, note.pk),
        address("question_answer", patient, question.pk),
    ):
        typed = {"id": uuid4(), **TYPED, "text": "a", "state": "cancelled"}
        assert log_in(reader).post(url, typed).status_code == 403
        assert log_in(stranger).post(url, typed).status_code == 404
        assert client.post(url, typed).status_code == 302
    for url in (address("appointments", patient), address("appointment", patient, held.pk)):
        assert log_in(stranger).get(url).status_code == 404
    assert AuditEntry.objects.count() == before


def test_it_is_reached_from_more_and_from_the_summary(dad, patient):
    for name in ("patient_more", "summary"):
        page = dad.get(address(name, patient)).content.decode()
        assert address("appointments", patient) in page


def test_the_list_and_the_page_cost_the_same_with_many(
    dad, patient, owner, make, held, django_assert_max_num_queries
):
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    for number in range(60):
        make(date(2026, 1, 1), "held", whom=f"Dr {number}")
        held.notes.create(kind="said", text=f"{number}", by=owner, written=NOW)
        Answer.objects.create(
            question=question, text=f"{number}", appointment=held, by=owner, written=NOW
        )
    with django_assert_max_num_queries(14):
        page = dad.get(address("appointments", patient)).content.decode()
    assert "Show 41 older" in page
    assert "Dr 0<" in dad.get(address("appointments", patient) + "?all=1").content.decode()
    with django_assert_max_num_queries(16):
        dad.get(address("appointment", patient, held.pk))
    with django_assert_max_num_queries(16):
        dad.get(address("questions", patient))
