"""Measures the pages of the history with two months in the diary and with ten years, in one run.

    .venv/bin/python bench/history.py

The two diaries are asked in turn and the processor's time is taken, so that whatever else the
machine does falls on neither. The figures are printed, never asserted; that the queries are as many
is a test.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
SHORT, LONG = 75, 3650  # days: two cycles at least
PAGES = {
    "Days": "history/",
    "Days, only urgent": "history/?show=urgent",
    "Charts": "history/charts/",
    "Cycles": "history/cycles/",
    "Find": "history/find/",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings")
        sys.path.insert(0, str(ROOT))
        command = [sys.executable, str(ROOT / "manage.py"), "prepare", "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT)
        import django

        django.setup()
        compare()


def compare() -> None:
    from diary.history.search import Search

    client, short, long = diaries()
    pages = dict(PAGES)
    for name, words in (("Words of a note", "park"), ("Words never written", "zebra")):
        pages[name] = "history/?only={}", words
    print(f"{'':22}{'75 days':>22}{'ten years':>22}{'times':>8}{'kB sent':>10}")
    for name, page in pages.items():
        took: dict[Any, list[float]] = {short: [], long: []}
        sent = 0
        for turn in range(2 * ROUNDS + 2):
            patient = (short, long)[turn % 2]
            path = (
                page
                if isinstance(page, str)
                else page[0].format(Search(words=page[1]).sealed(patient))
            )
            begun = time.process_time()
            answer = client.get(f"/p/{patient.pk}/{path}", headers={"host": "localhost"})
            if turn > 1:
                took[patient].append(time.process_time() - begun)
            if answer.status_code != 200:
                raise SystemExit(f"{name} answered {answer.status_code}")
            sent = len(gzip.compress(answer.content))
        one, ten = (median(took[patient]) * 1000 for patient in (short, long))
        print(f"{name:22}{one:19.0f} ms{ten:19.0f} ms{ten / one:8.2f}{sent / 1000:10.1f}")


def diaries() -> Any:
    """Return somebody who keeps two diaries, alike in the last days, one much longer."""
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Patient, User
    from diary.core.days import local_day
    from diary.management.examples import fill

    user = User.objects.create_user("bench@example.org", "four quiet herons", name="Maria")
    patients = []
    for name, days in (("Ana", SHORT), ("Ben", LONG)):
        patient = Patient.objects.create(
            owner=user,
            name=name,
            birth_month=5,
            birth_year=2010,
            zone="Europe/London",
            unit="C",
            country="GB",
        )
        fill(patient, local_day(timezone.now(), patient.tz), days=days, by=user)
        patients.append(patient)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, *patients


if __name__ == "__main__":
    main()
