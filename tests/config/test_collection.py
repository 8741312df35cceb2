"""No test is named by the clock or the order of a set (two workers that collect different tests run
none), and none takes a day that is not the diary's."""

import os
import re
import subprocess
import sys
from datetime import datetime

import pytest

from tests.config.running import ROOT
from tests.conftest import before_midnight

ELSEWHERE = """
import sys, pytest, time_machine
with time_machine.travel("2028-02-29T23:59:58+00:00"):
    sys.exit(pytest.main(sys.argv[1:]))
"""
QUIETLY = ("--collect-only", "--quiet", "-n0", "-pno:cacheprovider", "-pno:warnings")


def collected_elsewhere(*args: str) -> list[str]:
    """Collect in another process, on another day, with another order of what has none."""
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "2" else "2"
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *QUIETLY, *args],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_same_tests_are_collected_at_another_time_in_the_same_order(
    request: pytest.FixtureRequest,
) -> None:
    here = [item.nodeid for item in request.session.items]
    wanted = set(here)
    there = [name for name in collected_elsewhere(*request.config.args) if name in wanted]
    missing = sorted(wanted - set(there))
    assert not missing, f"these hold the time, or an order by chance: {missing[:9]}"
    assert there == here


ANOTHER_DAY = re.compile(r"now\(\)\.date\(\)|localdate\(\)|date\.today\(\)")


def test_no_test_takes_the_day_of_utc_or_of_the_machine_for_the_diarys() -> None:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        assert not ANOTHER_DAY.search(path.read_text()), f"{path.name}: see london_day"
    assert ANOTHER_DAY.search("timezone.now()." + "date()")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-28T12:00:00+00:00", 12 * 3600),
        ("2026-11-28T23:59:55+00:00", 5),
        ("2026-07-15T22:59:50+00:00", 10),
        ("2026-07-15T23:59:59+00:00", 1),
    ],
)
def test_a_test_waits_for_midnight_in_either_zone(now: str, left: int) -> None:
    assert before_midnight(datetime.fromisoformat(now)) == left
