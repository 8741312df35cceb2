"""No test is named, or stands in its place, by the clock or by the order of a set: two workers that
collect different tests run none."""

import os
import subprocess
import sys

import pytest

from tests.config.running import ROOT

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
