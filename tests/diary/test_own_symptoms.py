"""A symptom in the family's own words: matched to nothing, always for the team."""

import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, Finding, OwnSymptom, Report, Version
from diary.today.actions import add_own_symptom
from summary.content.build import content
from summary.paper.pdf import as_pdf
from tests.diary.answers import after_car_t, on_blinatumomab, said, typed
from tests.summary.test_pdf import pages
from therapies.search.find import find

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
PAGE = "today"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def list_url(patient):
    return reverse("own_symptoms", args=[patient.pk])


@pytest.fixture
def taste(patient, owner):
    return add_own_symptom(patient, name="Metal taste", kind="severity", by=owner)


@pytest.fixture
def spots(patient, owner):
    return add_own_symptom(patient, name="Seizure spots", kind="yes-no", by=owner)


def answered(own, answer):
    return {f"s-{own.key}": answer}


def levels():
    return list(Finding.objects.values_list("rule", "level"))


# The rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "level"), [("mild", "unlisted"), ("moderate", "unlisted"), ("severe", "contact")]
)
def test_it_is_always_for_the_team_and_severe_at_least_the_same_day(
    dad, url, patient, taste, answer, level
):
    on_blinatumomab(patient, NOW)
    page = dad.get(dad.post(url, typed() | answered(taste, answer))["Location"]).content.decode()
    assert {found for _, found in levels()} == {level}
    assert "Metal taste" in page
    assert "Tell the team at your next visit" in page or "Tell the team soon" in page


def test_without_a_treatment_it_is_for_the_team_too(dad, url, spots):
    dad.post(url, typed() | answered(spots, "yes"))
    assert levels() == [("N2", "unlisted")]


def test_words_that_sound_like_a_listed_symptom_are_not_matched_to_it(dad, url, patient, spots):
    on_blinatumomab(patient, NOW)
    dad.post(url, typed() | answered(spots, "yes"))
    assert levels() == [("N1", "unlisted")]
    assert "own-sign" not in find("seizure spots")


def test_in_the_weeks_in_which_everything_is_reported_it_is_as_well(dad, url, patient, taste):
    after_car_t(patient, NOW, days=3)
    dad.post(url, typed() | answered(taste, "mild"))
    assert levels() == [("C11", "contact")]


def test_an_answer_of_no_is_kept_and_met_no_rule(dad, url, spots):
    dad.post(url, typed() | answered(spots, "no"))
    assert Report.objects.get().answer == "no"
    assert levels() == []


def test_two_in_one_check_in_are_two(dad, url, patient, owner, taste):
    cold = add_own_symptom(patient, name="Cold feet", kind="severity", by=owner)
    both = typed() | answered(taste, "mild") | answered(cold, "severe")
    page = dad.get(dad.post(url, both)["Location"]).content.decode()
    assert set(Report.objects.values_list("own_name", "answer")) == {
        ("Metal taste", "mild"),
        ("Cold feet", "severe"),
    }
    assert "“Metal taste”, mild" in page
    assert "“Cold feet”, severe" in page
    assert dad.post(url, both).status_code == 302  # the same again
    assert CheckIn.objects.count() == 1


def test_a_severity_for_a_yes_or_no_is_asked_again(dad, url, spots):
    assert dad.post(url, typed() | answered(spots, "severe")).status_code == 422


def test_the_own_symptom_of_another_diary_is_unknown(dad, url, patient, owner):
    other = type(patient).objects.create(
        owner=owner,
        name="Ben",
        birth_month=1,
        birth_year=2015,
        zone="Europe/London",
        unit="C",
        country="GB",
    )
    bens = add_own_symptom(other, name="Bens", kind="yes-no", by=owner)
    response = dad.post(url, typed() | answered(bens, "yes"))
    assert response.status_code == 422
    assert not Report.objects.exists()


def test_a_name_without_its_entry_or_the_entry_without_a_name_is_refused(patient, owner):
    record_check_in(patient, said(NOW, kind="nothing-new"), by=owner)
    version = Version.objects.get()
    with pytest.raises(IntegrityError):
        Report.objects.create(version=version, symptom="rash", answer="mild", own_name="Rash")


def test_the_entry_needs_the_name(patient, owner):
    record_check_in(patient, said(NOW, kind="nothing-new"), by=owner)
    with pytest.raises(IntegrityError):
        Report.objects.create(version=Version.objects.get(), symptom="own-sign", answer="yes")


# On the page of today ----------------------------------------------------------------------------


def test_adding_one_loses_nothing_that_was_typed(dad, url, patient):
    fields = typed(do="own", headache="mild", temperature_C="36,8", note="mine")
    html = dad.post(url, fields | {"own_name": " Metal  taste", "own_kind": "severity"}).content
    own = OwnSymptom.objects.get()
    page = html.decode()
    assert own.patient == patient
    assert f'id="symptom-{own.key}"' in page
    assert 'value="36,8"' in page
    assert "mine" in page
    assert re.search(r'value="mild"[^>]* name="s-headache" checked', page)
    assert "is on the list" in page
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("name", "pointed"), [("a fit", "Seizure"), ("feverish", "the temperature"), ("Zzyzx", "")]
)
def test_a_listed_symptom_that_may_be_meant_is_pointed_out(dad, url, name, pointed):
    fields = typed(do="own") | {"own_name": name, "own_kind": "severity"}
    page = dad.post(url, fields).content.decode()
    told = page.split('<p class="warning" role="alert">')[1].split("</p>")[0]
    assert ("answer that instead" in told) == bool(pointed)
    assert pointed in told
    assert OwnSymptom.objects.get().name == name


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_name_that_cannot_be_is_said_and_kept(dad, url, name):
    fields = typed(do="own") | {"own_name": name, "own_kind": "severity"}
    page = dad.post(url, fields).content.decode()
    assert not OwnSymptom.objects.exists()
    assert 'role="alert"' in page
    assert name in page


def test_a_name_that_was_typed_and_not_added_is_not_lost_by_saving(dad, url):
    response = dad.post(url, typed(headache="mild") | {"own_name": "Metal taste"})
    assert response.status_code == 422
    assert 'value="Metal taste"' in response.content.decode()
    assert not CheckIn.objects.exists()


def test_enter_in_the_name_adds_it_and_saves_nothing(dad, url):
    fields = typed(do="enter") | {"own_name": "Metal taste", "own_kind": "yes-no"}
    assert dad.post(url, fields).status_code == 200
    assert OwnSymptom.objects.get().kind == "yes-no"
    assert not CheckIn.objects.exists()


def test_a_correction_shows_it_as_it_was_and_keeps_it_when_off_the_list(dad, patient, owner, taste):
    report = ReportData(taste.symptom, "mild", own_name=taste.name)
    check_in = record_check_in(patient, said(NOW, report), by=owner)
    dad.post(reverse("own_symptom_keep", args=[patient.pk, taste.pk]))
    address = reverse("check_in_correct", args=[patient.pk, check_in.pk])
    page = dad.get(address).content.decode()
    assert re.search(rf'value="mild"[^>]* name="s-{taste.key}" checked', page)
    fields = {"do": "save", "reason": "worse", "based_on": "1"} | answered(taste, "severe")
    assert dad.post(address, fields).status_code == 302
    assert check_in.versions.last().reports.get().answer == "severe"
    page = dad.get(reverse("history_day", args=[patient.pk, NOW.date()])).content.decode()
    assert "“Metal taste”: first mild, corrected to severe" in page


# The list ----------------------------------------------------------------------------------------


def test_the_list_is_added_to_and_taken_from(dad, list_url, patient, url):
    assert dad.post(list_url, {"own_name": "Itchy ear", "own_kind": "yes-no"}).status_code == 302
    own = OwnSymptom.objects.get()
    dad.post(list_url, {"own_name": "ITCHY EAR", "own_kind": "severity"})
    assert OwnSymptom.objects.get() == own
    keep = reverse("own_symptom_keep", args=[patient.pk, own.pk])
    for _ in range(2):  # a second tap changes nothing
        dad.post(keep)
        own.refresh_from_db()
        assert own.retired == timezone.now()
    assert own.key not in dad.get(url).content.decode()
    dad.post(keep, {"back": "1"})
    assert own.key in dad.get(url).content.decode()


def test_wrong_reader_stranger_and_anonymous(
    dad, client, reader, stranger, log_in, list_url, patient, taste
):
    assert dad.post(list_url, {"own_name": "", "own_kind": "severity"}).status_code == 422
    keep = reverse("own_symptom_keep", args=[patient.pk, taste.pk])
    page = log_in(reader).get(list_url).content.decode()
    assert "Metal taste" in page
    assert "<form" not in page.split('id="part"')[1].split("<footer")[0]
    for address in (list_url, keep):
        assert log_in(reader).post(address).status_code == 403
        assert log_in(stranger).post(address).status_code == 404
        assert client.post(address).status_code == 302
    assert log_in(stranger).get(list_url).status_code == 404


# What is handed over -----------------------------------------------------------------------------


def test_it_stands_in_history_summary_and_pdf_by_its_own_name(dad, patient, owner, taste, spots):
    reports = (
        ReportData(taste.symptom, "severe", own_name=taste.name),
        ReportData(spots.symptom, "no", own_name=spots.name),
    )
    record_check_in(patient, said(NOW, *reports), by=owner)
    said_of = content(patient, NOW.date(), NOW.date(), by=owner)
    assert [(row.label, row.level, row.worst) for row in said_of.symptoms] == [
        ("“Metal taste”", "Contact", "severe")
    ]
    assert said_of.denied_only == ("“Seizure spots” (1)",)
    assert "Metal taste" in "".join(pages(as_pdf(said_of)))
    for name in ("history", "summary"):
        assert "Metal taste" in dad.get(reverse(name, args=[patient.pk])).content.decode()


def test_the_level_of_one_is_not_that_of_another(patient, owner, taste):
    cold = add_own_symptom(patient, name="Cold feet", kind="severity", by=owner)
    for own, answer in ((taste, "severe"), (cold, "mild")):
        report = ReportData(own.symptom, answer, own_name=own.name)
        record_check_in(patient, said(NOW, report), by=owner)
    rows = content(patient, NOW.date(), NOW.date(), by=owner).symptoms
    assert {row.label: row.level for row in rows} == {
        "“Metal taste”": "Contact",
        "“Cold feet”": "Not listed",
    }


def test_an_entry_that_the_catalogue_lacks_is_refused(patient, owner):
    record_check_in(patient, said(NOW, kind="nothing-new"), by=owner)
    with pytest.raises(ValidationError):
        Report.objects.create(version=Version.objects.get(), symptom="own-thing", answer="yes")
