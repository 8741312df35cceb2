"""Saving a check-in: what is kept, what is found, and that nothing is ever taken back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from diary.check_ins import actions as check_ins
from diary.check_ins.actions import correct_check_in, reassess, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.core.errors import Conflict
from diary.judging.facts import facts_of
from diary.judging.judge import judge
from diary.judging.standing import standings
from diary.models import CheckIn, Course, Dose, FamilyCard, Finding
from tests.config.running import prepare, run_in_django
from tests.conftest import new_patient
from tests.diary.answers import after_car_t, on_blinatumomab, on_tablets, reading, said
from tests.diary.cast import log_ten_years
from tests.diary.open_entries import still_open
from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.urgency import SymptomReport, assess

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)


def level(check_in):
    levels = {f.level for f in Finding.objects.filter(version__check_in=check_in)}
    return next((lv for lv in ("urgent", "contact", "expected", "unlisted") if lv in levels), "")


def rules(check_in):
    return {f.rule for f in Finding.objects.filter(version__check_in=check_in)}


@pytest.mark.parametrize(
    ("degrees", "unit", "expected"),
    [
        ("36.8", "C", ""),
        ("37.4", "C", ""),
        ("37.5", "C", "contact"),
        ("37.9", "C", "contact"),
        ("37.999", "C", "contact"),
        ("38", "C", "urgent"),
        ("38.0", "C", "urgent"),
        ("100.3", "F", "contact"),
        ("100.4", "F", "urgent"),
        ("98.6", "F", ""),
        ("38.6", "F", "urgent"),
        ("100.4", "C", "urgent"),
        ("34.9", "C", "urgent"),
        ("35.0", "C", "contact"),
    ],
)
def test_a_reading_is_judged_in_the_unit_it_was_typed_in(patient, owner, degrees, unit, expected):
    check_in = record_check_in(patient, said(NOW, reading(degrees, unit)), by=owner)
    assert level(check_in) == expected
    assert check_in.versions.get().reports.get().unit == unit


@pytest.mark.parametrize(
    ("card", "unit", "degrees", "expected"),
    [
        ("37.8", "C", "37.8", "urgent"),
        ("37.8", "C", "37.7", "contact"),
        ("100.0", "F", "37.8", "urgent"),  # 37.78 °C
        ("38.5", "C", "38.0", "urgent"),  # a laxer card changes nothing
    ],
)
def test_the_familys_card_only_lowers_the_fever_line(patient, owner, card, unit, degrees, expected):
    FamilyCard.objects.create(patient=patient, fever_from=card, fever_unit=unit)
    assert level(record_check_in(patient, said(NOW, reading(degrees)), by=owner)) == expected


def test_fever_without_a_thermometer_is_fever(patient, owner):
    check_in = record_check_in(patient, said(NOW, ReportData("fever", "yes")), by=owner)
    assert level(check_in) == "urgent"


def test_no_is_kept_and_finds_nothing(patient, owner):
    after_car_t(patient, NOW, days=20)
    reports = [ReportData(slug, "no") for slug in catalogue().symptoms if slug != "fever"]
    check_in = record_check_in(patient, said(NOW, *reports), by=owner)
    assert not rules(check_in)
    assert check_in.versions.get().reports.count() == len(reports)


def test_everything_the_engine_finds_is_kept_the_leading_finding_first(patient, owner):
    on_blinatumomab(patient, NOW)
    reports = [ReportData("dizziness", "mild"), ReportData("confusion", "mild")]
    check_in = record_check_in(patient, said(NOW, *reports), by=owner)
    where = standings(patient, NOW)
    asked = [SymptomReport(report.symptom, Severity.MILD) for report in reports]
    found = assess(asked, where, rules=catalogue().rules).findings
    assert len(found) > 2
    assert judge(reports, where, line=None, earlier=()) == found
    kept = Finding.objects.filter(version__check_in=check_in)
    assert {(f.rule, f.symptom) for f in kept} == {(f.rule, f.symptom) for f in found}


def test_a_finding_keeps_its_words_sources_course_and_catalogue(patient, owner):
    course = on_blinatumomab(patient, NOW)
    report = ReportData("confusion", "moderate")
    check_in = record_check_in(patient, said(NOW, report), by=owner)
    finding = Finding.objects.get(version__check_in=check_in, rule="U4")
    assert finding.course == course
    assert finding.wording.startswith("Blinatumomab can affect the brain")
    assert (finding.level, finding.group, finding.basis) == ("urgent", "nervous-system", "source")
    assert finding.catalogue_hash == catalogue().hash
    assert finding.citations[0] == {
        "source": "002",
        "heading": "Monoclonal antibodies > Blinatumomab (Blincyto)",
        "title": "Immunotherapy for Childhood Leukemia",
        "publisher": "American Cancer Society (inferred)",
        "date": "2024-06-24",
    }


def test_every_rule_can_be_kept_with_readable_words(patient, owner):
    on_blinatumomab(patient, NOW)
    after_car_t(patient, NOW, days=20)
    for therapy in ("imatinib", "dasatinib", "ponatinib", "nilotinib", "inotuzumab-ozogamicin"):
        on_tablets(patient, TODAY, therapy)
    severities = {"severity": "severe", "yes-no": "yes", "temperature": "yes"}
    reports = [ReportData(s.slug, severities[s.kind]) for s in catalogue().symptoms.values()]
    check_in = record_check_in(patient, said(NOW, *reports), by=owner)
    findings = Finding.objects.filter(version__check_in=check_in)
    assert len(findings) > 100
    for finding in findings:
        assert "{" not in finding.wording
        for cited in finding.citations:
            assert cited["title"]
            assert cited["publisher"]


def test_a_check_in_is_judged_at_its_own_time(patient, owner):
    course = on_tablets(patient, TODAY - timedelta(days=40), "blinatumomab")
    course.ended = TODAY - timedelta(days=35)
    course.save()
    swollen = ReportData("swelling-limbs", "mild")
    then = NOW - timedelta(days=36)
    assert rules(record_check_in(patient, said(then, swollen, received=NOW), by=owner)) == {"X2"}
    assert rules(record_check_in(patient, said(NOW, swollen), by=owner)) == {"N2"}


def test_a_combination_looks_24_hours_to_either_side(patient, owner):
    on_blinatumomab(patient, NOW)
    headache, nausea = ReportData("headache", "mild"), ReportData("nausea", "mild")
    record_check_in(patient, said(NOW - 24 * HOUR, headache, received=NOW), by=owner)
    assert "C10" in rules(record_check_in(patient, said(NOW, nausea), by=owner))
    late = record_check_in(patient, said(NOW - 25 * HOUR, nausea, received=NOW), by=owner)
    assert "C10" in rules(late)
    too_late = record_check_in(patient, said(NOW - 49 * HOUR, nausea, received=NOW), by=owner)
    assert "C10" not in rules(too_late)


def test_what_was_corrected_or_removed_completes_no_combination(patient, owner):
    on_blinatumomab(patient, NOW)
    headache, nausea = ReportData("headache", "mild"), ReportData("nausea", "mild")
    one = record_check_in(patient, said(NOW - HOUR, headache, received=NOW), by=owner)
    correct_check_in(one, said(NOW, ReportData("rash", "mild")), reason="slip", by=owner)
    two = record_check_in(patient, said(NOW - 2 * HOUR, headache, received=NOW), by=owner)
    remove_check_in(two, reason="wrong person", by=owner)
    assert "C10" not in rules(record_check_in(patient, said(NOW, nausea), by=owner))


def test_sending_it_twice_makes_one_check_in(patient, owner):
    data = said(NOW, reading("38.6"), ReportData("chills", "mild", began=TODAY, going="on"))
    first = record_check_in(patient, data, by=owner)
    later = NOW + timedelta(seconds=3)
    again = record_check_in(patient, replace(data, at=later, received=later), by=owner)
    assert first == again
    assert first.versions.count() == 1
    assert AuditEntry.objects.filter(action="record check-in").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reports": (reading("38.7"),)},
        {"reports": (reading("38.6", "F"),)},
        {"note": "and more"},
        {"kind": "too-ill"},
        {"told_by": "self"},
        {"at": NOW - HOUR},
    ],
)
def test_another_answer_under_the_same_id_is_a_conflict(patient, owner, change):
    data = said(NOW, reading("38.6"))
    check_in = record_check_in(patient, data, by=owner)
    with pytest.raises(Conflict):
        record_check_in(patient, replace(data, **change), by=owner)
    assert check_in.versions.get().reports.get().temperature == reading("38.6").temperature


def test_an_id_of_another_diary_is_a_conflict(patient, owner, stranger):
    other = new_patient(stranger, name="Zoe", birth_month=1, birth_year=2000, zone="UTC")
    data = said(NOW, reading("38.6"))
    record_check_in(other, data, by=stranger)
    with pytest.raises(Conflict):
        record_check_in(patient, data, by=owner)


def test_the_one_who_comes_second_in_a_race_gets_the_same_check_in(patient, owner, monkeypatch):
    """The id is free when it is looked up, and taken when the row is written."""
    data = said(NOW, reading("38.6"))
    first = record_check_in(patient, data, by=owner)
    nothing = {"known": [], "last_change": facts_of(patient).last_change}
    monkeypatch.setattr(check_ins, "_UNDER_LOCK", lambda **_: nothing)
    assert record_check_in(patient, data, by=owner) == first
    assert CheckIn.objects.count() == 1


RACE = """
import json, threading, uuid
from datetime import datetime, timezone
from accounts.models import Patient, User
from diary.check_ins.actions import CheckInData, ReportData, record_check_in
from diary.models import CheckIn, Finding
user = User.objects.create_user("dad@example.org")
patient = Patient.objects.create(
    owner=user, name="Ana", birth_month=5, birth_year=2017, zone="UTC", unit="C", country="GB"
)
now = datetime.now(timezone.utc)
ids = [uuid.uuid4() for _ in range(10)]
together, wrong = threading.Barrier(4), []
def send():
    together.wait()
    for key in ids:
        data = CheckInData(key, now, "self", "symptoms", "", (ReportData("fever", "yes"),), now)
        try:
            record_check_in(patient, data, by=user)
        except Exception as error:
            wrong.append(repr(error))
threads = [threading.Thread(target=send) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(json.dumps([CheckIn.objects.count(), Finding.objects.count(), wrong]))
"""


def test_four_at_once_on_the_real_database_make_one_check_in_each(tmp_path):
    prepare(tmp_path)
    assert json.loads(run_in_django(tmp_path, RACE)) == [10, 10, []]


def test_a_symptom_that_is_not_in_the_catalogue_saves_nothing(patient, owner):
    with pytest.raises(ValidationError):
        record_check_in(patient, said(NOW, ReportData("gremlins", "mild")), by=owner)
    assert not CheckIn.objects.exists()


def test_a_failure_in_the_middle_saves_nothing(patient, owner, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(check_ins.judge, "keep", fail)
    with pytest.raises(RuntimeError):
        record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),  # 01:30, first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),  # 01:30, again
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), date(2026, 11, 19)),
    ],
)
def test_the_day_is_that_of_the_patients_zone(patient, owner, at, day):
    check_in = record_check_in(patient, said(at, reading("37.0"), received=NOW), by=owner)
    assert (check_in.local_day, check_in.zone, check_in.received) == (day, "Europe/London", NOW)


# Corrections -------------------------------------------------------------------------------------


def test_a_finding_never_vanishes(patient, owner, writer):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    before = set(Finding.objects.values_list("pk", "wording"))
    correct_check_in(check_in, said(NOW, reading("37.0")), reason="typing slip", by=writer)
    remove_check_in(check_in, reason="wrong child", by=owner)
    assert set(Finding.objects.values_list("pk", "wording")) == before
    assert before
    assert check_in in still_open(patient.check_ins.all())
    kinds = list(check_in.versions.values_list("number", "kind", "by", "reason"))
    assert kinds == [
        (1, "symptoms", owner.pk, ""),
        (2, "symptoms", writer.pk, "typing slip"),
        (3, "removed", owner.pk, "wrong child"),
    ]


def test_a_correction_upwards_is_found(patient, owner):
    check_in = record_check_in(patient, said(NOW, reading("37.0")), by=owner)
    correct_check_in(check_in, said(NOW, reading("39.0")), reason="slip", by=owner)
    assert level(check_in) == "urgent"
    assert check_in in still_open(patient.check_ins.all())


def test_a_correction_is_judged_at_the_moment_of_the_check_in(patient, owner):
    on_tablets(patient, TODAY, "blinatumomab")
    then = NOW - timedelta(days=3)
    check_in = record_check_in(patient, said(then, reading("37.0"), received=NOW), by=owner)
    correct_check_in(check_in, said(NOW, ReportData("tremor", "mild")), reason="slip", by=owner)
    assert rules(check_in) == {"N2"}


def test_correcting_to_the_same_adds_nothing(patient, owner):
    data = said(NOW, reading("38.4"))
    check_in = record_check_in(patient, data, by=owner)
    correct_check_in(check_in, data, reason="again", by=owner)
    assert check_in.versions.count() == 1


def test_the_slower_of_two_corrections_is_told(patient, owner):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    one, two = said(NOW, reading("38.5")), said(NOW, reading("38.6"))
    correct_check_in(check_in, one, reason="a", by=owner, based_on=1)
    with pytest.raises(Conflict):
        correct_check_in(check_in, two, reason="b", by=owner, based_on=1)
    assert correct_check_in(check_in, one, reason="a", by=owner, based_on=1).number == 2


def test_removing_twice_leaves_one_tombstone(patient, owner):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    first = remove_check_in(check_in, reason="slip", by=owner)
    assert remove_check_in(check_in, reason="slip", by=owner) == first


# Judged again ------------------------------------------------------------------------------------


def test_a_course_entered_later_only_adds_findings(patient, owner):
    check_in = record_check_in(patient, said(NOW, ReportData("nausea", "mild")), by=owner)
    assert rules(check_in) == {"N2"}
    after_car_t(patient, NOW, days=20)
    assert reassess(patient, since=TODAY - timedelta(days=20), by=owner) == 1
    assert rules(check_in) == {"N2", "U1"}
    assert check_in in still_open(patient.check_ins.all())
    assert reassess(patient, since=TODAY - timedelta(days=20), by=owner) == 0


def test_a_course_taken_back_takes_nothing_back(patient, owner):
    course = after_car_t(patient, NOW, days=20)
    check_in = record_check_in(patient, said(NOW, ReportData("nausea", "mild")), by=owner)
    course.withdrawn = NOW
    course.save()
    assert reassess(patient, since=TODAY, by=owner) == 0
    assert rules(check_in) == {"U1"}


def test_only_what_stands_is_judged_again_and_only_from_the_day_on(patient, owner):
    mild = ReportData("nausea", "mild")
    early = record_check_in(patient, said(NOW - timedelta(days=2), mild, received=NOW), by=owner)
    gone = record_check_in(patient, said(NOW, mild), by=owner)
    remove_check_in(gone, reason="slip", by=owner)
    after_car_t(patient, NOW, days=20)
    assert reassess(patient, since=TODAY, by=owner) == 0
    assert reassess(patient, since=early.local_day, by=owner) == 1


def test_judging_again_looks_back_for_combinations(patient, owner):
    headache, nausea = ReportData("headache", "mild"), ReportData("nausea", "mild")
    record_check_in(patient, said(NOW - HOUR, headache, received=NOW), by=owner)
    two = record_check_in(patient, said(NOW, nausea), by=owner)
    on_blinatumomab(patient, NOW)
    reassess(patient, since=TODAY, by=owner)
    assert "C10" in rules(two)


def test_judging_again_costs_the_same_however_many_check_ins(
    patient, owner, django_assert_max_num_queries
):
    for n in range(30):
        data = said(NOW - n * HOUR, reading("36.8"), received=NOW)
        record_check_in(patient, data, by=owner)
    on_blinatumomab(patient, NOW)
    with django_assert_max_num_queries(12):
        reassess(patient, since=TODAY - timedelta(days=9), by=owner)


# A page that was open --------------------------------------------------------------------------


def test_what_the_page_prompted_for_is_not_taken_back(patient, owner):
    """Dizziness is urgent until 24 hours after the infusion; the page was opened before that."""
    course = Course.objects.create(
        patient=patient, therapy="rituximab", started=TODAY - timedelta(1)
    )
    end = NOW - 24 * HOUR - timedelta(minutes=5)
    Dose.objects.create(
        course=course, kind="infusion", started=end - HOUR, ended=end, local_day=course.started
    )
    dizzy = ReportData("dizziness", "mild")
    opened = NOW - timedelta(minutes=6)
    assert level(record_check_in(patient, said(NOW, dizzy), by=owner)) == "contact"
    assert level(record_check_in(patient, said(NOW, dizzy, opened=opened), by=owner)) == "urgent"
    then = said(NOW - HOUR, dizzy, opened=opened, received=NOW)
    assert level(record_check_in(patient, then, by=owner)) == "urgent"  # at its own time


def test_a_save_costs_the_same_with_ten_years_of_history(patient, owner, django_assert_num_queries):
    on_blinatumomab(patient, NOW)
    data = said(NOW, reading("38.6"), ReportData("confusion", "mild"), opened=NOW)
    with django_assert_num_queries(len_of_a_save(patient, owner, data)):
        record_check_in(patient, replace(data, id=uuid4()), by=owner)
    log_ten_years(patient, NOW.date(), by=owner)
    with django_assert_num_queries(len_of_a_save(patient, owner, data)):
        record_check_in(patient, replace(data, id=uuid4()), by=owner)


def len_of_a_save(patient, owner, data):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        record_check_in(patient, replace(data, id=uuid4()), by=owner)
    assert len(queries) <= 26, len(queries)
    return len(queries)


def test_the_moment_of_finding_is_not_the_moment_it_is_about(patient, owner):
    then = NOW - timedelta(days=2)
    check_in = record_check_in(patient, said(then, reading("39"), received=NOW), by=owner)
    assert Finding.objects.filter(version__check_in=check_in).first().found == timezone.now()
