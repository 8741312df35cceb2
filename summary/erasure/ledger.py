"""The ledger of what was deleted: a file beside the database, which is only ever added to.

It holds moments and ids and nothing else. A backup may be older than an erasure; whoever restores
it reads here what has to go again.
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

FILE = "erasure-ledger"
NAMED = "+name"  # an account that left its name beside what it wrote
KINDS = ("words", "diary", "account", f"account{NAMED}")


class LedgerLine(NamedTuple):
    """One erasure: when it was done, of which kind, and the id of the row."""

    at: datetime
    kind: str
    row: UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()} {self.kind} {self.row}\n"


def ledger_beside(database: Path) -> Path:
    return database.with_name(FILE)


def lines_in(ledger: Path) -> set[LedgerLine]:
    return lines_of(ledger.read_text()) if ledger.exists() else set()


def lines_of(text: str) -> set[LedgerLine]:
    """Return the whole lines: one that a crash cut off is not one, and is written again."""
    return {line for words in text.splitlines() if (line := _line(words))}


def _line(words: str) -> LedgerLine | None:
    try:
        at, kind, row = words.split(" ")
        return LedgerLine(datetime.fromisoformat(at), kind, UUID(row)) if kind in KINDS else None
    except ValueError:
        return None


def lines_done(database: Path) -> set[LedgerLine]:
    """Return what a database itself says was deleted; nothing where it cannot be read."""
    question = "SELECT done, kind, keeps_name, row FROM accounts_erasure WHERE done IS NOT NULL"
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as open_:
            rows = open_.execute(question).fetchall()
    except sqlite3.DatabaseError:
        return set()
    return {
        LedgerLine(
            datetime.fromisoformat(done).replace(tzinfo=UTC), kind_of(kind, bool(named)), UUID(row)
        )
        for done, kind, named, row in rows
    }


def kind_of(kind: str, keeps_name: bool) -> str:  # noqa: FBT001 (a column)
    return f"{kind}{NAMED}" if keeps_name else kind


def add_lines(ledger: Path, lines: Iterable[LedgerLine]) -> None:
    """Write down what the ledger does not say yet; it is on the disk before this returns."""
    new = sorted(set(lines) - lines_in(ledger))
    if not new:
        return
    cut_off = ledger.exists() and not ledger.read_bytes().endswith(b"\n")
    text = ("\n" if cut_off else "") + "".join(map(str, new))
    handle = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
