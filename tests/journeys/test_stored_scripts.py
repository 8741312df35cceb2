"""What people typed never runs: markup in every text of every table, every page in a browser."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import JSONField
from django.test import override_settings
from playwright.sync_api import Browser

from accounts.models import User, erasing
from diary.models import Look
from tests.config.canaries import fill_every_text, typed_columns, without_canary
from tests.config.long_run import LONG
from tests.config.world import CANARY
from tests.conftest import PASSWORD
from tests.journeys.crawling import Crawl
from tests.journeys.test_crawl import opened, starts, treat_in_other_ways

RUN = "window.pwned=(window.pwned||0)+1"
EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onbegin", "onpointerenter", "onmouseover")
TAGS = ("img src=x", "svg", "body", "details open", "input autofocus", "video src=x", "iframe")
BREAKS = ("", '"', "'", "`", "-->", "</title>", "</textarea>", "</script>", "</style>", "]]>")
ODD = (
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<script src=data:text/javascript,{RUN}></script>",
    f"<scr<script>ipt>{RUN}</script>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<form action=javascript:{RUN}><button autofocus>x</button></form>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<math><mtext><script>{RUN}</script></mtext></math>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:window.pwned=1'>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<div hx-get=/me/ hx-trigger=load hx-on::load='window.pwned=1'></div>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    "{% debug %}{{ settings.SECRET_KEY }}",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"＜script＞{RUN}＜/script＞",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}>#x'/></svg>",
)
# 509: every way out of where a text stands, with every element that could run something there.
PAYLOADS = [
    *ODD,
    *(f"{out}><{tag} {event}={RUN}>" for out in BREAKS for tag in TAGS for event in EVENTS),
]
# A quarter of them in CI, of each kind some; all with LONG=1.
PARTS = 4 if LONG else 1


def plant(payload: str) -> None:
    """Put the payload where a canary stands, in every text that somebody may have typed."""
    assert without_canary() == [], "a text that no diary of the tests fills: see canaries.py"
    for model, column in typed_columns():
        table, name = model._meta.db_table, column.column
        put = json.dumps(payload)[1:-1] if isinstance(column, JSONField) else payload
        with erasing(), connection.cursor() as cursor:
            words = f'UPDATE "{table}" SET "{name}" = replace("{name}", %s, %s)'  # noqa: S608
            cursor.execute(f"{words} WHERE typeof(\"{name}\") = 'text'", [CANARY, put])
    with erasing():
        Look.objects.update(strokes=[])  # drawn, not typed: a page takes nothing else for it


@pytest.fixture
def crawl(browser: Browser, live_server: Any, transactional_db: None) -> Any:
    cache.clear()
    crawl = Crawl(browser, live_server.url)
    crawl.page.on("dialog", lambda dialog: (crawl._fault("opened a dialog"), dialog.dismiss()))
    yield crawl
    crawl.context.close()


@pytest.fixture
def everything(transactional_db: None, make_user: Callable[[str], User]) -> Any:
    """Ana's diary with markup in each of its texts; and the addresses of its pages."""
    diary = fill_every_text(make_user("Dad"), "Ana")
    treat_in_other_ways(diary)

    def filled(payloads: list[str]) -> dict[str, list[str]]:
        plant(" ".join(payloads))
        return starts(diary)

    return filled


def look_for_scripts(crawl: Crawl) -> None:
    if crawl.page.evaluate("window.pwned"):
        crawl._fault("ran a script that somebody typed")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_of_a_diary_runs_on_any_page(crawl: Crawl, everything: Any, part: int) -> None:
    paths = everything(PAYLOADS[part::4])
    crawl.log_in("dad@example.org", PASSWORD)
    opened(crawl, paths, lambda: look_for_scripts(crawl))
    assert not crawl.faults, "\n".join(crawl.faults[:40])
    assert {"today", "check_in", "history", "sharing", "summary", "emergency"} <= crawl.views


def test_a_page_that_trusts_a_text_is_found(crawl: Crawl, everything: Any, tmp_path: Path) -> None:
    copied = tmp_path / "templates"
    shutil.copytree(settings.BASE_DIR / "templates", copied)
    page = copied / "components" / "patient_header.html"
    trusting = page.read_text().replace("<b>{{ patient.called }}", "<b>{{ patient.called|safe }}")
    assert trusting != page.read_text()
    page.write_text(trusting)
    ours = [{**settings.TEMPLATES[0], "DIRS": [copied]}]
    with override_settings(TEMPLATES=ours):
        paths = everything(ODD)
        crawl.log_in("dad@example.org", PASSWORD)
        opened(crawl, {"team": paths["team"]}, lambda: look_for_scripts(crawl))
    assert any("Content Security Policy" in fault for fault in crawl.faults), crawl.faults
