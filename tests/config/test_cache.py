"""Log-in tries are counted for all processes together, in a Redis too, and never go uncounted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from config import doctor
from config.cache import caches
from tests.config.running import free_port, serving_if_here
from tests.conftest import PASSWORD


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A real one, whose settings stay there when it ends within the test."""
    port = free_port()
    command = ("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "")
    with serving_if_here(tmp_path, port, *command, "--dir", str(tmp_path)):
        url = f"redis://127.0.0.1:{port}"
        with override_settings(CACHES=caches(url)):
            yield url


@pytest.fixture
def nowhere() -> Iterator[None]:
    """The server of the cache is away."""
    with override_settings(CACHES=caches(f"redis://127.0.0.1:{free_port()}")):
        yield


def tried(password: str) -> Any:
    typed = {"login": "dad@example.org", "password": password}
    return Client(raise_request_exception=False).post(reverse("account_login"), typed)


def test_tries_are_counted_there(owner: User, redis: str) -> None:
    for _ in range(12):
        tried("a wrong one of theirs")
    assert "Too many tries" in tried(PASSWORD).content.decode()
    assert cache._cache.get_client().dbsize() > 0  # type: ignore[attr-defined]


def test_where_it_is_away_nobody_tries_uncounted(owner: User, nowhere: None) -> None:
    answer = tried(PASSWORD)
    assert answer.status_code == 503
    assert "session" not in answer.cookies
    with pytest.raises(OperationalError, match="CACHE_URL"):
        cache.add("a", 1)


def test_the_doctor_says_that_it_is_away(db: None, nowhere: None) -> None:
    (fault,) = doctor.limits()
    assert "nobody can log in" in fault.what


def test_without_an_address_the_database_counts() -> None:
    assert caches("")["default"]["BACKEND"].endswith("DatabaseCache")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("localhost:6379", "not the address"),
        ("http://localhost", "not the address"),
        ("redis://", "not the address"),
        ("redis://:secret@cache.example.org", "without TLS"),
    ],
)
def test_an_address_that_is_none_or_not_private_is_refused(url: str, says: str) -> None:
    with pytest.raises(SystemExit, match=says) as refused:
        caches(url)
    assert "secret" not in str(refused.value)
