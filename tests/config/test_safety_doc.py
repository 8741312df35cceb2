"""Every control in the hazard log, and every requirement, names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.config.running import ROOT

LOG = ROOT / "docs" / "safety.md"
REQUIREMENTS = ROOT / "docs" / "requirements.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
HAZARDS = [f"H{number:02}" for number in range(1, 19)]


def broken_proofs(text: str) -> list[str]:
    """Name the proofs that lead nowhere."""
    broken = []
    for file, test in PROOF.findall(text):
        path = ROOT / file
        if not path.exists() or test not in names_in(path):
            broken.append(f"{file}::{test}")
    return broken


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def unproven(text: str) -> list[str]:
    """Name the hazards under which neither a test nor a "not yet" stands."""
    sections = re.split(r"^## (?=H\d\d )", text, flags=re.MULTILINE)[1:]
    return [s[:3] for s in sections if not PROOF.search(s) and "Not yet" not in s]


@pytest.mark.parametrize("document", [LOG, REQUIREMENTS])
def test_every_proof_in_the_hazard_log_exists(document: Path) -> None:
    text = document.read_text()
    assert len(PROOF.findall(text)) > 60
    assert broken_proofs(text) == []


def test_every_requirement_has_a_proof_or_a_reason() -> None:
    rows = [row.split("|")[1:4] for row in REQUIREMENTS.read_text().splitlines() if "| " in row]
    assert all(len(shown.strip()) > 3 for _, _, shown in rows[2:])


def test_every_known_hazard_stands_in_the_log_with_a_proof_or_a_not_yet() -> None:
    text = LOG.read_text()
    assert re.findall(r"^## (H\d\d) ", text, flags=re.MULTILINE)[:18] == HAZARDS
    assert unproven(text) == []


def test_everything_that_looks_like_a_proof_is_read_as_one() -> None:
    assert LOG.read_text().count("::test_") == len(PROOF.findall(LOG.read_text()))


@pytest.mark.parametrize(
    "planted",
    [
        "`tests/config/test_safety_doc.py::test_that_is_not_there`",
        "`tests/config/test_gone.py::test_every_proof_in_the_hazard_log_exists`",
    ],
)
def test_a_proof_that_leads_nowhere_is_found(planted: str) -> None:
    assert broken_proofs(f"- something {planted}") == [planted.strip("`")]
    assert unproven("## H01 A hazard\nwords only\n") == ["H01"]
