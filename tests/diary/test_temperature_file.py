"""Temperatures of another app, read line by line: what is plain is read, what is not is asked."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.temperature_import.columns import suggest
from diary.temperature_import.moments import (
    MomentProblem,
    has_clock,
    is_clock,
    is_day,
    is_moment,
    moment_of,
    needs_order,
)
from diary.temperature_import.numbers import is_cut, unit_in, value_of
from diary.temperature_import.text import (
    LARGEST,
    MOST_LINES,
    UnreadableFile,
    check,
    decode,
    likely_separator,
    sheet,
)

EARLIEST, LATEST = (datetime.fromisoformat(f"{year}-01-01") for year in (2015, 2026))
LONDON = ZoneInfo("Europe/London")
PLAIN = "Datum;Körper °C\n21.11.2026 08:00;37,2\n"


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_whatever_an_app_writes_in_is_read(codec):
    text, _ = decode(PLAIN.encode(codec))
    assert text == PLAIN


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "This is a zip file"),
        (b"PK\x03\x04..xl/workbook.xml", "an Excel spreadsheet .xlsx"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "This is XML"),
        ("<?xml version='1.0'?><a/>".encode("utf-16"), "This is XML"),
        (b" <HealthData locale='de'>", "This is XML"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b'{"temperature": 38.4}', "This is JSON"),
        (b'[{"temperature": 38.4}]', "This is JSON"),
        (b"\r\n[\n[1, 2]]", "This is JSON"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_in_plain_words(raw, words):
    with pytest.raises(UnreadableFile, match=words):
        decode(raw)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        ("\n \n;", ""),
        ("a,b\x00c", "control characters"),
        ("a,b\n" * (MOST_LINES + 1), "5,001 lines; the diary takes 5,000 at a time"),
        ("x" * 30_000, "longer than"),
        ("x" * (LARGEST + 1), "larger than"),
    ],
)
def test_too_much_or_nothing_is_refused(text, words):
    if not words:
        check(text)  # a line of separators is a line; it holds no reading
        return
    with pytest.raises(UnreadableFile, match=words):
        check(text)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("day;temp\n21.11.2026 08:00;37,2", ";"),
        ("day,temp\n2026-11-21 08:00,37.2", ","),
        ("day\ttemp\n2026-11-21 08:00\t37,2", "\t"),
        ("day|temp\n2026-11-21 08:00|37,2", "|"),
        ('day,temp\n"Nov 21, 2026 8:00 AM","37,2"', ","),
        ("2026-11-21 08:00;37,2\n2026-11-22 08:00;37,3", ";"),
    ],
)
def test_the_separator_is_recognised(text, separator):
    assert likely_separator(text) == separator


def test_a_quote_left_open_swallows_no_other_line():
    found = sheet('day;temp\n"21.11.2026 08:00;38,5\n21.11.2026 09:00;38,6\n', ";")
    assert [row.number for row in found.data] == [2, 3]
    assert found.data[1].cells == ("21.11.2026 09:00", "38,6")


def test_a_first_line_with_a_reading_is_no_heading():
    assert sheet("21.11.2026 08:00;38,x\n21.11.2026 09:00;37,0\n", ";").heading is None
    assert sheet("when;how hot\n21.11.2026 09:00;37,0\n", ";").heading.number == 1
    assert (
        sheet("My app\n\nwhen;how hot\n1.1.2026 09:00;37,0\n2.1.2026;37", ";").heading.number == 3
    )


@pytest.mark.parametrize(
    ("day", "clock", "order", "utc"),
    [
        ("2026-11-21 08:05", "", "", "2026-11-21 08:05"),
        ("2026-11-21T08:05:09", "", "", "2026-11-21 08:05:09"),
        ("2026-11-21T08:05:09.123Z", "", "", "2026-11-21 08:05:09"),
        ("2026-11-21T08:05+02:00", "", "", "2026-11-21 06:05"),
        ("2026-07-21 08:05", "", "", "2026-07-21 07:05"),
        ("21.11.2026 8.05", "", "dmy", "2026-11-21 08:05"),
        ("11/21/2026 8:05 PM", "", "mdy", "2026-11-21 20:05"),
        ("03/04/2026", "12:00 a.m.", "dmy", "2026-04-02 23:00"),
        ("03/04/2026", "12:00 a. m.", "dmy", "2026-04-02 23:00"),
        ("03/04/2026", "8 p.\u00a0m.", "mdy", "2026-03-04 20:00"),
        ("2026-11-21 8:05 p. m.", "", "", "2026-11-21 20:05"),
        ("2026-11-20 17:29:16.780817+00:00", "", "", "2026-11-20 17:29:16"),
        ("03/04/2026", "12:00 pm", "mdy", "2026-03-04 12:00"),
        ("26-11-21", "23:59", "ymd", "2026-11-21 23:59"),
        ("21.11.26", "23:59", "dmy", "2026-11-21 23:59"),
        ("11/21/26", "1:05 am", "mdy", "2026-11-21 01:05"),
        ("2026-11-21", "08:05 -03:30", "", "2026-11-21 11:35"),
        ("2026-11-21T08:05+05:30", "", "", "2026-11-21 02:35"),
        ("2026-11-21T08:05+02", "", "", "2026-11-21 06:05"),
        ("2026-11-21T08:05+0100", "", "", "2026-11-21 07:05"),
        ("2026-11-21T08:05+01:59", "", "", "2026-11-21 06:06"),
        ("2026-11-21T14:05+14:00", "", "", "2026-11-21 00:05"),
        ("2026-07-21", "08:05 UTC", "", "2026-07-21 08:05"),
        ("21 Nov 2026 08:05", "", "", "2026-11-21 08:05"),
        ("Sat, November 21, 2026 at 8:05 am", "", "", "2026-11-21 08:05"),
        ("２０２６-１１-２１ ０８:０５", "", "", "2026-11-21 08:05"),
        ("2026‑11‑21\u00a008:05\u200e", "", "", "2026-11-21 08:05"),
    ],
)
def test_a_moment_is_read_on_the_patients_clock(day, clock, order, utc):
    at = moment_of(day, clock, order=order, tz=LONDON).at
    assert at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("", "", "no day"),
        ("2026-11-21", "", "no time of day"),
        ("2026-13-01", "08:00", "no such day"),
        ("2026-02-29", "08:00", "no such day"),
        ("2026-11-21", "25:00", "no such time"),
        ("2026-11-21", "13:00 pm", "no such time"),
        ("2026-11-21", "0:30 am", "no such time"),
        ("2026-11-21", "08:60", "no such time"),
        ("2026-11-21", "noon", "not a time"),
        ("yesterday", "08:00", "not a day"),
        ("2026-03-29 01:30", "", "skipped"),
        ("21 Foo 2026", "08:00", "no such day"),
        ("0001-01-01T00:00+14:00", "", "out of reach"),
        ("2026-11-21 08:00+99:00", "", "no clock"),
        ("2026-11-21 08:00+14:01", "", "no clock"),
        ("2026-11-21 08:00-01:60", "", "no clock"),
        ("45982.33", "", "not a day"),
    ],
)
def test_what_is_no_moment_is_said(day, clock, words):
    with pytest.raises(MomentProblem, match=words):
        moment_of(day, clock, order="dmy", tz=LONDON)


@pytest.mark.parametrize(("order", "day"), [("ymd", "26/11/2026"), ("", "26/11/2026")])
def test_a_day_in_another_order_than_the_chosen_one_is_no_day(order, day):
    with pytest.raises(MomentProblem, match="no such day"):
        moment_of(day, "08:00", order=order, tz=LONDON)


def test_a_long_cell_is_cut_where_it_is_said():
    for cell, said in (("x" * 30, "x" * 30), ("x" * 31, "x" * 30 + "…")):
        with pytest.raises(MomentProblem, match=f"“{said}” is not a day"):
            moment_of(cell, "", order="dmy", tz=LONDON)


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("2026-11-21", {"day"}),
        ("2026-11-21 08:05", {"day", "day with a time"}),
        ("08:05", {"time"}),
        ("8 pm", {"time"}),
        ("36.50", set()),
        ("365", set()),
        ("warm", set()),
    ],
)
def test_a_cell_is_a_day_or_a_time_or_neither(cell, kinds):
    found = {"day": is_day, "day with a time": has_clock, "time": is_clock}
    assert {kind for kind, is_it in found.items() if is_it(cell)} == kinds
    assert is_moment(cell) is bool(kinds)


def test_a_time_that_the_clock_shows_twice_is_said():
    twice = moment_of("2026-10-25 01:30", "", order="", tz=LONDON)
    assert twice.doubt.endswith("taken as the first")
    assert twice.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of("2026-10-25 00:30", "", order="", tz=LONDON).doubt == ""


@pytest.mark.parametrize(
    ("days", "orders"),
    [
        (["03/04/2026", "05/06/2026"], {"dmy", "mdy"}),
        (["03/04/2026", "21/11/2026"], {"dmy"}),
        (["03/04/2026", "11/21/2026"], {"mdy"}),
        (["03/04/05"], {"dmy", "mdy", "ymd"}),
        (["2026-04-03", "3 Apr 2026"], set()),
        (["05/05/2026"], set()),
        (["13/02/2026", "02/13/2026"], {"dmy", "mdy"}),
        (["soon", "03/04/2026"], {"dmy", "mdy"}),
        (["03/04/2026", "30/02/2026 08:00", "04/03/2026"], {"dmy", "mdy"}),
        (["99/99/2026"], set()),
        ([], set()),
    ],
)
def test_the_order_is_asked_exactly_where_it_matters(days, orders):
    assert needs_order(days) == orders


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("37.2", "37.2", ""),
        ("37,25", "37.25", ""),
        (" 37.2 °C ", "37.2", "C"),
        ("98.6F", "98.6", "F"),
        ("37,2 ℃", "37.2", "C"),
        ("99 ℉", "99", "F"),
        ("38 deg C", "38", "C"),
        ("３８.５", "38.5", ""),
        ("37.99999", "38.000", ""),
        ("37.22222", "37.223", ""),
        ("38.000000000000014", "38", ""),
        ("37.999999999999986", "38", ""),
        ("٣٨٫٥", "38.5", ""),
        ("38,4 ºC", "38.4", "C"),
        ("38.4˚C", "38.4", "C"),
        ("38.4⁰C", "38.4", "C"),
        ("101.3 ∘F", "101.3", "F"),
        ("38.4Â°C", "38.4", "C"),
        ("38.4&deg;C", "38.4", "C"),
    ],
)
def test_a_temperature_is_read_and_never_falls_below_the_line_by_rounding(cell, value, unit):
    assert (value_of(cell), unit_in(cell)) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("cell", "cut"),
    [("37.2", False), ("37.2000", False), ("37.222", False), ("37.2222", True), ("warm", False)],
)
def test_decimals_that_the_diary_does_not_keep_are_noticed(cell, cut):
    assert is_cut(cell) is cut


@pytest.mark.parametrize("cell", ["", "high", "38 5", "1e2", "38.5 K", "=38", "38.5.1", "NaN", "∞"])
def test_what_is_no_temperature_is_none(cell):
    assert value_of(cell) is None


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Temperature (°C)", "C"),
        ("Temp [F]", "F"),
        ("Temp_C", "C"),
        ("Fever", ""),
        ("°C / °F", ""),
        ("Celsius", "C"),
        ("Temp (ºC)", "C"),
        ("Temp (˚F)", "F"),
    ],
)
def test_the_unit_of_a_heading_is_taken_only_where_it_is_plain(heading, unit):
    assert unit_in(heading) == unit


def test_nothing_is_suggested_where_only_a_person_can_say():
    found = suggest(sheet("When;Temp\n03/04/2026 08:00;37,2\n", ";"))
    assert (found.day, found.clock, found.value) == (0, None, 1)
    assert (found.unit, found.order) == ("", "")


def test_columns_are_suggested_by_what_is_in_them():
    text = "Name,Pulse,Time,Date,Temp,Unit\nAna,98,08:00,2026-11-21,98.6,F\n"
    found = suggest(sheet(text, ","))
    assert (found.day, found.clock, found.value, found.unit_column) == (3, 2, 4, 5)
    assert found.unit == "line"


@given(st.integers(30_000, 45_000), st.integers(-9, 9), st.integers(0, 60_000))
def test_no_decimals_of_another_app_bring_a_reading_below_a_line(line, noise, above):
    """Whatever a line is, in thousandths: what is at it or above is not taken as below."""
    exact = Decimal(line) / 1000 + Decimal(above) / 10**7
    assert value_of(str(exact)) >= Decimal(line) / 1000
    assert value_of(str(Decimal(line) / 1000 + Decimal(noise) / 10**14)) == Decimal(line) / 1000


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from(";,\t|"))
def test_no_text_breaks_the_reading(text, separator):
    try:
        check(text)
        suggest(sheet(text, separator))
    except UnreadableFile:
        return
    for row in sheet(text, separator).rows:
        for cell in row.cells:
            value_of(cell)
            try:
                moment_of(cell, cell, order="dmy", tz=LONDON)
            except MomentProblem:
                continue


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoding(raw):
    try:
        decode(raw)
    except UnreadableFile:
        return


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(EARLIEST, LATEST),
    st.sampled_from(["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M"]),
)
def test_what_is_written_is_what_is_read(moment, form):
    moment = moment.replace(second=0, microsecond=0)
    order = "mdy" if form.startswith("%m") else "dmy"
    read = moment_of(moment.strftime(form), "", order=order, tz=ZoneInfo("UTC"))
    assert read.at == moment.replace(tzinfo=UTC)
