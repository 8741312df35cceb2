"""The diary in PostgreSQL: what is refused at its start, what a page says where the server is gone
or held, and backups that go both ways."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Patient
from accounts.turns import WAIT, number_of
from config.checks import unsafe
from config.history import HISTORY
from diary.models import CheckIn
from tests.config.running import manage, prepare, run_in_django, serving
from tests.config.test_backup import FILL, LOOK
from tests.diary.answers import typed

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only with DATABASE_URL"),
]


def address(name: str) -> str:
    """Return the address of another database on the server of the tests."""
    said = connection.settings_dict
    return f"postgres://{said['USER']}@{said['HOST']}:{said['PORT']}/{name}"


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database with nothing in it."""
    name = f"diary_{uuid4().hex}"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield address(name)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("setting", ["off", "local", "remote_write"])
def test_a_server_that_may_lose_what_was_acknowledged_is_refused(db: None, setting: str) -> None:
    assert unsafe(connection) == []
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit = {setting}")
    assert unsafe(connection) == [f"PostgreSQL runs with synchronous_commit={setting}, not on"]


@pytest.mark.parametrize(
    "cut",
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {pid}",
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
    ],
    ids=["the connection is cut", "it is a standby now"],
)
def test_an_entry_that_meets_a_server_on_its_way_out_is_kept_and_goes_in_later(
    transactional_db: None, patient: Patient, dad: Client, cut: str
) -> None:
    dad.raise_request_exception = False
    fields = typed(temperature_C="38.6")
    page = reverse("today", args=[patient.pk])
    assert dad.get(page).status_code == 200
    connection.ensure_connection()
    pid, name = connection.connection.info.backend_pid, connection.settings_dict["NAME"]
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(cut.format(pid=pid, name=name))
        if "read_only" in cut:
            with connection.cursor() as cursor:
                cursor.execute("SET default_transaction_read_only = on")
        answer = dad.post(page, fields)
        server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert answer.status_code == 503, answer.content
    assert fields["id"] in answer.content.decode(), "what was typed is still there"
    assert not CheckIn.objects.exists()
    connection.close()
    assert dad.post(page, fields).status_code == 302
    assert CheckIn.objects.count() == 1


def test_who_waits_too_long_for_the_turn_of_a_diary_is_told_that_it_is_busy(
    transactional_db: None, patient: Patient, dad: Client
) -> None:
    fields = typed(temperature_C="38.6")
    page = reverse("today", args=[patient.pk])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with psycopg.connect(address(connection.settings_dict["NAME"])) as other:
        other.execute(WAIT, [number_of(patient.pk)])
        answer = dad.post(page, fields)
    assert answer.status_code == 503
    assert "the diary is busy" in answer.content.decode()
    assert fields["id"] in answer.content.decode(), "what was typed is still there"
    assert dad.post(page, fields).status_code == 302
    connection.close()


GUARDS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%%\\\\_not\\\\_%%'")
    print(cursor.fetchone()[0])
"""
EVERYTHING = """
import json
from django.apps import apps
from config.backups import LEFT_OUT
def plain(value):
    if isinstance(value, (dict, list)):  # PostgreSQL orders keys in its own way
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value
for model in sorted(apps.get_models(), key=str):
    if model._meta.db_table not in (*LEFT_OUT, "accounts_auditentry"):
        rows = (tuple(map(plain, row)) for row in model._base_manager.values_list())
        for row in sorted(map(repr, rows)):
            print(model.__name__, row)
"""
BO = """
from tests.config.world import make_diary
make_diary(aunt, "Bo")
"""
SINCE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Erasure, Patient, Share
from summary.erasure.actions import ask_for_diary
ana, bo = Patient.objects.order_by("created")
ask_for_diary(bo, by=bo.owner)
Erasure.objects.update(due=timezone.now() - timedelta(days=1))
Share.objects.filter(patient=ana, role="reader").update(revoked=timezone.now())
Share.objects.filter(patient=ana, role="writer").update(
    role="reader", without_notes=True, until=timezone.now())
Patient.objects.filter(pk=ana.pk).update(name="Changed since")
"""


def test_the_drill_brings_back_what_was_there_and_a_backup_goes_both_ways(
    tmp_path: Path, empty: str
) -> None:
    data, file = tmp_path / "data", tmp_path / "copy"
    there = {"DATABASE_URL": empty}
    assert manage(data, "prepare", "--quiet", **there).returncode == 0
    assert run_in_django(data, GUARDS, **there) == str(3 * len(HISTORY))
    run_in_django(data, FILL + BO, **there)
    before = run_in_django(data, EVERYTHING, **there)
    with serving(data, **there) as server:
        assert server.get("/")[0] == 200
        made = manage(data, "backup", str(file), **there)
        assert made.returncode == 0, made.stderr
        refused = manage(data, "restore", str(file), **there)
        assert "Nothing was changed. The diary is running" in refused.stderr
    run_in_django(data, SINCE, **there)
    assert manage(data, "erase_due", **there).stdout == "Deleted: 1 thing.\n"
    done = manage(data, "restore", str(file), **there)
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in data.glob("diary-until-*")] == [".sqlite3"]
    assert "Bo" not in run_in_django(data, EVERYTHING, **there), "what was erased stays erased"
    assert run_in_django(data, LOOK, **there) == "Ana 0 1 0 1"
    assert not list(data.glob(".diary*")), "no draft is left"

    prepare(small := tmp_path / "small")
    (small / "secret-key").write_text((data / "secret-key").read_text())
    assert manage(small, "restore", str(file)).returncode == 0
    assert run_in_django(small, EVERYTHING) == before


def test_a_diary_that_began_in_sqlite_goes_to_postgresql(tmp_path: Path, empty: str) -> None:
    file, there = tmp_path / "copy", {"DATABASE_URL": empty}
    prepare(small := tmp_path / "small")
    run_in_django(small, FILL + BO)
    before = run_in_django(small, EVERYTHING)
    assert '"source"' in before, "there are citations, which are JSON"
    assert manage(small, "backup", str(file)).returncode == 0
    (data := tmp_path / "data").mkdir(mode=0o700)
    (data / "secret-key").write_text((small / "secret-key").read_text())
    assert manage(data, "prepare", "--quiet", **there).returncode == 0
    done = manage(data, "restore", str(file), **there)
    assert done.returncode == 0, done.stderr
    assert run_in_django(data, EVERYTHING, **there) == before
