"""Measures the pages of the history with two months in the diary and with ten years, in one run.

    .venv/bin/python bench/history.py

The two diaries are asked in turn and the processor's time is taken, so that whatever else the
machine does falls on neither. The figures are printed, never asserted; that the queries are as many
is a test.
"""

import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
SHORT, LONG = 75, 3650  # days: two cycles at least
SYMPTOMS = ("headache", "nausea", "rash", "fatigue", "tremor", "leg-cramps")
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
    from diary.history.search import Sought

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
                else page[0].format(Sought(words=page[1]).sealed(patient))
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

    from accounts.models import Patient, User

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
        fill(patient, user, days)
        patients.append(patient)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, *patients


def fill(patient: Any, user: Any, days: int) -> None:
    """Log most days: symptoms, a temperature, now and then a note and an urgent finding."""
    from django.utils import timezone

    from diary.core.days import start_of
    from diary.models import Call, CheckIn, Course, Cycle, Dose, Finding, Report, Version

    now, hour = timezone.now(), timedelta(hours=1)
    first = now.date() - timedelta(days=days)
    pump = Course.objects.create(patient=patient, therapy="blinatumomab", started=first)
    pills = Course.objects.create(patient=patient, therapy="imatinib", started=first)
    check_ins, versions, reports, findings = [], [], [], []
    doses, cycles, calls = [], [], []
    for n in range(days):
        day: date = first + timedelta(days=n)
        dice = random.Random(day.toordinal())  # noqa: S311 (the same day in both diaries)
        at = start_of(day, patient.tz)
        if day.toordinal() % 35 == 0:
            cycles.append(Cycle(course=pump, number=n // 35 + 1, started=day))
            end = min(at + timedelta(days=28), now)
            doses.append(Dose(course=pump, kind="pump", started=at, ended=end, local_day=day))
        whole_day = {"precision": "day", "started": at, "ended": at + 23 * hour, "local_day": day}
        taken = "missed" if dice.random() < 0.05 else "given"
        doses.append(Dose(course=pills, kind="tablet", status=taken, **whole_day))
        if dice.random() < 0.15:
            continue
        check_in = CheckIn(
            id=uuid4(),
            patient=patient,
            at=at + dice.randrange(7, 21) * hour,
            zone=patient.zone,
            local_day=day,
            received=now,
            by=user,
            told_by="caregiver",
        )
        note = "Walked to the park and back." if dice.random() < 0.2 else ""
        version = Version(check_in=check_in, number=1, kind="symptoms", note=note, at=now, by=user)
        check_ins.append(check_in)
        versions.append(version)
        degrees = {"answer": "reading", "temperature": f"{dice.randrange(360, 385) / 10}"}
        reports.append(Report(version=version, symptom="fever", unit="C", **degrees))
        for symptom in dice.sample(SYMPTOMS, dice.randrange(4)):
            answer = dice.choice(("no", "mild", "mild", "moderate", "severe"))
            reports.append(Report(version=version, symptom=symptom, answer=answer))
        if dice.random() < 0.02:
            findings.append(_urgent(version, now))
            closed = {"outcome": "closed", "reason": "seen", "at": now, "recorded": now}
            calls.append(Call(check_in=check_in, by=user, **closed))
    CheckIn.objects.bulk_create(check_ins)
    Version.objects.bulk_create(versions)
    Report.objects.bulk_create(reports)
    Finding.objects.bulk_create(findings)
    Dose.objects.bulk_create(doses)
    Cycle.objects.bulk_create(cycles)
    Call.objects.bulk_create(calls)


def _urgent(version: Any, now: Any) -> Any:
    from diary.models import Finding

    return Finding(
        version=version,
        symptom="fever",
        rule="U1",
        level="urgent",
        group="infection",
        basis="floor",
        call_first="team",
        wording="A fever.",
        citations=[],
        catalogue_hash="x",
        found=now,
    )


if __name__ == "__main__":
    main()
