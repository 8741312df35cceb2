"""How much of Today travels to a phone, in bytes as sent: with brotli, as the server packs it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Patient, User
from tests.config.running import prepare
from tests.diary.answers import on_blinatumomab, with_numbers

STYLE, SCRIPTS = 6_000, 20_000
FIRST, AGAIN = 35_000, 10_000
HEADERS = 1_150  # of each file


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The bytes of each script, style and drawing, by its name in static/."""
    data = tmp_path_factory.mktemp("collected")
    prepare(data)
    named = json.loads((data / "static" / "staticfiles.json").read_text())["paths"]
    return {
        name: (data / "static" / f"{hashed}.br").stat().st_size
        for name, hashed in named.items()
        if Path(name).suffix in (".css", ".js", ".json", ".svg")
    }


@pytest.fixture
def today(patient: Patient, owner: User, log_in: Callable[[User], Client]) -> Any:
    on_blinatumomab(patient, timezone.now())
    with_numbers(patient)
    client = log_in(owner)
    path = f"/p/{patient.pk}/"
    return client.get(path), client.get(path, headers={"accept-encoding": "gzip, br"})


def files_of(page: str, suffix: str) -> set[str]:
    return set(re.findall(rf"/static/([\w./-]+\.{suffix})\b", page))


def test_today_is_light(today: Any, sent: dict[str, int]) -> None:
    plain, packed = today
    page = plain.content.decode()
    styles, scripts = files_of(page, "css"), files_of(page, "js")
    assert styles == {"diary.css"}
    assert scripts == {"answers.js", "late.js"}  # the second comes when the page is there
    assert sum(sent[name] for name in styles) <= STYLE
    assert sum(sent[name] for name in scripts) <= SCRIPTS
    headers = "".join(f"{name}: {value}\r\n" for name, value in packed.headers.items())
    again = len(packed.content) + len(headers)
    assert again <= AGAIN
    fetched = styles | scripts | files_of(page, "svg")
    assert again + sum(sent[name] + HEADERS for name in fetched) <= FIRST


def test_the_words_of_a_search_travel_apart(today: Any, sent: dict[str, int]) -> None:
    """They are fetched once somebody searches, and kept."""
    page = today[0].content.decode()
    assert files_of(page, "json") == {"words.json"}
    assert "breastbone" not in page
    assert sent["words.json"] <= 8_000


def test_what_is_served_has_no_comments(sent: dict[str, int], tmp_path: Path) -> None:
    prepare(tmp_path)
    for name in ("diary.css", "pages.css", "keep.js", "diary.js"):
        served = (tmp_path / "static" / name).read_text()
        assert "/*" not in served
        assert "\n//" not in served
        assert len(served) < 0.9 * Path("static", name).stat().st_size
    assert "\n//" not in (tmp_path / "static" / "late.js").read_text()
