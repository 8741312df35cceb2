"""Whatever a file holds: plain words and 422, or a diary whose pages open. Never anything else."""

import copy
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Patient, User
from summary.bring_in import read as from_json
from summary.bring_in.actions import bring_in, check
from summary.bring_in.read import UnreadableFile, read_json
from tests.config.world import changed, state
from tests.summary.files import Said, exported, send
from tests.summary.whole import undone

LogIn = Callable[[User], Client]
FOREIGN = "5f0c8bd2-0d4e-4b7a-9a57-7f0d3a3c1b11"
NOBODYS = "00000000-0d4e-4b7a-9a57-7f0d3a3c1b11"


def in_three_days(_then: Any) -> str:
    """Asked for when a test runs: an id of a test that holds the time differs in each worker."""
    return (timezone.now() + timedelta(days=3)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def said(patient: Patient, owner: User, writer: User) -> Said:
    return exported(patient, [owner, writer])


def refused(client: Client, content: bytes | Said) -> str:
    """Send it; say what the page says, once it is sure that nothing was changed."""
    before = state()
    answer = send(client, content)
    page = answer.content.decode()
    assert answer.status_code == 422, page[:2000]
    assert "Nothing was imported" in page
    assert changed(before) == []
    return page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"hello", "It is not JSON"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"\x89PNG\r\n", "not text in UTF-8"),
        (b"[]", "It is not a diary that was exported"),
        (b"null", "It is not a diary that was exported"),
        (b'{"format": "other"}', "It is not a diary that was exported"),
        (b'{"format": "side-effect-diary", "version": 2}', "newer diary"),
        (b'{"format": "side-effect-diary", "version": 1}', "Missing: patient"),
        (b'{"a": 1, "a": 2}', "is there twice"),
        (b'{"a": NaN}', "It holds NaN"),
        (b'{"a": -Infinity}', "It holds -Infinity"),
        (b'{"a": 1e999}', "It holds 1e999"),
        (b'{"a": ' + b"9" * 5000 + b"}", "far too long"),
        (b'{"a": "\\u0000"}', "a character that no text has"),
        (b'{"a": "\\ud800"}', "a character that no text has"),
        (b"[" * 100_000 + b"]" * 100_000, "nested far too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested far too deeply"),
    ],
)
def test_what_is_no_diary_is_refused_in_plain_words(
    stranger: User, log_in: LogIn, content: bytes, words: str
) -> None:
    assert words in refused(log_in(stranger), content)


def test_a_file_that_is_too_large_is_not_even_read(
    stranger: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("summary.bring_in.forms.LARGEST", 100)
    monkeypatch.setattr("summary.bring_in.forms.read_json", None)
    assert "larger than" in refused(log_in(stranger), b" " * 101)


MEASURED = """
import resource, sys, django
django.setup()
from summary.bring_in.read import UnreadableFile, read_json
content = eval(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_json(content)
except UnreadableFile as refused:
    print(refused.problems[0].what)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
SIZE = 11_999_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"b'[' + b'[],' * ({SIZE} // 3) + b'1]'", "more than 500,000 values"),
        ("b'[' + b'[],' * 249_000 + b'1]'", "not a diary"),
        ("b'[' + b'{\"a\":1},' * 240_000 + b'1]'", "not a diary"),
        ("b'{' + b','.join(b'\"%d\":1' % n for n in range(499_000)) + b'}'", "not a diary"),
        (f"b'[\"' + b'a' * {SIZE} + '😀'.encode() + b'\"]'", "text of more than 64,000 bytes"),
        ("b'[' + (b'\"' + b'a' * 63_000 + '😀'.encode() + b'\",') * 190 + b'1]'", "not a diary"),
        (f"b'[\"' + b'\\\\\"' * ({SIZE} // 2)", "text of more than 64,000 bytes"),
        (f"b'[' * {SIZE}", "more than 20 levels"),
    ],
)
def test_a_hostile_file_takes_bounded_memory(content: str, words: str) -> None:
    """At most 150 MB more than before, which a genuine diary of ten years stays below."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, content],
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
        cwd=Path(__file__).parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
    )
    said, more = done.stdout.splitlines()
    assert words in said
    assert int(more) < 150_000  # kB


def test_an_account_brings_in_a_few_files_and_then_waits(
    stranger: User, owner: User, log_in: LogIn
) -> None:
    cache.clear()
    client = log_in(stranger)
    answers = [send(client, b"[]").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.get(reverse("diary_import")).status_code == 200
    assert send(log_in(owner), b"[]").status_code == 422
    cache.clear()


def test_no_file_is_said(stranger: User, log_in: LogIn) -> None:
    answer = log_in(stranger).post(reverse("diary_import"), {"file": "text"})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.content.decode()


def set_in(said: Said, path: str, value: Any) -> Said:
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    inner: Any = said
    for step in steps:
        inner = inner[step]
    inner[last] = value(inner[last]) if callable(value) else value
    return said


def twice(rows: list[Any]) -> list[Any]:
    return [rows[0], *rows]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("check_ins", twice, "check-in 2, id</strong>: The same id is there twice"),
        ("authors", twice, "The same id is there twice"),
        ("check_ins.0.by", FOREIGN, "check-in 1, by</strong>: Nothing in this file has that id"),
        ("looks.0.check_in", FOREIGN, "Nothing in this file has that id"),
        ("medicines.0.by", FOREIGN, "Nothing in this file has that id"),
        ("patient.name", "", "This is empty"),
        ("patient.name", " \t", "This is empty"),
        ("patient.name", "x" * 81, "longer than 80"),
        ("patient.zone", "Mars/Olympus", "no such time zone"),
        ("patient.country", "ZZ", "no such country"),
        ("patient.birth_month", 13, "Nobody can have been born then"),
        ("patient.birth_year", 3000, "Nobody can have been born then"),
        ("patient.birth_year", 10**30, "at most"),
        ("patient.created", "2026-02-31T00:00:00Z", "not a moment in the past"),
        ("patient.created", in_three_days, "not a moment in the past"),
        ("patient.unit", "K", "should be one of"),
        ("patient.owner", "me", "Not known here: owner"),
        ("patient.__proto__", {"is_staff": True}, "Not known here: __proto__"),
        ("constructor", {"prototype": 1}, "Not known here: constructor"),
        ("check_ins.0.versions.0.__class__", 1, "Not known here: __class__"),
        ("check_ins.0.at", "2026-02-31T00:00:00Z", "no such day"),
        ("check_ins.0.at", "0001-01-01T00:00:00Z", "not written as this diary writes it"),
        ("check_ins.0.received", in_three_days, "cannot lie in the future"),
        ("check_ins.0.at", 5, "This should be text"),
        ("check_ins.0.local_day", "2020-01-01", "not the day of that moment"),
        ("check_ins.0.zone", "", "no time zone"),
        ("check_ins.0.told_by", "nobody", "should be one of"),
        ("check_ins.0.versions", [], "There should be one or more"),
        ("check_ins.0.versions.0.number", 2, "should count 1, 2, 3"),
        ("check_ins.0.versions.0.kind", "removed", "only what was saved is removed"),
        ("check_ins.0.versions.0.note", "x" * 5001, "longer than 5000"),
        ("check_ins.0.versions.0.note", None, "This should be text"),
        ("check_ins.0.versions.0.fever_line_c", "NaN", "not written as this diary writes it"),
        ("check_ins.0.versions.0.fever_line_c", 38.0, "It holds 38.0"),
        ("own_symptoms.0.kind", True, "should be one of"),
        ("courses.0.started", "2026-13-01", "not written as this diary writes it"),
        ("courses.0.therapy", "penicillin", "not in the lists of this diary"),
        ("courses.0.ended", "1999-01-01", "course ends after it starts"),
        ("courses.0.cycles", {}, "This should be a list"),
        ("card.fever_unit", "", "card temperature has a unit"),
        ("contacts.0.number", "", "contact has a number"),
        ("contacts.0.number", "javascript:alert(1)", "That is not a number to call"),
        ("contacts.0.number", "x" * 41, "longer than 40"),
        ("contacts.1.kind", "always", "The same thing is there twice"),
        ("looks.0.strokes", [[[1, 2, 3]]], "one-minute check 1"),
        ("looks.0.strokes", [[[-1, 2]]], "at least 0"),
        ("looks.0.strokes", [[["1", 2]]], "a whole number"),
        ("looks.0.answers.0.answer", "great", "no such answer"),
    ],
)
def test_a_fault_is_named_with_its_place(
    said: Said, stranger: User, log_in: LogIn, path: str, value: Any, words: str
) -> None:
    assert words in refused(log_in(stranger), set_in(said, path, value))


def first_of(said: Said, kind: str, **wanted: str) -> Said:
    """Return the first report or finding that is like this."""
    rows = (row for c in said["check_ins"] for v in c["versions"] for row in v[kind])
    return next(row for row in rows if all(row[name] == wanted[name] for name in wanted))


@pytest.mark.parametrize(
    ("kind", "wanted", "change", "words"),
    [
        ("findings", {}, {"course": FOREIGN}, "Nothing in this file has that id"),
        ("findings", {}, {"level": "fatal"}, "finding level known"),
        ("findings", {}, {"basis": "rumour"}, "finding basis known"),
        ("findings", {}, {"group": "Hogwarts"}, "no such group"),
        ("findings", {}, {"symptom": "gout"}, "not in the lists"),
        ("findings", {}, {"found": in_three_days}, "cannot lie in the future"),
        ("reports", {"answer": "reading"}, {"temperature": None}, "a reading has temperature"),
        ("reports", {"answer": "reading"}, {"unit": ""}, "a reading has temperature and unit"),
        ("reports", {"answer": "reading"}, {"temperature": "38"}, "not written as"),
        ("reports", {"answer": "reading"}, {"symptom": "headache"}, "Only a temperature"),
        ("reports", {"symptom": "own-symptom"}, {"own_name": ""}, "an own name"),
    ],
)
def test_a_fault_deep_in_it_is_named(
    said: Said,
    stranger: User,
    log_in: LogIn,
    kind: str,
    wanted: dict[str, str],
    change: dict[str, Any],
    words: str,
) -> None:
    told = {name: value(None) if callable(value) else value for name, value in change.items()}
    first_of(said, kind, **wanted).update(told)
    assert words in refused(log_in(stranger), said)


def test_a_row_of_another_diary_here_cannot_be_meant(
    said: Said, stranger: User, patient: Patient, log_in: LogIn
) -> None:
    """A course that exists here, of somebody else, is as unknown as one that does not exist."""
    course = first_of(said, "findings", therapy="blinatumomab")["course"]
    assert patient.courses.filter(pk=course).exists()
    theirs = json.dumps(said).replace(f'"id": "{course}"', f'"id": "{FOREIGN}"')
    nobodys = theirs.replace(course, NOBODYS)
    answers = [refused(log_in(stranger), text.encode()) for text in (theirs, nobodys)]
    named = [re.findall(r"<bdi>.*?</bdi>", answer) for answer in answers]
    assert named[0] == named[1]
    assert "Nothing in this file has that id" in named[0][0]


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-02-31", "=1", "<b>", "own-symptom", "fever", "1900-01-01", FOREIGN])
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=9), st.integers(), max_size=2)
)


def places(said: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a file."""
    if path:
        yield path
    rows = said.items() if isinstance(said, dict) else enumerate(said)
    for step, value in rows:
        if isinstance(value, dict | list):
            yield from places(value, (*path, step))
        else:
            yield (*path, step)


def spoilt(said: Said, changes: list[tuple[int, str, Any]]) -> Said:
    """Change, drop, double or mix up some values, anywhere."""
    bad = copy.deepcopy(said)
    for number, how, junk in changes:
        every = list(places(bad))
        way = every[number % len(every)]
        alike = [other for other in every if other[-1] == way[-1]]
        inner, last = at(bad, way[:-1]), way[-1]
        if how == "drop":
            del inner[last]
        elif how == "double" and isinstance(inner, list):
            inner.append(copy.deepcopy(inner[last]))
        elif how == "mix":  # the same of another row
            inner[last] = copy.deepcopy(at(bad, alike[number // 7 % len(alike)]))
        elif how == "swap":
            inner[last] = copy.deepcopy(at(bad, every[number // 7 % len(every)]))
        else:
            inner[last] = junk
    return bad


def at(said: Any, way: tuple[str | int, ...]) -> Any:
    for step in way:
        said = said[step]
    return said


HOW = st.sampled_from(["junk", "drop", "double", "swap", "mix", "mix", "mix"])
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), HOW, JUNK), min_size=1, max_size=2)


def test_a_spoilt_file_is_refused_or_its_pages_open(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    client, counts = log_in(stranger), {"refused": 0, "taken": 0}

    @settings(
        max_examples=80,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(changes=CHANGES)
    def runs(changes: list[tuple[int, str, Any]]) -> None:
        content = json.dumps(spoilt(said, changes)).encode()
        with undone():
            before = stranger.patients.count()
            try:
                read = read_json(content)
                check(read, by=stranger)
            except UnreadableFile as unreadable:
                assert unreadable.problems
                assert all(one.where and one.what for one in unreadable.problems)
                assert stranger.patients.count() == before
                counts["refused"] += 1
                return
            patient = bring_in(read, is_self=False, by=stranger)
            counts["taken"] += 1
            for name in ("today", "history", "treatment", "summary", "questions", "medicines"):
                answer = client.get(reverse(name, args=[patient.pk]))
                assert answer.status_code == 200, (name, changes)

    runs()
    assert min(counts.values()) > 3, counts


def one_of_each(said: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every named value of the first row of each kind."""
    rows = said.items() if isinstance(said, dict) else list(enumerate(said))[:1]
    for step, value in rows:
        if isinstance(step, str):
            yield (*way, step)
        if isinstance(value, dict | list):
            yield from one_of_each(value, (*way, step))


ODD = (None, "", 0, -1, 10**30, True, [], {}, "0001-01-01", "9999-12-31T23:59:59Z", " ", "x")
PAGES = ("today", "history", "history_charts", "treatment", "team", "summary", "questions")
DROPPED = object()


def test_no_odd_value_of_any_kind_of_row_breaks_a_page(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    """Each name of the first row of each kind: dropped, null, empty, huge, of another type."""
    client, taken = log_in(stranger), 0
    client.raise_request_exception = False
    pairs = [(way, odd) for way in one_of_each(said) for odd in (DROPPED, *ODD)]
    for way, odd in random.Random(11).sample(pairs, 150):  # noqa: S311 (which to try)
        bad = copy.deepcopy(said)
        inner = at(bad, way[:-1])
        if odd is DROPPED:
            del inner[way[-1]]
        else:
            inner[way[-1]] = odd
        try:
            read = read_json(json.dumps(bad).encode())
            with undone():
                patient = bring_in(read, is_self=False, by=stranger)
                taken += 1
                for name in PAGES if taken < 8 else ():
                    answer = client.get(reverse(name, args=[patient.pk]))
                    assert answer.status_code == 200, (name, way, odd)
        except UnreadableFile as unreadable:
            assert unreadable.problems
    assert taken > 3


def test_a_report_without_a_symptom_is_refused(said: Said, stranger: User, log_in: LogIn) -> None:
    first_of(said, "reports", own_name="")["symptom"] = ""
    assert "This is empty" in refused(log_in(stranger), said)


def test_the_schema_is_not_the_only_guard(
    monkeypatch: pytest.MonkeyPatch, said: Said, stranger: User
) -> None:
    """With the schema switched off, the database's own rules and the fitting still hold."""
    monkeypatch.setattr(from_json, "_problems", lambda _said: iter(()))
    said["check_ins"][0]["told_by"] = "nobody"
    with pytest.raises(UnreadableFile) as why:
        check(read_json(json.dumps(said).encode()), by=stranger)
    assert "told by known" in why.value.problems[0].what
