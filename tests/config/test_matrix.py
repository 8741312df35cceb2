"""The matrix: what each person gets from every address, of every object, by every method.

A share of it in CI, the same one each time; all of it by `make matrix` (LONG=1).
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from accounts.models import User
from tests.config import addresses
from tests.config.addresses import PATIENT, PUBLIC
from tests.config.long_run import LONG, tell, unlogged
from tests.config.matrix import METHODS, Cast, Matrix, make_cast
from tests.config.smuggling import Smuggling, forms_of, name_of

SHARE = 1 if LONG else 0.085
LEAST = 50_000 if LONG else 5_000
PLANTED = "tests.config.planted"


@pytest.fixture
def cast(make_user: Callable[[str], User]) -> Any:
    # A password that was typed a moment ago stays so, however long the walk.
    with unlogged(), time_machine.travel(datetime.now(UTC), tick=False):
        yield make_cast(make_user)


def test_everybody_gets_what_is_theirs_and_nothing_else(cast: Cast) -> None:
    began, matrix = time.perf_counter(), Matrix(cast, SHARE)
    matrix.walk()
    tell(f"{matrix.counts['requests']} requests in {time.perf_counter() - began:.0f} s")
    tell(str(dict(matrix.counts)))
    assert not matrix.faults, "\n".join(matrix.faults)
    assert matrix.counts["requests"] >= LEAST
    assert all(matrix.counts[one.name] > LEAST / 50 for one in cast.people)
    assert all(matrix.counts[method] for method in METHODS)
    assert matrix.counts["let in"] > LEAST / 100


def test_no_form_takes_a_column_that_is_not_its_own(cast: Cast) -> None:
    smuggling, by_name = Smuggling(cast), {one.name: one for one in cast.people}
    for name in ("guardian", "writer", "patient") if LONG else ("guardian",):
        forms = forms_of(by_name[name])
        assert len({name_of(form) for form in forms}) > 40
        smuggling.all_at_once(by_name[name], forms)
        if LONG and name == "guardian":
            smuggling.each_alone(by_name[name], forms)
    tell(f"{smuggling.requests} forms sent; {len(smuggling.effective)} kinds did something")
    assert not smuggling.faults, "\n".join(smuggling.faults)
    assert len(smuggling.effective) >= 30, sorted(smuggling.effective)


def test_there_are_no_staff() -> None:
    """Nobody can be given a look into all diaries: neither an account nor a page knows of it."""
    columns = {column.name for column in User._meta.get_fields()}
    assert not columns & {"is_staff", "is_superuser", "groups", "user_permissions"}
    assert not [a for a in addresses.every_address() if a.route.startswith("admin")]


# What the walk has to find at an address of `planted.py`.
FOUND = {
    "no_door": "shows what is not theirs",
    "wrong_key": "(crossed) shows what is not theirs",
    "telltale": "differs from what is missing in its status",
    "tells_in_a_header": "differs from what is missing in its headers",
    "writes_when_read": "changed ['accounts.patient']",
    "takes_anything": "stranger DELETE takes_anything (own) answered 204",
    "breaks": "broke: 500",
    "forgets_who_writes": "reader POST forgets_who_writes (own) changed ['accounts.patient']",
    "forgets_the_end": "over GET forgets_the_end (own) answered 200, not [404]",
}


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The faults of `planted.py`, each called a page that whoever reads may open."""
    for name in (*FOUND, "takes_every_column"):
        sent = addresses.WRITER if name == "takes_every_column" else addresses.NOBODY
        monkeypatch.setitem(addresses.WHO_MAY, name, PATIENT)
        monkeypatch.setitem(addresses.OPENED_AND_SENT, name, (addresses.READER, sent))
    monkeypatch.setitem(addresses.WHO_MAY, "undecided", PUBLIC)
    with override_settings(ROOT_URLCONF=PLANTED):
        yield


def test_the_walk_finds_what_is_planted(planted: None, cast: Cast) -> None:
    for name, words in FOUND.items():
        matrix = Matrix(cast, urlconf=PLANTED, only=name)
        matrix.walk(until=words)
        assert any(words in fault for fault in matrix.faults), (name, matrix.faults)


def test_an_address_that_nobody_thought_of_stops_the_walk(cast: Cast) -> None:
    with override_settings(ROOT_URLCONF=PLANTED), pytest.raises(LookupError, match="nobody has"):
        Matrix(cast, share=0, urlconf=PLANTED).walk()


def test_a_column_that_a_form_takes_is_found(planted: None, cast: Cast) -> None:
    owner, smuggling = cast.people[2], Smuggling(cast)
    forms = [form for form in forms_of(owner, PLANTED) if name_of(form) == "takes_every_column"]
    smuggling.all_at_once(owner, forms)
    assert smuggling.faults == [
        f"guardian: takes_every_column takes owner_id={cast.foreign.patient.owner_id}"
    ]
