"""Photos: off until the owner wants them, seen through the door only, removed with a reason."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Share, erasing
from diary.check_ins.actions import correct_check_in, remove_check_in
from diary.models import Finding, Photo, PhotoConsent, PhotoRemoval, Picture
from diary.photos import actions
from diary.photos import album as read
from diary.photos.pixels import rebuild
from tests.config.headers import faults_in
from tests.diary.answers import said
from tests.diary.cast import log_symptom
from tests.diary.pictures import CANARY, from_a_phone

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
JPEG = from_a_phone()


@pytest.fixture
def on(patient, owner):
    return actions.switch_photos_on(patient, by=owner)


@pytest.fixture
def check_in(patient, owner):
    return log_symptom(patient, "rash", "mild", by=owner)


def keep(check_in, by, *, note="", kind="rash", key=None):
    data = actions.PhotoData(key or uuid4(), rebuild(JPEG), kind, note)
    return actions.add_photo(check_in, data, by=by)


@pytest.fixture
def photo(on, check_in, owner):
    return keep(check_in, owner, note="Left arm <b>")


def at(name, patient, *rest):
    return reverse(name, args=[patient.pk, *rest])


def send(client, check_in, photo=JPEG, *, name="photo.jpg", **more):
    fields = {"id": str(uuid4()), "kind": "rash", "note": "", **more}
    if photo is not None:
        fields["photo"] = SimpleUploadedFile(name, photo, "image/jpeg")
    return client.post(at("photo_add", check_in.patient, check_in.pk), fields)


# Off until it is wanted.


def test_photos_are_off_and_nobody_is_offered_one(patient, owner, check_in, log_in):
    dad = log_in(owner)
    page = dad.get(at("check_in", patient, check_in.pk)).content.decode()
    assert "Add a photo" not in page
    assert "Photos are off." in dad.get(at("photos", patient)).content.decode()
    answer = dad.get(at("photo_add", patient, check_in.pk))
    assert answer.status_code == 302
    assert answer["Location"] == at("photos", patient)
    answer = send(dad, check_in)
    assert answer.status_code == 422
    assert "Photos are off" in answer.content.decode()
    assert not Photo.objects.exists()
    assert not Picture.objects.exists()


def test_only_the_owner_switches_them_on(patient, owner, writer, reader, stranger, log_in):
    for user, status in ((writer, 403), (reader, 403), (stranger, 404)):
        assert log_in(user).post(at("photos", patient), {"photos": "on"}).status_code == status
    for user in (writer, stranger):
        with pytest.raises(PermissionDenied):
            actions.switch_photos_on(patient, by=user)
        with pytest.raises(PermissionDenied):
            actions.switch_photos_off(patient, remove_all=True, by=user)
    assert not PhotoConsent.objects.exists()
    dad = log_in(owner)
    for _ in range(2):
        dad.post(at("photos", patient), {"photos": "on"})
    consent = PhotoConsent.objects.get()
    assert (consent.patient, consent.by, consent.given, consent.ended) == (
        patient,
        owner,
        NOW,
        None,
    )
    assert AuditEntry.objects.filter(action="switch photos on").count() == 1


def test_the_page_says_what_is_kept_and_who_sees_it(on, patient, owner, writer, reader, log_in):
    for user in (owner, writer, reader):
        page = log_in(user).get(at("photos", patient)).content.decode()
        for words in ("Nobody looks at a photo here", "Dad", "Grandma", "Aunt Rose", "backups"):
            assert words in page
        assert ("Switch photos off" in page) == (user == owner)


def test_switching_off_keeps_what_is_there_unless_asked(on, photo, patient, owner, log_in):
    dad = log_in(owner)
    dad.post(at("photos", patient), {"photos": "off"})
    assert read.open_consent(patient) is None
    assert dad.get(at("photo_file", patient, photo.pk)).status_code == 200
    actions.switch_photos_on(patient, by=owner)
    dad.post(at("photos", patient), {"photos": "off", "remove_all": "1"})
    assert not Picture.objects.exists()
    assert PhotoRemoval.objects.get().reason == actions.SWITCHED_OFF
    assert PhotoConsent.objects.filter(ended__isnull=False).count() == 2


# Adding.


def test_a_writer_adds_a_photo_and_everybody_sees_it(
    on, patient, check_in, writer, owner, reader, log_in
):
    grandma = log_in(writer)
    page = grandma.get(at("check_in", patient, check_in.pk)).content.decode()
    assert "Add a photo for Ana" in page
    answer = send(grandma, check_in, note="Left arm <b>", kind="line")
    assert answer["Location"] == at("check_in", patient, check_in.pk)
    photo = Photo.objects.get()
    assert (photo.kind, photo.note, photo.by, photo.check_in) == (
        "line",
        "Left arm <b>",
        writer,
        check_in,
    )
    assert CANARY not in bytes(photo.picture.whole) + bytes(photo.picture.small)
    entry = AuditEntry.objects.get(action="add photo")
    assert (entry.by, entry.patient, entry.row) == (writer, patient, f"photo:{photo.pk}")
    for user in (owner, reader):
        client = log_in(user)
        for name, *rest in (
            ("check_in", check_in.pk),
            ("history_day", NOW.date()),
            ("photo", photo.pk),
        ):
            page = client.get(at(name, patient, *rest)).content.decode()
            assert "Photo of a line site, added 20 Nov 2026 at 21:40" in page
            assert "Left arm &lt;b&gt;" in page
        assert ("Remove this photo" in page) == (user == owner)


def test_sending_it_twice_makes_one_photo(on, check_in, owner, log_in):
    key = str(uuid4())
    for _ in range(2):
        assert send(log_in(owner), check_in, id=key).status_code == 302
    assert Photo.objects.count() == 1


def test_another_photo_from_the_same_page_is_never_called_saved(on, check_in, owner, log_in):
    """Somebody goes back in the browser and chooses the other arm."""
    key, other = str(uuid4()), from_a_phone(orientation=6)
    assert send(log_in(owner), check_in, id=key).status_code == 302
    for change in ({"photo": other}, {"note": "The other arm"}):
        again = send(log_in(owner), check_in, id=key, **change)
        assert again.status_code == 422
        assert "out of date" in again.content.decode()
    assert Photo.objects.count() == 1


def test_an_id_of_another_check_in_is_refused(on, photo, patient, owner, log_in):
    other = log_symptom(patient, "rash", "mild", by=owner, days_ago=1)
    answer = send(log_in(owner), other, id=str(photo.pk))
    assert answer.status_code == 422
    assert "out of date" in answer.content.decode()
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"photo": None}, "Choose a photo."),
        ({"photo": b""}, "not a photo the diary can read"),
        ({"photo": b"<svg/>", "name": "rash.jpg"}, "not a photo the diary can read"),
        ({"photo": JPEG[:300]}, "not a photo the diary can read"),
        ({"photo": b"\0\0\0\x18ftypheic" + bytes(99)}, "HEIC"),
        ({"kind": ""}, "Choose what it shows"),
        ({"kind": "face"}, "Choose what it shows"),
        ({"note": "x" * 201}, "longer than 200"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    on, check_in, owner, log_in, fault, words
):
    answer = send(log_in(owner), check_in, **{"note": "Left arm", "kind": "line", **fault})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Choose the photo again" in page
    if "note" not in fault:
        assert 'value="Left arm"' in page
    if "kind" not in fault:
        assert 'value="line"' in page
        assert "checked" in page
    assert not Photo.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "photo.svg", "photo.php", "a\u202egpj.exe"])
def test_the_name_of_the_file_means_nothing(on, check_in, patient, owner, log_in, name):
    dad = log_in(owner)
    assert send(dad, check_in, name=name).status_code == 302
    answer = dad.get(at("photo_file", patient, Photo.objects.get().pk))
    assert answer["Content-Disposition"] == f'attachment; filename="photo-{patient.file_mark}.jpg"'


def test_too_many_bytes_are_said_with_their_number(on, check_in, owner, log_in, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
    answer = send(log_in(owner), check_in, JPEG + bytes(3_000_000), note="Left arm")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This file has 3 MB; a photo may have 2 MB at most" in page
    assert 'value="Left arm"' in page


def test_a_check_in_and_a_diary_hold_only_so_many(
    on, check_in, patient, owner, log_in, monkeypatch
):
    kept = [keep(check_in, owner) for _ in range(read.MOST_IN_A_CHECK_IN)]
    dad = log_in(owner)
    answer = send(dad, check_in)
    assert answer.status_code == 422
    assert "the most photos it can have" in answer.content.decode()
    assert Photo.objects.count() == len(kept)
    actions.remove_photo(kept[0], reason="Blurred", by=owner)
    assert send(dad, check_in).status_code == 302
    monkeypatch.setattr(actions, "MOST_IN_A_DIARY", len(kept))
    other = log_symptom(patient, "rash", "mild", by=owner, days_ago=1)
    answer = send(dad, other)
    assert answer.status_code == 422
    assert "This diary has" in answer.content.decode()


def test_none_is_added_to_a_check_in_that_was_removed(on, check_in, patient, owner, log_in):
    remove_check_in(check_in, reason="Somebody else", by=owner)
    dad = log_in(owner)
    assert "Add a photo" not in dad.get(at("check_in", patient, check_in.pk)).content.decode()
    answer = send(dad, check_in)
    assert answer.status_code == 422
    assert "was removed" in answer.content.decode()


def test_a_photo_changes_no_finding(on, check_in, owner, log_in):
    """A note is never read by the diary, whatever stands in it."""
    before = list(Finding.objects.values())
    send(log_in(owner), check_in, note="seizure, fever 40, cannot breathe", kind="line")
    assert list(Finding.objects.values()) == before


# Seeing.


def test_the_picture_comes_through_the_door_and_is_kept_nowhere(
    photo, patient, owner, reader, log_in
):
    for user in (owner, reader):
        for name, data in (
            ("photo_file", photo.picture.whole),
            ("photo_small", photo.picture.small),
        ):
            answer = log_in(user).get(at(name, patient, photo.pk))
            assert answer.status_code == 200
            assert answer.content == bytes(data)
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer["Content-Security-Policy"].endswith("sandbox")
            assert faults_in(answer.headers) == []


@pytest.mark.parametrize("name", ["photo", "photo_file", "photo_small", "photo_remove"])
def test_a_stranger_meets_nothing(photo, patient, stranger, log_in, client, name):
    there, nowhere = at(name, patient, photo.pk), at(name, patient, uuid4())
    assert log_in(stranger).get(there).status_code == 404
    assert log_in(stranger).post(there, {"reason": "x"}).status_code in {404, 405}
    assert log_in(stranger).get(nowhere).status_code == 404
    answer = client.get(there)
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert not PhotoRemoval.objects.exists()


def test_a_diary_of_ones_own_opens_no_photo_of_another(photo, patient, stranger, log_in):
    own = type(patient).objects.create(
        owner=stranger,
        name="Bo",
        birth_month=1,
        birth_year=2010,
        zone="Europe/London",
        unit="C",
        country="GB",
    )
    for name in ("photo", "photo_file", "photo_small", "photo_remove"):
        assert log_in(stranger).get(at(name, own, photo.pk)).status_code == 404


def test_whoever_is_revoked_loses_the_photos_at_the_next_click(photo, patient, reader, log_in):
    aunt = log_in(reader)
    assert aunt.get(at("photo_file", patient, photo.pk)).status_code == 200
    Share.objects.filter(user=reader).update(revoked=timezone.now())
    for name in ("photo", "photo_file", "photo_small"):
        assert aunt.get(at(name, patient, photo.pk)).status_code == 404


# Removing.


def test_removing_needs_a_reason_and_deletes_the_picture(
    photo, patient, check_in, owner, writer, log_in
):
    grandma = log_in(writer)
    there = at("photo_remove", patient, photo.pk)
    assert grandma.post(there, {"reason": " "}).status_code == 422
    assert Picture.objects.exists()
    for _ in range(2):
        grandma.post(there, {"reason": "A face <b>"})
    removal = PhotoRemoval.objects.get()
    assert (removal.photo, removal.by, removal.at, removal.reason) == (
        photo,
        writer,
        NOW,
        "A face <b>",
    )
    assert not Picture.objects.exists()
    assert AuditEntry.objects.filter(action="remove photo", by=writer).count() == 1
    for name in ("photo_file", "photo_small"):
        assert grandma.get(at(name, patient, photo.pk)).status_code == 404
    for name, *rest in (
        ("check_in", check_in.pk),
        ("history_day", NOW.date()),
        ("photo", photo.pk),
    ):
        page = grandma.get(at(name, patient, *rest)).content.decode()
        assert "removed 20 Nov 2026 at 21:40 by Grandma: A face &lt;b&gt;" in page
        assert ".jpg" not in page


def test_a_reader_adds_and_removes_nothing(photo, patient, check_in, reader, log_in):
    aunt = log_in(reader)
    assert send(aunt, check_in).status_code == 403
    assert aunt.get(at("photo_add", patient, check_in.pk)).status_code == 403
    for method in (aunt.get, aunt.post):
        assert method(at("photo_remove", patient, photo.pk), {"reason": "x"}).status_code == 403
    page = aunt.get(at("check_in", patient, check_in.pk)).content.decode()
    assert "small.jpg" in page
    assert "Add a photo" not in page
    assert Picture.objects.count() == 1


def test_a_photo_stays_through_corrections_and_removal_of_its_check_in(
    photo, patient, check_in, owner, log_in
):
    correct_check_in(check_in, said(NOW, key=check_in.pk, kind="nothing-new"), reason="x", by=owner)
    remove_check_in(check_in, reason="Somebody else", by=owner)
    page = log_in(owner).get(at("history_day", patient, NOW.date())).content.decode()
    assert "small.jpg" in page


def test_deleting_a_patient_deletes_the_pictures(photo, patient):
    with erasing():
        patient.delete()
    assert not Photo.objects.exists()
    assert not Picture.objects.exists()


# What it costs.


def test_pages_cost_the_same_with_many_photos_and_load_no_picture(
    photo, patient, check_in, owner, log_in
):
    dad = log_in(owner)
    pages = [
        at("history_day", patient, NOW.date()),
        at("check_in", patient, check_in.pk),
        at("photos", patient),
    ]
    counts = {}
    for turn in range(2):
        for page in pages:
            dad.get(page)
            with CaptureQueriesContext(connection) as queries:
                dad.get(page)
            counts.setdefault(page, []).append(len(queries))
            assert not any("diary_picture" in query["sql"] for query in queries)
        if not turn:
            for n in range(20):
                with time_machine.travel(NOW - timedelta(hours=n), tick=False):
                    keep(log_symptom(patient, "rash", "mild", by=owner), owner)
            for _ in range(read.MOST_IN_A_CHECK_IN - 1):
                keep(check_in, owner)
    assert all(before == after for before, after in counts.values()), counts


def test_a_picture_is_few_queries(photo, patient, owner, log_in, django_assert_num_queries):
    dad = log_in(owner)
    with django_assert_num_queries(4):  # session, user, patient, picture
        dad.get(at("photo_file", patient, photo.pk))


def test_a_photo_without_a_token_is_not_taken(on, check_in, owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, check_in).status_code == 403
    assert not Photo.objects.exists()
