"""Lighthouse on a phone: performance, accessibility, best practices, and what somebody waits for.

`make lighthouse` runs it on the example diary; it needs Node with npm, and leaves nothing behind.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from chromium import CHROMIUM
from measure import ORIGIN, PHONE, ROUNDS, addresses, example, log_in, server
from playwright.sync_api import sync_playwright

VERSION = "12.8.2"  # the last that runs on Node 18 and 20
SCORES = ("performance", "accessibility", "best-practices")
WAITS = {
    "LCP": "largest-contentful-paint",
    "TBT": "total-blocking-time",
    "CLS": "cumulative-layout-shift",
}
FLAGS = "--headless --no-sandbox --disable-gpu"


def main() -> None:
    with tempfile.TemporaryDirectory() as tools, example() as (_folder, password), server():
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", tools, f"lighthouse@{VERSION}"], check=True
        )
        session, today = _open(password)
        print(f"Lighthouse {VERSION}, a phone: scores, LCP and TBT in ms (medians of {ROUNDS})")
        for name, address, cookie in (
            ("Today", today, session),
            ("History", f"{today}history/", session),
            ("Charts", f"{today}history/charts/", session),
            ("A therapy", "/therapies/blinatumomab/", ""),
            ("Sign-in", "/account/login/", ""),
        ):
            rounds = [look(Path(tools), address, cookie) for _ in range(ROUNDS)]
            shown = {key: median(r[key] for r in rounds) for key in (*SCORES, *WAITS)}
            print(f"  {name}: " + ", ".join(f"{key} {shown[key]:g}" for key in shown))
            for fault in sorted({fault for r in rounds for fault in r["faults"]}):
                print(f"    {fault}")


def _open(password: str) -> tuple[str, str]:
    """Log in. Give the cookie, and where Ana's page of today is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split()[1:])
        page = log_in(browser.new_context(viewport=PHONE), password)
        today = addresses(page)["Today"]
        cookies = page.context.cookies()
        browser.close()
    return "; ".join(f"{c['name']}={c['value']}" for c in cookies), today


def look(tools: Path, address: str, cookie: str) -> dict[str, Any]:
    """One round: scores of 100, milliseconds, shift, and the names of what was not right."""
    command = [str(tools / "node_modules" / ".bin" / "lighthouse"), ORIGIN + address]
    command += ["--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(SCORES)}"]
    if cookie:
        command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM or ""}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    report = json.loads(told.stdout)
    audits, categories = report["audits"], report["categories"]
    faults = [
        f"{name}: {audits[ref['id']]['title']}"
        for name in SCORES[1:]
        for ref in categories[name]["auditRefs"]
        if ref["weight"] and audits[ref["id"]]["score"] == 0
    ]
    scores = {name: 100 * categories[name]["score"] for name in SCORES}
    waits = {short: audits[name]["numericValue"] for short, name in WAITS.items()}
    return scores | waits | {"faults": faults}


if __name__ == "__main__":
    main()
