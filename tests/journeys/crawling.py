"""A browser that opens every page and writes down everything that goes wrong on it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import NO_WORKER
from tests.journeys.axe import DESKTOP, SCREENS, axe_faults

SMALL_FIELDS = """() => [...document.querySelectorAll(
    "input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea",
)].filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16)
    .map((field) => `${field.name} ${getComputedStyle(field).fontSize}`)"""

# Links inside sentences are as high as their line, and a link may cover its whole row; every other
# target is 44 pixels high or more.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "button, select, summary, textarea, a[href], label:has(input)," +
    "input:not([type=hidden], [type=radio], [type=checkbox])",
)].filter((one) => !(one instanceof SVGElement) && one.checkVisibility()
    && !one.closest(".visually-hidden, .skip"))
    .filter((one) => !(one.matches("a") && [...one.parentElement.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 1)))
    .filter((one) => getComputedStyle(one, "::before").position !== "absolute")
    .filter((one) => one.getBoundingClientRect().height < 43.5)
    .map((one) => `${one.textContent.trim() || one.name} `
        + Math.round(one.getBoundingClientRect().height))"""

ZOOMED = 180  # a phone of 360 pixels, enlarged to 200 %


class Crawl:
    """Opens pages of one origin as one person."""

    def __init__(self, browser: Browser, origin: str, *, javascript: bool = True) -> None:
        self.origin = origin
        self.context: BrowserContext = browser.new_context(java_script_enabled=javascript)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.seen: dict[tuple[str, frozenset[str]], int] = {}
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._fault(f"script failed: {error}"))
        self.page.on("request", self._request)

    def _fault(self, words: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {words}")

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and message.text != NO_WORKER:
            self._fault(f"console says: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self.origin):
            self._fault(f"asked somebody else: {request.url}")

    def log_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.origin}/account/login/")
        self.page.locator("main [name=login]").fill(email)
        self.page.locator("main [name=password]").fill(password)
        self.page.locator("main [name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def walk(self, *starts: str, each: Any = None) -> None:
        """Open the pages and whatever they link to; `each` is called on every one."""
        ahead = [urljoin(self.origin, start) for start in starts]
        asked_for = set(ahead)
        while ahead:
            address = ahead.pop(0)
            if not self._is_new(address) and address not in asked_for:
                continue
            asked_for.discard(address)
            answer = self.page.goto(address)
            if answer is None or answer.status >= 400:
                self._fault(f"{address} answered {answer and answer.status}")
                continue
            if each:
                each()
            ahead += self._links()

    def _is_new(self, address: str) -> bool:
        """Tell whether this view, asked with questions of this name, was not opened before."""
        parts = urlsplit(address)
        if not address.startswith(self.origin):
            return False
        try:
            name = resolve(parts.path).view_name
        except Resolver404:
            name = parts.path
        if "logout" in name or name.endswith(("_pdf", "_schema", "download_recovery_codes")):
            return False
        key = (name, frozenset(parse_qs(parts.query)))
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] == 1

    def _links(self) -> Iterator[str]:
        hrefs = "all => all.map((link) => link.getAttribute('href'))"
        for href in self.page.locator("a[href]").evaluate_all(hrefs):
            if not href.startswith(("tel:", "mailto:", "#")):
                yield urljoin(self.page.url, href).partition("#")[0]

    def look(self) -> None:
        """Let axe look at the page as a phone shows it, by day and by night; a desktop shows the
        same elements, so there only the width is looked at."""
        for field in self.page.evaluate(SMALL_FIELDS):
            self._fault(f"a field that a phone zooms into: {field}")
        for width, scheme in SCREENS:
            self.page.set_viewport_size({"width": width, "height": 740})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self._fault(f"scrolls sideways at {width} ({wide})")
            for fault in axe_faults(self.page) if width < DESKTOP else ():
                self._fault(f"axe at {width} {scheme}: {fault}")
            for target in self.page.evaluate(SMALL_TARGETS) if width < DESKTOP else ():
                self._fault(f"a target too small for a thumb at {width}: {target}")
        self.page.set_viewport_size({"width": ZOOMED, "height": 370})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > ZOOMED:
            self._fault(f"scrolls sideways at {ZOOMED} ({wide})")

    @property
    def views(self) -> set[str]:
        return {name for name, _questions in self.seen}
