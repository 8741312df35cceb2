"""Asks the real server for pages, one after the other and eight at a time: requests a second, waits
and memory.

    .venv/bin/python bench/load.py [--seconds 5] [--then 0]

`--then 20000` asks for so many more pages, of every kind, before memory is read for the last time.
The figures are printed, never asserted.
"""

import argparse
import http.client
import itertools
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from statistics import quantiles
from threading import Thread

from measure import PORT, ROOT, SERVE, example, wait_for_an_answer
from slow import memory

AT_ONCE = (1, 8)
TOKEN = "a" * 32
now = time.monotonic
KEPT = ("history/", "history/charts/", "treatment/", "more/", "summary/?days=90", "kept/")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--then", type=int, default=0)
    asked = parser.parse_args()
    with example():
        cookies, (today,) = prepared(1)
        process = subprocess.Popen(SERVE, cwd=ROOT)
        try:
            wait_for_an_answer()
            pages = {"Today": today, "History": f"{today}history/", "Urgent": "/urgent/gb/"}
            print(f"{'page':10}{'at once':>8}{'a second':>10}{'p50 ms':>8}{'p99 ms':>8}  answers")
            for name, path in pages.items():
                for number in AT_ONCE:
                    until = now() + asked.seconds
                    took, answers = crowd(
                        number, lambda path=path: got(path, cookies), lambda u=until: now() < u
                    )
                    cut = quantiles(took, n=100)
                    print(
                        f"{name:10}{number:>8}{len(took) / asked.seconds:>10.1f}"
                        f"{cut[49] * 1000:>8.0f}{cut[98] * 1000:>8.0f}  {dict(answers)}"
                    )
            print(f"memory {memory(process.pid):.0f} MB")
            if asked.then:
                every = itertools.cycle([*pages.values(), *(today + path for path in KEPT)])
                left = iter(range(asked.then))
                crowd(8, lambda: got(next(every), cookies), lambda: next(left, None) is not None)
                print(f"memory {memory(process.pid):.0f} MB after {asked.then} more")
        finally:
            process.terminate()
            process.wait()


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


def got(path: str, cookies: str) -> int:
    browser = http.client.HTTPConnection("localhost", PORT, timeout=60)
    browser.request("GET", path, headers={"Cookie": cookies})
    answer = browser.getresponse()
    answer.read()
    browser.close()
    return answer.status


def crowd(
    number: int, ask: Callable[[], int], goes_on: Callable[[], bool]
) -> tuple[list[float], Counter[int]]:
    """Let so many ask, each after its own answer. Return the seconds of each, and the statuses."""
    took: list[float] = []
    answers: Counter[int] = Counter()

    def one() -> None:
        while goes_on():
            begun = now()
            answers[ask()] += 1
            took.append(now() - begun)

    threads = [Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, answers


if __name__ == "__main__":
    main()
