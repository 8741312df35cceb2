"""Every file of two example diaries is, byte for byte, the one that somebody looked at.

Ids are random: they are numbered as they appear. What the catalogue says has a test of its own.
"""

import io
import os
import random
import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from accounts.models import Patient
from diary.models import EmergencyNote
from summary.export import records
from summary.export.formats import FORMATS
from tests.summary.tables import files_in
from tests.summary.whole import live, undone
from therapies.catalogue import catalogue

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL counts rows on from test to test"
)
UPDATE = os.environ.get("UPDATE_FROZEN") == "1"
FROZEN = Path(__file__).with_name("frozen_files.txt")
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEAD = """\
# Hashes of the files of two example diaries. A change here is a change of what people take out.
# Renewed by UPDATE_FROZEN=1 make test ARGS=tests/summary/test_frozen_files.py
"""
RENEW = """
These files of an example diary are not the ones of tests/summary/frozen_files.txt:

{names}

Where that is a mistake, put it back. Where it is meant, raise VERSION in summary/export/as_json.py
if an older diary could not read the JSON, and renew the hashes with
UPDATE_FROZEN=1 make test ARGS=tests/summary/test_frozen_files.py"""


@pytest.fixture
def found(
    db: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The files of the demo, and of a diary with every kind of row and hostile words in it."""
    # Where two rows are of one moment, their ids decide which is first.
    monkeypatch.setattr(os, "urandom", random.Random(1).randbytes)  # noqa: S311 (made-up data)
    with time_machine.travel(NOW, tick=False):
        with undone():  # it wants a database of its own
            call_command("demo", stdout=io.StringIO())
            demo = files("demo", Patient.objects.get(name="Ana"))
        patient, *users = map(request.getfixturevalue, ("patient", "owner", "writer"))
        live(patient, users, seed=5)
        EmergencyNote.objects.create(
            patient=patient, diagnosis="B-ALL", allergies="=1+1", by=users[0], changed=NOW
        )
        return demo | files("whole", patient)


def files(diary: str, patient: Patient) -> dict[str, str]:
    found = {}
    for one in FORMATS:
        written = one.write(records(patient))
        if one.ending.endswith(".zip"):
            texts = {f"{one.url}/{name}": text for name, text in files_in(written).items()}
        else:
            texts = {one.url: written.decode()}
        found.update({f"{diary}/{name}": settled(text) for name, text in texts.items()})
    return found


def settled(text: str) -> str:
    """Number the ids, and leave out what changes with the catalogue alone."""
    seen: dict[str, str] = {}
    text = ID.sub(lambda found: seen.setdefault(found[0], f"id-{len(seen) + 1}"), text)
    lines = (line for line in text.splitlines(keepends=True) if '"CodeSystem"' not in line)
    return "".join(lines).replace(catalogue().hash, "catalogue")


def hashes(found: dict[str, str]) -> dict[str, str]:
    return {name: sha256(text.encode()).hexdigest() for name, text in sorted(found.items())}


def changed(found: dict[str, str]) -> list[str]:
    """Name the files that are not as they were."""
    lines = FROZEN.read_text(encoding="utf-8").removeprefix(HEAD).splitlines()
    then, now = dict(line.split() for line in lines), hashes(found)
    return sorted(name for name in then | now if then.get(name) != now.get(name))


def test_the_files_of_the_example_diaries_are_the_same(found: dict[str, str]) -> None:
    if UPDATE:
        lines = (f"{name} {mark}\n" for name, mark in hashes(found).items())
        FROZEN.write_text(HEAD + "".join(lines), encoding="utf-8")
    names = changed(found)
    assert not names, RENEW.format(names="\n".join(names))
    assert {name.split("/")[1] for name in found} == {one.url for one in FORMATS}


def test_one_name_or_one_value_that_is_another_is_noticed(found: dict[str, str]) -> None:
    table, file = "demo/records_csv/check_in_versions.csv", "whole/records_fhir"
    assert '"reason"' in found[table] and '"amended"' in found[file]
    planted = {
        table: found[table].replace('"reason"', '"why"', 1),
        file: found[file].replace('"amended"', '"completed"', 1),
    }
    assert changed(found | planted) == [table, file]
    assert "whole/records_json" in changed({n: t for n, t in found.items() if n[0] == "d"})
