"""A small sample of what `make mutants` plants: each fault is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.catalogue_faults import Fault, catalogue_faults
from bench.code_faults import code_faults
from bench.mutants import ROOT, CatalogueJudge, drawn
from therapies.catalogue import FOLDER

SAMPLE = drawn(catalogue_faults(FOLDER), lambda fault: fault.kind, 12, seed=2026)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> CatalogueJudge:
    folder = tmp_path_factory.mktemp("mutants") / "catalogue"
    return CatalogueJudge(Path(shutil.copytree(FOLDER, folder)))


@pytest.mark.parametrize("fault", SAMPLE, ids=lambda fault: fault.kind)
def test_a_wrong_change_of_the_catalogue_is_noticed(judge: CatalogueJudge, fault: Fault) -> None:
    assert judge.noticed_by(fault)


def test_the_catalogue_as_it_is_has_no_fault_to_notice(judge: CatalogueJudge) -> None:
    nothing = Fault("nothing", "rules.toml", 1, 0, 0, "", "")
    assert judge.noticed_by(nothing) == ""


def test_a_sample_is_the_same_for_a_seed_and_takes_each_kind_in_turn() -> None:
    faults = catalogue_faults(FOLDER)
    again = drawn(faults, lambda fault: fault.kind, 30, seed=2026)
    assert again[:12] == SAMPLE
    assert len({fault.kind for fault in again}) == 30
    assert drawn(faults, lambda fault: fault.kind, 12, seed=7) != SAMPLE


def test_wrong_changes_of_code_are_noticed(tmp_path: Path) -> None:
    asked = ["--part", "code", "--file", "diary/core/days.py", "--number", "2", "--seed", "2026"]
    memory = tmp_path / "memory"
    command = [sys.executable, "bench/mutants.py", *asked, "--memory", str(memory)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 of 2 faults noticed" in ran.stdout
    assert len(memory.read_text().split()) == 2


def test_no_two_planted_faults_are_the_same_and_each_changes_its_line(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text("x: int | None = max(1, y) if a < b <= c and not d else q.filter(t__lte=2)\n")
    texts = [fault.planted(path.read_text()) for fault in code_faults(path)]
    assert len(texts) == len(set(texts)) == 11
    assert all("int | None" in text for text in texts)
