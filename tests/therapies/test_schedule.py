"""The picture of a schedule shows the catalogue's own numbers, large enough to read."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from therapies.catalogue import FOLDER, catalogue
from therapies.pages.drawing import Picture
from therapies.pages.schedule import NARROW, WIDE, first_days, pictures, watch_days

CSS = (FOLDER.parent.parent / "static" / "pages.css").read_text(encoding="utf-8")
WIDTH_OF_A_LETTER = 0.56  # of the size of the text, on average


def drawn(slug: str, **changes: object) -> Picture:
    return pictures(replace(catalogue().therapies[slug], **changes))[0]


def said(picture: Picture) -> str:
    return " | ".join(words.text for words in picture.words)


def test_blinatumomab_shows_days_on_days_off_and_the_hospital_days_with_their_source() -> None:
    text = said(drawn("blinatumomab"))
    assert "28 days on" in text
    assert "14 off" in text
    assert "Day 1 to 9: in hospital or clinic | (Canadian Cancer Society)" in text
    assert "Day 1 to 2: in hospital or clinic | (Canadian Cancer Society)" in text


def test_the_bands_of_a_cycle_are_as_long_as_its_days() -> None:
    on, off, stay, *_ = drawn("blinatumomab").boxes
    assert on.width / off.width == pytest.approx(28 / 14, rel=0.01)
    assert stay.width / on.width == pytest.approx(9 / 28, rel=0.01)


def test_another_number_in_the_catalogue_is_another_number_in_the_picture() -> None:
    text = said(drawn("blinatumomab", days_on=21, days_off=7))
    assert "21 days on" in text
    assert "7 off" in text
    assert "28" not in text


def test_inotuzumab_draws_a_dose_only_in_the_weeks_that_every_cycle_has() -> None:
    picture = drawn("inotuzumab-ozogamicin")
    legend = 1
    assert len(picture.marks) == 3 + 3 + legend
    assert "week 3 " in said(picture) + " "
    assert "week 4?" in said(picture)
    assert "do not say" in said(picture)


def test_car_t_shows_one_infusion_and_the_days_until_which_more_is_urgent() -> None:
    picture = drawn("tisagenlecleucel")
    assert watch_days(catalogue().therapies["tisagenlecleucel"]) == 56
    assert len(picture.marks) == 1
    assert "day 0 to day 56" in said(picture)
    assert "0 | 14 | 28 | 42 | 56" in said(picture)


def test_a_tablet_is_drawn_for_every_day_of_the_week_and_its_first_28_days() -> None:
    picture = drawn("imatinib")
    assert first_days(catalogue().therapies["imatinib"]) == 28
    assert len(picture.marks) == 7
    assert "day 0 to 27" in said(picture)


@pytest.mark.parametrize("slug", ["rituximab", "gemtuzumab-ozogamicin"])
def test_nothing_is_drawn_where_no_source_gives_a_schedule(slug: str) -> None:
    assert pictures(catalogue().therapies[slug]) == []


@pytest.mark.parametrize("slug", catalogue().therapies)
def test_every_word_and_shape_lies_inside_the_picture(slug: str) -> None:
    size = float(_text_size())
    for picture in pictures(catalogue().therapies[slug]):
        for words in picture.words:
            length = len(words.text) * size * WIDTH_OF_A_LETTER
            left = {"start": 0.0, "middle": length / 2, "end": length}[words.anchor]
            assert words.x - left >= -8, words.text
            assert words.x - left + length <= picture.width + 8, words.text
            assert 0 < words.y <= picture.height
        for box in picture.boxes:
            assert box.x >= 0
            assert box.x + box.width <= picture.width + 0.2
            assert box.y + box.height <= picture.height


def test_text_is_at_least_12_pixels_high_on_a_phone_360_pixels_wide() -> None:
    """The picture fills the card: 360 less two margins and two paddings of 16, and its border."""
    shown = 360 - 4 * 16 - 2
    (narrow, wide) = pictures(catalogue().therapies["blinatumomab"])
    assert (narrow.width, wide.width) == (NARROW, WIDE)
    assert float(_text_size()) * shown / (NARROW + 8) >= 12


def _text_size() -> str:
    found = re.search(r"\.plan \{[^}]*font-size: ([0-9.]+)px", CSS)
    assert found
    return found.group(1)


def test_one_picture_is_shown_on_a_phone_and_the_other_on_a_wide_screen() -> None:
    assert ".plan.wide { display: none; }" in CSS
    assert ".plan.narrow { display: none; } .plan.wide { display: block; }" in CSS


@pytest.mark.django_db
def test_the_page_carries_the_picture_with_a_title_and_a_description(client: Client) -> None:
    page = client.get("/therapies/blinatumomab/").content.decode()
    assert page.count("<svg") == 2
    for shape in ("narrow", "wide"):
        assert f'aria-labelledby="title-{shape}-blinatumomab about-{shape}-blinatumomab"' in page
        assert re.search(rf'<title id="title-{shape}-blinatumomab">How blinatumomab is given', page)
        assert re.search(rf'<desc id="about-{shape}-blinatumomab">28 days of infusion', page)
    assert "style=" not in page


def test_no_number_of_a_schedule_stands_in_its_code() -> None:
    code = Path(FOLDER.parent / "pages" / "schedule.py").read_text(encoding="utf-8")
    assert not re.search(r"\b(28|14 days|9|42|56|21|27)\b", code)
