"""Kills the browser again and again while entries are saved, with and without a network, and counts
what is lost, doubled or in the wrong diary; before that, on a phone that forgets what waits, to see
that it counts at all. `python bench/kills.py 200` uses the example diary.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chromium import CHROMIUM

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
PATIENCE = 30
CONTROL = 10
# The fault to plant: a phone that forgets, whenever a page is opened, what waits on it.
FORGETFUL = """indexedDB.databases().then((all) => {
    if (!all.length) return;
    indexedDB.open("diary").onsuccess = ({ target: { result: database } }) => {
        database.transaction("unsent", "readwrite").objectStore("unsent").clear();
        database.close();
    };
});"""


@contextmanager
def killable(playwright: Playwright, profile: Path) -> Iterator[Browser]:
    """Start a browser on a profile that stays, and kill it at the end of the block."""
    for last in (False, False, True):
        process = started(profile)
        try:
            number = port_of(profile).read_text().split()[0]
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}")
            break
        except PlaywrightError:  # on a busy machine it may not answer in time
            kill(process)
            if last:
                raise
    try:
        yield browser
    finally:
        kill(process)


def started(profile: Path) -> subprocess.Popen[bytes]:
    port_of(profile).unlink(missing_ok=True)
    command = [CHROMIUM or "chromium", *FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + PATIENCE
    port = port_of(profile)
    while not (port.exists() and port.read_text().strip()) and time.monotonic() < until:
        time.sleep(0.05)
    return process


def port_of(profile: Path) -> Path:
    return profile / "DevToolsActivePort"


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(
    playwright: Playwright,
    today: str,
    cookie: Any,
    *,
    kills: int,
    seed: int,
    profile: Path,
    name: str = "kill",
    fault: str = "",
) -> set[str]:
    """Save and kill; then let the last browser send what waits. Return the notes that a page showed
    as kept or as saved before its browser was killed: each must be in the diary, once. `fault` is a
    script that every page runs first."""
    dice = random.Random(seed)  # noqa: S311 (no secret)
    shown = set()
    for n in range(kills):
        note = f"{name} {n}"
        with killable(playwright, profile) as browser:
            page = opened(browser, today, cookie, fault)
            if save_and_look(page, note, dice):
                shown.add(note)
    with killable(playwright, profile) as browser:
        page = opened(browser, today, cookie, fault)
        page.wait_for_function("() => typeof draft === 'object'")
        waiting = page.evaluate("outbox.flush().then(() => vault.unsent()).then((r) => r.length)")
        if waiting:
            raise RuntimeError(f"{waiting} entries could not be sent")
    return shown


def opened(browser: Browser, today: str, cookie: Any, fault: str) -> Page:
    context = browser.contexts[0]
    context.add_cookies([cookie])
    if fault:
        context.add_init_script(fault)
    page = context.new_page()
    page.goto(today)
    return page


def save_and_look(page: Page, note: str, dice: random.Random) -> bool:
    """Save one entry, wait for a moment or until the page says what became of it."""
    if dice.random() < 0.5:
        page.context.set_offline(True)
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Save for").click(no_wait_after=True)
    if dice.random() < 0.5:
        time.sleep(dice.random() * 0.3)
        return False
    try:
        # An entry that waited before shows the same heading; it is focused for the new one.
        kept = page.locator("#outbox-heading:focus")
        expect(kept.or_(page.get_by_role("heading", name="Saved for"))).to_be_visible()
    except (AssertionError, PlaywrightError):
        return False
    return True


def faults(shown: set[str], saved: list[tuple[str, str]], patient: str) -> list[str]:
    """`saved` is the note and the patient of every check-in in the diary."""
    times = Counter(note for note, _ in saved)
    return [
        *(f"lost: {note}" for note in sorted(shown) if not times[note]),
        *(f"doubled: {note}" for note, count in times.items() if count > 1),
        *(f"in another diary: {note}" for note, whose in saved if whose != patient),
    ]


def main(kills: int) -> None:
    from measure import ORIGIN, addresses, example, log_in, server

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in this thread
    with example() as (folder, password), server(), sync_playwright() as playwright:
        with killable(playwright, folder / "first") as browser:
            page = log_in(browser.contexts[0], password)
            today = addresses(page)["Today"]
            (cookie,) = (c for c in page.context.cookies() if c["name"] == "session")
        started = time.monotonic()

        def tried(name: str, kills: int, fault: str = "") -> None:
            shown = run(
                playwright,
                ORIGIN + today,
                cookie,
                kills=kills,
                seed=1,
                profile=folder / name,
                name=name,
                fault=fault,
            )
            saved = saved_notes(f"{name} ")
            found = faults(shown, saved, today.split("/")[2])
            print(f"{name}: {kills} kills, {len(shown)} shown as kept or saved, ", end="")
            print(f"{len(saved)} in the diary, {len(found)} faults", *found, sep="\n  ")

        tried("control", CONTROL, FORGETFUL)
        tried("kill", kills)
        print(f"{time.monotonic() - started:.0f} s")


def saved_notes(start: str) -> list[tuple[str, str]]:
    import django

    django.setup()
    from diary.models import Version

    versions = Version.objects.filter(note__startswith=start)
    return [(v.note, str(v.check_in.patient_id)) for v in versions.select_related("check_in")]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
