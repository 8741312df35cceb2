"""Temperatures of another app: looked at first, judged at their own time, never twice."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from diary.models import CheckIn, Contact, Finding, Report
from tests.diary.cast import log_temperature
from tests.diary.import_steps import fields_in, looked, saved, uploaded, words

NOW = datetime(2026, 11, 21, 21, 40, tzinfo=UTC)
PAGE = "temperatures_import"
pytestmark = pytest.mark.usefixtures("clock")
PLAIN = """Date;Temperature (°C)
2026-11-19 08:00;37,2
2026-11-20 21:30;38,4
"""


def test_three_steps_lead_to_check_ins_of_their_own_time(patient, owner, dad, url):
    answer = saved(dad, url, PLAIN)
    assert answer.status_code == 302
    fever, warm = patient.check_ins.order_by("-at")
    assert fever.at == datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    assert (fever.by, fever.told_by, fever.received) == (owner, "caregiver", NOW)
    version = fever.versions.get()
    assert version.note == "Imported from “thermo.csv”."
    report = version.reports.get()
    assert (report.temperature, report.unit) == (Decimal("38.4"), "C")
    assert version.findings.filter(level="urgent").exists()
    assert warm.at == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_nothing_is_saved_before_the_last_step(patient, dad, url):
    page = looked(dad, url, PLAIN)
    assert "Nothing is saved yet" in words(page)
    assert "37.2 °C" in words(page)
    assert not CheckIn.objects.exists()
    assert not AuditEntry.objects.exists()


def test_looking_again_saves_nothing_even_with_every_answer_given(dad, url):
    page = looked(dad, url, PLAIN)
    dad.post(url, {**fields_in(page), "told_by": "self", "do": "look"})
    assert not CheckIn.objects.exists()


def test_every_import_and_every_reading_is_audited(patient, owner, dad, url):
    saved(dad, url, PLAIN)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", "by", "patient"))
    assert actions == [
        ("record check-in", owner.pk, patient.pk),
        ("record check-in", owner.pk, patient.pk),
        ("import temperatures", owner.pk, patient.pk),
    ]


def test_the_same_file_twice_adds_nothing_twice(patient, dad, url):
    saved(dad, url, PLAIN)
    page = looked(dad, url, PLAIN)
    assert "To be saved: 0" in words(page)
    assert "in the diary already" in words(page)
    assert 'value="save"' not in page.content.decode()
    forced = dad.post(url, {"told_by": "self", **fields_in(page), "do": "save"})
    assert forced.status_code == 200
    assert patient.check_ins.count() == 2


def test_what_was_typed_by_hand_is_not_added_again(patient, owner, dad, url):
    log_temperature(patient, "38.4", "C", by=owner)
    page = looked(dad, url, "When;°C\n2026-11-21 21:40;38,40\n")
    assert "in the diary already" in words(page)


def test_a_reading_that_was_removed_does_not_come_back_by_itself(patient, owner, dad, url):
    from diary.check_ins.actions import remove_check_in

    saved(dad, url, PLAIN)
    remove_check_in(patient.check_ins.order_by("at")[0], reason="not hers", by=owner)
    page = looked(dad, url, PLAIN)
    assert "corrected or removed since" in words(page)


def test_a_line_twice_in_the_file_is_taken_once(patient, dad, url):
    text = PLAIN + "2026-11-20 21:30;38,4\n2026-11-20 21:30;38.40 °C\n"
    page = looked(dad, url, text, unit="C")
    assert words(page).count("the same as line 3") == 2
    saved(dad, url, text, unit="C")
    assert patient.check_ins.count() == 2


def test_each_line_says_what_is_wrong_with_it(patient, dad, url):
    text = """When;Temp
2026-11-20 08:00;37,2
2026-11-20 09:00;
2026-11-20 10:00;warm
2026-11-20;37,0
2027-11-20 08:00;37,0
2016-11-20 08:00;37,0
2026-11-20 11:00;3,72
2026-11-20 12:00;37,0 °F
"""
    page = looked(dad, url, text, unit="C")
    said = words(page)
    for line, problem in {
        3: "no temperature",
        4: "“warm” is not a temperature",
        5: "no time of day",
        6: "is in the future",
        7: "before Ana was born",
        8: "cannot be right",
        9: "the line says °F, and you chose °C",
    }.items():
        assert re.search(rf"Line {line}: [^:]*{problem}", said), (line, said)
    assert "To be saved: 1" in said


def test_the_unit_is_asked_and_never_guessed(dad, url):
    page = uploaded(dad, url, "When;Temp\n2026-11-20 08:00;98.6\n")
    assert "unit" not in fields_in(page)
    again = dad.post(url, {**fields_in(page), "do": "look"})
    assert again.status_code == 422
    assert "does not guess" in words(again)
    assert fields_in(again)["text"].split() == ["When;Temp", "2026-11-20", "08:00;98.6"]


def test_the_order_of_day_and_month_is_asked_where_it_matters(patient, dad, url):
    text = "When;°C\n03/04/2026 08:00;37,2\n"
    page = looked(dad, url, text)
    assert page.status_code == 422
    assert "How the days are written" in words(page)
    assert "4 Mar 2026 at 08:00" in words(looked(dad, url, text, order="mdy"))
    assert "3 Apr 2026 at 08:00" in words(looked(dad, url, text, order="dmy"))


def test_numbers_that_fit_only_the_other_unit_are_asked(patient, dad, url):
    text = "When;Temp\n2026-11-20 08:00;37.2\n2026-11-20 09:00;101.3\n"
    look = looked(dad, url, text, unit="C")
    assert "it may be in °F." in words(look)
    sent = {**fields_in(look), "told_by": "caregiver", "do": "save"}
    asked = dad.post(url, sent)
    assert asked.status_code == 422
    assert "leave them out" in words(asked)
    assert not CheckIn.objects.exists()
    assert dad.post(url, {**sent, "others": "take"}).status_code == 302
    taken = Report.objects.get(unit="F")
    assert taken.temperature == Decimal("101.3")
    assert taken.version.findings.filter(level="urgent").exists()


def test_numbers_in_the_other_unit_can_be_left_out(patient, dad, url):
    text = "When;Temp\n2026-11-20 08:00;37.2\n2026-11-20 09:00;101.3\n"
    assert saved(dad, url, text, unit="C", others="leave").status_code == 302
    assert Report.objects.get().temperature == Decimal("37.2")


def test_units_on_the_lines_are_read_by_line(patient, dad, url):
    text = "When;Temp;Unit\n2026-11-20 08:00;37.2;C\n2026-11-20 09:00;98.6;°F\n"
    saved(dad, url, text)
    found = sorted(Report.objects.values_list("temperature", "unit"))
    assert found == [(Decimal("37.2"), "C"), (Decimal("98.6"), "F")]


def test_what_was_seen_is_what_is_saved(patient, owner, dad, url):
    """Somebody else logs one of the readings by hand in between."""
    look = looked(dad, url, PLAIN)
    with time_machine.travel(datetime(2026, 11, 20, 21, 30, tzinfo=UTC), tick=False):
        log_temperature(patient, "38.4", "C", by=owner)
    answer = dad.post(url, {"told_by": "caregiver", **fields_in(look), "do": "save"})
    assert answer.status_code == 422
    assert "has changed" in words(answer)
    assert patient.check_ins.count() == 1


def test_the_page_after_says_what_was_found_and_to_tell_the_team(patient, dad, url):
    Contact.objects.create(patient=patient, kind="always", number="0123 456789")
    page = dad.get(saved(dad, url, PLAIN).headers["Location"])
    said = words(page)
    assert "2 temperatures saved for Ana" in said
    assert "If you have not told Ana’s care team about these yet, call now" in said
    assert "38.4 °C" in said and "20 Nov 2026" in said
    assert "tel:0123456789" in page.content.decode()
    assert "37.2 °C" not in said


def test_old_fevers_are_closed_together_with_a_reason(patient, owner, dad, url):
    text = PLAIN + "2026-11-18 08:00;39,1\n"
    there = saved(dad, url, text).headers["Location"]
    assert patient.check_ins.followed().count() == 2
    assert dad.post(there, {"reason": ""}).status_code == 422
    assert patient.check_ins.followed().count() == 2
    assert dad.post(there, {"id": uuid4(), "reason": "The ward has the list"}).status_code == 302
    assert patient.check_ins.followed().count() == 0
    assert Finding.objects.filter(level="urgent").count() == 2
    assert "Urgent" in words(dad.get(there))


def test_closing_what_was_imported_closes_nothing_else(patient, owner, dad, url):
    by_hand = log_temperature(patient, "39.0", "C", by=owner)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        there = saved(dad, url, PLAIN).headers["Location"]
        dad.post(there, {"id": uuid4(), "reason": "known"})
    assert list(patient.check_ins.followed()) == [by_hand]


def test_a_family_line_marks_more(patient, dad, url):
    from diary.models import FamilyCard

    FamilyCard.objects.create(patient=patient, fever_from="37.0", fever_unit="C")
    page = looked(dad, url, PLAIN)
    assert "2 of them at the fever line" in words(page)


def test_going_back_keeps_what_was_chosen(dad, url):
    look = looked(dad, url, "When;Temp\n03/04/2026 08:00;98.6\n", unit="F", order="mdy")
    back = fields_in(dad.post(url, {**fields_in(look), "do": "columns"}))
    assert (back["unit"], back["order"], back["value"]) == ("F", "mdy", "1")


def test_another_separator_divides_anew(dad, url):
    page = uploaded(dad, url, "When;Temp\n2026-11-20 08:00;37,2\n")
    again = dad.post(url, {**fields_in(page), "separator": ",", "do": "look"})
    assert again.status_code == 200
    assert fields_in(again)["read_with"] == ","
    assert "Nothing is saved yet" not in words(again)


def test_only_who_may_write_may_import(reader, writer, stranger, log_in, url):
    assert log_in(reader).get(url).status_code == 403
    assert log_in(reader).post(url, {"do": "save"}).status_code == 403
    assert log_in(stranger).get(url).status_code == 404
    assert log_in(writer).get(url).status_code == 200


def test_a_reader_sees_what_was_imported_and_closes_nothing(patient, dad, reader, log_in, url):
    there = saved(dad, url, PLAIN).headers["Location"]
    page = log_in(reader).get(there)
    assert page.status_code == 200
    assert "Close all of them" not in words(page)
    assert log_in(reader).post(there, {"reason": "x"}).status_code == 403


def test_what_nobody_imported_is_not_there(patient, dad):
    for stamp in (0, 1, 10**15, 10**40):
        assert (
            dad.get(reverse("temperatures_imported", args=[patient.pk, stamp])).status_code == 404
        )


def test_a_long_file_costs_the_same_queries_to_look_at(dad, url, django_assert_max_num_queries):
    lines = "".join(
        f"2025-{m:02}-{d:02} 08:00;37,{d % 10}\n" for m in range(1, 13) for d in range(1, 29)
    )
    sent = {**fields_in(uploaded(dad, url, "When;°C\n" + lines)), "do": "look"}
    with django_assert_max_num_queries(16):
        page = dad.post(url, sent)
    assert "To be saved: 336" in words(page)
