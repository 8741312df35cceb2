"""Looking for something: what is found, what the address gives away, and who may look."""

import json
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts.models import erasing
from accounts.secrets import seal
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.history.search import OWN, Search, SearchQuery
from diary.history.search_notes import elsewhere
from diary.history.timeline import timeline
from diary.management.examples import log, treat
from diary.models import (
    Appointment,
    CheckIn,
    Course,
    KeptAuthor,
    OwnSymptom,
    Question,
    Report,
    Version,
)
from tests.config.world import make_diary
from tests.conftest import new_patient
from tests.diary.test_timeline import fever, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
LONG_AGO = datetime(2026, 8, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def look(patient, owner, log_in):
    """Look for something as a person would, and return the page it leads to."""
    patient.created = NOW - timedelta(days=200)
    patient.save()

    def find(user=owner, month="", **sought):
        client = log_in(user)
        answer = client.post(reverse("history_find", args=[patient.pk]), sought)
        assert answer.status_code == 302, answer.content.decode()
        page = client.get(answer["Location"] + (f"&month={month}" if month else ""))
        return answer["Location"], page.content.decode()

    return find


def every_sought(patient, owner, writer):
    """Return one search of every kind, and some together."""
    levels = [Search(level=level) for level in ("urgent", "contact", "expected", "unlisted")]
    told = [Search(told_by=kind) for kind in CheckIn.ToldBy.values]
    by = [Search(by=str(user.pk)) for user in (owner, writer)]
    words = [
        Search(words=w) for w in ("NAP", "slept", "Line dressing", ".", "%", "_", "zz", "[a-z]")
    ]
    symptoms = [
        Search(symptom=s)
        for s in ("headache", "fever", "temperature", "jaundice", f"{OWN}Metal taste")
    ]
    therapies = [Search(therapy=t) for t in ("blinatumomab", "imatinib", "bosutinib")]
    both = [
        Search(symptom="headache", told_by="self"),
        Search(level="urgent", by=str(writer.pk), words="a"),
        Search(since="2026-11-05", level="urgent"),
        Search(by=str(patient.kept_authors.first().pk)),
    ]
    return [*levels, *told, *by, *words, *symptoms, *therapies, *both]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_finds_what_the_page_shows(patient, owner, writer, seed):
    """Two readings of the same question: one chooses the months, the other the entries."""
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=50), TODAY, seed=seed, users=[owner, writer])
    named = ReportData("own-symptom", "mild", own_name="Metal taste")
    record_check_in(patient, said(reports=[named]), by=owner)
    brought = Version.objects.filter(check_in__patient=patient).order_by("pk")[:3]
    kept = KeptAuthor.objects.create(patient=patient, name="Aunt Jo")
    with erasing():
        Version.objects.filter(pk__in=[version.pk for version in brought]).update(kept_by=kept)
    entries = [
        entry for day in timeline(patient, date(2026, 9, 1), TODAY).days for entry in day.entries
    ]
    found = 0
    for sought in every_sought(patient, owner, writer):
        shown = {entry.check_in.pk for entry in entries if sought.is_met_by(entry)}
        chosen = set(sought.check_ins(patient).values_list("pk", flat=True))
        assert shown == chosen, sought
        found += bool(shown) and len(shown) < len(entries)
    assert found > 12


@pytest.mark.parametrize(
    ("note", "words", "is_found"),
    [
        ("Slept BADLY.", "badly", True),
        ("Élan vital", "éLAN", True),
        ("Élan vital", unicodedata.normalize("NFD", "élan"), True),
        (unicodedata.normalize("NFD", "Élan vital"), "élan", True),
        ("Straße", "straße", True),
        ("100% sure", "0% s", True),
        ("a_b", "a_b", True),
        ("axb", "a_b", False),
        ("abc", "a.c", False),
        ("abc", "a*", False),
        ("(?i)x", "(?i)", True),
        ("one\ntwo", "two", True),
        ("مرحبا", "مرح", True),
        ("'; DROP TABLE", "'; drop", True),
    ],
)
def test_words_are_found_as_they_are_and_never_interpreted(patient, owner, note, words, is_found):
    record_check_in(patient, said(note=note), by=owner)
    (entry,) = timeline(patient, TODAY, TODAY).days[0].entries
    sought = Search(words=words)
    assert sought.is_met_by(entry) is is_found
    assert sought.check_ins(patient).exists() is is_found


def test_the_address_names_no_symptom_no_medicine_no_person_and_no_word(
    patient, owner, look, make_user
):
    treat(patient, TODAY)
    record_check_in(
        patient, said(reports=[ReportData("headache", "mild")], note="zebra stripes"), by=owner
    )
    address, page = look(symptom="headache", words="zebra stripes", by=str(owner.pk))
    for shown in [address, *re.findall(r'(?:href|action|src)="([^"]*)"', page)]:
        for secret in ("headache", "zebra", str(owner.pk), owner.pk.hex, "imatinib"):
            assert secret not in shown
    assert "what you looked for" in page
    assert "Headache; written by Dad; “zebra stripes”" in page
    assert "zebra stripes" in page


def test_the_months_go_on_with_what_is_looked_for(patient, owner, look):
    record_check_in(patient, said(reports=[ReportData("rash", "mild")]), by=owner)
    record_check_in(
        patient, said(LONG_AGO, received=NOW, note="tea", reports=[fever("39.0")]), by=owner
    )
    _, page = look(words="TEA", month="2026-11")
    assert "No entry in November 2026 fits what you looked for." in page
    assert "A day without an entry says nothing." in page
    assert "Earlier, found: August 2026" in page
    (token,) = set(re.findall(r"only=([\w=-]+)", page))
    _, page = look(words="TEA", month="2026-08")
    assert "39.0 °C" in page
    assert "Earlier, found" not in page
    assert "not logged:" not in page
    assert token


def test_what_was_removed_or_corrected_is_found_too(patient, owner, look):
    gone = record_check_in(patient, said(note="typed twice"), by=owner)
    remove_check_in(gone, reason="twice", by=owner)
    other = record_check_in(patient, said(NOW - timedelta(hours=3), note="first words"), by=owner)
    correct_check_in(other, said(note="other words"), reason="slip", by=owner)
    assert "This entry was removed." in look(words="typed twice")[1]
    assert "The note said before" in look(words="first words")[1]


def test_a_no_is_found_as_well(patient, owner, look):
    record_check_in(patient, said(reports=[ReportData("headache", "no")]), by=owner)
    assert "Answered no: Headache" in look(symptom="headache")[1]


def test_what_was_brought_in_is_found_by_who_wrote_it_and_not_by_who_brought_it_in(
    patient, owner, look, log_in
):
    record_check_in(patient, said(note="brought in"), by=owner)
    kept = KeptAuthor.objects.create(patient=patient, name="Aunt May")
    with erasing():
        Version.objects.update(kept_by=kept)
    record_check_in(patient, said(NOW - timedelta(hours=3), note="written here"), by=owner)
    page = log_in(owner).get(reverse("history_find", args=[patient.pk])).content.decode()
    assert "Aunt May" in page
    entries = timeline(patient, TODAY, TODAY).days[0].entries
    for who, note in ((kept, "brought in"), (owner, "written here")):
        sought = Search(by=str(who.pk))
        met = [e.current.version.note for e in entries if sought.is_met_by(e)]
        chosen = Version.objects.filter(check_in__in=sought.check_ins(patient))
        assert met == [version.note for version in chosen] == [note]
        assert f"written by {who}" in look(by=str(who.pk))[1]


def test_looking_for_nothing_shows_everything(look):
    address, page = look()
    assert "only=" not in address
    assert "The month at a glance" in page


def test_what_was_sealed_for_another_diary_or_broken_shows_everything_and_says_so(
    patient, owner, log_in
):
    other = new_patient(owner, name="Bo", birth_month=1, birth_year=2015)
    strange = Search(words="tea").sealed(other)
    others = [seal(text) for text in ("JBSWY3DPEHPK3PXP", "[1]", '["x", {}]', "{}", "7")]
    newer = seal(json.dumps([str(patient.pk), {"colour": "red"}]))
    for token in (strange, "x", "é", strange[:-4], "gAAAA", newer, *others):
        page = log_in(owner).get(reverse("history", args=[patient.pk]), {"only": token})
        assert page.status_code == 200
        assert "could not be read from this address. Everything is shown." in page.content.decode()
    assert SearchQuery.read({"only": strange}, other).sought == Search(words="tea")


def test_a_reader_may_look_and_a_stranger_may_not(patient, reader, stranger, look, log_in, client):
    assert "what you looked for" in look(user=reader, words="tea")[1]
    address = reverse("history_find", args=[patient.pk])
    for send in (log_in(stranger).get, log_in(stranger).post):
        assert send(address).status_code == 404
    assert client.get(address).status_code == 302


def test_what_is_not_in_the_list_is_said_and_nothing_typed_is_lost(patient, owner, log_in):
    client = log_in(owner)
    address = reverse("history_find", args=[patient.pk])
    answer = client.post(address, {"words": "x" * 101, "symptom": "zz", "by": "1", "level": "-"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "longer than 100 characters" in page
    assert "Choose one from the list." in page
    assert "x" * 101 in page


def test_every_choice_can_be_made_and_changed(patient, owner, writer, look, log_in):
    treat(patient, TODAY)
    OwnSymptom.objects.create(patient=patient, name="Metal taste", by=owner)
    page = log_in(owner).get(reverse("history_find", args=[patient.pk])).content.decode()
    for words in ("“Metal taste”", "Headache", "Urgent", "Grandma", "Imatinib", "the patient"):
        assert words in page
    address, _ = look(symptom=f"{OWN}Metal taste", level="urgent")
    query = parse_qs(urlsplit(address).query)
    page = log_in(owner).get(reverse("history_find", args=[patient.pk]), query).content.decode()
    assert re.search(r'value="own:Metal taste"\s+selected', page)
    assert re.search(r'value="urgent"\s+selected', page)


def test_only_what_came_since_the_last_appointment(patient, owner, look, log_in):
    form = reverse("history_find", args=[patient.pk])
    assert "Since the last appointment" not in log_in(owner).get(form).content.decode()
    for day in (9, 10, 12):
        at = datetime(2026, 11, day, 10, 0, tzinfo=UTC)
        record_check_in(patient, said(at, note=f"note of the {day}th"), by=owner)
    held = Appointment.State.HELD
    Appointment.objects.create(
        patient=patient, day=date(2026, 11, 10), zone=patient.zone, state=held, by=owner
    )
    assert "Since the last appointment, 10 Nov 2026" in log_in(owner).get(form).content.decode()
    address, page = look(since="on")
    assert "2026-11-10" not in address
    assert "since 10 Nov 2026" in page
    assert "note of the 10th" in page
    assert "note of the 12th" in page
    assert "note of the 9th" not in page


@pytest.mark.parametrize(
    ("degrees", "unit", "line", "is_found"),
    [
        ("37.9", "C", None, False),
        ("38.0", "C", None, True),
        ("100.3", "F", None, False),
        ("100.4", "F", None, True),
        ("37.8", "C", "37.8", True),
        ("37.7", "C", "37.8", False),
        ("100.04", "F", "37.8", True),
        ("100.03", "F", "37.8", False),
        ("50.0", "C", None, True),  # cannot be, and counts as a fever
        ("34.0", "C", None, False),
        ("33.9", "C", None, True),
        ("93.2", "F", None, False),
        ("109.4", "F", None, True),
    ],
)
def test_a_fever_is_found_only_where_it_was_one(patient, owner, degrees, unit, line, is_found):
    report = ReportData("fever", "reading", Decimal(degrees), unit)
    saved = record_check_in(patient, said(reports=[report]), by=owner)
    with erasing():
        saved.versions.update(fever_line_c=line)
    (entry,) = timeline(patient, TODAY, TODAY).days[0].entries
    for sought, expected in ((Search(symptom="fever"), is_found), (Search("temperature"), True)):
        assert sought.is_met_by(entry) is expected
        assert sought.check_ins(patient).exists() is expected


def test_feeling_feverish_is_found_and_no_fever_is_not(patient, owner):
    sought = Search(symptom="fever")
    saved = record_check_in(patient, said(reports=[ReportData("fever", "yes")]), by=owner)
    assert sought.check_ins(patient).exists()
    with erasing():
        Report.objects.filter(version__check_in=saved).update(answer="no")
    assert not sought.check_ins(patient).exists()


def test_what_the_team_said_and_why_it_was_closed_is_found(patient, owner, look):
    saved = record_check_in(patient, said(LONG_AGO, reports=[fever("39.0")]), by=owner)
    for outcome, words in (
        ("reached", {"advice": "come to the zebra ward"}),
        ("closed", {"reason": "seen by the giraffe nurse"}),
    ):
        saved.calls.create(outcome=outcome, at=NOW, recorded=NOW, by=owner, **words)
    assert "39.0 °C" in look(words="ZEBRA")[1]
    assert "39.0 °C" in look(words="giraffe")[1]
    assert "fits what you looked for" in look(words="lion")[1]


def test_the_page_opens_at_the_latest_month_with_what_is_looked_for(patient, owner, look):
    record_check_in(
        patient, said(LONG_AGO, received=NOW, note="tea", reports=[fever("39.0")]), by=owner
    )
    page = look(words="tea")[1]
    assert "August 2026" in page
    assert "39.0 °C" in page
    record_check_in(patient, said(note="more tea"), by=owner)
    assert "Later, found: November 2026" in look(words="tea", month="2026-08")[1]


def test_appointments_questions_and_answers_are_found_of_all_months(
    patient, owner, stranger, look, django_assert_max_num_queries
):
    Appointment.objects.create(
        patient=patient, day=date(2025, 3, 2), zone=patient.zone, whom="Dr Zebra", by=owner
    )
    other = Appointment.objects.create(
        patient=patient, day=date(2025, 5, 2), zone=patient.zone, by=owner
    )
    other.notes.create(kind="said", text="less ZEBRA milk", written=NOW, by=owner)
    gone = Appointment.objects.create(
        patient=patient, day=date(2025, 6, 2), zone=patient.zone, by=owner
    )
    gone.notes.create(kind="said", text="zebra", written=NOW, by=owner, withdrawn=NOW)
    question = Question.objects.create(patient=patient, text="May she ride?", by=owner)
    question.answers.create(text="Only a zebra", written=NOW, by=owner)
    Question.objects.create(patient=make_diary(stranger, "Bo").patient, text="zebra?", by=stranger)
    course = Course.objects.create(patient=patient, therapy="imatinib", started=date(2025, 1, 2))
    for reason, withdrawn in (("Zebra stripes", None), ("zebra", NOW)):
        course.holds.create(
            started=date(2025, 4, 2),
            ended=date(2025, 4, 9),
            reason=reason,
            recorded=NOW,
            by=owner,
            withdrawn=withdrawn,
        )
    page = look(words="zebra")[1]
    part = page.partition('id="elsewhere-heading"')[2].partition("</section>")[0]
    assert part.count("<li>") == 4
    assert "Zebra stripes" in part
    assert "Dr Zebra" in part
    assert "2 May 2025" in part
    assert "May she ride?" in part
    assert 'id="elsewhere-heading"' not in look(words="zebra", symptom="headache")[1]
    with django_assert_max_num_queries(3):
        assert len(elsewhere(patient, Search(words="zebra"))) == 4
    with django_assert_max_num_queries(3):
        assert not elsewhere(patient, Search(words="zebra", by=str(stranger.pk)))
