"""The part of bench/scale.py that is the diary: makes the one, and asks for pages of any."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
LARGE = 10_000  # rows; no page may read a whole table of so many
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path += [str(ROOT), str(ROOT / "bench")]


def make() -> None:
    """Make one diary and say its id."""
    words = [sys.executable, "manage.py", "prepare", "--quiet"]
    subprocess.run(words, cwd=ROOT, check=True, stdout=sys.stderr)
    import django

    django.setup()
    import speed

    browser, _ = speed.diary(90)
    print(json.dumps(browser.today.split("/")[2]))


def ask() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        said = json.loads(line)
        patient = own(said["key"], said["number"])
        page = plans if said["page"] == "plans" else took
        print(json.dumps(page(patient, said["page"])), flush=True)


def own(key: str, number: int) -> str:
    """Return the id of the diary of that number, as PostgreSQL made it."""
    return str(UUID(hashlib.md5(f"{key}{number}".encode(), usedforsecurity=False).hexdigest()))


@cache
def browser(patient: str) -> Any:
    import speed
    from django.test import Client

    from accounts.models import Patient

    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Patient.objects.get(pk=patient).owner, backend=backend)
    cookies = f"session={client.cookies['session'].value}; csrf={speed.TOKEN}; home-screen=offered"
    return speed.Browser(cookies, f"/p/{patient}/")


PATHS = {
    "Today": "",
    "History": "history/",
    "Charts": "history/charts/",
    "Cycles": "history/cycles/",
    "Search": "history/find/?words=head",
    "Treatment": "treatment/",
    "More": "more/",
    "Sharing": "sharing/",
    "Summary": "summary/?days=90",
    "Emergency": "emergency/",
    "Kept on the phone": "kept/",
}


def asking(patient: str, page: str) -> Callable[[], Any]:
    there = browser(patient)
    return there.save if page == "Save" else lambda: there.get(there.today + PATHS[page])


def took(patient: str, page: str) -> float:
    """Return the milliseconds for a page of a diary that nobody has asked for lately."""
    ask = asking(patient, page)
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def plans(patient: str, _page: str) -> list[str]:
    """Return, for each page, how many questions it asks and the plans that read a large table whole
    or throw away much of what they read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lines = []
    for page in (*PATHS, "Save"):
        with CaptureQueriesContext(connection) as asked:
            asking(patient, page)()
        found = [said["sql"] for said in asked if said["sql"].startswith(("SELECT", "WITH", "("))]
        worst = []
        for sql in found:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
                (plan,) = cursor.fetchone()[0]
            worst += [f"{page}: reads {fault}" for fault in faults_in(plan["Plan"])]
        lines += [f"{page}: {len(found)} plans, {len(worst)} read too much", *dict.fromkeys(worst)]
    return lines


def faults_in(node: dict[str, Any]) -> Iterator[str]:
    where = node.get("Relation Name", "")
    read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    if node["Node Type"].endswith("Seq Scan") and read * node["Actual Loops"] > LARGE:
        yield f"the whole of {where}, for {node.get('Filter', 'all of it')}"
    elif node.get("Rows Removed by Filter", 0) * node["Actual Loops"] > LARGE:
        yield f"most of {where}, for {node['Filter']}"
    for below in node.get("Plans", ()):
        yield from faults_in(below)


if __name__ == "__main__":
    {"make": make, "ask": ask}[sys.argv[1]]()
