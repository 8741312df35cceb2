"""The fixed cast, and the browser."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect

from accounts.countries import clock_of
from accounts.models import Eraser, Patient, Role, Share, User, erasing
from bench.chromium import CHROMIUM
from config.history import put_guards
from diary.check_ins.actions import record_check_in
from diary.management.examples import check_in_data, reading
from diary.models import CheckIn
from tests.database import FILES

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread

# A machine that is busy with something else is no fault of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

PASSWORD = "four quiet herons by the river"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What a browser says where it may not have a service worker, as in most journeys.
NO_WORKER = "Service Worker registration blocked by Playwright"


def pytest_collection_finish() -> None:
    """Six thousand tests and what they import stay until the end: no use to look through them at
    every collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)
        put_guards(connection)


@pytest.fixture(scope="session", autouse=True)
def flushing() -> Iterator[None]:
    """What a journey left is deleted after it: the way that erasing goes."""
    operations = type(connection.ops)
    write, run = operations.sql_flush, operations.execute_sql_flush

    def words(self: Any, style: Any, tables: list[str], **how: Any) -> list[str]:
        eraser = Eraser._meta.db_table
        return list(write(self, style, [name for name in tables if name != eraser], **how))

    def flush(self: Any, sql_list: list[str]) -> None:
        with erasing():
            run(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", words)
        patch.setattr(operations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def no_country() -> Iterator[None]:
    """A diary that a test opens itself sets the clock of its country for the rest of the test."""
    with clock_of(""):
        yield


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(name: str) -> User:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        return User.objects.create_user(email, PASSWORD, name=name)

    return make


@pytest.fixture
def owner(make_user: Callable[..., User]) -> User:
    """Ana's father, who keeps her diary."""
    return make_user("Dad")


def new_patient(owner: User, **different: Any) -> Patient:
    """One more diary: British, °C, of a child, but for what is `different`."""
    usual = {
        "name": "Ana",
        "birth_month": 5,
        "birth_year": 2017,
        "zone": "Europe/London",
        "unit": "C",
        "country": "GB",
    }
    return Patient.objects.create(owner=owner, **usual | different)


@pytest.fixture
def patient(owner: User) -> Patient:
    """Ana, a child; British, °C."""
    return new_patient(owner)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Stands still at the moment that the test's file calls NOW, until a test moves it."""
    with time_machine.travel(request.module.NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def url(request: pytest.FixtureRequest, patient: Patient) -> str:
    """The address in Ana's diary of the page that the test's file calls PAGE."""
    return reverse(request.module.PAGE, args=[patient.pk])


@pytest.fixture
def log(patient: Patient, owner: User) -> Callable[..., CheckIn]:
    """Saves one reading of Ana's."""

    def save(degrees: str, *, at: datetime | None = None, unit: str = "C") -> CheckIn:
        data = check_in_data(at or timezone.now(), reading(degrees, unit))
        return record_check_in(patient, data, by=owner)

    return save


def _caregiver(user: User, patient: Patient, role: Role) -> User:
    now = timezone.now()
    Share.objects.create(patient=patient, user=user, role=role, accepted=now, confirmed=now)
    return user


@pytest.fixture
def reader(make_user: Callable[..., User], patient: Patient) -> User:
    """A caregiver who may read Ana's diary."""
    return _caregiver(make_user("Aunt Rose"), patient, Role.READER)


@pytest.fixture
def writer(make_user: Callable[..., User], patient: Patient) -> User:
    """A caregiver who may read and write Ana's diary."""
    return _caregiver(make_user("Grandma"), patient, Role.WRITER)


@pytest.fixture
def manager(make_user: Callable[..., User], patient: Patient) -> User:
    """A caregiver who may read and write Ana's diary, invite others to it and export it."""
    return _caregiver(make_user("Uncle Max"), patient, Role.MANAGER)


@pytest.fixture
def stranger(make_user: Callable[..., User]) -> User:
    """Somebody with an account who has nothing to do with Ana."""
    return make_user("Mallory")


@pytest.fixture
def log_in() -> Callable[..., Client]:
    """Logs somebody in who has just typed their password again, unless it is an `open_phone`."""

    def as_user(user: User, *, open_phone: bool = False) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if not open_phone:
            typed = {"method": "password", "at": time.time(), "reauthenticated": True}
            session = client.session
            session["account_authentication_methods"] = [typed]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()
        return client

    return as_user


@pytest.fixture
def dad(owner: User, log_in: Callable[[User], Client]) -> Client:
    """The browser of Ana's father."""
    return log_in(owner)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """A page that is slow because two browsers share a busy machine is not a page that is wrong."""
    expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*QUIET, *(["--no-sandbox"] if as_root else [])]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 360, "height": 740},
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "service_workers": "block",  # the journeys without a network allow them
    }


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One worker more than processors, for a third of the time they wait for browsers and servers;
    none for files that are named: starting the workers takes longer than one small file."""
    here = config.invocation_params.dir
    files = [(here / arg.split("::")[0]).is_file() for arg in config.args]
    return 0 if files and all(files) else (os.cpu_count() or 1) + 1


def before_midnight(now: datetime) -> float:
    """Return the seconds until the next midnight in UTC or in Ana's zone."""
    here = (now.astimezone(zone) for zone in (UTC, ZoneInfo("Europe/London")))
    return min(86_400 - (at.hour * 3600 + at.minute * 60 + at.second) for at in here)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that begins on one day and ends on the next asks for two answers: wait for midnight
    where it is that near."""
    left = before_midnight(datetime.now(UTC))
    if left <= (60 if needs_browser(item) else 5):
        time.sleep(left)


def needs_browser(item: pytest.Item) -> bool:
    return bool({"page", "browser", "context"} & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.split("::")[0] in FILES:
            item.add_marker(pytest.mark.database)
    if CHROMIUM:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(
            "REQUIRE_BROWSER=1, but there is no Chromium: install Debian's package chromium, "
            "or set CHROMIUM to its path"
        )
    skip = pytest.mark.skip(
        reason="no Chromium found (install the package chromium, or set CHROMIUM)"
    )
    for item in items:
        if needs_browser(item):
            item.add_marker(skip)
