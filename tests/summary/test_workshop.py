"""Files are made in a process of their own, two at a time, and pages say so where none is made."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.test import Client
from django.utils.translation import get_language, override

from accounts.countries import COUNTRY, clock_of
from accounts.models import AuditEntry, Patient
from summary import workshop
from summary.workshop import NotMadeError, NoTurnError, made
from tests.config.running import run_in_django, serving
from tests.journeys.test_faults_server import make_diary

SECRET = "zqcanary"
CSRF = "a" * 32
AUDITS = "from accounts.models import AuditEntry as A; print(*A.objects.values_list('action'))"
PAGES = pytest.mark.parametrize("path", ["summary.pdf?days=30", "emergency.pdf"])


def large(size: int) -> bytes:
    return os.urandom(size)


def process_and_moments(seconds: float) -> bytes:
    begun = time.monotonic()
    time.sleep(seconds)
    return json.dumps([os.getpid(), begun, time.monotonic()]).encode()


def place() -> bytes:
    return f"{get_language()} {COUNTRY.get()}".encode()


def broken() -> bytes:
    raise RuntimeError(SECRET)


def killed() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


@pytest.fixture
def elsewhere(settings) -> None:
    settings.FILES_IN_PLACE = False


def read(file: object) -> bytes:
    with file:  # type: ignore[attr-defined]
        return file.read()  # type: ignore[attr-defined]


def test_a_file_comes_whole_in_the_language_and_the_clock_of_who_asks(elsewhere: None) -> None:
    assert len(read(made(large, 3_000_000))) == 3_000_000
    assert read(made(large, 0)) == b""
    with override("en-us"), clock_of("US"):
        assert read(made(place)) == b"en-us US"


def test_each_file_has_a_process_of_its_own_and_only_two_are_made_at_once(elsewhere: None) -> None:
    with ThreadPoolExecutor(5) as threads:
        files = [threads.submit(made, process_and_moments, 0.5) for _ in range(5)]
        told = [json.loads(read(file.result())) for file in files]
    assert len({pid for pid, _, _ in told} - {os.getpid()}) == 5
    for _, begun, _ in told:
        assert sum(start <= begun < end for _, start, end in told) <= 2


@pytest.mark.parametrize("make", [broken, killed])
def test_a_process_that_fails_or_is_killed_gives_no_file(
    elsewhere: None, make: Callable[[], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotMadeError):
        made(make)
    assert len(read(made(large, 5))) == 5  # and the next one is made again
    assert SECRET not in capfd.readouterr().err


def test_a_process_that_takes_too_long_is_ended(
    elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "PATIENCE", 0.1)
    begun = time.monotonic()
    with pytest.raises(NotMadeError):
        made(process_and_moments, 60)
    assert time.monotonic() - begun < 30


def no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(workshop, "PLACES", full)


def no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(workshop, "TURNS", full)
    monkeypatch.setattr(workshop, "WAIT", 0.1)


@PAGES
@pytest.mark.parametrize("busy", [no_place, no_turn])
def test_where_too_many_are_made_the_page_says_to_try_again(
    elsewhere: None,
    dad: Client,
    patient: Patient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    busy: Callable[..., None],
) -> None:
    busy(monkeypatch)
    answer = dad.post(f"/p/{patient.pk}/{path}", {"paper": "a4", "layout": "sheet"})
    assert answer.status_code == 503
    assert int(float(answer["Retry-After"]) * 10) > 0
    assert "try again" in answer.content.decode()
    assert "/urgent/" in answer.content.decode()
    assert not AuditEntry.objects.filter(action__endswith=".pdf").exists()
    with pytest.raises(NoTurnError):
        made(place)


@PAGES
def test_where_one_cannot_be_made_the_page_says_so(
    dad: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise NotMadeError

    for view in ("summary.views", "summary.emergency.views"):
        monkeypatch.setattr(f"{view}.made", fails)
    answer = dad.post(f"/p/{patient.pk}/{path}", {"paper": "a4", "layout": "sheet"})
    assert answer.status_code == 500
    assert "The file could not be made" in answer.content.decode()
    assert not AuditEntry.objects.filter(action__endswith=".pdf").exists()


@pytest.mark.parametrize(
    ("path", "start"),
    [("summary.pdf?days=30", b"%PDF-"), ("records.json", b'{\n"format"')],
)
def test_the_running_diary_sends_what_another_process_made(
    tmp_path: Path, path: str, start: bytes
) -> None:
    patient, session = make_diary(tmp_path)
    confirmed = (
        "import time; from django.contrib.sessions.backends.db import SessionStore as S; "
        f"from accounts.models import User; s = S({session!r}); "
        "s['account_authentication_methods_user'] = str(User.objects.get().pk); "
        "s['account_authentication_methods'] = "
        "[{'method': 'password', 'at': time.time(), 'reauthenticated': True}]; s.save()"
    )
    run_in_django(tmp_path, f"from accounts.models import User\n{confirmed}")
    with serving(tmp_path) as diary:
        request = urllib.request.Request(
            f"http://127.0.0.1:{diary.port}/p/{patient}/{path}",
            b"",
            {"Cookie": f"session={session}; csrf={CSRF}", "X-CSRFToken": CSRF},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            file = answer.read()
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert int(answer.headers["Content-Length"]) == len(file)
    assert file.startswith(start)
    kind = path.partition("?")[0]
    assert run_in_django(tmp_path, AUDITS) == str((kind,))
