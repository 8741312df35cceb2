"""Kills, restarts and starves the server while entries are saved, and looks what is missing.

    .venv/bin/python -m bench.drill [--kills 1000] [--disks 50] [--restarts 100] [--seed 1]

Before each drill its fault is planted, to see that it is noticed. Needs `strace`, which counts how
often the server waits for the disk, and the right to mount a small disk.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.drill_load import (
    DISK_FULL,
    Counts,
    Diary,
    Entry,
    Writer,
    broken,
    counted,
    go_on,
    refused,
    soon,
    writing,
)
from bench.drill_server import Server
from tests.config.running import full, make_diary, small_disk

CHAPTER = 50  # so often on one diary: with more entries in a day it would get slow
CONTROL = 5
SINGLE = 50  # entries saved one after the other
TOO_MANY = 100  # entries that a disk takes after it is full
COLUMNS = ("acknowledged", "lost", "doubled", "torn", "failed", "syncs each")


def killed(server: Server, writers: list[Writer], number: int, dice: random.Random) -> Counter[str]:
    """Kill it at any moment and start it at once. Returns what failed besides."""
    for _ in range(number):
        server.start()
        time.sleep(dice.uniform(0, 0.6))
        server.end(signal.SIGKILL)
    server.start()
    return stuck(writers) + refused(writers)


def starved(
    server: Server, writers: list[Writer], number: int, dice: random.Random
) -> Counter[str]:
    """Fill its disk up. Returns what was refused in other words than these, or had no answer, and
    how often it did not go on by itself."""
    server.start()
    failed: Counter[str] = Counter()
    for _ in range(number):
        failed += stuck(writers)
        time.sleep(dice.uniform(0, 0.2))
        with server.diary.opened() as database:  # else its log has room for some more entries
            shorten = partial(database.execute, "PRAGMA wal_checkpoint(TRUNCATE)")
            soon(lambda shorten=shorten: shorten().fetchone()[0] == 0)
        enough, too_many = told(writers) + len(writers), saved(writers) + TOO_MANY
        with full(server.diary.folder):
            soon(lambda: told(writers) >= enough or saved(writers) >= too_many)  # noqa: B023
            if told(writers) < enough:
                failed["nobody was told that the disk is full"] += 1
    return failed + stuck(writers) + refused(writers, DISK_FULL) + broken(writers)


def stuck(writers: list[Writer]) -> Counter[str]:
    return Counter([] if go_on(writers) else ["it did not go on"])


def told(writers: list[Writer]) -> int:
    """Count the answers that the disk is full."""
    return sum(writer.refused[DISK_FULL] for writer in writers)


def saved(writers: list[Writer]) -> int:
    return sum(len(writer.saved) for writer in writers)


def restarted(
    server: Server,
    writers: list[Writer],
    number: int,
    dice: random.Random,
    *,
    by: signal.Signals = signal.SIGTERM,
) -> Counter[str]:
    """Stop it and start it at once. Returns what was begun before a stop and had no answer."""
    ends, pauses = Counter[str](), []
    server.start()
    for _ in range(number):
        time.sleep(dice.uniform(0.1, 0.5))
        stop = time.monotonic()
        ends += ended(server, by)
        server.start()
        pauses.append((stop, time.monotonic()))
    return ends + stuck(writers) + refused(writers) + broken(writers, pauses)


def ended(server: Server, by: signal.Signals = signal.SIGTERM) -> Counter[str]:
    return Counter(["it did not end by itself"] if server.end(by) else [])


def cut_off(*asked: Any) -> Counter[str]:
    return restarted(*asked, by=signal.SIGKILL)


Ordeal = Callable[[Server, list[Writer], int, random.Random], Counter[str]]


def drilled(
    ordeal: Ordeal, template: Diary, number: int, dice: random.Random, fault: str = ""
) -> Counts:
    """Put a copy of the diary through it, again with another where that would get large."""
    found = Counts()
    for done in range(0, number, CHAPTER):
        with running(template, fault, is_small=ordeal is starved) as server:
            with writing(server.diary) as writers:
                failures = ordeal(server, writers, min(CHAPTER, number - done), dice)
            failures += ended(server)
            found += counted(server.diary, writers)
            found += Counts(failures=failures, syncs=server.count_syncs())
    return found


@contextmanager
def running(template: Diary, fault: str = "", *, is_small: bool = False) -> Iterator[Server]:
    """Give the server of a copy of the diary, not started yet."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        data = Path(folder) / "data"
        data.mkdir()
        if is_small:
            ends.enter_context(small_disk(data))
        server = Server(template.copy(data), fault)
        ends.callback(server.close)
        yield server


def one_by_one(template: Diary, number: int, _dice: random.Random, fault: str = "") -> Counts:
    """Save by one writer alone. What is answered before the disk has it counts as failed."""
    with running(template, fault) as server:
        server.start()
        writer, failures = Writer(server.diary, is_phone=False), Counter[str]()
        for _ in range(number):
            before = server.count_syncs()
            if writer.save(Entry(writer.account)) and server.count_syncs() == before:
                failures["answered before the disk has it"] += 1
        failures += ended(server) + refused([writer]) + broken([writer])
        found = counted(server.diary, [writer])
        return found + Counts(failures=failures, syncs=server.count_syncs())


Drill = Callable[..., Counts]
KILLED, STARVED, RESTARTED, CUT_OFF = (
    partial(drilled, ordeal) for ordeal in (killed, starved, restarted, cut_off)
)
# What is planted, where, and who has to notice it.
CONTROLS: tuple[tuple[str, Drill, str, str], ...] = (
    ("answered before it is saved", KILLED, "early", "lost"),
    ("saved twice", KILLED, "twice", "doubled"),
    ("saved without its findings", KILLED, "torn", "torn"),
    ("not waited for the disk", one_by_one, "unsynced", "failed"),
    ("answered though the disk is full", STARVED, "early", "lost"),
    ("killed instead of stopped", CUT_OFF, "", "failed"),
)


def line(name: str, number: int, found: Counts) -> str:
    each = (found.acknowledged, found.lost, found.doubled, found.torn, found.failed)
    syncs = found.syncs / max(1, found.acknowledged)
    return f"{name:44}{number:7,}" + "".join(f"{n:14,}" for n in each) + f"{syncs:14.2f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, number in (("kills", 1000), ("disks", 50), ("restarts", 100), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    wanted = parser.parse_args()
    if not shutil.which("strace"):
        raise SystemExit("The drill counts how often the disk is waited for: apt install strace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended too
    dice = random.Random(wanted.seed)  # noqa: S311 (no secret)
    faults, begun = [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        template = Diary(Path(folder), *make_diary(Path(folder)))
        print(f"{'':44}{'times':>7}" + "".join(f"{name:>14}" for name in COLUMNS))
        for name, drill, fault, guard in CONTROLS:
            found = drill(template, CONTROL, dice, fault)
            print(line(f"planted: {name}", CONTROL, found), flush=True)
            if not getattr(found, guard):
                faults.append(f"Nobody noticed what was planted: {name}")
        for name, number, drill in (
            ("saves, one by one", SINGLE, one_by_one),
            ("kills", wanted.kills, KILLED),
            ("full disks", wanted.disks, STARVED),
            ("restarts", wanted.restarts, RESTARTED),
        ):
            found = drill(template, number, dice)
            print(line(name, number, found), *found.failures.items(), sep="\n  ", flush=True)
            if found.faults:
                faults.append(f"Faults among the {name}: {found.faults}")
    print(f"{time.monotonic() - begun:.0f} s", *faults, sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
