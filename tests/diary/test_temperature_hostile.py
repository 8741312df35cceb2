"""Files and pages that were tampered with: they stay text, and save nothing."""

from datetime import UTC, datetime

import pytest

from diary.models import CheckIn
from tests.diary.import_steps import fields_in, looked, uploaded, words

NOW = datetime(2026, 11, 21, 21, 40, tzinfo=UTC)
PAGE = "temperatures_import"
pytestmark = pytest.mark.usefixtures("clock")
PLAIN = """Date;Temperature (°C)
2026-11-19 08:00;37,2
2026-11-20 21:30;38,4
"""


@pytest.mark.parametrize("cell", ["<script>x</script>", "=2+2", "‮38,4", "{{ 7|add:1 }}", "'\"><b>"])
def test_what_is_hostile_stays_text(patient, dad, url, cell):
    page = looked(
        dad, url, f"When;Temp;What\n2026-11-20 08:00;37,2;{cell}\n{cell};{cell};x\n", unit="C"
    )
    html = page.content.decode()
    assert "<script>x</script>" not in html
    assert '"><b>' not in html
    assert "To be saved: 1" in words(page)


def test_a_hostile_name_of_a_file_is_words(patient, dad, url):
    page = uploaded(dad, url, PLAIN, name="a\u202e\x07<b>.csv")
    look = dad.post(url, {**fields_in(page), "do": "look"})
    dad.post(url, {"told_by": "caregiver", **fields_in(look), "do": "save"})
    assert patient.check_ins.first().versions.get().note == "Imported from “a<b>.csv”."


@pytest.mark.parametrize("cell", ["", "; ; ;", "\x00", "x" * 30_000, "a,b\n" * 5_100])
def test_a_file_that_is_none_says_so(dad, url, cell):
    page = uploaded(dad, url, cell)
    assert page.status_code in (200, 422)
    assert not CheckIn.objects.exists()


def test_a_file_that_is_too_wide_says_so(dad, url):
    page = dad.get(uploaded(dad, url, ";".join("x" * 1001) + "\n").headers["Location"])
    assert "1001 columns" in words(page)
    sent = {"text": "|".join("x" * 1001), "separator": "|", "read_with": "|", "do": "look"}
    assert dad.post(url, sent).status_code == 302


@pytest.mark.parametrize("count", [800_001, 3_000_000, 20_000_000])
def test_a_file_that_is_too_large_says_so(dad, url, count):
    page = uploaded(dad, url, "2026-11-20 08:00;37,2\n" * (count // 22 + 1))
    assert page.status_code == 422
    assert "larger than 800 kB" in words(page)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "a;b", "separator": "x", "read_with": "x"},
        {
            "text": "a;b",
            "separator": ";",
            "read_with": ";",
            "day": "99",
            "value": "-1",
            "unit": "K",
        },
        {"text": "a;b\n" * 6000, "separator": ";"},
        {"text": "a;b", "separator": ";", "read_with": ";", "day": "0", "value": "1", "unit": "C"},
    ],
)
@pytest.mark.parametrize("do", ["look", "save", "columns", "nonsense"])
def test_a_page_that_was_tampered_with_saves_nothing(dad, url, sent, do):
    assert dad.post(url, {**sent, "do": do}).status_code in (200, 302, 422)
    assert not CheckIn.objects.exists()
