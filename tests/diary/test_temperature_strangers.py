"""Files of other programs that went wrong: what they say is taken whole, asked about or refused."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from diary.models import CheckIn, Report
from diary.temperature_import import actions as temperature_file
from tests.diary.import_steps import fields_in, looked, saved, uploaded, words

NOW = datetime(2026, 11, 21, 21, 40, tzinfo=UTC)
PAGE = "temperatures_import"
pytestmark = pytest.mark.usefixtures("clock")
COMMAS = "Datum,Uhrzeit,Temperatur\n20.11.2026,08:00,37,9\n20.11.2026,20:00,38,9\n"
TWO_CHILDREN = """child_first_name,child_last_name,temperature,time
Ann,One,38.6,2026-11-20 10:00:00
Bob,One,36.6,2026-11-20 10:00:00
"""
ANN = "Those that say “Ann One”"


def degrees():
    return sorted(Report.objects.values_list("temperature", flat=True))


def test_a_comma_that_divides_a_number_is_asked_about(dad, url):
    page = looked(dad, url, COMMAS, unit="C")
    assert page.status_code == 422
    assert "Line 2 says “37,9”. Is that one temperature?" in words(page)
    assert saved(dad, url, COMMAS, unit="C", commas="one").status_code == 302
    assert degrees() == [Decimal("37.9"), Decimal("38.9")]


def test_a_divided_number_can_be_left_out_and_is_never_cut(dad, url):
    page = looked(dad, url, COMMAS + "20.11.2026,21:00,37\n", unit="C", commas="leave")
    assert "To be saved: 1" in words(page)
    assert "it is not said whether “38,9” is one number" in words(page)
    forced = looked(dad, url, COMMAS, unit="C", commas="two")
    assert forced.status_code == 422
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("end", [",", ",,", ""])
def test_a_divided_number_beside_an_empty_column_is_asked_about(dad, url, end):
    """Separators at the end hide that the line has a cell too many; so does a column left out."""
    rows = f"20.11.2026,08:00,37,9{end}\n20.11.2026,20:00,38,9{end}\n"
    text = f"Datum,Uhrzeit,Temperatur,Notiz\n{rows}"
    page = looked(dad, url, text, unit="C")
    assert page.status_code == 422
    assert "Line 2 says “37,9”. Is that one temperature?" in words(page)
    assert saved(dad, url, text, unit="C", commas="one").status_code == 302
    assert degrees() == [Decimal("37.9"), Decimal("38.9")]


def test_what_stands_behind_a_divided_number_keeps_its_place(patient, dad, url):
    rows = "20.11.2026,37,95,08:00,well\n20.11.2026,38,90,20:00,well\n"
    text = f"Datum,Temperatur,Uhrzeit,Notiz\n{rows}"
    assert saved(dad, url, text, unit="C", clock="2", commas="one").status_code == 302
    assert degrees() == [Decimal("37.95"), Decimal("38.90")]
    assert [one.at.hour for one in patient.check_ins.order_by("at")] == [8, 20]


def test_whole_degrees_beside_another_number_are_asked_about(dad, url):
    text = "When,°C,Pain\n2026-11-20 08:00,37,3\n2026-11-20 20:00,38,9\n"
    assert "Is that one temperature?" in words(looked(dad, url, text, unit="C"))
    assert saved(dad, url, text, unit="C", commas="two").status_code == 302
    assert degrees() == [Decimal(37), Decimal(38)]


def test_what_cannot_be_decimals_asks_nothing(dad, url):
    text = "When,°C,Pulse\n2026-11-20 08:00,37,98\n2026-11-20 20:00,37.2,8\n"
    assert "To be saved: 2" in words(looked(dad, url, text, unit="C"))


def test_without_a_heading_two_columns_may_be_meant(dad, url):
    text = "20.11.2026 08:00,37,98\n20.11.2026 20:00,38,99\n"
    assert looked(dad, url, text, unit="C").status_code == 422
    assert saved(dad, url, text, unit="C", commas="two").status_code == 302
    assert degrees() == [Decimal(37), Decimal(38)]


@pytest.mark.parametrize(
    "line",
    ["2026-11-20 08:00,a, b,38.4", "2026-11-20 08:00,a,37,38.4", "2026-11-20 08:00,3,37,9,x"],
)
def test_a_line_wider_than_the_heading_is_refused(dad, url, line):
    page = looked(dad, url, f"When,Note,°C\n2026-11-20 07:00,x,37.1\n{line}\n", unit="C")
    assert "To be saved: 1" in words(page)
    assert "so it is not clear which is the temperature" in words(page)


def test_separators_at_the_end_make_no_line_wider(dad, url):
    page = looked(dad, url, "When;°C\n2026-11-20 08:00;37,2;;\n")
    assert "To be saved: 1" in words(page)


def test_two_children_are_noticed_and_asked_about(dad, url):
    page = looked(dad, url, TWO_CHILDREN, unit="C")
    assert page.status_code == 422
    assert "Which of these lines are about Ana?" in words(page)
    assert ANN in words(page)
    assert saved(dad, url, TWO_CHILDREN, unit="C", people=["Ann One"]).status_code == 302
    assert degrees() == [Decimal("38.6")]


def test_who_was_not_chosen_is_left_out_by_line(dad, url):
    page = looked(dad, url, TWO_CHILDREN, unit="C", people=["Ann One"])
    assert "Line 3: it names “Bob One”" in words(page)


@pytest.mark.parametrize(
    ("name", "is_asked"), [("Ana", False), ("ANA", False), ("Ana Maria", False), ("Bob", True)]
)
def test_a_file_about_somebody_else_is_asked_about(dad, url, name, is_asked):
    text = f"Name;When;°C\n{name};2026-11-20 08:00;37,2\n"
    assert (looked(dad, url, text).status_code == 422) is is_asked


def test_names_below_no_heading_are_noticed(dad, url):
    text = "Ann;2026-11-20 08:00;37,2\nBob;2026-11-20 08:00;38,2\n"
    assert "Which of these lines" in words(looked(dad, url, text, unit="C"))


def test_where_it_was_measured_is_no_name(dad, url):
    text = "When;°C;Site\n2026-11-20 08:00;37,2;Ear\n2026-11-20 09:00;37,3;Mouth\n"
    assert looked(dad, url, text).status_code == 200


def test_a_file_about_a_whole_ward_says_so(dad, url):
    rows = "".join(f"Child {chr(65 + n // 9)}{n};2026-11-20 08:00;37,2\n" for n in range(50))
    answer = uploaded(dad, url, "Name;When;°C\n" + rows)
    assert "It names 50 people" in words(dad.get(answer.headers["Location"]))


def test_each_line_can_be_left_out(dad, url):
    text = "".join(f"2026-11-20 0{n}:00;37,{n}\n" for n in range(1, 8))
    answer = saved(dad, url, text, unit="C", without="2, 4-6")
    assert answer.status_code == 302
    assert degrees() == [Decimal("37.1"), Decimal("37.3"), Decimal("37.7")]


def test_leaving_a_line_out_does_not_lose_its_twin(dad, url):
    text = "2026-11-20 08:00;38,6\n2026-11-20 08:00;38,6\n"
    assert saved(dad, url, text, unit="C", without="1").status_code == 302
    assert degrees() == [Decimal("38.6")]


@pytest.mark.parametrize("typed", ["x", "3-2", "99", "1-999999", "-", "1" * 50])
def test_lines_that_are_not_there_cannot_be_left_out(dad, url, typed):
    answer = saved(
        dad, url, "2026-11-20 08:00;38,6\n2026-11-20 09:00;37\n", unit="C", without=typed
    )
    assert answer.status_code == 422
    assert not CheckIn.objects.exists()


def test_noise_behind_the_decimals_brings_no_fever_below_the_line(dad, url):
    text = (
        "timestamp,temperature\n2026-11-20 17:26:21.376521+00:00,37.0\n"
        "2026-11-20 17:29:16.780817+00:00,38.000000000000014\n"
    )
    assert saved(dad, url, text, unit="C").status_code == 302
    assert degrees() == [Decimal(37), Decimal(38)]
    assert CheckIn.objects.followed().count() == 1


@pytest.mark.parametrize("columns", [49, 900])
def test_a_wide_file_gets_in(dad, url, columns):
    heading = ",".join(f"c{n}" for n in range(columns - 2))
    text = f"date,temperature,{heading}\n2026-11-20 10:00,38.4{',' * (columns - 2)}\n"
    page = uploaded(dad, url, text)
    assert "c3" not in words(page)
    assert saved(dad, url, text, unit="C").status_code == 302
    assert degrees() == [Decimal("38.4")]


def test_days_without_a_time_are_asked_about_once(patient, dad, url):
    text = "Date,Temp\n2026-11-20,38.4\n2026-11-19,37.0\n"
    page = looked(dad, url, text, unit="C")
    assert page.status_code == 422
    assert "Say a time of day" in words(page)
    assert "the time as you said" in words(looked(dad, url, text, unit="C", usual_clock="19:30"))
    assert saved(dad, url, text, unit="C", usual_clock="19:30").status_code == 302
    assert patient.check_ins.latest("at").at == datetime(2026, 11, 20, 19, 30, tzinfo=UTC)


def test_only_lines_without_a_time_get_the_usual_one(patient, dad, url):
    text = "Date;Time;°C\n2026-11-20;08:00;37,1\n2026-11-19;;37,2\n"
    assert "no time of day" in words(looked(dad, url, text))
    saved(dad, url, text, usual_clock="19:30")
    assert [one.at.hour for one in patient.check_ins.order_by("at")] == [19, 8]


def test_another_program_s_degree_signs_say_the_unit(dad, url):
    for sign in "º˚°":
        page = looked(dad, url, f"When;Temp\n2026-11-20 08:00;37,2 {sign}C\n")
        assert "To be saved: 1" in words(page), sign


def test_several_thousand_lines_are_saved_in_portions(monkeypatch, patient, dad, url):
    monkeypatch.setattr(temperature_file, "PORTION", 4)
    monkeypatch.setattr("diary.temperature_import.views.PORTION", 4)
    text = "When;°C\n" + "".join(f"2026-11-{d:02} 08:00;3{7 + d % 2},0\n" for d in range(1, 12))
    page = saved(dad, url, text, without="3")
    for left in (6, 2):
        assert page.status_code == 200
        assert f"4 are saved. Save the other {left} now." in words(page)
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            page = dad.post(url, {"told_by": "caregiver", **fields_in(page), "do": "save"})
    assert page.status_code == 302
    assert patient.check_ins.count() == 10
    assert "10 temperatures saved" in words(dad.get(page.headers["Location"]))


@pytest.mark.parametrize("begun", ["", "x", "0", "9" * 16, "9" * 400, "1"])
def test_a_moment_that_was_tampered_with_is_not_believed(patient, dad, url, begun):
    saved(dad, url, "When;°C\n2026-11-20 08:00;37,0\n", begun=begun)
    assert patient.check_ins.get().received == NOW


def long_file():
    start = datetime(2020, 1, 1, 8, tzinfo=UTC)
    moments = (start + timedelta(hours=8 * n) for n in range(4_999))
    return "When;°C\n" + "".join(f"{at:%Y-%m-%d %H:%M};37,{at.hour % 10}\n" for at in moments)


def test_five_thousand_lines_are_looked_at_in_bounded_time(dad, url):
    page = uploaded(dad, url, long_file())
    begun = time.process_time()
    look = dad.post(url, {**fields_in(page), "do": "look"})
    assert "To be saved: 4999" in words(look)
    assert time.process_time() - begun < 20  # it takes about two


MEASURED = """
import resource, sys, django; django.setup()
from diary.temperature_import.columns import names, suggest
from diary.temperature_import.text import LARGEST, check, likely_separator, sheet
text = sys.stdin.read(); assert len(text) <= LARGEST
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
check(text); found = sheet(text, likely_separator(text)); suggest(found); names(found)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    "line", ["2026-11-20 08:00;37,2" + ";" * 128, "1;" * 75, "x" * 150, "37,2 °C;" * 16]
)
def test_the_largest_file_takes_bounded_memory(line):
    text = f"{line}\n" * 5_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=text.encode(),
        capture_output=True,
        check=True,
        timeout=300,
        cwd=Path(__file__).parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
    )
    assert int(done.stdout) < 60_000  # kB
