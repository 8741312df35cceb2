"""Lets several people save at once through the real server: saves a second, waits, errors.

    .venv/bin/python bench/writers.py [--seconds 20] [--busy] [--patients 1]

`--busy` keeps the processors at work with something else. The figures are printed, never asserted.
"""

import argparse
import http.client
import os
import subprocess
import sys
import time
from collections import Counter
from statistics import quantiles
from threading import Thread
from urllib.parse import urlencode
from uuid import uuid4

from measure import PORT, ROOT, example, server

WRITERS = (1, 4, 20)
TOKEN = "a" * 32


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--patients", type=int, default=1)
    parser.add_argument("--busy", action="store_true")
    asked = parser.parse_args()
    with example(), server():
        cookies, addresses = prepared(asked.patients)
        work = [sys.executable, "-c", "while True: pass"]
        busy = [subprocess.Popen(work) for _ in range(2 if asked.busy else 0)]
        for number in WRITERS:
            took, answers = saved(number, cookies, addresses, asked.seconds)
            last = quantiles(took, n=100)[-1]
            print(
                f"{number:>3} writers: {len(took) / asked.seconds:6.1f} saves a second, "
                f"p99 {last:.2f} s, answers {dict(answers)}"
            )
        for process in busy:
            process.kill()


def prepared(patients: int) -> tuple[str, list[str]]:
    """Log in, and return the cookies and the pages of so many diaries."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.test import Client

    from accounts.models import Patient, User

    user = User.objects.get(email="parent@example.org")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = [f"/p/{patient.pk}/" for patient in Patient.objects.filter(owner=user)[:patients]]
    session = client.cookies["session"].value
    return f"session={session}; csrf={TOKEN}; home-screen=offered", pages


def saved(
    number: int, cookies: str, addresses: list[str], seconds: int
) -> tuple[list[float], Counter[int]]:
    took: list[float] = []
    answers: Counter[int] = Counter()
    until = time.monotonic() + seconds

    def write(address: str) -> None:
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        while time.monotonic() < until:
            typed = {
                "do": "save",
                "id": str(uuid4()),
                "told_by": "caregiver",
                "temperature-C": "36.8",
                "unit": "C",
                "s-headache": "mild",
                "csrfmiddlewaretoken": TOKEN,
            }
            begun = time.monotonic()
            browser = http.client.HTTPConnection("localhost", PORT, timeout=60)
            browser.request("POST", address, urlencode(typed), headers)
            answers[browser.getresponse().status] += 1
            browser.close()
            took.append(time.monotonic() - begun)

    threads = [Thread(target=write, args=[addresses[n % len(addresses)]]) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, answers


if __name__ == "__main__":
    main()
