"""What makes the diary installable and open without a network: nothing of anybody is in it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import User
from config import install
from tests.config.world import CANARY, make_diary
from therapies.catalogue import catalogue


@pytest.fixture(autouse=True)
def _anew() -> None:
    install.version.cache_clear()


def kept_by(worker: str) -> list[str]:
    found = re.search(r"const KEPT = (\[.*\]);", worker)
    assert found
    urls: list[str] = json.loads(found[1])
    return urls


def version_in(worker: str) -> str:
    found = re.search(r'const SHELL = "shell-([0-9a-f]{16})"', worker)
    assert found
    return found[1]


def test_it_can_be_installed(db: None) -> None:
    answer = Client().get("/diary.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    found = answer.json()
    assert (found["display"], found["scope"], found["start_url"]) == ("standalone", "/", "/")
    for icon in found["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon
    assert any(icon["sizes"] == "512x512" for icon in found["icons"])
    assert f'href="{found["shortcuts"][0]["url"]}"' in Client().get("/").content.decode()


def test_everything_that_the_worker_keeps_is_there(db: None) -> None:
    worker = Client().get("/sw.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert "no-store" in worker.headers["Cache-Control"]  # a new one is found at once
    urls = kept_by(worker.content.decode())
    assert {"/urgent/", "/offline/"} < set(urls)
    for url in urls:
        if url.startswith("/static/"):
            assert finders.find(url.removeprefix("/static/")), url
        else:
            assert Client().get(url).status_code == 200


def test_every_script_of_the_page_without_a_network_is_kept(db: None) -> None:
    page = Client().get("/offline/").content.decode()
    kept = kept_by(Client().get("/sw.js").content.decode())
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert files
    assert files <= set(kept)


def test_the_worker_and_the_page_are_the_same_for_everybody(
    owner: User, log_in: Callable[[User], Any]
) -> None:
    diary = make_diary(owner, "Ana")
    client = log_in(owner)
    assert CANARY in client.get(f"/p/{diary.patient.pk}/").content.decode()
    for path in ("/sw.js", "/offline/", "/diary.webmanifest"):
        mine, anybodys = client.get(path).content, Client().get(path).content
        assert mine == anybodys, path
        assert CANARY.encode() not in mine
        assert str(owner.pk).encode() not in mine


def test_another_catalogue_is_another_shell(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_in(Client().get("/sw.js").content.decode())
    install.version.cache_clear()
    assert version_in(Client().get("/sw.js").content.decode()) == before
    install.version.cache_clear()
    monkeypatch.setattr(install, "page", lambda: "another page")
    assert version_in(Client().get("/sw.js").content.decode()) != before


def test_the_page_marks_what_is_urgent_for_anybody(db: None) -> None:
    page = Client().get("/offline/").content.decode()
    assert catalogue().hash in page
    for key in ("seizure", "trouble-breathing"):
        worst = rf'value="(?:yes|severe)"( data-level="urgent")?[^>]* name="s-{key}"'
        choices = re.findall(worst, page)
        assert choices, key
        assert all(choices), key
