"""What `bench/drill.py` saves, how it was answered, and what of it is in the database."""

import http.client
import json
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.config.running import free_port

TOKEN = "a" * 32
CANNOT_WRITE = "Not saved: the diary cannot write now"
DISK_FULL = f"507 {CANNOT_WRITE}"
PATIENCE = 20  # seconds
EACH = """
SELECT version.note,
    (SELECT COUNT(*) FROM diary_report WHERE version_id = version.id),
    (SELECT COUNT(*) FROM diary_finding WHERE version_id = version.id),
    (SELECT COUNT(*) FROM accounts_auditentry
        WHERE replace("row", '-', '') = 'checkin:' || replace(CAST(check_in.id AS text), '-', ''))
FROM diary_checkin check_in LEFT JOIN diary_version version ON version.check_in_id = check_in.id
"""
REPORTS = 2


@dataclass(frozen=True)
class Diary:
    """A folder with one patient in it, and a session of the one who writes."""

    folder: Path
    patient: str
    session: str
    port: int = field(default_factory=free_port)

    def copy(self, folder: Path) -> "Diary":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Diary(folder, self.patient, self.session)

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "diary.sqlite3")) as database:
            yield database

    def rows(self) -> tuple[list[tuple[str, int, int, int]], int]:
        """Return each entry with what belongs to it, and how much is broken in the database."""
        with self.opened() as database:
            rows = database.execute(EACH).fetchall()
            damage = database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
            return rows, damage + len(database.execute("PRAGMA foreign_key_check").fetchall())

    def owner(self) -> str:
        with self.opened() as database:
            return str(
                UUID(database.execute("SELECT owner_id FROM accounts_patient").fetchone()[0])
            )


@dataclass
class Counts:
    """What came of a number of entries."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0  # without its findings, answers or audit row; or a database that is not whole
    syncs: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )

    @property
    def failed(self) -> int:
        """Count what was answered with an error or not at all, where that may not be."""
        return self.failures.total()

    @property
    def faults(self) -> int:
        return self.lost + self.doubled + self.torn + self.failed + self.unsynced

    @property
    def unsynced(self) -> int:
        return max(0, self.acknowledged - self.syncs)


class Writer(Thread):
    """Saves one entry after another, as a phone does: again, with its id, until it is answered.

    A phone sends by script and keeps its connection, a page without scripts opens one each time.
    """

    def __init__(self, diary: Diary, *, is_phone: bool) -> None:
        super().__init__(daemon=True)
        self.is_phone, self.ended = is_phone, Event()
        self.saved: list[str] = []
        self.broken: list[tuple[float, str]] = []
        self.refused: Counter[str] = Counter()
        self.path = f"/p/{diary.patient}/{'send/' if is_phone else ''}"
        self.account = diary.owner()
        self.headers = {
            "Cookie": f"session={diary.session}; csrf={TOKEN}; home-screen=offered",
            "Content-Type": "application/x-www-form-urlencoded",
            **({} if is_phone else {"Connection": "close"}),
        }
        self.browser = http.client.HTTPConnection("localhost", diary.port, timeout=PATIENCE)

    def run(self) -> None:
        while not self.ended.is_set():
            entry = Entry(self.account)
            while not self.save(entry) and not self.ended.is_set():
                time.sleep(0.01)
        self.browser.close()

    def save(self, entry: "Entry") -> bool:
        try:
            if self.browser.sock is None:
                self.browser.connect()
        except ConnectionRefusedError:
            return False
        begun = time.monotonic()
        try:
            self.browser.request("POST", self.path, urlencode(entry.fields()), self.headers)
            answer = self.browser.getresponse()
            said = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.browser.close()
            self.broken.append((begun, repr(error)))
            return False
        if entry.id in (answer.getheader("Location") or "") or _told(said) == entry.id:
            self.saved.append(entry.note)
            return True
        self.refused[f"{answer.status} {CANNOT_WRITE if CANNOT_WRITE in said else ''}"] += 1
        return False


def _told(said: str) -> str:
    """Return the id in the answer that a phone gets."""
    try:
        return str(json.loads(said)["id"])
    except (ValueError, LookupError):
        return ""


class Entry:
    def __init__(self, account: str) -> None:
        self.id, self.note, self.account = str(uuid4()), str(uuid4()), account
        self.typed = datetime.now(UTC).isoformat()

    def fields(self) -> dict[str, str]:
        return {
            "do": "save",
            "id": self.id,
            "told_by": "caregiver",
            "note": self.note,
            "temperature-C": "36.8",
            "unit": "C",
            "s-headache": "mild",
            "csrfmiddlewaretoken": TOKEN,
            "account": self.account,
            "loaded": self.typed,
            "typed": self.typed,
            "sent": datetime.now(UTC).isoformat(),
        }


@contextmanager
def writing(diary: Diary, number: int = 4) -> Iterator[list[Writer]]:
    """Keep so many writers at work until the block ends."""
    writers = [Writer(diary, is_phone=n % 2 == 0) for n in range(number)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.ended.set()
        for writer in writers:
            writer.join()


def go_on(writers: list[Writer]) -> bool:
    """Wait until each of them has saved once more."""
    before = [len(writer.saved) for writer in writers]
    return soon(lambda: all(len(w.saved) > n for w, n in zip(writers, before, strict=True)))


def soon(is_so: Callable[[], bool], patience: float = PATIENCE) -> bool:
    until = time.monotonic() + patience
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def refused(writers: list[Writer], *allowed: str) -> Counter[str]:
    """Count the answers that an entry was not saved, in other words than are allowed."""
    words = Counter(answer for writer in writers for answer in writer.refused.elements())
    return Counter({said: number for said, number in words.items() if said not in allowed})


def broken(writers: list[Writer], pauses: Sequence[tuple[float, float]] = ()) -> Counter[str]:
    """Count what was begun and had no answer, or half of one. What is begun in a pause finds a port
    that is about to close, or closed."""
    return Counter(
        error
        for writer in writers
        for begun, error in writer.broken
        if not any(first <= begun <= last for first, last in pauses)
    )


def counted(diary: Diary, writers: list[Writer]) -> Counts:
    """Compare what was acknowledged with what is in the database."""
    saved = [note for writer in writers for note in writer.saved]
    rows, damage = diary.rows()
    times = Counter(note for note, *_ in rows)
    return Counts(
        acknowledged=len(saved),
        lost=sum(not times[note] for note in saved),
        doubled=sum(n > 1 for n in times.values()),
        torn=damage + sum(r != REPORTS or not f or a != 1 for _, r, f, a in rows),
    )
