"""Runs the tests that belong to what changed since main, without the journeys: `make check`."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "config", "diary", "summary", "therapies")


def main() -> int:
    chosen = sorted(set(tests_of(changed())))
    print("Tests of what changed:", *(chosen or ["none"]), flush=True)
    return subprocess.call([sys.executable, "-m", "pytest", *chosen], cwd=ROOT) if chosen else 0


def changed() -> list[str]:
    """Return what differs from where this branch left main, with what is not committed yet."""
    since = git("merge-base", "HEAD", "main")
    return git("diff", "--name-only", *since) + git("ls-files", "--others", "--exclude-standard")


def git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def tests_of(paths: Iterable[str]) -> Iterator[str]:
    """A test file stands for itself; whatever else belongs to an app, for all tests of that app."""
    for path in map(Path, paths):
        room = next((part for part in path.parts[:2] if part in APPS), None)
        if room and path.match("tests/*/test_*.py"):
            yield from [str(path)] if (ROOT / path).exists() else []
        elif room:
            yield f"tests/{room}"


if __name__ == "__main__":
    sys.exit(main())
