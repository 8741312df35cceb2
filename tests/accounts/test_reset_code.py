"""Without a mail server the operator reads out the code for a new password; no log holds it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.config.running import prepare, run_in_django

LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")
NEW = "five loud geese by the road"
ASK = f"""
from accounts.models import User
from django.test import Client
User.objects.create_user("dad@example.org", "four quiet herons")
client = Client(headers={{"host": "localhost"}})
answer = client.post("{RESET}", {{"email": "dad@example.org"}})
print(client.get(answer.url).status_code)
"""


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False) as moving:
        yield moving


def codes(email: str) -> list[str]:
    out = StringIO()
    call_command("reset_code", email, stdout=out)
    return re.findall(r"UTC: (\S+)$", out.getvalue(), re.MULTILINE)


def test_it_is_asked_for_told_and_used_once(owner: User, client: Client) -> None:
    page = client.post(RESET, {"email": owner.email}).url
    assert "Ask the person who runs this diary" in client.get(page).content.decode()
    (code,) = codes(owner.email.upper())
    other = Client()
    other.post(RESET, {"email": owner.email})
    assert b"not the code" in other.post(page, {"code": code}).content, "it is for one page only"
    typing = client.post(page, {"code": code}).url
    client.post(typing, {"password1": NEW, "password2": NEW})
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert client.post(page, {"code": code}).url == LOGIN
    assert code not in codes(owner.email)


@pytest.mark.parametrize(("minutes", "works"), [(15, True), (16, False)])
def test_it_works_for_fifteen_minutes(
    owner: User, client: Client, clock: Any, minutes: int, works: bool
) -> None:
    page = client.post(RESET, {"email": owner.email}).url
    (code,) = codes(owner.email)
    clock.shift(timedelta(minutes=minutes))
    answer = client.post(page, {"code": code})
    assert (answer.url != LOGIN) is works


def test_three_wrong_ones_end_it(owner: User, client: Client) -> None:
    page = client.post(RESET, {"email": owner.email}).url
    (code,) = codes(owner.email)
    for _ in range(3):
        client.post(page, {"code": "XXXX-XXXX"})
    assert client.post(page, {"code": code}).url == LOGIN
    with pytest.raises(CommandError, match="No code is waiting"):
        codes(owner.email)


@pytest.mark.parametrize("email", ["dad@example.org", "nobody@example.org"])
def test_nobody_asked_so_there_is_none(owner: User, email: str) -> None:
    Client().post(RESET, {"email": "nobody@example.org"})
    with pytest.raises(CommandError, match="No code is waiting"):
        codes(email)


def test_neither_log_nor_console_shows_it(tmp_path: Path) -> None:
    prepare(tmp_path)
    said = run_in_django(tmp_path, ASK)
    assert said == "200", "nothing else, no mail and no code"
    code = run_in_django(
        tmp_path,
        "from accounts.management.commands.reset_code import codes_for;"
        "print(*(code for _at, code in codes_for('dad@example.org')))",
    )
    assert re.fullmatch(r"[A-Z0-9-]{8,}", code), "the same one, asked for by the operator"
