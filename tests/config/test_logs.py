"""Logs say what failed and where, and never what somebody wrote or who it is."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from accounts.models import User
from config.logs import NoHealthData
from tests.config.running import prepare, serving
from tests.config.world import CANARY, make_diary

WORDS = "zqcanarywords"


def kept_of(record: logging.LogRecord) -> str:
    NoHealthData().filter(record)
    return logging.Formatter().format(record)


def record(message: str, *args: object, name: str = "diary", **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "/srv/diary/views.py", 7, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Catch what the console would show."""
    (console,) = (
        h for h in logging.getLogger("django").handlers if type(h) is logging.StreamHandler
    )
    caught = io.StringIO()
    before = console.setStream(caught)
    yield caught
    console.setStream(before)


@override_settings(ROOT_URLCONF="tests.config.planted")
def test_a_broken_page_logs_no_word_of_the_diary(owner: User, written: io.StringIO) -> None:
    diary = make_diary(owner, "Ana")
    client = Client(raise_request_exception=False)
    address = f"/p/{diary.patient.pk}/breaks/"
    client.get(f"{address}?words={WORDS}", headers={"User-Agent": WORDS, "Referer": WORDS})
    client.post(address, {"words": WORDS, WORDS: "1"})
    client.get(f"/{WORDS}/{diary.patient.pk}/")
    client.post("/urgent/", {"words": WORDS})
    client.get("/urgent/", headers={"Host": f"{WORDS}.example"})
    Client(enforce_csrf_checks=True).post("/account/login/", {"login": f"{WORDS}@example.org"})
    logged = written.getvalue()
    assert logged.count("RuntimeError at config/planted.py") == 2, logged
    assert logged.count("\n") >= 6
    for secret in (WORDS, CANARY, str(diary.patient.pk), diary.patient.pk.hex):
        assert secret not in logged


def test_the_control_without_the_filter_leaks() -> None:
    loud = record("Not Found: %s", f"/{WORDS}/")
    assert WORDS in logging.Formatter().format(loud)
    assert WORDS not in kept_of(record("Not Found: %s", f"/{WORDS}/"))


def test_a_message_that_was_filled_in_before_is_kept_back() -> None:
    kept = kept_of(record(f"could not save {WORDS}"))
    assert WORDS not in kept
    assert "views.py:7" in kept


def test_an_error_keeps_its_kind_and_place_but_not_its_words() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        broken = record("%s", WORDS)
        broken.exc_info = (ValueError, error, error.__traceback__)
        broken.stack_info = WORDS
    kept = kept_of(broken)
    assert "ValueError at config/test_logs.py:" in kept
    assert WORDS not in kept


def test_named_holes_are_emptied_too() -> None:
    kept = kept_of(record("%(who)s waited %(n)05.1f s", {"who": WORDS, "n": 3.0}))
    assert kept == "ERROR diary: … waited … s"


def test_what_the_web_server_filled_in_itself_is_kept_back() -> None:
    said = record(f"Exception while serving /p/{WORDS}/", name="waitress")
    assert WORDS not in kept_of(said)


def test_the_running_server_keeps_no_list_of_visits(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path) as server:
        assert server.get(f"/{WORDS}/?words={WORDS}")[0] == 404
        assert server.get("/urgent/", Host=f"{WORDS}.example")[0] == 400
        logged = server.log.read_text()
    assert WORDS not in logged
    assert "[404]" in logged
    assert "GET" not in logged
