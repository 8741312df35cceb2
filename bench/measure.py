"""Measures what the README claims: lengths and weights of pages, taps, seconds, lines.

`make bench` runs it on the example diary, in its own folder, with the real server and Chromium.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from chromium import CHROMIUM
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8399"))
ORIGIN = f"http://localhost:{PORT}"
PHONE = {"width": 360, "height": 740}
ROUNDS = 5
SERVE = (sys.executable, "-m", "config.server")


def main() -> None:
    with example() as (_folder, password):
        second_start()
        with server(), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            measure_lengths(browser, password)
            weigh(browser, password)
            ordinary_day(browser, password)
            nothing_new(browser, password)
            browser.close()
        time_files()
    count_lines()


@contextmanager
def example() -> Iterator[tuple[Path, str]]:
    """Make the example diary in a folder of its own. Gives the folder and the password."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DATA_DIR=folder, ORIGIN=ORIGIN, PORT=str(PORT), DJANGO_SETTINGS_MODULE="config.settings"
        )
        manage("prepare", "--quiet")
        yield Path(folder), manage("demo").split()[-1]


def manage(*args: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


@contextmanager
def server() -> Iterator[None]:
    process = subprocess.Popen(SERVE, cwd=ROOT)
    try:
        wait_for_an_answer()
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for_an_answer() -> None:
    for _ in range(3000):  # a minute, on a busy machine
        with suppress(URLError), urlopen(f"{ORIGIN}/urgent/"):
            return
        time.sleep(0.02)
    raise SystemExit("The server did not answer.")


def second_start() -> None:
    """From the preparing step to the first answer, as `make serve` does it the second time."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        manage("prepare", "--quiet")
        with server():
            seconds.append(time.monotonic() - begun)
    print(f"A second start: {median(seconds):.1f} s to the first answer (median of {ROUNDS})")


def log_in(context: BrowserContext, password: str) -> Page:
    page = context.new_page()
    page.goto(f"{ORIGIN}/account/login/")
    page.fill("[name=login]", "parent@example.org")
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def addresses(page: Page) -> dict[str, str]:
    """Find Ana's pages as a person would: through the list of people."""
    page.goto(f"{ORIGIN}/people/")
    today = page.get_by_role("link", name="Open Ana’s diary").get_attribute("href") or ""
    return {
        "Urgent": "/urgent/",
        "Today": today,
        "History": f"{today}history/",
        "Treatment": f"{today}treatment/",
        "Summary, 90 days": f"{today}summary/?days=90",
        "Therapy": "/therapies/blinatumomab/",
    }


def measure_lengths(browser: Browser, password: str) -> None:
    """How long a page is on a phone, and how much there is to read, before anything is opened."""
    print("Pages at 360 x 740 before anything is opened: pixels, words in sight")
    context = browser.new_context(viewport=PHONE)
    page = log_in(context, password)
    today = addresses(page)["Today"]
    page.goto(f"{ORIGIN}/people/")
    urgent = page.get_by_role("link", name="Open the card").first.get_attribute("href") or ""
    parts = (
        "",
        "?short",
        "history/",
        "history/charts/",
        "treatment/",
        "summary/",
        "more/",
        "team/",
    )
    public = ("/", "/urgent/gb/", "/sources/", "/therapies/blinatumomab/", "/new/")
    for path in (*(today + part for part in parts), urgent, *public):
        page.goto(f"{ORIGIN}{path}")
        high = page.evaluate("document.documentElement.scrollHeight")
        words = len(page.locator("body").inner_text().split())
        print(f"  {page.title().split(' – ')[0]}: {high:,} px, {words:,}")
    context.close()


def weigh(browser: Browser, password: str) -> None:
    """As the server sends it: what a service worker answers would not be counted."""
    print("Page weights as sent (compressed), bytes\n  page: first visit, then again")
    context = browser.new_context(viewport=PHONE, service_workers="block")
    pages = addresses(log_in(context, password))
    context.close()
    for name, address in pages.items():
        context = browser.new_context(viewport=PHONE, service_workers="block")
        page = log_in(context, password)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.clearBrowserCache")
        first, again = transfer(session, page, address), transfer(session, page, address)
        print(f"  {name}: {first:,}, {again:,}")
        context.close()


def transfer(session: Any, page: Page, address: str) -> int:
    sizes: list[int] = []

    def add(event: dict[str, Any]) -> None:
        sizes.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", add)
    page.goto(f"{ORIGIN}{address}", wait_until="networkidle")
    page.wait_for_timeout(1000)  # what comes when the page is there
    session.remove_listener("Network.loadingFinished", add)
    return sum(sizes)


class Hand:
    """One thumb: counts the taps and the numbers typed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.typed = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.taps += 1

    def answer(self, symptom: str, value: str) -> None:
        """One that was there in the last days stands open."""
        row = f"#symptom-{symptom}"
        if not self.page.locator(f"{row}[open]").count():
            self.tap(f"{row} > summary")
        self.tap(f"{row} label:has([value='{value}'])")

    def type_number(self, selector: str, number: str) -> None:
        self.tap(selector)
        self.page.keyboard.type(number, delay=150)
        self.typed += 1


def ordinary_day(browser: Browser, password: str) -> None:
    """Two mild symptoms that the sources list, and a temperature."""

    def do(hand: Hand) -> None:
        hand.type_number(".temp input[inputmode=decimal]:visible", "36.8")
        hand.answer("headache", "mild")
        hand.answer("rash", "mild")
        hand.tap(".bar button[type=submit]:visible")

    report("An ordinary day (two mild symptoms, one temperature)", browser, password, do)


def nothing_new(browser: Browser, password: str) -> None:
    def do(hand: Hand) -> None:
        hand.tap("button:has-text('Nothing new')")

    report("Nothing new", browser, password, do)


def report(title: str, browser: Browser, password: str, do: Callable[[Hand], None]) -> None:
    seconds = []
    hand = None
    for _ in range(ROUNDS):
        context = browser.new_context(viewport=PHONE)
        page = log_in(context, password)
        page.goto(f"{ORIGIN}{addresses(page)['Today']}")
        hand = Hand(page)
        begun = time.monotonic()
        do(hand)
        page.wait_for_url("**/check-ins/**")
        seconds.append(time.monotonic() - begun)
        context.close()
    if hand is not None:
        print(
            f"{title}: {hand.taps} taps, {hand.typed} number typed, "
            f"{median(seconds):.1f} s by script (median of {ROUNDS})"
        )


def time_files() -> None:
    """The summary as a file, each time of other days, so that nothing is said twice."""
    from datetime import date

    import django

    sys.path.insert(0, str(ROOT))
    django.setup()

    from accounts.models import Patient
    from diary.management.examples import fill

    last = date(2026, 11, 22)
    parent = Patient.objects.get(name="Ana").owner
    long = Patient.objects.create(
        owner=parent,
        name="Long",
        birth_month=5,
        birth_year=2000,
        zone="UTC",
        unit="C",
        country="GB",
    )
    fill(long, last, days=3700, by=parent)
    print("The summary as a file: wall and processor milliseconds, bytes (median)")
    _time_file(long, last, 7)  # fonts and templates are read
    for days in (90, 3650):
        taken = sorted(_time_file(long, last, days, back=n) for n in range(1, ROUNDS + 1))
        wall, processor, size = taken[ROUNDS // 2]
        print(f"  {days} days: {wall:,.0f} ms, {processor:,.0f} ms, {size:,}")


def _time_file(patient: Any, last: Any, days: int, *, back: int = 0) -> tuple[float, float, int]:
    from datetime import timedelta

    from summary.content.build import content
    from summary.paper.pdf import as_pdf

    last -= timedelta(days=back)
    begun, worked = time.monotonic(), time.process_time()
    first = last - timedelta(days=days - 1)
    file = as_pdf(content(patient, first, last, by=patient.owner, chosen=None))
    return 1000 * (time.monotonic() - begun), 1000 * (time.process_time() - worked), len(file)


def count_lines() -> None:
    print("Lines, blank ones and comments left out")
    kinds = {
        "Python": "*.py",
        "Templates": "*.html",
        "Catalogue": "*.toml",
        "CSS": "*.css",
        "JS": "*.js",
    }
    listed = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    files = [ROOT / name for name in listed.stdout.splitlines() if "/migrations/" not in name]
    for kind, pattern in kinds.items():
        product = [f for f in files if f.match(pattern) and "tests" not in f.parts]
        tests = [f for f in files if f.match(pattern) and "tests" in f.parts]
        print(f"  {kind}: {lines(product):,} in the product, {lines(tests):,} in tests")


def lines(files: list[Path]) -> int:
    return sum(
        1
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not re.match(r"\s*(#|//)", line)
    )


if __name__ == "__main__":
    main()
