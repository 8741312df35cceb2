"""No request makes a view fail, however it is filled in: 2,000 in CI, 100,000 by `make fuzz`.

Hypothesis and not Schemathesis: there is no schema to read here, only pages with forms. The forms
are those that the pages show, with their own fields and choices.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import mail
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.config.addresses import every_address, ids_for
from tests.config.fuzzing import Asked, Failures, addressed, filled
from tests.config.long_run import FIRST, LONG, tell, unlogged
from tests.config.matrix import Person, logged_in, with_visit
from tests.config.rendered import Form, forms_on
from tests.config.world import make_diary

ROUNDS, EACH = (50, 2_000) if LONG else (1, 2_000)
PLANTED = "tests.config.planted"


@pytest.fixture
def dad(make_user: Callable[[str], User]) -> Any:
    with unlogged(), time_machine.travel(datetime.now(UTC), tick=False):
        user = make_user("Dad")
        dad = Person("guardian", logged_in(user), make_diary(user, "Ana"), "owner")
        make_diary(user, "Bo")
        with_visit(dad)
        yield dad


def places(dad: Person) -> list[Any]:
    ids = ids_for(dad.diary.ids)
    return [(address, ids) for address in every_address() if "logout" not in address.name]


def shown(dad: Person) -> tuple[list[Form], list[str]]:
    """Return every form of every page, and every name that an address asks a question by."""
    forms: dict[tuple[str, ...], Form] = {}
    asked = {"page", "next", "by", "from", "to"}
    for client in (dad.client, logged_in(None)):
        for address, ids in places(dad):
            path = address.path(ids)
            answer = client.get(path)
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            html = answer.content.decode()
            for form in forms_on(path, html):
                if form.action.startswith("/") and "logout" not in form.action:
                    forms.setdefault(form.key, form)
            for part in html.split('href="')[1:]:
                asked |= set(parse_qs(urlsplit(part.partition('"')[0]).query))
    return list(forms.values()), sorted(asked)


def fuzz(dad: Person, requests: "st.SearchStrategy[Asked]", number: int, most: int) -> int:
    """Send so many; the smallest request that fails is said as it can be sent again."""
    done = 0

    @seed(number)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests)
    def one(asked: Asked) -> None:
        nonlocal done
        done += 1
        with Failures() as failures:
            status = asked.send(dad.client).status_code
        mail.outbox.clear()
        assert status < 500 and not failures.heard, f"{status} {failures.heard}: {asked}"

    one()
    return done


def test_no_request_breaks_a_view(dad: Person) -> None:
    began, done = time.perf_counter(), 0
    forms, asked = shown(dad)
    assert len({form.action for form in forms}) > 60
    requests = st.one_of(filled(forms), filled(forms), filled(forms), addressed(places(dad), asked))
    for number in range(FIRST, ROUNDS):
        done += fuzz(dad, requests, number, EACH)
        tell(f"round {number}: {done} requests in {time.perf_counter() - began:.0f} s")
    tell(f"to {len(forms)} forms")
    assert done >= (ROUNDS - FIRST) * EACH


def test_a_view_that_fails_is_found_with_what_was_sent(dad: Person) -> None:
    path = f"/p/{dad.diary.patient.pk}/breaks/"
    with override_settings(ROOT_URLCONF=PLANTED):
        requests = filled([Form(path, path, "post")])
        with pytest.raises(AssertionError, match=r"RuntimeError.*breaks/"):
            fuzz(dad, requests, 1, 10)
