"""Out as JSON, in again, out again: row by row the same, but for what ADR 0030 names."""

import json
from collections import Counter
from typing import Any
from uuid import UUID, uuid5

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Patient, User
from summary.bring_in.actions import bring_in
from summary.bring_in.read import read_json
from summary.export import records
from summary.export.as_json import as_json
from tests.summary.facts import Facts, fact, facts_of, gaps_of
from tests.summary.parsed_json import Parsed
from tests.summary.whole import PAYLOADS, live, undone

Said = dict[str, Any]
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)
WORDS = st.lists(st.sampled_from(PAYLOADS) | TEXT, min_size=1, max_size=6)
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no simpler diary
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def out(patient: Patient) -> Said:
    return json.loads(as_json(records(patient)))


def in_again(said: Said, by: User) -> Patient:
    return bring_in(read_json(json.dumps(said).encode()), is_self=False, by=by)


def remapped(said: Any, patient: UUID) -> Any:
    """Return what the file should say of the new patient: each id is made from the old one."""
    if isinstance(said, dict):
        return {name: remapped(value, patient) for name, value in said.items()}
    if isinstance(said, list):
        return [remapped(value, patient) for value in said]
    return str(uuid5(patient, said)) if _is_id(said) else said


def _is_id(said: Any) -> bool:
    try:
        return isinstance(said, str) and str(UUID(said)) == said
    except ValueError:
        return False


def by_id(said: Any) -> Any:
    """Put the rows that have ids in the order of these; all others keep their own order."""
    if isinstance(said, dict):
        return {name: by_id(value) for name, value in said.items()}
    if isinstance(said, list):
        rows = [by_id(one) for one in said]
        return sorted(rows, key=lambda row: row["id"]) if rows and _has_id(rows[0]) else rows
    return said


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and "id" in row


def without_what_was_added(said: Said, before: Said) -> Said:
    """Leave out the findings that come after those which the file had."""
    for new, old in zip(said["check_ins"], before["check_ins"], strict=True):
        for version, was in zip(new["versions"], old["versions"], strict=True):
            del version["findings"][len(was["findings"]) :]
    return said


def faults(first: Said, patient: Patient) -> list[str]:
    """Say what of a diary is different after it was brought in."""
    wanted = by_id(remapped(first, patient.pk))
    wanted["patient"] |= {"id": str(patient.pk), "is_self": False}
    wanted |= {"shares": [], "log": by_id(out(patient))["log"]}
    found = without_what_was_added(by_id(out(patient)), wanted)
    return [name for name in wanted if found[name] != wanted[name]]


def kept(facts: Facts, of: Facts) -> bool:
    """Is every fact still there, as often, and nothing new but findings?"""
    return all(
        facts[kind] == of[kind] if kind != "finding" else not of[kind] - facts[kind] for kind in of
    )


@EXAMPLES
@given(seed=st.integers(0, 2**32), words=WORDS)
def test_the_round_trip_is_exact(
    patient: Patient, owner: User, writer: User, stranger: User, seed: int, words: list[str]
) -> None:
    with undone():
        live(patient, [owner, writer], seed, words)
        first, before = out(patient), facts_of(patient)
        brought = in_again(first, stranger)
        assert faults(first, brought) == []
        assert kept(facts_of(brought), before)
        assert {str(row.author) for row in brought.check_ins.all()} <= {"Dad", "Grandma"}
        assert out(patient) == first, "what was there already is as it was"


@EXAMPLES
@given(seed=st.integers(0, 2**32), words=WORDS)
def test_the_file_says_what_the_database_says(
    patient: Patient, owner: User, writer: User, seed: int, words: list[str]
) -> None:
    with undone():
        live(patient, [owner, writer], seed, words)
        said = out(patient)
        assert Parsed(said).facts == facts_of(patient)
        first, last = (records(patient).period.first, records(patient).period.last)
        assert Counter(fact(g["first"], g["last"]) for g in said["gaps"]) == gaps_of(
            patient, first, last
        )
