"""Asks for eight files of ten years at once, and for the page of today meanwhile.

    .venv/bin/python bench/exports.py

Printed, never asserted: the slowest page of today, how long the files took, and the memory of the
server before, meanwhile and after, with the processes that make the files told apart.
"""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from measure import ORIGIN, ROOT, SERVE, example, wait_for_an_answer
from slow import memory, slowest

AT_ONCE = 8
DAYS = 3650
LAST = datetime.now(UTC).date()
PATHS = (
    "records.json",
    "records.csv.zip",
    "records.fhir.json",
    f"summary.pdf?all=1&first={LAST - timedelta(days=DAYS - 1)}&last={LAST}",
)


def main() -> None:
    with example() as (_folder, password):
        os.chdir(ROOT)
        today, long, cookie = diaries(password)
        process = subprocess.Popen(SERVE, cwd=ROOT)
        try:
            wait_for_an_answer()
            crowd = [
                threading.Thread(target=slowest, args=(ORIGIN + today, cookie, 20))
                for _ in range(12)
            ]
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()

            def line(name: str, times: int) -> None:
                took = slowest(ORIGIN + today, cookie, times)
                own = memory(process.pid, with_children=False)
                print(
                    f"{name:26}{1000 * took:8.0f} ms{own:8.0f} MB{memory(process.pid):8.0f} MB",
                    flush=True,
                )

            print(f"{'':26}{'Today':>11}{'web':>11}{'in all':>11}")
            line("before", 20)
            for path in PATHS:
                answers: list[tuple[int, float, int]] = []
                asking = [
                    threading.Thread(target=take, args=(long + path, cookie, answers))
                    for _ in range(AT_ONCE)
                ]
                for one in asking:
                    one.start()
                time.sleep(0.5)
                line(f"with {AT_ONCE} {path.split('?')[0]}", 10)
                for one in asking:
                    one.join()
                statuses = dict(Counter(status for status, _, _ in answers))
                took = sorted(seconds for _, seconds, _ in answers)
                print(f"  {statuses}, {took[0]:.1f} to {took[-1]:.1f} s, {answers[0][2]:,} bytes")
            line("after", 20)
        finally:
            process.terminate()
            process.wait()


def take(path: str, cookie: str, answers: list[tuple[int, float, int]]) -> None:
    token = "a" * 32
    headers = {"Cookie": f"{cookie}; csrf={token}", "X-CSRFToken": token}
    request = urllib.request.Request(ORIGIN + path, b"", headers)
    begun = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=180) as answer:
            status, size = answer.status, len(answer.read())
    except urllib.error.HTTPError as error:
        status, size = error.code, 0
    answers.append((status, time.monotonic() - begun, size))


def diaries(password: str) -> tuple[str, str, str]:
    """Return Ana's page of today, that of somebody with ten years, and the cookie of their owner,
    who typed the password a moment ago."""
    import django

    sys.path.insert(0, str(ROOT))
    django.setup()
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Patient
    from diary.management.examples import fill

    ana = Patient.objects.get(name="Ana")
    place: dict[str, Any] = {"zone": "UTC", "unit": "C", "country": "GB"}
    long = Patient.objects.create(
        owner=ana.owner, name="Long", birth_month=5, birth_year=2000, **place
    )
    fill(long, LAST, days=DAYS, by=ana.owner)
    client = Client()
    client.force_login(ana.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    again = {"path": reverse("account_reauthenticate"), "headers": {"host": "localhost"}}
    client.post(data={"password": password}, **again)
    return f"/p/{ana.pk}/", f"/p/{long.pk}/", f"session={client.cookies['session'].value}"


if __name__ == "__main__":
    main()
