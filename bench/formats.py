"""Measures the files of data: seconds and sizes for ninety days and for ten years, made up.

`python bench/formats.py` runs it in a folder of its own; the figures are printed, never asserted.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
SPANS = {"90 days": 90, "ten years": 3652}
SYMPTOMS = ("headache", "nausea", "fatigue", "rash", "confusion")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings")
        sys.path.insert(0, str(ROOT))
        command = [sys.executable, str(ROOT / "manage.py"), "prepare", "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT)
        import django

        django.setup()
        for words, days in SPANS.items():
            measure(words, diary(days))


def diary(days: int) -> Any:
    """Two check-ins a day with a temperature and two symptoms each, every third with a finding."""
    from accounts.models import Patient, User
    from diary.models import CheckIn, Finding, Report, Version

    owner = User.objects.create_user(f"{uuid4().hex}@example.org", "x")
    patient = Patient.objects.create(
        owner=owner, name="Ana", birth_month=5, birth_year=2012, zone="Europe/London",
        unit="C", country="GB",
    )  # fmt: skip
    dice, last = random.Random(7), datetime(2026, 11, 20, 20, tzinfo=UTC)  # noqa: S311
    moments = [last - timedelta(hours=12 * n) for n in range(days * 2)]
    check_ins = CheckIn.objects.bulk_create(
        CheckIn(id=uuid4(), patient=patient, at=at, zone="Europe/London", local_day=at.date(),
                received=at, by=owner, told_by="caregiver")
        for at in moments
    )  # fmt: skip
    versions = Version.objects.bulk_create(
        Version(check_in=c, number=1, kind="symptoms", note="Slept badly.", at=c.at, by=owner)
        for c in check_ins
    )
    Report.objects.bulk_create(
        report
        for v in versions
        for report in (
            Report(version=v, symptom="fever", answer="reading", unit="C",
                   temperature=Decimal(dice.randrange(365, 395)) / 10),
            *(Report(version=v, symptom=s, answer="mild") for s in dice.sample(SYMPTOMS, 2)),
        )
    )  # fmt: skip
    Finding.objects.bulk_create(
        Finding(version=v, symptom="fever", rule="U1", level="urgent", group="infection",
                basis="source", call_first="team", wording="Fever: call now.", found=v.at,
                catalogue_hash="0" * 16, citations=[{"source": "001", "heading": "Fever"}])
        for v in versions[::3]
    )  # fmt: skip
    return patient


def measure(words: str, patient: Any) -> None:
    from summary.export import records
    from summary.export.formats import FORMATS

    started = time.perf_counter()
    found = records(patient)
    print(
        f"{words}: {len(found.check_ins)} check-ins read in {time.perf_counter() - started:.2f} s"
    )
    for one in FORMATS:
        started = time.perf_counter()
        file = one.write(found)
        seconds = time.perf_counter() - started
        print(f"  {one.name}: {seconds:.2f} s, {len(file) / 1_000_000:.2f} MB")


if __name__ == "__main__":
    main()
