"""PostgreSQL and a standby that follows it, for `bench/failover.py`."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from bench.drill_load import soon
from bench.postgres import NAME, Cluster, folder_for_one


class Database:
    """A primary and its standby; whoever is promoted gets a new standby."""

    def __init__(self, ends: ExitStack) -> None:
        self.ends = ends
        self.primary = self._cluster()
        self.primary.make()
        self.primary.start()
        self.primary.run("createdb", *self._to(self.primary), NAME)
        self.standby = self._follow()

    @property
    def url(self) -> str:
        both = ",".join(f"127.0.0.1:{one.port}" for one in (self.primary, self.standby))
        return f"postgres://{NAME}@{both}/{NAME}?target_session_attrs=read-write"

    @contextmanager
    def opened(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection

    def wait_for_standby(self, *, is_so: bool = True) -> None:
        """Let nothing count as saved before the standby has it."""
        with self.opened() as connection:
            name = "*" if is_so else ""
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
            connection.execute("SELECT pg_reload_conf()")
            state = "SELECT sync_state FROM pg_stat_replication"
            wanted = "sync" if is_so else "async"
            if not soon(lambda: connection.execute(state).fetchall() == [(wanted,)]):
                raise SystemExit("The standby does not follow.")

    def hold_back(self) -> None:
        """Stop what brings the standby its news, as a slow network does."""
        for pid in self._receivers():
            os.kill(pid, signal.SIGSTOP)

    def _receivers(self) -> list[int]:
        first = (self.standby.data / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        words = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in children}
        return [pid for pid, word in words.items() if "walreceiver" in word]

    def lose_primary(self) -> None:
        """Kill it with all that it holds in memory, and let the standby take its place."""
        first = int((self.primary.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        for pid in self._receivers():
            os.kill(pid, signal.SIGKILL)
        self.standby.run("pg_ctl", "promote", "-w", "-D", str(self.standby.data))
        self.primary, self.standby = self.standby, self.primary

    def rebuild_standby(self) -> None:
        """A new one follows, at the address of the one that was lost."""
        port = self.standby.port
        self.standby = self._follow(port)

    def _cluster(self, port: int = 0) -> Cluster:
        cluster = Cluster(self.ends.enter_context(folder_for_one()))
        if port:
            cluster.port, cluster.settings["port"] = port, str(port)
        return cluster

    def _follow(self, port: int = 0) -> Cluster:
        standby = self._cluster(port)
        copy = ("-D", str(standby.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        standby.run("pg_basebackup", *self._to(self.primary), *copy)
        standby.start()
        return standby

    def _to(self, cluster: Cluster) -> tuple[str, ...]:
        return ("-h", "127.0.0.1", "-p", str(cluster.port), "-U", NAME)

    def end(self) -> None:
        for one in (self.standby, self.primary):
            subprocess.run(
                [one.where / "pg_ctl", "stop", "-m", "immediate", "-D", one.data],
                **one.as_whom, check=False, capture_output=True,
            )  # fmt: skip
