"""A fever and what comes after: masks, slips of the unit, the next reading, and the thread."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import erasing
from diary.care_card.actions import record_call, record_event
from diary.care_card.readings import next_reading, series
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.load import entry_of
from diary.core.days import end_of, start_of
from diary.judging.masks import mask_words, masks_between
from diary.judging.medicines import known_by
from diary.models import CheckIn, Finding, Medicine, Report
from diary.team.actions import set_family_card
from diary.treatment.actions.at_home import record_medicine, withdraw_medicine
from diary.treatment.actions.courses import (
    choose_treatments,
    end_course,
    start_course,
    withdraw_course,
)
from summary.content.build import content
from tests.diary.answers import reading, said, typed, with_numbers
from tests.diary.open_entries import still_open
from therapies.catalogue import catalogue

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def give(patient, owner):
    def record(medicine="paracetamol", at=NOW - HOUR, name="", hours=None):
        return record_medicine(
            patient, medicine=medicine, name=name, amount="", at=at, next_hours=hours, by=owner
        )

    return record


def page(client, check_in, name="check_in"):
    return client.get(reverse(name, args=[check_in.patient_id, check_in.pk])).content.decode()


def care(client, check_in):
    html = page(client, check_in)
    return html[html.index('class="care') :]


def reached(check_in, owner, **more):
    fields = {"whom": "ward", "at": NOW, "advice": "Stay home", "reason": "", "by": owner} | more
    return record_call(check_in, **({"outcome": "reached"} | fields))


def close(check_in, owner):
    return reached(check_in, owner, outcome="closed", whom="", reason="seen on the ward")


@pytest.mark.parametrize("slug", list(catalogue().medicines))
def test_a_reading_within_the_hours_of_a_medicine_may_be_masked(slug, log, give, dad):
    hours = timedelta(hours=catalogue().medicines[slug].masks_hours)
    check_in = log("36.8")
    given = give(slug, at=NOW - hours)
    assert "may be masked by" in care(dad, check_in)
    for at in (NOW - hours - timedelta(seconds=1), NOW + timedelta(seconds=1)):
        with erasing():
            Medicine.objects.update(at=at)
        assert "may be masked" not in page(dad, check_in)
    with erasing():
        Medicine.objects.update(at=NOW)
    assert "may be masked" in page(dad, check_in)
    withdraw_medicine(given, by=given.by)
    assert "may be masked by" not in page(dad, check_in)


def test_a_fever_is_not_called_masked_and_an_own_medicine_hides_nothing(log, give, dad):
    give()
    assert "may be masked by" not in page(dad, log("38.0"))
    with erasing():
        Medicine.objects.all().delete()
    give("", name="Ondansetron")
    assert "may be masked by" not in page(dad, log("37.9"))


@pytest.mark.parametrize("degrees", ["36.8", "37.5", "37.9", "38.0", "35.0", "34.2"])
def test_a_mask_lowers_nothing(degrees, log, give):
    def found(check_in):
        return {(f.rule, f.level) for f in Finding.objects.filter(version__check_in=check_in)}

    before = found(log(degrees))
    give("dexamethasone")
    assert found(log(degrees)) >= before


def test_history_and_summary_say_it_too(log, give, dad, patient, owner):
    check_in = log("36.8")
    give()
    html = dad.get(reverse("history_day", args=[patient.pk, TODAY])).content.decode()
    words = "may be masked by Paracetamol at 20:40"
    assert f"36.8 °C, {words}" in html
    assert "Paracetamol given at 20:40" in html
    made = content(patient, check_in.local_day, check_in.local_day, by=owner)
    assert words in made.readings[0].readings[0].mark
    assert made.medicines == ("20 Nov 2026: Paracetamol given at 20:40",)
    assert words in dad.get(reverse("today", args=[patient.pk])).content.decode()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Calpol 6 plus", "paracetamol"),
        ("TYLENOL", "paracetamol"),
        ("paracetomol", "paracetamol"),
        ("acetaminophen", "paracetamol"),
        ("ibuprofin syrup", "ibuprofen"),
        ("prednisone", "prednisolone"),
        ("dexametasone", "dexamethasone"),
        ("steroid tablets", "hydrocortisone"),
        ("Ondansetron", ""),
        ("omeprazole", ""),
    ],
)
def test_a_name_that_somebody_types_is_known(name, slug):
    assert known_by(name) == slug


def medicine(**fields):
    return {"id": str(uuid4()), "medicine": "paracetamol", "when": "now"} | fields


def test_the_next_dose_is_only_what_the_family_entered(dad, patient):
    url = reverse("medicines", args=[patient.pk])
    assert dad.post(url, medicine()).status_code == 302
    assert "Next dose not before" not in dad.get(url).content.decode()
    form = medicine(next_hours="6", when="half", amount="5 ml")
    assert dad.post(url, form).status_code == 302
    assert dad.post(url, form).status_code == 302
    assert Medicine.objects.count() == 2
    html = dad.get(url).content.decode()
    assert "Next dose not before 21 Nov 2026 at 03:10" in html
    assert "5 ml given at 21:10" in html


@pytest.mark.parametrize(
    "fields",
    [
        {"medicine": ""},
        {"medicine": "other"},
        {"medicine": "wine"},
        {"when": "other"},
        {"when": "other", "time": "23:30"},
        {"when": "other", "day": "0001-01-01", "time": "10:00"},
        {"next_hours": "0"},
        {"next_hours": "999"},
        {"id": "1"},
    ],
)
def test_a_medicine_that_cannot_be_is_asked_again(fields, dad, patient):
    form = medicine(amount="5 ml") | fields
    response = dad.post(reverse("medicines", args=[patient.pk]), form)
    assert response.status_code == 422
    assert "5 ml" in response.content.decode()
    assert not Medicine.objects.exists()


def test_only_who_may_write_may_write_a_medicine(patient, give, client, stranger, reader, log_in):
    one = give()
    url = reverse("medicines", args=[patient.pk])
    out = reverse("medicine_remove", args=[patient.pk, one.pk])
    for address in (url, out):
        assert client.post(address, medicine()).status_code == 302
        assert log_in(stranger).post(address, medicine()).status_code == 404
        assert log_in(reader).post(address, medicine()).status_code == 403
    html = log_in(reader).get(url).content.decode()
    assert "Paracetamol" in html
    assert "Entered by mistake" not in html
    one.refresh_from_db()
    assert one.withdrawn is None
    assert Medicine.objects.count() == 1


@pytest.mark.parametrize(("degrees", "unit", "other"), [("37,8", "F", "C"), ("100.4", "C", "F")])
def test_the_wrong_unit_is_asked_again_and_counts_as_fever(degrees, unit, other, dad, patient):
    fields = typed(unit=unit, **{f"temperature_{unit}": degrees})
    dad.post(reverse("today", args=[patient.pk]), fields)
    report = Report.objects.get()
    assert (report.temperature, report.unit) == (Decimal(degrees.replace(",", ".")), unit)
    html = care(dad, CheckIn.objects.get())
    assert "Call Ana&#x27;s care team now" in html
    assert f"Is the thermometer set to °{other}?" in html
    assert "counts as a fever" in html


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (None, "Fever line used: 38.0 °C (100.4 °F), the diary’s own."),
        ("37.5", "Fever line used: 37.5 °C (99.5 °F), from the hospital card."),
        ("38.5", "The hospital card gives 38.5 °C, which is higher. It does not raise the line."),
    ],
)
def test_the_page_says_which_line_applied_and_the_card_in_its_own_words(
    card, words, log, dad, patient, owner
):
    own = "Ring at once. " + "We mean it. " * 30
    degrees = Decimal(card) if card else None
    set_family_card(patient, words=own, fever_from=degrees, unit="C", by=owner)
    check_in = log("37.6")
    today = dad.get(reverse("today", args=[patient.pk])).content.decode()
    for html in (care(dad, check_in), today):
        assert words in html
        assert own.strip() in html
    set_family_card(patient, words=own, fever_from=Decimal("37.2"), unit="C", by=owner)
    assert "Now it is 37.2 °C (99.0 °F)." in care(dad, check_in)


def test_readings_stand_with_the_time_between_them(log, dad, patient):
    log("38.4", at=NOW - 2 * HOUR)
    check_in = log("37,2".replace(",", "."), at=NOW - timedelta(minutes=35))
    html = page(dad, check_in)
    assert "85 minutes later" in html
    assert re.search(r'<circle class="fever"[^>]*/><circle class="below"', html)
    assert "19:40: 38.4 °C, fever line or above. 21:05: 37.2 °C, 85 minutes later" in html
    drawn = series(patient, NOW, None, now=NOW)
    assert [point.x for point in drawn.points] == sorted(point.x for point in drawn.points)
    assert drawn.points[0].y < drawn.line_y < drawn.points[1].y


@pytest.mark.parametrize(
    ("degrees", "heights", "line"),
    [
        (("38.2", "37.4"), [54, 97], 65),  # one degree above the line, and one below
        (("41.0", "35.0"), [12, 118], 65),
        (("40.0", "37.5"), [12, 100], 83),
    ],
)
def test_the_drawing_goes_from_the_highest_reading_to_the_lowest(
    degrees, heights, line, log, patient
):
    for back, degree in zip((2, 1), degrees, strict=True):
        log(degree, at=NOW - back * HOUR)
    drawn = series(patient, NOW, None, now=NOW)
    assert [point.y for point in drawn.points] == heights
    assert drawn.line_y == line
    assert [point.kind for point in drawn.points] == ["fever", "below"]


def test_the_drawing_goes_from_the_first_reading_to_the_last(log, patient):
    log("37.0", at=NOW - 3 * HOUR)
    assert not series(patient, NOW, None, now=NOW).points, "one reading is no line"
    log("37.0", at=NOW - HOUR)
    log("37.0")
    drawn = series(patient, NOW, None, now=NOW)
    assert drawn.path == "12,118 209,118 308,118"


@pytest.mark.parametrize(("seconds", "across"), [(0, [12, 12]), (1, [12, 308])])
def test_two_readings_of_nearly_one_moment_are_drawn(seconds, across, log, patient):
    log("37.0", at=NOW - timedelta(seconds=seconds))
    log("37.2")
    assert [point.x for point in series(patient, NOW, None, now=NOW).points] == across


def test_the_readings_of_the_day_before_and_the_day_after_are_shown_and_none_of_the_future(
    log, patient
):
    about, minute = NOW - 2 * DAY, timedelta(minutes=1)
    for at in (about - DAY - minute, about - DAY, about + DAY, about + DAY + minute):
        log("37.0", at=at)
    found = series(patient, about, None, now=NOW).readings
    assert [reading.at for reading in found] == [about - DAY, about + DAY]
    found = series(patient, about, None, now=about + DAY - minute).readings
    assert [reading.at for reading in found] == [about - DAY]


def test_a_fever_that_was_felt_stands_among_the_readings_and_is_not_drawn(log, patient, owner):
    log("37.0", at=NOW - HOUR)
    record_check_in(patient, said(NOW, ReportData("fever", "yes")), by=owner)
    record_check_in(patient, said(NOW, ReportData("cough", "mild")), by=owner)
    found = series(patient, NOW, None, now=NOW)
    assert [(r.words, r.mark, r.is_fever) for r in found.readings] == [
        ("37.0 °C", "", False),
        ("felt feverish, not measured", "", True),
    ]
    assert not found.points


def test_the_time_is_that_since_the_reading_before(log, dad):
    log("38.4", at=NOW - 2 * HOUR)
    log("37.2", at=NOW - HOUR)
    html = page(dad, log("37.0", at=NOW - timedelta(minutes=10)))
    assert "50 minutes later" in html
    assert "110 minutes later" not in html
    assert "1 hour 50 minutes later" not in html


def test_the_minutes_to_the_call_count_from_the_finding_not_from_the_fever(dad, patient, owner):
    fever = said(NOW - 3 * HOUR, reading("38.4"), received=NOW)
    check_in = record_check_in(patient, fever, by=owner)
    reached(check_in, owner, at=NOW + timedelta(minutes=7))
    assert ", they answered, 7 minutes after the finding" in page(dad, check_in)
    made = content(patient, check_in.local_day, check_in.local_day, by=owner)
    assert ", they answered, 7 minutes after the finding" in made.moments[0].done[0]


def test_readings_of_two_days_name_their_days(log, dad):
    log("38.4", at=NOW - 23 * HOUR)
    check_in = log("37.2")
    html = page(dad, check_in)
    assert "19 Nov, 22:40" in html
    assert "20 Nov, 21:40" in html


def test_after_a_fever_the_next_reading_is_asked_for(log, dad, patient, owner, clock):
    assert next_reading(patient, now=NOW) is None
    check_in = log("38.4")
    treatment = reverse("treatment", args=[patient.pk])
    assert "temperature again" not in dad.get(treatment).content.decode(), "the call comes first"
    answered = {"id": str(uuid4()), "outcome": "reached", "whom": "emergency number", "when": "now"}
    dad.post(reverse("call_record", args=[patient.pk, check_in.pk]), answered)
    assert re.search(r"again at <time[^>]*>22:40</time>", dad.get(treatment).content.decode())
    clock.move_to(NOW + 2 * HOUR)
    assert "it was due at 22:40" in dad.get(treatment).content.decode()
    log("37.0", at=NOW + 2 * HOUR)
    assert next_reading(patient, now=NOW + 2 * HOUR).at == NOW + 3 * HOUR
    close(check_in, owner)
    assert "temperature again" not in dad.get(treatment).content.decode()


def test_the_team_says_when_to_measure_again(log, dad, patient):
    check_in = log("38.4")
    fields = {"id": str(uuid4()), "outcome": "reached", "whom": "emergency number", "when": "now"}
    url = reverse("call_record", args=[patient.pk, check_in.pk])
    assert dad.post(url, fields | {"again": "7"}).status_code == 422
    assert dad.post(url, fields | {"again": "30"}).status_code == 302
    measure = next_reading(patient, now=NOW)
    assert (measure.at, measure.is_from_team) == (NOW + HOUR / 2, True)
    html = page(dad, check_in)
    assert "Measure again on 20 Nov 2026 at 22:10" in html
    assert "as the team asked" in html


@pytest.mark.parametrize(("early", "is_asked_for"), [(10, False), (11, True)])
def test_a_reading_ten_minutes_early_is_the_one_that_the_team_asked_for(
    early, is_asked_for, log, owner, patient, clock
):
    reached(log("38.4"), owner, measure_at=NOW + 2 * HOUR)
    clock.move_to(NOW + 2 * HOUR)
    log("37.0", at=NOW + 2 * HOUR - timedelta(minutes=early))
    measure = next_reading(patient, now=NOW + 2 * HOUR)
    assert measure.is_from_team is is_asked_for
    assert (measure.at == NOW + 2 * HOUR) is is_asked_for
    assert measure.is_due is is_asked_for


def test_what_the_team_asked_for_is_asked_for_until_a_day_later(log, owner, patient):
    reached(log("38.4"), owner, measure_at=NOW + HOUR)
    assert next_reading(patient, now=NOW + HOUR + DAY).is_from_team
    assert next_reading(patient, now=NOW + HOUR + DAY + timedelta(minutes=1)) is None


def test_after_a_fever_the_next_reading_is_asked_for_until_a_day_later(log, patient):
    log("38.4")
    assert not next_reading(patient, now=NOW + HOUR - timedelta(minutes=1)).is_due
    assert next_reading(patient, now=NOW + HOUR).is_due
    asked = next_reading(patient, now=NOW + DAY)
    assert (asked.clock, asked.is_from_team) == ("yesterday, 22:40", False)
    assert next_reading(patient, now=NOW + DAY + timedelta(minutes=1)) is None


def test_a_call_does_not_close_the_thread_and_a_reason_does(log, dad, patient, owner):
    check_in = log("38.4")
    reached(check_in, owner, at=NOW + timedelta(minutes=7))
    history = reverse("history_day", args=[patient.pk, TODAY])
    html = dad.get(history).content.decode()
    assert "the team was told" in html
    assert "7 minutes after the finding" in html
    assert not still_open(CheckIn.objects.all()).exists()
    url = reverse("prompt_close", args=[patient.pk, check_in.pk])
    assert dad.post(url, {"id": str(uuid4()), "reason": ""}).status_code == 422
    assert CheckIn.objects.followed().exists()
    assert dad.post(url, {"id": str(uuid4()), "reason": "seen"}).status_code == 302
    assert not CheckIn.objects.followed().exists()
    html = dad.get(history).content.decode()
    assert "closed by Dad: seen" in html
    assert "Urgent, the team was told:" not in html


def test_time_and_a_lower_reading_close_nothing(log, log_in, patient, owner, clock):
    reached(log("38.4"), owner)
    log("36.6")
    clock.move_to(NOW + timedelta(days=40))
    html = log_in(owner).get(reverse("treatment", args=[patient.pk])).content.decode()
    assert "the team was told" in html
    assert "temperature again" not in html


def event(client, check_in, outcome, **fields):
    url = reverse("call_event", args=[check_in.patient_id, check_in.pk])
    return client.post(url, {"id": str(uuid4()), "outcome": outcome} | fields)


def numbers(html):
    return re.findall(r'href="tel:([^"]+)"', html)


def test_it_got_worse_shows_the_emergency_number_first(log, dad, patient, owner):
    with_numbers(patient)
    check_in = log("38.4")
    assert numbers(care(dad, check_in))[0] == "02079460123"
    reached(check_in, owner)
    assert event(dad, check_in, "worse").status_code == 302
    html = care(dad, check_in)
    assert numbers(html)[0] == "999"
    assert "It got worse: call 999 now" in html
    assert check_in in still_open(CheckIn.objects.all())
    url = reverse("call_record", args=[patient.pk, check_in.pk])
    fields = {"id": str(uuid4()), "outcome": "no-answer", "when": "now"}
    assert dad.post(url, fields | {"whom": "emergency number"}).status_code == 302
    assert numbers(care(dad, check_in))[0] == "999"
    made = content(patient, check_in.local_day, check_in.local_day, by=owner)
    worse = "it got worse, less than a minute after the finding"
    assert any(worse in done for done in made.moments[0].done)


def test_worse_from_an_old_page_is_not_swallowed(log, dad, owner, clock):
    check_in, key = log("38.4"), str(uuid4())
    event(dad, check_in, "in-hospital", id=key)
    event(dad, check_in, "worse", id=key)
    assert check_in in still_open(CheckIn.objects.all())
    clock.shift(60)
    reached(check_in, owner)
    clock.shift(60)
    assert check_in not in still_open(CheckIn.objects.all())
    event(dad, check_in, "worse", id=str(check_in.calls.get(outcome="worse").pk))
    assert check_in in still_open(CheckIn.objects.all())


def test_in_hospital_changes_words_and_not_the_level(log, dad, patient, clock):
    check_in = log("38.4")
    for outcome, words in (
        ("in-hospital", "Call the nurse now"),
        ("told-to-expect", "Tell Ana&#x27;s care team now that it has come"),
        ("neither", "Call Ana&#x27;s care team now"),
    ):
        clock.shift(60)
        event(dad, check_in, outcome)
        html = care(dad, check_in)
        assert words in html
        assert html.startswith('class="care urgent"')
        assert check_in in still_open(CheckIn.objects.all())
    assert set(Finding.objects.values_list("level", flat=True)) == {"urgent"}
    assert (
        "in hospital already"
        in dad.get(reverse("history_day", args=[patient.pk, TODAY])).content.decode()
    )


def test_only_who_may_write_may_say_it_got_worse(log, client, stranger, reader, log_in, dad):
    urgent, quiet = log("38.4"), log("36.8")
    assert event(client, urgent, "worse").status_code == 302
    assert event(log_in(stranger), urgent, "worse").status_code == 404
    assert event(log_in(reader), urgent, "worse").status_code == 403
    assert event(dad, quiet, "worse").status_code == 404
    assert event(dad, urgent, "better").status_code == 302
    assert not urgent.calls.exists()
    assert "It got worse</button>" not in page(log_in(reader), urgent)


def test_followed_here_is_followed_in_the_database(log, owner):
    made = [log("38.4") for _ in range(4)]
    reached(made[0], owner)
    close(made[1], owner)
    close(made[2], owner)
    with time_machine.travel(NOW + HOUR, tick=False):
        record_event(made[2], outcome="worse", by=owner)
        for check_in in made:
            entry = entry_of(check_in)
            assert entry.is_open is (check_in in still_open(CheckIn.objects.all()))
            assert entry.is_followed is (check_in in CheckIn.objects.followed())


TODAY = NOW.date()


@pytest.mark.parametrize("name", ["Dexamethasone", "dexa block", "Prednisolon 20 mg", "Steroids"])
@pytest.mark.parametrize("kind", ["medicine", "chemotherapy", "trial"])
def test_a_steroid_kept_as_a_treatment_masks(kind, name, log, dad, patient, owner):
    check_in = log("36.8")
    assert "may be masked" not in page(dad, check_in)
    start_course(patient, kind=kind, name=name, started=TODAY - 5 * DAY, by=owner)
    words = f"36.8 °C, may be masked by {name}, taken since 15 Nov 2026"
    assert words in care(dad, check_in)
    assert (
        "may be masked"
        in dad.get(reverse("history_day", args=[patient.pk, TODAY])).content.decode()
    )
    made = content(patient, check_in.local_day, check_in.local_day, by=owner)
    assert f"may be masked by {name}" in made.readings[0].readings[0].mark


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, None, "since 20 Nov 2026"),
        (1, None, ""),
        (-9, 0, "since 11 Nov 2026"),
        (-9, -3, "until 17 Nov 2026"),
        (-9, -4, ""),
    ],
)
def test_it_masks_from_its_first_day_until_its_hours_after_the_last_are_over(
    first, last, words, log, dad, patient, owner
):
    course = start_course(
        patient, kind="medicine", name="Dexamethasone", started=TODAY + first * DAY, by=owner
    )
    if last is not None:
        end_course(course, ended=TODAY + last * DAY, by=owner)
    html = care(dad, log("37.0"))
    assert ("may be masked by Dexamethasone, taken" in html) is bool(words)
    assert words in html


def test_it_masks_from_the_first_minute_of_its_first_day_to_the_last_of_its_hours(patient, owner):
    zone, minute = patient.tz, timedelta(minutes=1)
    first, last = TODAY - 9 * DAY, TODAY - 5 * DAY
    course = start_course(patient, kind="medicine", name="Dexamethasone", started=first, by=owner)
    end_course(course, ended=last, by=owner)
    hours = timedelta(hours=catalogue().medicines["dexamethasone"].masks_hours)
    begins, over = start_of(first, zone), end_of(last, zone) + hours
    for at, masks in ((begins - minute, 0), (begins, 1), (over, 1), (over + minute, 0)):
        assert bool(mask_words(masks_between(patient, at, at), at, zone)) is bool(masks), at


def test_of_treatments_only_those_that_hide_a_fever_are_masks(patient, owner):
    steroid = start_course(patient, kind="medicine", name="Dexamethasone", started=TODAY, by=owner)
    start_course(patient, kind="medicine", name="Methotrexate", started=TODAY, by=owner)
    assert masks_between(patient, NOW, NOW).courses == (steroid,)


def test_a_medicine_of_another_day_is_named_with_its_day(log, give, dad):
    give("dexamethasone", at=NOW - 23 * HOUR)
    assert "may be masked by Dexamethasone at 22:40 on 19 Nov 2026" in care(dad, log("37.0"))


def test_one_without_dates_always_masks_and_one_entered_by_mistake_does_not(
    log, dad, patient, owner
):
    choose_treatments(patient, therapies=[], others={"medicine": "Prednisone"}, by=owner)
    check_in = log("36.8", at=NOW - 3 * DAY)
    assert "taken since a day that is not known" in care(dad, check_in)
    withdraw_course(patient.courses.get(), by=owner)
    assert "may be masked" not in page(dad, check_in)
    start_course(patient, kind="medicine", name="Methotrexate", started=TODAY, by=owner)
    assert "may be masked" not in page(dad, log("36.8"))


@pytest.mark.parametrize("degrees", ["36.8", "37.9", "38.0", "34.2"])
def test_a_steroid_as_a_treatment_lowers_nothing(degrees, log, patient, owner):
    def found(check_in):
        return {(f.rule, f.level) for f in Finding.objects.filter(version__check_in=check_in)}

    before = found(log(degrees))
    start_course(patient, kind="medicine", name="Dexamethasone", started=TODAY, by=owner)
    assert found(log(degrees)) >= before


def test_no_dose_stands_beside_a_medicine_as_an_example(patient, owner, log_in):
    """Somebody in a hurry copies it."""
    page = log_in(owner).get(reverse("medicines", args=[patient.pk])).content.decode()
    assert not re.search(r"\d+ ?(ml|mg|g)\b", page)
