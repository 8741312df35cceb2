"""Where the diary is kept: SQLite in the data folder, or PostgreSQL where DATABASE_URL says so."""

import os
from pathlib import Path
from socket import gethostname
from typing import Any

PATIENCE = 10  # seconds to wait for who writes before
NO_SERVER = 3  # seconds to wait for a connection: each holds a thread, and urgent help needs one
CONNECTIONS = 16  # of one process: a few more than it has threads
SCHEMES = ("postgres://", "postgresql://")
EXAMPLE = "postgres://diary:PASSWORD@db.example.org/diary"


def databases(data: Path, url: str) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES. Raises SystemExit, in one line that shows no password, where the
    address is not one."""
    return {"default": postgresql(url) if url else sqlite(data)}


def sqlite(data: Path) -> dict[str, Any]:
    """What was acknowledged is on the disk (FULL); two writers queue instead of failing."""
    return {
        "ENGINE": "config.sqlite",
        "NAME": data / "diary.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            # A photo that was removed is overwritten, not only forgotten.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            # What replaces a row of the history meets the refusal to delete one.
            "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON;",
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """What libpq understands stays as it is said: several hosts, a socket, `sslmode`, a service."""
    said = parts_of(url)
    name, user, password = (said.pop(part, "") for part in ("dbname", "user", "password"))
    host, port = said.pop("host", ""), said.pop("port", "")
    if not all(map(is_here, host.split(","))):
        said = {"sslmode": "require"} | said
    server = {
        "lock_timeout": f"{PATIENCE}s",
        # A process that hangs does not keep others waiting for its transaction.
        "idle_in_transaction_session_timeout": "60s",
        # Whatever the server does by default. The check at the start refuses less.
        "synchronous_commit": "on",
        # Whoever waited for the turn of a diary reads what was written before.
        "default_transaction_isolation": r"read\ committed",
    }
    options = " ".join(f"-c {setting}={value}" for setting, value in server.items())
    return {
        "ENGINE": "config.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 0,  # the pool keeps them
        "CONN_HEALTH_CHECKS": True,  # those that a restart of the server cut off
        "OPTIONS": {
            "connect_timeout": 5,
            "tcp_user_timeout": PATIENCE * 1000,
            **said,
            # `restore` asks by it whether another process runs.
            "application_name": f"diary-{gethostname()[:40]}-{os.getpid()}",
            "options": f"{options} {said.get('options', '')}".strip(),
            "pool": {
                "min_size": 1,
                "max_size": CONNECTIONS,
                "timeout": NO_SERVER,
                # It gives up soon, so that the first request after an outage tries anew.
                "reconnect_timeout": NO_SERVER,
            },
        },
    }


def is_here(host: str) -> bool:
    """Is it this machine? An empty name is its socket."""
    return host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/")


def parts_of(url: str) -> dict[str, Any]:
    """Take it apart as libpq does."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    wrong = f"DATABASE_URL is not the address of a PostgreSQL database, such as {EXAMPLE}"
    if not url.startswith(SCHEMES):
        raise SystemExit(f"{wrong}. Leave it out to keep the diary in DATA_DIR.")
    try:
        said = dict(conninfo_to_dict(url))
    except ProgrammingError:  # its words may hold the password
        signs = "In a password, write @ as %40, : as %3A, / as %2F and % as %25"
        raise SystemExit(f"{wrong}. {signs}.") from None
    if not said.get("dbname") and not said.get("service"):
        raise SystemExit(f"{wrong}: the name of the database is missing at its end.")
    return said
