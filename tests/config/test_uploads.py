"""Files that are sent: never on the disk, only one, and only up to a size."""

import tempfile

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import Client

from config.uploads import BODIES

MOST = 500_000


def sent(*sizes: int, **fields: str) -> HttpRequest:
    files = {
        f"photo{n}": SimpleUploadedFile("photo.jpg", b"x" * size) for n, size in enumerate(sizes)
    }
    return RequestFactory().post("/", {**files, **fields})


@pytest.fixture(autouse=True)
def _small(settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = MOST
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2


def test_a_file_is_kept_in_memory_and_never_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*_: object, **__: object) -> None:
        raise AssertionError("it was written to the disk")

    monkeypatch.setattr(uploadedfile.TemporaryUploadedFile, "__init__", written)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", written)
    file = sent(MOST).FILES["photo0"]
    assert file.size == MOST
    assert file.read() == b"x" * MOST


def test_of_what_is_too_large_only_the_size_is_kept() -> None:
    request = sent(MOST + 1, note="kept")
    assert request.FILES["photo0"].size == MOST + 1
    assert request.FILES["photo0"].read() == b""
    assert request.POST["note"] == "kept"


def test_several_files_share_the_room() -> None:
    files = sent(MOST - 10, 20).FILES
    assert len(files["photo0"].read()) == MOST - 10
    assert files["photo1"].size == 20
    assert files["photo1"].read() == b""


def test_what_no_form_sends_is_refused_before_it_is_read(db: None, client: Client) -> None:
    body = {"photo": SimpleUploadedFile("photo.jpg", b"x" * (BODIES * MOST + 1))}
    answer = client.post("/account/login/", body)
    assert answer.status_code == 400


def test_more_files_than_any_form_has_are_refused(db: None, client: Client) -> None:
    body = {f"f{n}": SimpleUploadedFile("photo.jpg", b"x") for n in range(3)}
    assert client.post("/account/login/", body).status_code == 400
