"""A database that fails is told by its cause, at a start and on a page, with what to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from diary.models import CheckIn
from tests.config.running import manage, prepare, run_in_django, serving
from tests.diary.answers import typed

DAMAGE: dict[str, Callable[[Path], object]] = {
    "overwritten": lambda file: file.write_bytes(b"no database at all " * 300),
    "damaged": lambda file: file.write_bytes(
        file.read_bytes()[:4096] + b"\xff" * (file.stat().st_size - 4096)
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_database_that_cannot_be_read_names_restore_and_is_restored(
    tmp_path: Path, damage: str
) -> None:
    data, backup = tmp_path / "data", tmp_path / "diary.backup"
    prepare(data)
    make = "from accounts.models import User; User.objects.create_user('dad@example.org', None)"
    run_in_django(data, make)
    assert manage(data, "backup", str(backup)).returncode == 0
    for rest in ("-wal", "-shm"):
        (data / f"diary.sqlite3{rest}").unlink(missing_ok=True)
    DAMAGE[damage](data / "diary.sqlite3")
    refused = manage(data, "prepare")
    assert refused.returncode != 0
    assert "manage.py restore FILE" in refused.stderr
    assert "Traceback" not in refused.stderr
    with pytest.raises(AssertionError) as start, serving(data):
        pass
    assert "manage.py restore FILE" in str(start.value)
    assert "Traceback" not in str(start.value)
    done = manage(data, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    count = "from accounts.models import User; print(User.objects.count())"
    assert run_in_django(data, count) == "1"


def failed(code: int) -> DatabaseError:
    error = OperationalError("planted") if code != sqlite3.SQLITE_CORRUPT else DatabaseError("it")
    error.__cause__ = sqlite3.DatabaseError("planted")
    error.__cause__.sqlite_errorcode = code
    return error


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    def plant(target: str, code: int) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise failed(code)

        monkeypatch.setattr(target, fail)

    return plant


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (sqlite3.SQLITE_FULL, 507, "The disk of the diary is full"),
        (sqlite3.SQLITE_IOERR, 507, "The disk of the diary is full"),
        (sqlite3.SQLITE_BUSY, 503, "is busy or cannot be reached"),
        (sqlite3.SQLITE_CORRUPT, 503, "manage.py restore"),
    ],
)
def test_a_page_names_the_cause(
    owner: User,
    patient: Patient,
    failing: Callable[[str, int], None],
    log_in: Callable[[User], Client],
    code: int,
    status: int,
    words: str,
) -> None:
    failing("diary.appointments.views.actions.ask", code)
    client = log_in(owner)
    client.raise_request_exception = False
    answer = client.post(reverse("questions", args=[patient.pk]), {"text": "Swim & <run>?"})
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "/urgent/" in page
    assert ("Swim &amp; &lt;run&gt;?" in page) is (words != "manage.py restore")


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (sqlite3.SQLITE_FULL, 507, "Not saved: the diary cannot write now"),
        (sqlite3.SQLITE_BUSY, 503, "Not saved: the diary is busy"),
    ],
)
def test_an_entry_that_cannot_be_written_stays_on_the_page_with_the_prompt(
    owner: User,
    patient: Patient,
    failing: Callable[[str, int], None],
    log_in: Callable[[User], Client],
    code: int,
    status: int,
    words: str,
) -> None:
    failing("diary.today.views.today.record_check_in", code)
    answers = typed(do="save", confusion="mild", note="zqcanary")
    answer = log_in(owner).post(reverse("today", args=[patient.pk]), answers)
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "zqcanary" in page
    assert 'class="prompt' in page
    assert not CheckIn.objects.exists()


def test_a_phone_is_told_when_to_send_again_what_a_busy_diary_did_not_take(
    owner: User,
    patient: Patient,
    failing: Callable[[str, int], None],
    log_in: Callable[[User], Client],
) -> None:
    failing("diary.today.views.offline.record_check_in", sqlite3.SQLITE_BUSY)
    client = log_in(owner)
    client.raise_request_exception = False
    now = timezone.now().isoformat()
    sent = typed(confusion="mild") | {"account": str(owner.pk), "typed": now, "sent": now}
    answer = client.post(reverse("check_in_send", args=[patient.pk]), sent)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


def test_a_log_in_that_cannot_be_counted_is_not_called_one_try_too_many(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    base = "django.core.cache.backends.db.DatabaseCache._base_set"
    monkeypatch.setattr(base, lambda *_: False)  # as Django's own answers where it cannot write
    client = Client(raise_request_exception=False)
    answer = client.post(reverse("account_login"), {"login": owner.email, "password": "a guess"})
    assert answer.status_code == 507
    assert b"Too many tries" not in answer.content
    assert b"a guess" not in answer.content


def test_a_key_that_is_there_is_not_added_again(db: None) -> None:
    cache.clear()
    assert cache.add("one", 1)
    assert not cache.add("one", 2)
    assert cache.get("one") == 1
    assert not cache.touch("two")


@pytest.mark.parametrize("page", ["/urgent/", "/p/{}/urgent/"])
@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT])
def test_urgent_help_needs_no_database(
    patient: Patient, dad: Client, failing: Callable[[str, int], None], page: str, code: int
) -> None:
    dad.raise_request_exception = False
    failing("diary.team.views.people_of", code)
    failing("diary.team.views.patient_for", code)
    answer = dad.get(page.format(patient.pk), headers={"Accept-Language": "en-GB"})
    assert answer.status_code == 503  # a phone shows the page that it keeps
    assert 'href="tel:999"' in answer.content.decode()
