"""Logs say what failed and where, and never what somebody wrote or who it is."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from accounts.models import User
from config.logs import ACCESS, JsonLines, NoHealthData
from config.request_ids import LETTERS
from tests.config.running import make_diary as make_running
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


def json_of(record: logging.LogRecord) -> dict[str, object]:
    NoHealthData().filter(record)
    said: dict[str, object] = json.loads(JsonLines().format(record))
    return said


def test_a_line_of_json_says_no_more_than_a_plain_one() -> None:
    said = json_of(record("Not Found: %s", f"/{WORDS}/", status_code=404))
    assert (said["level"], said["logger"], said["status"]) == ("ERROR", "diary", 404)
    assert said["message"] == "Not Found: … [404]"
    loud = record(f"could not save {WORDS}", allowed={"message": WORDS}, access={"view": WORDS})
    assert WORDS not in json.dumps(json_of(loud))
    assert "\n" not in JsonLines().format(record("two\nlines"))


def test_a_line_that_passed_no_filter_says_nothing() -> None:
    assert WORDS not in JsonLines().format(record(WORDS))


def test_only_the_access_log_tells_of_a_request() -> None:
    assert "view" not in json_of(record("%s", 1, access={"view": "today"}))
    assert json_of(record("%s", 1, name=ACCESS, access={"view": "today"}))["view"] == "today"


def test_each_request_has_a_number_in_its_answer_its_lines_and_its_page(
    owner: User, written: io.StringIO
) -> None:
    diary = make_diary(owner, "Ana")
    with override_settings(ROOT_URLCONF="tests.config.planted"):
        client = Client(raise_request_exception=False)
        answer = client.get(f"/p/{diary.patient.pk}/breaks/")
        missing = client.get("/nowhere/")
    number = answer.headers["X-Request-ID"]
    assert re.fullmatch(f"[{LETTERS}]{{8}}", number)
    assert f"<code>{number}</code>" in answer.content.decode()
    (failed, absent) = [line for line in written.getvalue().splitlines() if "(" in line][-2:]
    assert failed.endswith(f"({number})")
    assert absent.endswith(f"({missing.headers['X-Request-ID']})")
    assert number != missing.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("given", "https", "taken"),
    [
        ("9f86d081884c7d659a2feaa0c55ad015", True, True),
        ("9f86d081-884c-7d65-9a2f-eaa0c55ad015", True, True),
        ("9f86d081884c7d659a2feaa0c55ad015", False, False),
        (f"{WORDS}", True, False),
        ("fever-38-5", True, False),
        ("9f86d081884c7d659a2feaa0c55ad015\tAna", True, False),
    ],
)
def test_a_number_of_the_proxy_is_taken_where_it_is_one(
    db: None, given: str, https: bool, taken: bool
) -> None:
    for is_behind in (True, False):
        with override_settings(HTTPS=is_behind):
            answer = Client().get("/healthz", secure=https, headers={"X-Request-ID": given})
        assert (answer.headers["X-Request-ID"] == given) is (taken and is_behind)


def test_as_json_the_running_server_tells_of_each_request_and_of_nobody(tmp_path: Path) -> None:
    patient, session = make_running(tmp_path)
    with serving(tmp_path, LOGS="json") as server:
        cookie = f"session={session}"
        assert server.get(f"/p/{patient}/?words={WORDS}", Cookie=cookie)[0] == 200
        assert server.get(f"/{WORDS}/", User_Agent=WORDS)[0] == 404
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    told = [(one.get("view"), one.get("method"), one.get("status")) for one in lines]
    assert ("today", "GET", 200) in told
    assert ("", "GET", 404) in told
    for secret in (WORDS, patient, patient.replace("-", ""), session, "Ana", "Dad", "127.0.0.1"):
        assert secret not in server.log.read_text()
    assert all(one["request"] for one in lines)
    assert all(isinstance(one["ms"], int) for one in lines if one["logger"] == ACCESS)
