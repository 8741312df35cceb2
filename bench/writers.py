"""Lets several people save at once through the real server: saves a second, waits, errors. Every
round begins with the same diary: no family has saved so many fevers on one day.

    .venv/bin/python bench/writers.py [--seconds 20] [--busy] [--patients 1]

`--busy` keeps the processors at work with something else. The figures are printed, never asserted.
"""

import argparse
import http.client
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode
from uuid import uuid4

from load import TOKEN, crowd, now, prepared
from measure import PORT, example, server

WRITERS = (1, 4, 20)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--patients", type=int, default=1)
    parser.add_argument("--busy", action="store_true")
    asked = parser.parse_args()
    with example() as (folder, _), kept(folder, asked.patients) as (copy, cookies, addresses):
        work = [sys.executable, "-c", "while True: pass"]
        busy = [subprocess.Popen(work) for _ in range(2 if asked.busy else 0)]
        for number in WRITERS:
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)
            with server():
                until, turns = now() + asked.seconds, itertools.cycle(addresses)
                took, answers = crowd(
                    number, lambda t=turns: save(next(t), cookies), lambda u=until: now() < u
                )
            last = quantiles(took, n=100)[-1]
            print(
                f"{number:>3} writers: {len(took) / asked.seconds:6.1f} saves a second, "
                f"p99 {last:.2f} s, answers {dict(answers)}"
            )
        for process in busy:
            process.kill()


@contextmanager
def kept(folder: Path, patients: int) -> Iterator[tuple[Path, str, list[str]]]:
    """Log in, and keep a copy of the folder as it is then. Gives it, the cookies and the pages."""
    cookies, addresses = prepared(patients)
    from django.db import connections

    connections.close_all()  # what is in the log of the database goes into its file
    with tempfile.TemporaryDirectory() as parent:
        copy = Path(parent) / "diary"
        shutil.copytree(folder, copy)
        yield copy, cookies, addresses


def save(address: str, cookies: str) -> int:
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    typed = {
        "do": "save",
        "id": str(uuid4()),
        "told_by": "caregiver",
        "temperature-C": "36.8",
        "unit": "C",
        "s-headache": "mild",
        "csrfmiddlewaretoken": TOKEN,
    }
    browser = http.client.HTTPConnection("localhost", PORT, timeout=60)
    browser.request("POST", address, urlencode(typed), headers)
    status = browser.getresponse().status
    browser.close()
    return status


if __name__ == "__main__":
    main()
