"""Plants faults one by one and prints which were noticed, and the share.

`python bench/mutants.py [--part catalogue|code] [--number 40] [--seed 1] [--file PATH]`
ends with 1 where the share is below the goal.

A fault of the catalogue is judged by loading it, by what has to be true of any catalogue
(tests/therapies/noticing.py), by the worked cases and by the frozen table. A fault of the code is
judged by the tests that `bench/mutants.toml` names beside its file, in a process of its own with a
copy of one empty database. What was noticed is remembered (--memory), so that a run that stopped
goes on; a file that changed begins again.
"""

import argparse
import csv
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import asdict
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import catalogue_faults, code_faults  # noqa: E402

T = TypeVar("T")
GOAL = 95
NO_TESTS = 5  # as pytest says it
PATIENCE = 300  # seconds; a fault that never ends is noticed
NEAR = ("-q", "-n0", "-p", "bench.planting", "-p", "no:cacheprovider", "--no-header", "-rN",
        "-k", "not ten_years",  # they count queries, and take long
        "-W", "ignore::pytest.PytestAssertRewriteWarning")  # fmt: skip


def drawn(faults: Iterable[T], kind: Callable[[T], Hashable], number: int, seed: int) -> list[T]:
    """Return so many, one of each kind in turn; always the same ones for a seed."""
    kinds: dict[Hashable, list[T]] = defaultdict(list)
    for fault in faults:
        kinds[kind(fault)].append(fault)
    random = Random(seed)  # noqa: S311 (a sample)
    for there in kinds.values():
        random.shuffle(there)
    turns = [fault for turn in zip_longest(*kinds.values()) for fault in turn if fault is not None]
    return turns[:number] if number else turns


# The catalogue.


class CatalogueJudge:
    """Says who notices a fault first; nobody: an empty word."""

    def __init__(self, folder: Path) -> None:
        from tests.therapies import noticing
        from tests.therapies.frozen import differences, facts
        from tests.therapies.test_urgency import CASES
        from therapies.cases import read_case
        from therapies.catalogue.load import load
        from therapies.catalogue.read_toml import CatalogueError
        from therapies.urgency import SymptomReport, assess

        self.folder, self.noticing, self.differences, self.facts = (
            folder,
            noticing,
            differences,
            facts,
        )
        self.load, self.refused, self.assess = load, CatalogueError, assess
        text = (ROOT / "tests/therapies/vignettes.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.worked = [(read_case(row), row) for row in rows]  # type: ignore[arg-type]
        self.cases = [([SymptomReport(c[1], c[2])], c[3], (c[4], c[5])) for c in CASES]

    def noticed_by(self, fault: catalogue_faults.Fault) -> str:
        path = self.folder / fault.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole[: fault.start] + fault.new + whole[fault.end :], encoding="utf-8")
        try:
            return self._noticed()
        finally:
            path.write_text(whole, encoding="utf-8")

    def _noticed(self) -> str:
        try:
            known = self.load(self.folder)
            if any(check(known) for check in self.noticing.CHECKS):
                return "what has to be true"
            if not all(self._cases_hold(known.rules)):
                return "worked cases"
        except (self.refused, KeyError, IndexError, ValueError, TypeError, AttributeError):
            return "loading"
        return "frozen table" if self.differences(known) else ""

    def _cases_hold(self, rules: object) -> Iterator[bool]:
        for case, row in self.worked:
            found = self.assess(
                case.reports, case.standings, rules=rules, fever_from_c=case.fever_from_c
            )
            yield found.level.slug in row["acceptable_levels"].split("|")
            yield found.groups[0] in row["acceptable_groups"].split("|")
            yield row["expected_call_first"] in ("", found.call_first)
        for reports, standings, expected in self.cases:
            found = self.assess(reports, standings, rules=rules)
            yield (found.level.slug, found.groups[0]) == expected


def judge_catalogue(number: int, seed: int) -> int:
    """Print each survivor and a table; return the percentage that was noticed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from therapies.catalogue import FOLDER

    table: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as there:
        folder = Path(shutil.copytree(FOLDER, Path(there) / "catalogue"))
        judge = CatalogueJudge(folder)
        every = catalogue_faults.catalogue_faults(folder)
        for fault in drawn(every, lambda f: f.kind, number, seed):
            by = judge.noticed_by(fault)
            table[fault.kind][by] += 1
            if not by:
                print(f"not noticed: {fault.words}", flush=True)
    total: Counter[str] = sum(table.values(), Counter())
    for kind, counts in sorted(table.items()):
        who = ", ".join(f"{name or 'nobody'} {count}" for name, count in counts.most_common())
        print(f"  {kind:44} {who}")
    print(
        "  noticed first by: "
        + ", ".join(f"{name or 'nobody'} {n}" for name, n in total.most_common())
    )
    return share("The catalogue", total.total() - total[""], total.total(), len(every))


# The code.


def judge_code(number: int, seed: int, only: str, memory: Path) -> int:
    """Print each survivor; return the percentage that was noticed."""
    table = tomllib.loads((ROOT / "bench/mutants.toml").read_text(encoding="utf-8"))
    files = {path: there for path, there in table["tests"].items() if only in path}
    same = {(entry["file"], entry["old"], entry["new"]) for entry in table["same"]}
    every = [
        fault
        for path in files
        for fault in code_faults.code_faults(Path(path))
        if (fault.path, fault.old, fault.new) not in same
    ]
    remembered = set(memory.read_text().split()) if memory.exists() else set()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    with tempfile.TemporaryDirectory() as there:
        whole = Path(there) / "whole.sqlite3"
        left_out = failing(sorted({test for path in files for test in files[path]}), whole)
        for fault in drawn(every, lambda f: f.path, number, seed):
            key = remembered_as(fault)
            noticed = key in remembered
            if not noticed:
                copy = Path(there) / "copy.sqlite3"
                if whole.exists():
                    shutil.copy(whole, copy)
                noticed = not passes(files[fault.path], copy, fault, left_out)
            if noticed and key not in remembered:
                with memory.open("a") as lines:
                    lines.write(f"{key}\n")
            if not noticed:
                print(f"not noticed: {fault.words}", flush=True)
            counts[fault.path][0] += noticed
            counts[fault.path][1] += 1
    for path, (noticed_here, tried) in sorted(counts.items()):
        print(f"  {path:44} {noticed_here} of {tried}")
    noticed_all, tried_all = (sum(column) for column in zip(*counts.values(), strict=True))
    return share("The code", noticed_all, tried_all, len(every))


def remembered_as(fault: code_faults.Fault) -> str:
    whole = f"{fault}{Path(fault.path).read_text(encoding='utf-8')}"
    return sha256(whole.encode()).hexdigest()[:20]


def failing(tests: list[str], database: Path) -> list[str]:
    """Run the tests without a fault, and return those that fail even so: they judge nothing."""
    named = database.with_suffix(".failing")
    os.environ["MUTANT_FAILING"] = str(named)
    ended = in_a_process(tests, database)
    del os.environ["MUTANT_FAILING"]
    left_out = named.read_text().splitlines() if named.exists() else []
    for name in left_out:
        print(f"left out, as it fails without a fault: {name}", flush=True)
    if ended and not left_out:
        sys.exit("The tests do not run without a fault: nothing can be judged.")
    return left_out


def passes(tests: list[str], database: Path, fault: code_faults.Fault, left_out: list[str]) -> bool:
    os.environ["MUTANT"] = json.dumps(asdict(fault))
    without = [part for name in left_out for part in ("--deselect", name)]
    ended = in_a_process([test for test in tests if test not in left_out], database, "-x", *without)
    del os.environ["MUTANT"]
    if ended == NO_TESTS:
        sys.exit(f"No test is left that could judge {fault.path}.")
    return not ended


def in_a_process(tests: list[str], database: Path, *more: str) -> int:
    """Run these tests in a process of their own that has loaded nothing of the diary yet."""
    import hypothesis  # noqa: F401 (loaded once, for every process)
    import playwright.sync_api  # noqa: F401
    import pytest

    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE * (1 if "-x" in more else 10))
        os.environ["MUTANT_DB"] = str(database)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            status = int(pytest.main([*NEAR, *more, "--reuse-db", *tests]))
        except BaseException:  # noqa: BLE001 (whatever it is, it was noticed)
            status = 1
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def share(what: str, noticed: int, tried: int, there: int) -> int:
    percent = 100 * noticed // max(1, tried)
    print(
        f"{what}: {noticed} of {tried} faults noticed, {percent} % "
        f"(goal {GOAL} %; {there} could be planted)"
    )
    return percent


def main() -> None:
    parser = argparse.ArgumentParser(description="Plant faults and print the share noticed.")
    parser.add_argument("--part", choices=("catalogue", "code", "both"), default="both")
    parser.add_argument("--number", type=int, default=40, help="of each part; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="", help="only faults of code in this file")
    parser.add_argument("--memory", type=Path, default=ROOT / "bench/.mutants")
    asked = parser.parse_args()
    os.chdir(ROOT)
    shares = []
    if asked.part != "catalogue":  # first: its processes must not have loaded the diary
        shares.append(judge_code(asked.number, asked.seed, asked.file, asked.memory))
    if asked.part != "code":
        shares.append(judge_catalogue(asked.number, asked.seed))
    sys.exit(min(shares) < GOAL)


if __name__ == "__main__":
    main()
