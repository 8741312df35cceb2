"""Runs a command beside a PostgreSQL of its own, which is gone afterwards: `python -m
bench.postgres COMMAND ...` gives it DATABASE_URL. It refuses root: then it runs as `postgres`.

It is as safe as a real one (fsync and all), but in memory where there is room for it.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 2 * 10**9  # noqa: S108 (bytes that have to be free there)
NAME = "diary"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
}


def binaries() -> Path | None:
    """Return where the newest PostgreSQL of this machine is; Debian keeps each version apart."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found.sort(key=lambda file: int(file.parts[-3]))
    if not found and (there := shutil.which("initdb")):
        found = [Path(there)]
    return found[-1].parent if found else None


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Start a server and give the address of an empty database in it; stop it afterwards."""
    where = binaries()
    if where is None:
        raise SystemExit("There is no PostgreSQL here. On Debian: apt install postgresql")
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="diary-pg-", dir=MEMORY if roomy else None) as folder:
        as_whom = _owner_of(Path(folder))
        data, port = f"{folder}/data", _free_port()

        def run(name: str, *words: str) -> None:
            done = subprocess.run(
                [str(where / name), *words], **as_whom, cwd=folder, capture_output=True, check=False
            )
            if done.returncode:
                log = Path(folder, "log")
                raise SystemExit(
                    f"{name} failed: {(done.stdout + done.stderr).decode()}"
                    f"{log.read_text() if log.exists() else ''}"
                )

        initdb = ("--auth=trust", f"--username={NAME}", "--encoding=UTF8", "--locale=C.UTF-8")
        run("initdb", *initdb, "--no-sync", "-D", data)
        given = {**SETTINGS, "port": str(port), "unix_socket_directories": folder, **settings}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        run("pg_ctl", "start", "-w", "-D", data, "-l", f"{folder}/log", "-o", options)
        try:
            run("createdb", "-h", folder, "-p", str(port), "-U", NAME, NAME)
            yield f"postgres://{NAME}@127.0.0.1:{port}/{NAME}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)


def _owner_of(folder: Path) -> dict[str, int]:
    """Let a user own the folder under which a server may run; nothing to do but for root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def main() -> int:
    with cluster() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
