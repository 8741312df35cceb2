"""The pattern of the temperature field is quiet exactly for what is not urgent."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.core.fields import parse
from diary.judging.watch import answers_at
from diary.today.temperature import quiet_pattern
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

CAR_T = Standing("tisagenlecleucel", days_since_infusion=20)
SCRIPTS = ["0123456789.", "0123456789,", "٠١٢٣٤٥٦٧٨٩٫", "۰۱۲۳۴۵۶۷۸۹٫", "０１２３４５６７８９．"]
LINES = [None, Decimal("37.8"), Decimal("37.5"), Decimal("38.5"), (Decimal("100.2") - 32) * 5 / 9]


def pattern(line, unit, standings=()):
    table = answers_at(tuple(standings), line, ())
    return quiet_pattern(table.quiet, unit)


def is_quiet(text, line, unit, standings=()):
    return re.fullmatch(pattern(line, unit, standings), text) is not None


@pytest.mark.parametrize(
    ("text", "unit", "quiet"),
    [
        ("36.8", "C", True),
        ("36,8", "C", True),
        ("37", "C", True),
        ("37.", "C", True),
        (" 37.2 ", "C", True),
        ("37.9", "C", True),
        ("37.999", "C", True),
        ("35", "C", True),
        ("38", "C", False),
        ("38.0", "C", False),
        ("38,6", "C", False),
        ("34.9", "C", False),
        ("386", "C", False),
        ("3.86", "C", False),
        ("98.6", "C", False),
        ("36.8.", "C", False),
        ("36 8", "C", False),
        ("thirty-seven", "C", False),
        ("-37", "C", False),
        ("98.6", "F", True),
        ("100.3", "F", True),
        ("100,3", "F", True),
        ("100.399", "F", True),
        ("95", "F", True),
        ("100.4", "F", False),
        ("94.9", "F", False),
        ("38.6", "F", False),
        ("37", "F", False),
        ("٣٧٫٩", "C", True),
        ("٣٨٫٠", "C", False),
        ("٣٧", "C", True),
        ("٣٨", "C", False),
        ("۳۷٫۹", "C", True),
        ("۳۸٫۶", "C", False),
        ("３７．９", "C", True),
        ("３８，６", "C", False),
        ("١٠٠٫٣", "F", True),
        ("١٠٠٫٤", "F", False),
    ],
)
def test_below_at_and_above_the_line(text, unit, quiet):
    assert is_quiet(text, None, unit) is quiet


def test_a_familys_lower_line_in_fahrenheit_holds_in_celsius():
    line = LINES[-1]  # 37.888... °C
    assert is_quiet("37.888", line, "C")
    assert not is_quiet("37.889", line, "C")
    assert is_quiet("100.1", line, "F")
    assert not is_quiet("100.2", line, "F")


@settings(max_examples=3000, deadline=None)
@given(
    thousandths=st.one_of(st.integers(33_000, 44_500), st.integers(93_000, 112_000)),
    places=st.integers(0, 3),
    script=st.sampled_from(SCRIPTS),
    unit=st.sampled_from("CF"),
    line=st.sampled_from(LINES),
    standings=st.sampled_from([(), (CAR_T,)]),
)
def test_it_is_quiet_exactly_where_the_engine_is_not_urgent(
    thousandths, places, script, unit, line, standings
):
    text = f"{Decimal(thousandths) / 1000:.{places}f}"
    report = SymptomReport("fever", temperature=Decimal(text), unit=unit)
    found = assess([report], standings, rules=catalogue().rules, fever_from_c=line)
    shown = text.translate(str.maketrans("0123456789.", script))
    assert is_quiet(shown, line, unit, standings) is (found.level is not Level.URGENT)
    assert parse(shown) == Decimal(text)


@pytest.mark.parametrize("text", ["३८.५", "๓๘.๕", "৩৮.৫", "38·5", "\u200f٣٨٫٥\u200e"])
def test_digits_of_any_script_are_read(text):
    assert parse(text) == Decimal("38.5")
    assert not is_quiet(text, None, "C")


@pytest.mark.parametrize(
    "text", ["", "x", "38.6 C", "1e5", "NaN", "inf", "38.1234", "38..6", "38.6.1", "12345", "½"]
)
def test_what_is_no_reading_is_not_guessed(text):
    with pytest.raises(ValueError, match="reading"):
        parse(text)
