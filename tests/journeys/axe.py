"""What axe finds wrong on a page, in the words of a failed test."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# By night only the colours differ, and no colour depends on the width. What is right is not listed.
SCREENS: list[tuple[int, Literal["light", "dark"]]] = [
    (320, "light"),
    (360, "dark"),
    (1280, "light"),
]
DESKTOP = 1000
FAULTS = """async () => {
    const isDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    const asked = isDark ? { runOnly: ["color-contrast", "link-in-text-block"] }
        : { rules: { "color-contrast": { enabled: window.innerWidth < 1000 } } };
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...asked });
    const where = (nodes) => nodes.map(({ target }) => target).join("; ");
    return violations.map(({ id, nodes }) => `${id} on ${where(nodes)}`);
}"""


def axe_faults(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [str(fault) for fault in page.evaluate(FAULTS)]
