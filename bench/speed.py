"""Measures every page and the save against the floor of Django, in one run, through the WSGI
application: processor time, queries and bytes, with 75 days, a year and ten years in the diary.

    .venv/bin/python bench/speed.py [--rounds 5]

Floor and page are asked in turn, so that whatever else the machine does falls on both. The figures
are printed and written to bench/results.json; queries and bytes are asserted in tests, times never.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
DAYS = {"75 days": 75, "a year": 365, "ten years": 3650}
ASKS = 6  # in a row, before it is the other's turn


class Aim(NamedTuple):
    """`share`: of the floor's time; half of it must be reached, and all of the queries."""

    queries: int
    share: float


AIMS = {
    "Today": Aim(8, 0.25),
    "Care card": Aim(8, 0.25),
    "History": Aim(8, 0.20),
    "Charts": Aim(8, 0.20),
    "Cycles": Aim(8, 0.10),
    "Treatment": Aim(6, 0.35),
    "More": Aim(6, 0.35),
    "Summary": Aim(12, 0.08),
    "Emergency": Aim(12, 0.08),
    "Therapy": Aim(2, 0.50),
    "Urgent": Aim(2, 0.50),
    "Kept on the phone": Aim(8, 0.25),
    "Save": Aim(14, 0.25),
}


class Figures(NamedTuple):
    ms: float
    floor_ms: float
    queries: int
    bytes: int

    @property
    def share(self) -> float:
        return self.floor_ms / self.ms


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings")
        sys.path.insert(0, str(ROOT))
        command = [sys.executable, str(ROOT / "manage.py"), "prepare", "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT)
        import django
        from django.conf import settings

        settings.ROOT_URLCONF = "bench.floor"
        django.setup()
        figures = {name: measured(days, rounds) for name, days in DAYS.items()}
    report(figures)
    kept = {
        span: {page: {**f._asdict(), "share": f.share} for page, f in pages.items()}
        for span, pages in figures.items()
    }
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")


def measured(days: int, rounds: int) -> dict[str, Figures]:
    """Return the figures of every page of a new diary of so many days."""
    browser, addresses = diary(days)
    found = {}
    for name, address in addresses.items():
        ask = (lambda: browser.save()) if name == "Save" else (lambda a=address: browser.get(a))
        floor = browser.floor_post if name == "Save" else browser.floor
        for _ in range(ASKS):
            ask(), floor()
        turns = [(_took(floor), _took(ask)) for _ in range(rounds)]
        queries, size = browser.count(ask)
        floor_ms, ms = (median(turn[side] for turn in turns) for side in (0, 1))
        found[name] = Figures(ms, floor_ms, queries, size)
    return found


def _took(ask: Callable[[], object]) -> float:
    """Return the milliseconds of the processor for one of a few requests in a row."""
    begun = time.process_time()
    for _ in range(ASKS):
        ask()
    return (time.process_time() - begun) / ASKS * 1000


class Browser:
    """Asks the WSGI application as a server would, logged in."""

    def __init__(self, cookies: str, today: str) -> None:
        from config.wsgi import application

        self.application, self.cookies, self.today = application, cookies, today

    def get(self, path: str) -> int:
        return self._ask(path)

    def floor(self) -> int:
        return self._ask("/floor/")

    def floor_post(self) -> int:
        return self._ask("/floor/post/", {"a": "b"})

    def save(self) -> int:
        from django.utils import timezone

        typed = {
            "do": "save",
            "id": str(uuid4()),
            "opened": timezone.now().isoformat(),
            "told_by": "caregiver",
            "temperature-C": "38.6",
            "unit": "C",
            "s-headache": "mild",
            "csrfmiddlewaretoken": TOKEN,
        }
        return self._ask(self.today, typed)

    def count(self, ask: Callable[[], int]) -> tuple[int, int]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            size = ask()
        return len(queries), size

    def _ask(self, path: str, typed: dict[str, str] | None = None) -> int:
        path, _, query = path.partition("?")
        body = urlencode(typed or {}).encode()
        environ = {
            "REQUEST_METHOD": "GET" if typed is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookies,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        status: list[str] = []
        answer = self.application(environ, lambda line, _headers: status.append(line))
        size = sum(len(part) for part in answer)
        answer.close()
        if not status[0].startswith("200" if typed is None else "302"):
            raise SystemExit(f"{path} answered {status[0]}")
        return size


TOKEN = "a" * 32


def diary(days: int) -> tuple[Browser, dict[str, str]]:
    """Make a diary of so many days, in which what was urgent is closed as a family closes it."""
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Patient, User
    from diary.core.days import DAY, local_day
    from diary.management.examples import fill
    from diary.models import CheckIn

    name = f"{days}@example.org"
    user = User.objects.create_user(name, "four quiet herons", name="Maria")
    patient = Patient.objects.create(
        owner=user,
        name="Ana",
        birth_month=5,
        birth_year=2010,
        zone="Europe/London",
        unit="C",
        country="GB",
    )
    fill(patient, local_day(timezone.now(), patient.tz), days=days, by=user)
    for check_in in list(CheckIn.objects.followed(patient=patient)):
        later = check_in.at + DAY
        check_in.calls.create(outcome="closed", reason="Over", at=later, recorded=later, by=user)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookies = f"session={client.cookies['session'].value}; csrf={TOKEN}; home-screen=offered"
    today = f"/p/{patient.pk}/"
    urgent = CheckIn.objects.ever_urgent().filter(patient=patient).order_by("-at").first()
    addresses = {
        "Today": today,
        "Care card": f"{today}check-ins/{urgent.pk if urgent else ''}/",
        "History": f"{today}history/",
        "Charts": f"{today}history/charts/",
        "Cycles": f"{today}history/cycles/",
        "Treatment": f"{today}treatment/",
        "More": f"{today}more/",
        "Summary": f"{today}summary/?days=90",
        "Emergency": f"{today}emergency/",
        "Therapy": "/therapies/blinatumomab/",
        "Urgent": "/urgent/gb/",
        "Kept on the phone": f"{today}kept/",
        "Save": "",  # the last: no family saves so many fevers on one day
    }
    return Browser(cookies, today), addresses


def report(figures: dict[str, dict[str, Figures]]) -> None:
    print(
        f"{'page':18}{'queries':>9}{'ms':>8}{'floor':>7}{'share':>7}{'aim':>6}{'met':>6}"
        f"{'kB':>7}{'10 years':>10}"
    )
    for page, row in rows(figures):
        print(f"{page:18}{row}")


def rows(figures: dict[str, dict[str, Figures]]) -> Iterator[tuple[str, str]]:
    short, year, ten = figures.values()
    for page, f in year.items():
        aim = AIMS[page]
        enough = f.share >= aim.share / 2 and f.queries <= aim.queries
        met = "yes" if f.share >= aim.share and enough else "half" if enough else "no"
        yield (
            page,
            f"{f.queries:>5}/{aim.queries:<3}{f.ms:>8.1f}{f.floor_ms:>7.2f}{f.share:>7.3f}"
            f"{aim.share:>6}{met:>6}{f.bytes / 1000:>7.1f}{ten[page].ms / short[page].ms:>9.2f}x",
        )


if __name__ == "__main__":
    main()
