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
from typing import Any

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


class Cluster:
    """One server in a folder of its own: made, started, ended."""

    def __init__(self, folder: Path, **settings: str) -> None:
        found = binaries()
        if found is None:
            raise SystemExit("There is no PostgreSQL here. On Debian: apt install postgresql")
        self.where, self.folder, self.data, self.port = found, folder, folder / "data", _free_port()
        self.as_whom = _owner_of(folder)
        given = {"port": str(self.port), "unix_socket_directories": str(folder)}
        self.settings = SETTINGS | given | settings

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@127.0.0.1:{self.port}/{NAME}"

    def make(self) -> None:
        initdb = ("--auth=trust", f"--username={NAME}", "--encoding=UTF8", "--locale=C.UTF-8")
        self.run("initdb", *initdb, "--no-sync", "-D", str(self.data))

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", options)

    def end(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.data))

    def run(self, name: str, *words: str) -> str:
        done = subprocess.run(
            [str(self.where / name), *words],
            **self.as_whom,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            raise SystemExit(f"{name} failed: {done.stdout}{done.stderr}{said}")
        return done.stdout


@contextmanager
def folder_for_one() -> Iterator[Path]:
    """Give a folder in memory where there is room, else on the disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="diary-pg-", dir=MEMORY if roomy else None) as folder:
        yield Path(folder)


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Start a server and give the address of an empty database in it; stop it afterwards."""
    with folder_for_one() as folder:
        server = Cluster(folder, **settings)
        server.make()
        server.start()
        try:
            server.run("createdb", "-h", str(folder), "-p", str(server.port), "-U", NAME, NAME)
            yield server.url
        finally:
            server.end()


def _owner_of(folder: Path) -> dict[str, Any]:
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
