"""Kills, restarts and starves the server while entries are saved, and looks what is missing.

    .venv/bin/python -m bench.drill [--kills 1000] [--disks 50] [--restarts 100] [--seed 1]

Before each drill its fault is planted, to see that it is noticed. Needs `strace`, which counts how
often the server waits for the disk, and the right to mount a small disk.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
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
from tests.config.running import ROOT, full, make_diary, small_disk, surroundings

CHAPTER = 50  # so often on one diary: with more entries in a day it would get slow
CONTROL = 5
SINGLE = 50  # entries saved one after the other
FILLING = 3  # seconds in which a full disk is noticed
TRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "--trace=fsync,fdatasync", "--signal=none", "-o"]
COLUMNS = ("acknowledged", "lost", "doubled", "torn", "failed", "syncs each")


class Server:
    """The diary, started and ended again and again, with every wait for the disk in a file."""

    def __init__(self, diary: Diary, fault: str) -> None:
        self.diary, self.pid = diary, 0
        self.syncs = diary.folder.with_suffix(".syncs")
        with diary.folder.with_suffix(".log").open("w") as log:
            self.process = subprocess.Popen(
                [*TRACE, str(self.syncs), sys.executable, "-m", "bench.drill_server", fault],
                cwd=ROOT,
                env=surroundings(diary.folder, PORT=str(diary.port)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        self._tell("\n")
        self.pid = self._told()
        if not soon(self._answers):
            raise SystemExit("The server did not start.")

    def end(self, by: signal.Signals) -> int:
        """End it, and return what the system says of its end: 0 where it ended by itself."""
        os.killpg(self.pid, by)
        self.pid = 0
        return self._told()

    def count_syncs(self) -> int:
        return sum(line.endswith("= 0") for line in self.syncs.read_text().splitlines())

    def close(self) -> None:
        if self.pid:
            self.end(signal.SIGKILL)
        self.process.communicate()

    def _tell(self, text: str) -> None:
        self.process.stdin.write(text)  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]

    def _told(self) -> int:
        return int(self.process.stdout.readline())  # type: ignore[union-attr]

    def _answers(self) -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("localhost", self.diary.port)) == 0


def killed(server: Server, writers: list[Writer], number: int, dice: random.Random) -> int:
    """Kill it at any moment and start it at once. Returns what failed besides."""
    for _ in range(number):
        server.start()
        time.sleep(dice.uniform(0, 0.6))
        server.end(signal.SIGKILL)
    server.start()
    return (not go_on(writers)) + refused(writers)


def starved(server: Server, writers: list[Writer], number: int, dice: random.Random) -> int:
    """Fill its disk up. Returns what was refused in other words than these, and whether it did not
    go on by itself."""
    server.start()
    failed = 0
    for _ in range(number):
        failed += not go_on(writers)
        time.sleep(dice.uniform(0, 0.2))
        with server.diary.opened() as database:  # else its log has room for some more entries
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        enough = told(writers) + len(writers)
        with full(server.diary.folder):
            failed += not soon(lambda enough=enough: told(writers) >= enough, FILLING)
    return failed + (not go_on(writers)) + refused(writers, DISK_FULL) + broken(writers)


def told(writers: list[Writer]) -> int:
    """Count the answers that the disk is full."""
    return sum(writer.refused[DISK_FULL] for writer in writers)


def restarted(
    server: Server,
    writers: list[Writer],
    number: int,
    dice: random.Random,
    *,
    by: signal.Signals = signal.SIGTERM,
) -> int:
    """Stop it and start it at once. Returns what was asked before and had no answer."""
    failed = 0
    for _ in range(number):
        server.start()
        time.sleep(dice.uniform(0.1, 0.5))
        failed += server.end(by) != 0
    server.start()
    return failed + (not go_on(writers)) + refused(writers) + broken(writers)


def cut_off(*asked: Any) -> int:
    return restarted(*asked, by=signal.SIGKILL)


Ordeal = Callable[[Server, list[Writer], int, random.Random], int]


def drilled(
    ordeal: Ordeal, template: Diary, number: int, dice: random.Random, fault: str = ""
) -> Counts:
    """Put a copy of the diary through it, again with another where that would get large."""
    found = Counts()
    for done in range(0, number, CHAPTER):
        with running(template, fault, is_small=ordeal is starved) as server:
            with writing(server.diary) as writers:
                failed = ordeal(server, writers, min(CHAPTER, number - done), dice)
            failed += server.end(signal.SIGTERM) != 0
            found += counted(server.diary, writers)
            found += Counts(failed=failed, syncs=server.count_syncs())
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
        writer, failed = Writer(server.diary, is_phone=False), 0
        for _ in range(number):
            before = server.count_syncs()
            failed += not writer.save(Entry(writer.account)) or server.count_syncs() == before
        server.end(signal.SIGTERM)
        found = counted(server.diary, [writer])
        return found + Counts(failed=failed, syncs=server.count_syncs())


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
            print(line(name, number, found), flush=True)
            faults += [f"Faults among the {name}: {found.faults}"] if found.faults else []
    print(f"{time.monotonic() - begun:.0f} s", *faults, sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
