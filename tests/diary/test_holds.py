"""A treatment that the team put on hold: not a missed dose, and no rule reads it."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import local_day
from diary.core.errors import Refusal
from diary.core.words import day_words, span_words
from diary.history.bands import bands_of
from diary.history.timeline import timeline
from diary.judging.holds import hold_on
from diary.judging.standing import courses_between, standings, treatment_lines
from diary.judging.watch import cut_time
from diary.models import Course, Finding, Hold
from diary.treatment.actions import courses, doses, holds
from diary.treatment.actions.doses import Times
from diary.treatment.doses import tablet_weeks
from tests.diary.answers import said
from tests.diary.test_watch import NOW, any_treatment, every_answer
from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.urgency import SymptomReport, assess

LogIn = Callable[[User], Client]
DAY = timedelta(days=1)
SEVERITIES = {severity.slug: severity for severity in Severity}


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


@pytest.fixture
def tablets(patient: Patient, owner: User, today: date) -> Course:
    return courses.start_course(patient, therapy="imatinib", started=today - 40 * DAY, by=owner)


@pytest.fixture
def pump(patient: Patient, owner: User, today: date) -> Course:
    """Cycle 1, day 6, the pump runs."""
    first = today - 5 * DAY
    course = courses.start_course(patient, therapy="blinatumomab", started=first, by=owner)
    courses.start_cycle(course, started=first, by=owner)
    doses.start_pump(course, day=first, by=owner)
    return course


@pytest.fixture
def drip(patient: Patient, owner: User, today: date) -> Course:
    course = courses.start_course(patient, therapy="rituximab", started=today - 20 * DAY, by=owner)
    doses.record_infusion(course, Times(today - 13 * DAY), by=owner)
    return course


@pytest.fixture
def car_t(patient: Patient, owner: User, today: date) -> Course:
    course = courses.start_course(
        patient, therapy="obecabtagene-autoleucel", started=today - 3 * DAY, by=owner
    )
    doses.set_single_infusion(course, Times(today - 3 * DAY), is_planned=False, by=owner)
    return course


@pytest.fixture
def named(patient: Patient, owner: User, today: date) -> Course:
    return courses.start_course(
        patient, kind="chemotherapy", name="Maintenance", started=today - 9 * DAY, by=owner
    )


@pytest.fixture
def undated(patient: Patient, owner: User) -> Course:
    (course,) = courses.choose_treatments(patient, therapies=["dasatinib"], others={}, by=owner)
    return course


@pytest.fixture
def every(
    tablets: Course, pump: Course, drip: Course, car_t: Course, named: Course, undated: Course
) -> list[Course]:
    return [tablets, pump, drip, car_t, named, undated]


def held(course: Course, by: User, started: date, ended: date | None = None) -> Hold:
    return holds.put_on_hold(course, started=started, ended=ended, reason="Counts", by=by)


def page(name: str, course: Course, *more: Any) -> str:
    return reverse(name, args=[course.patient_id, course.pk, *more])


def text(response: Any) -> str:
    return str(response.content.decode())


def lines(patient: Patient) -> list[str]:
    now = timezone.now()
    return treatment_lines(courses_between(patient, now, now), now, patient.tz)


# Its days ---------------------------------------------------------------------------------------


def test_it_is_recorded_resumed_changed_and_withdrawn_each_with_a_row_of_who(
    tablets: Course, owner: User, today: date
) -> None:
    hold = held(tablets, owner, today - 5 * DAY)
    assert hold_on(tablets, today) == hold
    holds.resume(hold, again=today - 2 * DAY, by=owner)
    assert hold.ended == today - 3 * DAY
    holds.change_hold(hold, started=today - 6 * DAY, ended=None, reason="Liver", by=owner)
    holds.withdraw_hold(hold, by=owner)
    holds.withdraw_hold(hold, by=owner)
    assert hold_on(Course.objects.get(pk=tablets.pk), today) is None
    written = AuditEntry.objects.order_by("at").values_list("action", flat=True)
    assert list(written)[-4:] == ["put on hold", "resume", "change hold", "withdraw hold"]
    assert Hold.objects.get().reason == "Liver"


def test_a_hold_holds_its_first_and_its_last_day(tablets: Course, owner: User, today: date) -> None:
    hold = held(tablets, owner, today - 5 * DAY, today - 3 * DAY)
    found = [n for n in range(8) if hold_on(tablets, today - n * DAY) == hold]
    assert found == [3, 4, 5]


def test_it_is_over_with_its_course(tablets: Course, owner: User, today: date) -> None:
    held(tablets, owner, today - 5 * DAY)
    courses.end_course(tablets, ended=today - 3 * DAY, by=owner)
    assert hold_on(tablets, today - 3 * DAY)
    assert hold_on(tablets, today - 2 * DAY) is None
    assert "on hold" not in lines(tablets.patient)[0]


@pytest.mark.parametrize(
    ("first", "last"), [(5, None), (4, None), (3, 3), (6, 5), (9, None), (3, 1), (9, 0)]
)
def test_no_two_holds_share_a_day(
    tablets: Course, owner: User, today: date, first: int, last: int | None
) -> None:
    held(tablets, owner, today - 5 * DAY, today - 3 * DAY)
    ended = None if last is None else today - last * DAY
    with pytest.raises(Refusal, match="already on hold"):
        held(tablets, owner, today - first * DAY, ended)
    assert tablets.holds.count() == 1


def test_one_after_the_other_is_kept(tablets: Course, owner: User, today: date) -> None:
    held(tablets, owner, today - 5 * DAY, today - 3 * DAY)
    held(tablets, owner, today - 2 * DAY)
    held(tablets, owner, today - 9 * DAY, today - 6 * DAY)
    assert tablets.holds.count() == 3


def test_it_lies_within_its_course_whichever_is_changed(
    tablets: Course, owner: User, today: date
) -> None:
    with pytest.raises(Refusal, match="before the first day of the treatment"):
        held(tablets, owner, tablets.started - DAY)
    hold = held(tablets, owner, today - 5 * DAY)
    with pytest.raises(Refusal, match="put on hold"):
        courses.edit_course(tablets, started=today - 4 * DAY, ended=None, by=owner)
    with pytest.raises(Refusal, match="put on hold"):
        courses.end_course(tablets, ended=today - 6 * DAY, by=owner)
    holds.withdraw_hold(hold, by=owner)
    tablets = Course.objects.get(pk=tablets.pk)
    courses.end_course(tablets, ended=today - 6 * DAY, by=owner)
    with pytest.raises(Refusal, match="after the last day of the treatment"):
        held(tablets, owner, today - 7 * DAY, today - 5 * DAY)


def test_it_is_resumed_after_its_first_day(tablets: Course, owner: User, today: date) -> None:
    hold = held(tablets, owner, today)
    with pytest.raises(Refusal, match="Give a later day"):
        holds.resume(hold, again=today, by=owner)


def test_the_database_refuses_what_cannot_be(tablets: Course, owner: User, today: date) -> None:
    row = {"course": tablets, "by": owner, "recorded": timezone.now()}
    with pytest.raises(IntegrityError, match="hold_ends_after_it_starts"), transaction.atomic():
        Hold.objects.create(started=today, ended=today - DAY, **row)
    Hold.objects.create(started=today - 9 * DAY, withdrawn=timezone.now(), **row)
    Hold.objects.create(started=today, ended=today, **row)
    Hold.objects.create(started=today + DAY, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(started=today + 2 * DAY, **row)


# What is shown ----------------------------------------------------------------------------------


def test_the_header_says_since_when_and_counts_on(
    pump: Course, tablets: Course, owner: User, today: date
) -> None:
    held(pump, owner, today - DAY)
    held(tablets, owner, today - 2 * DAY, today + DAY)
    found = lines(pump.patient)
    assert f"Blinatumomab · day 6 of 28, cycle 1, on hold since {day_words(today - DAY)}" in found
    span = span_words(today - 2 * DAY, today + DAY)
    assert f"Imatinib · day 40, on hold {span}" in found


def test_every_treatment_says_it_on_every_page_of_the_patient(
    every: list[Course], client: Client, patient: Patient, owner: User, today: date
) -> None:
    for course in every:
        held(course, owner, today - DAY)
    found = text(client.get(reverse("today", args=[patient.pk])))
    assert found.count(f"on hold since {day_words(today - DAY)}") == len(every)


def test_every_treatment_under_way_can_be_put_on_hold_and_ended(
    every: list[Course], client: Client, patient: Patient
) -> None:
    overview = text(client.get(reverse("treatment", args=[patient.pk])))
    for course in every:
        for found in (
            overview if course.is_dated else "",
            text(client.get(page("course", course))),
        ):
            if found:
                assert page("hold_add", course) in found
                assert (page("course_end", course) in found) is course.is_dated


def test_a_transplant_is_one_day(client: Client, patient: Patient, owner: User) -> None:
    day = local_day(timezone.now(), patient.tz) - 9 * DAY
    course = courses.start_course(
        patient, kind="transplant", name="From a brother", started=day, by=owner
    )
    found = text(client.get(page("course", course)))
    assert page("hold_add", course) not in found
    assert page("course_end", course) not in found
    assert client.get(page("hold_add", course)).status_code == 404


def test_a_pump_that_was_stopped_says_so_at_once_and_can_be_ended(
    client: Client, pump: Course, today: date
) -> None:
    assert page("pump_stop", pump) in text(client.get(page("course", pump)))
    client.post(page("pump_stop", pump), {"day": today})
    for address in (page("course", pump), reverse("treatment", args=[pump.patient_id])):
        found = text(client.get(address))
        assert found.count("ay 6 of 28, cycle 1, pump stopped today") >= 2  # header and page
        assert page("pump_stop", pump) not in found
        assert page("pump_start", pump) in found
        assert "Next bag change" not in found
        assert page("course_end", pump) in found
    client.post(page("course_end", pump), {"day": today - DAY})  # the pump ran until today
    assert Course.objects.get(pk=pump.pk).ended is None
    client.post(page("course_end", pump), {"day": today})
    assert Course.objects.get(pk=pump.pk).ended == today


def test_a_pump_that_was_stopped_before_says_so(client: Client, pump: Course, today: date) -> None:
    client.post(page("pump_stop", pump), {"day": today - DAY, "at": "10:00"})
    found = text(client.get(reverse("treatment", args=[pump.patient_id])))
    assert found.count("ay 6 of 28, cycle 1, pump stopped") >= 2
    assert "pump stopped today" not in found


def test_whoever_puts_a_running_pump_on_hold_is_led_to_its_stop(
    client: Client, pump: Course, today: date
) -> None:
    assert page("pump_stop", pump) in text(client.get(page("hold_add", pump)))
    client.post(page("pump_stop", pump), {"day": today})
    assert page("pump_stop", pump) not in text(client.get(page("hold_add", pump)))


def test_one_infusion_that_has_ended_is_over_still_counts_and_is_corrected(
    client: Client, car_t: Course, today: date
) -> None:
    client.post(page("course_end", car_t), {"day": today - DAY})
    assert "It still counts" in text(client.get(reverse("treatment", args=[car_t.patient_id])))
    assert page("course_edit", car_t) in text(client.get(page("course", car_t)))
    late = {f"c-{car_t.pk}-first_day": today, f"c-{car_t.pk}-done": "yes"}
    response = client.post(page("course_infusion", car_t), late)
    assert response.status_code == 422
    assert "after the last day" in text(response)


def test_a_cycle_is_not_moved_behind_the_end(client: Client, pump: Course, today: date) -> None:
    client.post(page("course_end", pump), {"day": today - DAY})
    address = page("cycle_edit", pump, pump.cycles.get().pk)
    response = client.post(address, {"day": today})
    assert response.status_code == 422
    assert "after the last day" in text(response)


# Its tablets ------------------------------------------------------------------------------------


def test_on_hold_tablets_are_neither_missed_nor_forgotten(
    tablets: Course, owner: User, today: date
) -> None:
    for back, taken in ((4, True), (3, False), (2, True)):
        doses.record_tablet(tablets, day=today - back * DAY, taken=taken, by=owner)
    held(tablets, owner, today - 3 * DAY, today - DAY)
    week = tablet_weeks([tablets], today)[tablets.pk]
    assert [day.status_words for day in week] == [
        "not recorded",
        "not recorded",
        "taken",
        "on hold",
        "taken",
        "on hold",
        "not recorded",
    ]
    assert [day.mark for day in week] == ["", "", "●", "‖", "●", "‖", ""]


def test_on_hold_nobody_is_asked_whether_they_were_missed(
    client: Client, tablets: Course, owner: User, today: date
) -> None:
    asked = f'id="missed-{tablets.pk}"'
    overview = reverse("treatment", args=[tablets.patient_id])
    assert asked in text(client.get(overview))
    held(tablets, owner, today)
    found = text(client.get(overview))
    assert asked not in found
    assert "Tablets today: on hold" in found
    assert "‖ on hold" in found
    days = text(client.get(page("tablets", tablets)))
    assert days.count('value="missed"') == 13  # of 14


def test_history_and_charts_show_it(tablets: Course, owner: User, today: date) -> None:
    doses.record_tablet(tablets, day=today - 3 * DAY, taken=False, by=owner)
    doses.record_tablet(tablets, day=today - 4 * DAY, taken=False, by=owner)
    held(tablets, owner, today - 3 * DAY, today - DAY)
    read = timeline(tablets.patient, today - 4 * DAY, today)
    span = span_words(today - 3 * DAY, today - DAY)
    stood = [[f", on hold {span}" in line for line in day.treatment] for day in read.days]
    assert stood == [[False], [True], [True], [True], [False]]
    given = [[dose.words for dose in day.doses] for day in read.days]
    assert given[:2] == [["Imatinib: tablets missed"], ["Imatinib: tablets not taken, on hold"]]
    (band,) = bands_of(read, tablets.patient.tz, timezone.now())
    assert [(one.kind, one.words) for one in band.days.values()] == [
        ("missed", "tablets missed"),
        ("break", "on hold"),
        ("break", "on hold"),
        ("break", "on hold"),
        ("open", "tablets not recorded"),
    ]


def test_a_running_pump_on_hold_is_drawn_as_running(pump: Course, owner: User, today: date) -> None:
    held(pump, owner, today - DAY)
    read = timeline(pump.patient, today - 2 * DAY, today)
    (band,) = bands_of(read, pump.patient.tz, timezone.now())
    assert [one.words for one in band.days.values()] == ["pump", "pump, on hold", "pump, on hold"]


# The pages --------------------------------------------------------------------------------------


def test_the_pages_put_on_hold_resume_change_and_withdraw(
    client: Client, tablets: Course, today: date
) -> None:
    said_of_it = {"first_day": today - 3 * DAY, "last_day": "", "reason": "Low platelets"}
    response = client.post(page("hold_add", tablets), said_of_it)
    assert response["Location"] == page("course", tablets)
    hold = tablets.holds.get()
    found = text(client.get(page("course", tablets)))
    assert f"Since {day_words(today - 3 * DAY)}: Low platelets" in found
    assert page("hold_add", tablets) not in found
    assert page("hold_resume", tablets, hold.pk) in found
    client.post(page("hold_resume", tablets, hold.pk), {"day": today})
    hold.refresh_from_db()
    assert hold.ended == today - DAY
    assert page("hold_add", tablets) in text(client.get(page("course", tablets)))
    form = text(client.get(page("hold_edit", tablets, hold.pk)))
    assert f'value="{today - DAY}"' in form
    assert 'value="Low platelets"' in form
    changed = {"first_day": today - 2 * DAY, "last_day": today - DAY, "reason": ""}
    client.post(page("hold_edit", tablets, hold.pk), changed)
    hold.refresh_from_db()
    assert (hold.started, hold.reason) == (today - 2 * DAY, "")
    client.post(page("hold_withdraw", tablets, hold.pk))
    assert hold_on(Course.objects.get(pk=tablets.pk), today - DAY) is None
    assert client.get(page("hold_edit", tablets, hold.pk)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first_day": ""}, "Give the day"),
        ({"first_day": "3.11.26"}, "That is not a date"),
        ({"last_day": -9}, "This is before the first day on hold"),
        ({"first_day": -400}, "before the first day of the treatment"),
        ({"first_day": 400}, "more than a year away"),
        ({"reason": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(
    client: Client, tablets: Course, today: date, sent: dict[str, Any], words: str
) -> None:
    days = {n: today + v * DAY if isinstance(v, int) else v for n, v in sent.items()}
    said_of_it = {"first_day": today, "last_day": "", "reason": "Liver", **days}
    response = client.post(page("hold_add", tablets), said_of_it)
    assert response.status_code == 422
    assert words in text(response)
    assert str(said_of_it["reason"]) in text(response)
    assert not tablets.holds.exists()


def test_an_open_hold_sent_twice_is_one(client: Client, tablets: Course, today: date) -> None:
    said_of_it = {"first_day": today, "last_day": "", "reason": ""}
    client.post(page("hold_add", tablets), said_of_it)
    assert client.post(page("hold_add", tablets), said_of_it).status_code == 422
    assert tablets.holds.count() == 1


def test_who_may_not_write_changes_nothing(
    log_in: LogIn, tablets: Course, owner: User, reader: User, stranger: User, today: date
) -> None:
    hold = held(tablets, owner, today)
    before = list(Hold.objects.values())
    addresses = [
        page("hold_add", tablets),
        *(page(f"hold_{name}", tablets, hold.pk) for name in ("edit", "resume", "withdraw")),
    ]
    for address in addresses:
        sent = {"first_day": today, "day": today}
        assert log_in(reader).post(address, sent).status_code == 403
        assert log_in(stranger).post(address, sent).status_code == 404
        assert Client().post(address, sent).status_code == 302
    assert list(Hold.objects.values()) == before
    found = text(log_in(reader).get(page("course", tablets)))
    assert "On hold, ordered by the team" in found
    assert not [address for address in addresses if address in found]


def test_a_hold_of_another_treatment_is_not_found(
    client: Client, tablets: Course, named: Course, owner: User, today: date
) -> None:
    hold = held(named, owner, today)
    for name in ("edit", "resume", "withdraw"):
        assert client.post(page(f"hold_{name}", tablets, hold.pk)).status_code == 404


def test_many_holds_cost_no_more_queries_than_one(
    client: Client, every: list[Course], patient: Patient, owner: User, today: date
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("treatment", args=[patient.pk]))
        return len(queries)

    held(every[0], owner, today)
    asked()
    before = asked()
    for course in every[1:]:
        held(course, owner, today)
    for n in range(1, 40, 2):
        held(every[0], owner, today - n * DAY, today - n * DAY)
    assert asked() == before


# The engine -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_with_a_hold_the_engine_answers_as_without(
    patient: Patient, owner: User, seed: int
) -> None:
    """Any treatment, any hold, any answer: the same standings, moments and findings."""
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    any_treatment(patient, dice)
    at = NOW + dice.randint(0, 47) * timedelta(hours=1)
    before = _engine(patient, at)
    for course in patient.courses.all():
        first = max(course.started, local_day(at, patient.tz) - dice.randint(0, 9) * DAY)
        length = dice.choice((None, 0, 3, 30))
        Hold.objects.create(
            course=course,
            started=first,
            ended=None if length is None else first + length * DAY,
            by=owner,
            recorded=NOW,
        )
    assert _engine(patient, at) == before


def _engine(patient: Patient, at: datetime) -> tuple[Any, ...]:
    end = at + 2 * DAY
    loaded = courses_between(patient, at, end)
    found = standings(patient, at)
    answers = [
        assess(
            [SymptomReport(one.symptom, SEVERITIES.get(one.answer))], found, rules=catalogue().rules
        )
        for one in every_answer()
    ]
    return found, answers, cut_time(loaded, patient.tz, at, end)


def test_an_urgent_sign_on_hold_is_found_as_without(pump: Course, owner: User, today: date) -> None:
    def found() -> list[Any]:
        entry = said(timezone.now(), ReportData("confusion", "severe"))
        check_in = record_check_in(pump.patient, entry, by=owner)
        rows = Finding.objects.filter(version__check_in=check_in)
        return list(rows.values_list("rule", "level", "course").order_by("rule"))

    before = found()
    held(pump, owner, today - DAY)
    assert before
    assert found() == before


def test_the_engine_asks_for_no_hold(
    pump: Course, owner: User, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(pump, owner, today - DAY)
    now = timezone.now()

    def refuse(_course: Course) -> list[Hold]:
        raise AssertionError("Somebody asked for a hold")

    monkeypatch.setattr("diary.judging.holds.holds_of", refuse)
    assert standings(pump.patient, now)
    with pytest.raises(AssertionError, match="asked for a hold"):
        lines(pump.patient)


def test_ending_what_is_given_once_silences_no_rule() -> None:
    """Its page offers the end too: the days since the infusion go on to decide."""
    known = catalogue()
    once = {slug for slug, one in known.therapies.items() if one.giving == "single-infusion"}
    assert once
    assert once <= known.rules.never_end
