"""Kills machines, restarts them one by one and promotes the standby, while entries are saved.

    .venv/bin/python -m bench.failover [--nodes 3] [--kills 20] [--restarts 5] [--promotions 3]

All of docs/scale.md on loopback: nginx, some processes of the diary with a folder each, PostgreSQL
and its synchronous standby. Before each drill its fault is planted, to see that it is noticed.
"""

import argparse
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.drill_load import (
    EACH,
    Counts,
    Diary,
    Writer,
    broken,
    counted,
    go_on,
    refused,
    writing,
)
from bench.standby import Database
from tests.config.running import (
    NGINX,
    ROOT,
    SEED,
    SERVE,
    free_port,
    manage,
    run_in_django,
    serving_by,
    surroundings,
    wait_for,
)

COLUMNS = ("acknowledged", "lost", "doubled", "torn", "failed")


class Node:
    """One machine with the diary: a folder and a process."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.port = folder, url, free_port()
        self.log = folder.with_suffix(".log")

    def start(self) -> None:
        around = surroundings(self.folder, DATABASE_URL=self.url, PORT=str(self.port))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(SERVE, cwd=ROOT, env=around, stdout=log, stderr=log)
        wait_for(self.port, self.process, self.log)

    def end(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        return self.process.wait(timeout=60)


class Site(Diary):
    """The diary as its users meet it: at the port of nginx."""

    database: Database
    nodes: list[Node]

    def rows(self) -> tuple[list[tuple[str, int, int, int]], int]:
        with self.database.opened() as connection:
            return connection.execute(EACH).fetchall(), 0

    def owner(self) -> str:
        with self.database.opened() as connection:
            found = connection.execute("SELECT owner_id FROM accounts_patient").fetchone()
        return str(found[0])  # type: ignore[index]


@contextmanager
def site(number: int) -> Iterator[Site]:
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        database = Database(ends)
        ends.callback(database.end)
        (first := folder / "first").mkdir()
        done = manage(first, "prepare", "--quiet", DATABASE_URL=database.url)
        if done.returncode:
            raise SystemExit(done.stderr)
        patient, session = run_in_django(first, SEED, DATABASE_URL=database.url).split()
        database.wait_for_standby()
        nodes = [Node(folder / f"node-{n}", database.url) for n in range(number)]
        for node in nodes:
            shutil.copytree(first, node.folder)
            node.start()
            ends.callback(lambda node=node: node.process.kill())
        found = Site(first, patient, session)
        found.__dict__.update(database=database, nodes=nodes)  # a Diary is frozen
        ends.enter_context(nginx(folder, found))
        yield found


@contextmanager
def nginx(folder: Path, found: Site) -> Iterator[None]:
    settings = (ROOT / "deploy" / "nginx-nodes.conf").read_text()
    ports = iter(found.nodes)
    settings = re.sub(
        r"server 10\.0\.0\.\d+:8000", lambda _: f"server 127.0.0.1:{next(ports).port}", settings
    )
    settings = re.sub("listen 443 ssl", f"listen 127.0.0.1:{found.port}", settings)
    settings = re.sub(r"ssl_certificate\S* .*;", "", settings)
    (file := folder / "nginx.conf").write_text(NGINX.format(folder=folder, settings=settings))
    with serving_by(folder, found.port, "nginx", "-c", str(file)):
        yield


Ordeal = Callable[[Site, list[Writer], int, random.Random], Counter[str]]


def killed(found: Site, writers: list[Writer], number: int, dice: random.Random) -> Counter[str]:
    """Kill a node at any moment, and start it again. What it had begun is asked for once more."""
    for _ in range(number):
        time.sleep(dice.uniform(0, 0.6))
        node = dice.choice(found.nodes)
        node.end(signal.SIGKILL)
        time.sleep(dice.uniform(0, 0.6))
        node.start()
    return stuck(writers)


def restarted(
    found: Site,
    writers: list[Writer],
    number: int,
    dice: random.Random,
    *,
    by: signal.Signals = signal.SIGTERM,
) -> Counter[str]:
    """Restart one node after the other. Nobody notices."""
    failed: Counter[str] = Counter()
    for _ in range(number):
        for node in found.nodes:
            time.sleep(dice.uniform(0, 0.3))
            failed += Counter(["it did not end by itself"] if node.end(by) else [])
            node.start()
    return failed + stuck(writers) + refused(writers) + broken(writers)


def cut_off(found: Site, writers: list[Writer], number: int, dice: random.Random) -> Counter[str]:
    return restarted(found, writers, number, dice, by=signal.SIGKILL)


def promoted(found: Site, writers: list[Writer], number: int, dice: random.Random) -> Counter[str]:
    """Lose the primary, with what it has in memory, and go on with the standby."""
    failed: Counter[str] = Counter()
    for _ in range(number):
        time.sleep(dice.uniform(0.5, 1.5))
        found.database.lose_primary()
        failed += stuck(writers)
        found.database.rebuild_standby()
        found.database.wait_for_standby()
    return failed


def unsynced(
    found: Site, writers: list[Writer], _number: int, _dice: random.Random
) -> Counter[str]:
    """The same, where the primary does not wait for its standby."""
    found.database.wait_for_standby(is_so=False)
    found.database.hold_back()
    time.sleep(1)
    found.database.lose_primary()
    return stuck(writers)


def stuck(writers: list[Writer]) -> Counter[str]:
    return Counter([] if go_on(writers) else ["it did not go on"])


def drilled(ordeal: Ordeal, nodes: int, number: int, dice: random.Random) -> Counts:
    with site(nodes) as found:
        with writing(found) as writers:
            failures = ordeal(found, writers, number, dice)
        return counted(found, writers) + Counts(failures=failures)


def main() -> None:
    parser = argparse.ArgumentParser()
    asked = (("nodes", 3), ("kills", 20), ("restarts", 5), ("promotions", 3), ("seed", 1))
    for name, number in asked:
        parser.add_argument(f"--{name}", type=int, default=number)
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended too
    dice = random.Random(wanted.seed)  # noqa: S311 (no secret)
    faults, begun = [], time.monotonic()
    print(f"{'':44}{'times':>7}" + "".join(f"{name:>14}" for name in COLUMNS))
    drills: tuple[tuple[str, Ordeal, int, str], ...] = (
        ("planted: nodes killed instead of restarted", cut_off, 1, "failed"),
        ("planted: a standby nobody waits for", unsynced, 1, "lost"),
        ("nodes killed", killed, wanted.kills, ""),
        ("restarts, one node after the other", restarted, wanted.restarts, ""),
        ("primaries lost, standbys promoted", promoted, wanted.promotions, ""),
    )
    for name, ordeal, number, guard in drills:
        found = drilled(ordeal, wanted.nodes, number, dice)
        each = (found.acknowledged, found.lost, found.doubled, found.torn, found.failed)
        print(f"{name:44}{number:>7,}" + "".join(f"{n:>14,}" for n in each))
        print(*(f"  {words}: {n}" for words, n in found.failures.items()), sep="\n", flush=True)
        if guard and not getattr(found, guard):
            faults.append(f"Nobody noticed what was planted: {name}")
        if not guard and sum(each[1:]):
            faults.append(f"Faults: {name}")
    print(f"{time.monotonic() - begun:.0f} s", *faults, sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
