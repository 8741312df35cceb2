"""Copies of the one database file: made while the diary runs, checked before they count.

A backup holds every table except log-ins and throttles, and a note of what it must contain. With a
passphrase it is in an envelope; in the clear it lies beside the database, while it is made.
"""

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.envelopes import UnopenedError, is_sealed, open_file, seal_file
from summary.erasure.ledger import ledger_beside, lines_in

FORMAT = "1"
# A key to a running session must not lie about in a file.
LEFT_OUT = ("django_session", "usersessions_usersession", "django_cache")
Sums = dict[str, list[int | str]]


class RefusedError(Exception):
    """Says in plain words why nothing was done."""


def make_backup(database: Path, target: Path, *, key: str, passphrase: str = "") -> Sums:
    """Copy a database that may be in use to a new file, and check the copy. Returns, for each
    table, its number of rows and a sum over them."""
    if target.exists():
        raise RefusedError(f"{target} exists already; a backup never overwrites a file.")
    if not target.parent.is_dir():
        raise RefusedError(f"There is no folder {target.parent}.")
    if not database.exists():
        raise RefusedError(f"There is no diary yet at {database}.")
    with _draft(database if passphrase else target) as draft:
        sums = _copy(database, draft)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        erased = "".join(map(str, lines_in(ledger_beside(database))))
        note = {"format": FORMAT, "made": made, "key": key, "sums": json.dumps(sums)}
        _write_note(draft, note | {"erased": erased})
        read_backup(draft)
        if passphrase:
            with _draft(target) as sealed:
                seal_file(draft, sealed, passphrase)
                with opened(sealed, database, [passphrase]) as again:
                    read_backup(again)
                _give_name(sealed, target)
        else:
            _give_name(draft, target)
    return sums


def _give_name(draft: Path, target: Path) -> None:
    _to_disk(draft)
    try:
        os.link(draft, target)
    except FileExistsError:
        raise RefusedError(f"{target} exists already.") from None
    except PermissionError:  # a disk without links, such as a memory stick
        draft.rename(target)
    _to_disk(target.parent)


@contextmanager
def opened(file: Path, database: Path, passphrases: Iterable[str]) -> Iterator[Path]:
    """Give a backup in the clear: the file itself, or what the first passphrase that fits takes out
    of its envelope, beside the database and as long as the block lasts."""
    if not is_sealed(file):
        yield file
        return
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _draft(database) as plain:
        _open_with_any(file, plain, passphrases)
        try:
            yield plain
        except RefusedError as error:  # it speaks of a file that nobody has seen
            raise RefusedError(str(error).replace(str(plain), str(file))) from error


def _open_with_any(file: Path, plain: Path, passphrases: Iterable[str]) -> None:
    tried = False
    for words in passphrases:
        tried = True
        try:
            return open_file(file, plain, words)
        except UnopenedError:
            continue
    if tried:
        raise RefusedError(f"The passphrase does not open {file}, or the file is damaged.")
    raise RefusedError(
        f"{file} is encrypted. Set BACKUP_PASSPHRASE, or BACKUP_PASSPHRASE_FILE for a key file."
    )


def read_backup(file: Path) -> dict[str, str]:
    """Return the note of a backup, after checking that the file holds what the note says."""
    if not file.is_file():
        raise RefusedError(f"There is no file {file}.")
    try:
        with closing(open_database(file, "ro")) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise RefusedError(f"{file} is damaged.")
            if "backup_note" not in tables_in(copy):
                raise RefusedError(f"{file} was not made by the backup command.")
            note = dict(copy.execute("SELECT name, value FROM backup_note"))
            if note.get("format") != FORMAT:
                raise RefusedError(f"{file} has a form that this version does not know.")
            if sums_of(copy) != json.loads(note["sums"]):
                raise RefusedError(f"{file} does not hold what was backed up.")
            if copy.execute("PRAGMA foreign_key_check").fetchone():
                raise RefusedError(f"{file} has entries that belong to nothing.")
    except sqlite3.DatabaseError as error:
        raise RefusedError(f"{file} is damaged, or is not a backup.") from error
    return note


def migrations_in(file: Path) -> set[tuple[str, str]]:
    with closing(open_database(file, "ro")) as copy:
        return set(copy.execute("SELECT app, name FROM django_migrations"))


@contextmanager
def staged_copy(backup: Path, database: Path) -> Iterator[Path]:
    """Give a private copy of a backup beside the database, to be made ready before it counts."""
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _draft(database) as draft:
        draft.write_bytes(backup.read_bytes())
        with closing(open_database(draft)) as copy:
            copy.execute("DROP TABLE backup_note")
        yield draft


def carry_over_revocations(database: Path, staged: Path) -> bool:
    """Keep revoked what was revoked since the backup, and removed the photos that were removed.
    False where it could not be found out."""
    if not database.exists():
        return True
    try:
        with closing(open_database(database, "ro")) as old, closing(open_database(staged)) as new:
            for table, column in (
                ("accounts_share", "revoked"),
                ("accounts_invitation", "used"),
                ("accounts_invitation", "cancelled"),
                ("diary_photoconsent", "ended"),
            ):
                if table not in tables_in(old):  # it is from before there were photos
                    continue
                rows = old.execute(f"SELECT {column}, id FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
                new.executemany(
                    f"UPDATE {table} SET {column} = ? WHERE id = ? AND {column} IS NULL",  # noqa: S608
                    rows.fetchall(),
                )
            _keep_terms(old, new)
            if "diary_photoremoval" in tables_in(old):
                _remove_photos(old, new)
    except sqlite3.DatabaseError:
        return False
    return True


def _keep_terms(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Keep what was decided last about the role, the end and the notes of somebody's access."""
    known = {row[1] for row in old.execute("PRAGMA table_info(accounts_share)")}
    if "until" in known:  # it is from before access could end by itself
        rows = old.execute("SELECT role, until, without_notes, id FROM accounts_share")
        new.executemany(
            "UPDATE accounts_share SET role = ?, until = ?, without_notes = ? WHERE id = ?",
            rows.fetchall(),
        )


def _remove_photos(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """A person who is not in the backup cannot be named there: then the owner stands for them."""
    removals = old.execute("SELECT photo_id, reason, at, by_id, photo_id FROM diary_photoremoval")
    new.executemany(
        "INSERT OR IGNORE INTO diary_photoremoval (photo_id, reason, at, by_id) "
        "SELECT ?, ?, ?, COALESCE((SELECT id FROM accounts_user WHERE id = ?), owner_id) "
        "FROM diary_photo JOIN diary_checkin ON diary_checkin.id = check_in_id "
        "JOIN accounts_patient ON accounts_patient.id = patient_id WHERE diary_photo.id = ?",
        removals.fetchall(),
    )
    new.execute("PRAGMA secure_delete=ON")
    removed = "SELECT photo_id FROM diary_photoremoval"
    new.execute(f"DELETE FROM diary_picture WHERE photo_id IN ({removed})")  # noqa: S608


def put_in_place(staged: Path, database: Path) -> Path | None:
    """Let the staged copy become the database; return where the old one is kept."""
    _to_disk(staged)
    if not database.exists():
        staged.rename(database)
        return None
    until = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    aside = database.with_name(f"{database.stem}-until-{until}.sqlite3")
    with _alone(database):
        os.link(database, aside)
        # A log left beside a damaged database would be applied to the new one.
        for log in ("-wal", "-shm"):
            if (rest := Path(f"{database}{log}")).exists():
                rest.rename(f"{aside}{log}")
        staged.replace(database)
        _to_disk(database.parent)
    return aside


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Hold the database for us alone; refuse while a server has it open, because what that server
    saves afterwards would go into the file that was put aside."""
    with closing(open_database(database)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            busy = mode != "delete"
            if not busy:
                connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            # A damaged database cannot be held, and must not stand in the way of its backup.
            busy = error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if busy:
            raise RefusedError("The diary is running. Stop it first, then restore.")
        yield


def _copy(database: Path, draft: Path) -> Sums:
    """Copy one moment of the database; return what that moment held."""
    with closing(open_database(database, "ro")) as source, closing(open_database(draft)) as copy:
        source.execute("BEGIN")  # from the first reading on, this connection sees one moment
        sums = sums_of(source)
        source.backup(copy)
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        for table in set(LEFT_OUT) & set(tables_in(copy)):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        copy.execute("VACUUM")
    return sums


def _write_note(draft: Path, note: dict[str, str]) -> None:
    with closing(open_database(draft)) as copy:
        copy.execute("CREATE TABLE backup_note (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        copy.executemany("INSERT INTO backup_note VALUES (?, ?)", note.items())


def sums_of(connection: sqlite3.Connection) -> Sums:
    """Return rows and a sum for each table; the sum does not depend on the order of the rows."""
    sums: Sums = {}
    for table in tables_in(connection):
        if table in (*LEFT_OUT, "backup_note"):
            continue
        said: list[int] = [0, 0]
        for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
            add_to_sum(said, row)
        sums[table] = [said[0], f"{said[1] % 2**256:064x}"]
    return sums


def add_to_sum(said: list[int], row: tuple[Any, ...]) -> None:
    """Count one more row in a pair of rows and sum."""
    said[0] += 1
    said[1] += int.from_bytes(hashlib.sha256(repr(row).encode()).digest())


def tables_in(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return sorted(name for (name,) in found)


def open_database(file: Path, mode: str = "rw") -> sqlite3.Connection:
    """Open an existing file; every statement stands for itself."""
    return sqlite3.connect(
        f"{file.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5
    )


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Give an empty file beside the target that only its owner can read, and take it away again."""
    draft = target.with_name(f".{target.name}-{secrets.token_hex(6)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            Path(f"{draft}{rest}").unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
