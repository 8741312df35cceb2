"""DATABASE_URL: what is taken, and what is refused in one line that shows no password."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InternalError, OperationalError
from psycopg_pool import PoolTimeout

from config.databases import databases
from diary.core.errors import BusyError, is_busy
from tests.config.running import ROOT, manage
from tests.database import FILES

DATA = Path("/data")


def of(url: str) -> dict[str, Any]:
    return databases(DATA, url)["default"]


def test_unset_it_is_the_file_in_the_data_folder() -> None:
    assert of("")["ENGINE"] == "config.sqlite"
    assert of("")["NAME"] == DATA / "diary.sqlite3"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://d:p%40%2F@db.example.org:6432/diary", ("db.example.org", "6432", "p@/")),
        ("postgresql://d@localhost/diary", ("localhost", "", "")),
        ("postgres:///diary", ("", "", "")),
        ("postgres://d@%2Frun%2Fpostgresql/diary", ("/run/postgresql", "", "")),
        (
            "postgres://d:p@one:1,two:2/diary?target_session_attrs=read-write",
            ("one,two", "1,2", "p"),
        ),
        ("postgres://d@[::1]:5433/diary", ("::1", "5433", "")),
    ],
)
def test_an_address_is_read_as_postgresql_reads_it(url: str, expected: tuple[str, ...]) -> None:
    found = of(url)
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == expected
    assert found["NAME"] == "diary"
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (0, True)
    assert "synchronous_commit=on" in found["OPTIONS"]["options"]


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgres://d@db.example.org/diary", "require"),
        ("postgres://d@db.example.org/diary?sslmode=verify-full", "verify-full"),
        ("postgres://d@db/diary?sslmode=disable", "disable"),  # said by whoever runs it
        ("postgres://d@localhost,db.example.org/diary", "require"),
        ("postgres://d@localhost/diary", None),
        ("postgres:///diary", None),
    ],
)
def test_what_leaves_the_machine_is_encrypted_unless_it_is_said(url: str, mode: str | None) -> None:
    assert of(url)["OPTIONS"].get("sslmode") == mode


def test_an_option_of_the_address_is_kept_beside_ours() -> None:
    options = of("postgres:///diary?options=-c%20search_path%3Dx&application_name=mine")["OPTIONS"]
    assert options["options"].endswith("-c search_path=x")
    assert "lock_timeout=10s" in options["options"]
    assert options["application_name"].startswith("diary-")  # restore asks by it


@pytest.mark.parametrize(
    "url",
    [
        "mysql://d:secret@host/diary",
        "sqlite:///diary.sqlite3",
        "host=localhost dbname=diary password=secret",
        "postgres://d:secret@host",
        "postgres://d:se%cret@host/diary",
        "postgres://d:secret@host:port:1/diary?nothing=1",
        "postgres",
    ],
)
def test_another_address_is_refused_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(SystemExit) as refused:
        of(url)
    words = str(refused.value)
    assert words.startswith("DATABASE_URL is not the address of a PostgreSQL database, such as")
    assert "secret" not in words
    assert "\n" not in words


def test_it_may_stand_in_a_file_and_a_server_that_is_not_there_is_said_in_one_line(
    tmp_path: Path,
) -> None:
    (file := tmp_path / "url").write_text("postgres://d:secret@127.0.0.1:1/diary\n")
    refused = manage(tmp_path / "data", "prepare", DATABASE_URL_FILE=str(file))
    assert refused.returncode != 0
    (line,) = (line for line in refused.stderr.splitlines() if "DATABASE_URL" in line)
    assert "cannot be reached. Nothing was changed." in line
    assert "port 1" in line
    assert "Traceback" not in refused.stderr
    assert "secret" not in refused.stderr


def said_by_django(kind: type[DatabaseError], cause: Exception) -> DatabaseError:
    error = kind("planted")
    error.__cause__ = cause
    return error


def of_code(code: str) -> Exception:
    return psycopg.errors.lookup(code)("planted")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (said_by_django(OperationalError, of_code("55P03")), True),  # waited for a lock
        (said_by_django(OperationalError, of_code("40P01")), True),  # a deadlock
        (said_by_django(OperationalError, of_code("57P01")), True),  # the server stops
        (said_by_django(OperationalError, of_code("57P03")), True),  # or starts
        (said_by_django(OperationalError, of_code("53300")), True),  # no connection is free
        (said_by_django(OperationalError, of_code("08006")), True),  # the connection broke
        (said_by_django(OperationalError, of_code("25006")), True),  # a standby
        (said_by_django(OperationalError, psycopg.OperationalError("refused")), True),
        (said_by_django(OperationalError, PoolTimeout("no connection")), True),
        (said_by_django(OperationalError, of_code("53100")), False),  # the disk is full
        (said_by_django(IntegrityError, of_code("23505")), False),
        (said_by_django(InternalError, of_code("25P02")), False),
        (said_by_django(OperationalError, of_code("XX001")), False),
        (BusyError(), True),
        (OperationalError("of nobody"), False),
        (None, False),
    ],
    ids=str,
)
def test_what_may_be_sent_again_soon_is_told_from_what_may_not(
    error: DatabaseError | None, expected: bool
) -> None:
    assert is_busy(error) is expected


def test_what_runs_on_postgresql_too_is_there() -> None:
    assert all((ROOT / file).is_file() for file in FILES)
