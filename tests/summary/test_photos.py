"""Photos in a summary: none but those that were ticked, on the page and in the PDF."""

import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import erasing
from diary.check_ins.actions import record_check_in, remove_check_in
from diary.models import CheckIn, Photo
from diary.photos import actions
from diary.photos.pixels import rebuild
from summary.content import lists as summary_photos
from tests.config.world import make_diary
from tests.diary.answers import said
from tests.diary.cast import log_symptom
from tests.diary.pictures import from_a_phone

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
ALT = "Photo of a rash, added 20 Nov 2026 at 21:40"
NOTE = 'Arm <b> #image("/etc/passwd") $ \u202e'


@pytest.fixture
def check_in(patient, owner):
    actions.switch_photos_on(patient, by=owner)
    return log_symptom(patient, "rash", "mild", by=owner)


def keep(check_in, by, note=NOTE):
    data = actions.PhotoData(uuid4(), rebuild(from_a_phone()), "rash", note)
    return actions.add_photo(check_in, data, by=by)


@pytest.fixture
def photo(check_in, owner):
    return keep(check_in, owner)


@pytest.fixture
def ask(patient, owner, log_in):
    """Return the page, and the file as a parsed PDF, of a summary with these photos ticked."""
    dad = log_in(owner)

    def both(*chosen, also=""):
        query = "?days=7&" + "&".join(f"p={one}" for one in chosen) + also
        page = dad.get(reverse("summary", args=[patient.pk]) + query)
        file = dad.post(reverse("summary_pdf", args=[patient.pk]) + query)
        assert (page.status_code, file.status_code) == (200, 200)
        return page.content.decode(), PdfReader(io.BytesIO(file.content))

    return both


def pictures(pdf):
    return [image for page in pdf.pages for image in page.images]


def text(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def alternatives(pdf):
    """Return the alternative texts of the photos in the tree of tags, not those of small lines."""
    found, ahead = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while ahead:
        node = ahead.pop().get_object()
        if isinstance(node, list):
            ahead += node
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure" and node["/Alt"].startswith("Photo of"):
                found.append(node["/Alt"])
            ahead += [node["/K"]] if "/K" in node else []
    return found


@pytest.mark.parametrize("also", ["", "&all=1", "&photos=1", "&p=", "&p=all"])
def test_no_photo_goes_in_unless_it_is_ticked(photo, ask, also):
    page, pdf = ask(also=also)
    assert "Photos: 0 of 1 put in" in page
    assert f'value="{photo.pk}"' in page
    assert "photo.jpg" not in page
    assert "Photos chosen" not in page
    assert pictures(pdf) == []
    assert "Photos chosen" not in text(pdf)


def test_a_ticked_photo_is_there_with_its_words(photo, ask):
    page, pdf = ask(photo.pk)
    assert "Photos: 1 of 1 put in" in page
    assert f"{photo.pk}/photo.jpg" in page
    assert f'alt="{ALT}"' in page
    assert "Arm &lt;b&gt; #image" in page
    (picture,) = pictures(pdf)
    assert picture.image.size == (photo.width, photo.height)
    assert alternatives(pdf) == [ALT]
    assert 'Arm <b> #image("/etc/passwd") $' in text(pdf)
    assert f"{ALT} by Dad" in text(pdf)
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfuaid:part" in xmp


def test_choosing_notes_keeps_the_photos_and_the_other_way_round(photo, patient, owner, ask):
    note = record_check_in(patient, said(NOW, note="Slept badly"), by=owner).pk.hex[:10]
    page, pdf = ask(photo.pk, also=f"&n={note}")
    assert f'<input type="hidden" name="p" value="{photo.pk}">' in page
    assert f'<input type="hidden" name="n" value="{note}">' in page
    assert "Slept badly" in text(pdf)
    assert alternatives(pdf) == [ALT]


def test_nothing_goes_in_that_is_removed_or_of_somebody_else(photo, check_in, ask, owner, stranger):
    bo = make_diary(stranger, "Bo")
    page, pdf = ask(bo.ids["photo_id"], photo.pk)
    assert f"{bo.ids['photo_id']}/" not in page
    assert alternatives(pdf) == [ALT]
    actions.remove_photo(photo, reason="A face", by=owner)
    page, pdf = ask(photo.pk)
    assert "small.jpg" not in page
    assert pictures(pdf) == []


def test_nothing_goes_in_of_a_check_in_that_was_removed(photo, check_in, ask, owner):
    remove_check_in(check_in, reason="Somebody else", by=owner)
    page, pdf = ask(photo.pk)
    assert "Photos:" not in page
    assert pictures(pdf) == []


def test_a_photo_of_other_days_stays_out(photo, ask):
    with erasing():
        CheckIn.objects.update(local_day=datetime(2026, 10, 1, tzinfo=UTC).date())
    assert pictures(ask(photo.pk)[1]) == []


def test_only_so_many_go_in(check_in, ask, owner, monkeypatch):
    monkeypatch.setattr(summary_photos, "MAX_PHOTOS", 2)
    kept = [keep(check_in, owner).pk for _ in range(3)]
    page, pdf = ask(*kept)
    assert "Photos: 2 of 3 put in" in page
    assert alternatives(pdf) == [ALT, ALT]


def test_a_reader_may_take_a_photo_along_and_a_stranger_not(
    photo, patient, reader, stranger, log_in
):
    there = f"{reverse('summary_pdf', args=[patient.pk])}?p={photo.pk}"
    assert log_in(reader).post(there).status_code == 200
    assert log_in(stranger).post(there).status_code == 404


def test_pictures_are_loaded_only_for_the_pdf_and_all_at_once(check_in, patient, owner, log_in):
    dad, counts = log_in(owner), {}
    dad.get(reverse("summary", args=[patient.pk]))  # the first look of a day is noted
    for _ in range(2):
        keep(check_in, owner)
        query = "?" + "&".join(f"p={pk}" for pk in Photo.objects.values_list("pk", flat=True))
        for name, method in (("summary", dad.get), ("summary_pdf", dad.post)):
            with CaptureQueriesContext(connection) as queries:
                method(reverse(name, args=[patient.pk]) + query)
            counts.setdefault(name, set()).add(len(queries))
            loaded = sum("diary_picture" in q["sql"] for q in queries)
            assert loaded == (name == "summary_pdf")
    assert all(len(count) == 1 for count in counts.values()), counts
