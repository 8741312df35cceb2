"""The passphrase of backups: a setting, or asked for once and kept beside the database, which is
in the clear there anyway."""

import os
import sys
from collections.abc import Iterator
from getpass import getpass
from pathlib import Path

from django.conf import settings

from config.backups import RefusedError
from config.environment import env

NAME = "BACKUP_PASSPHRASE"
SHORTEST = 12


def passphrase_at_hand() -> str:
    """Return the passphrase that is set or kept, without asking anybody."""
    return _set() or _kept()


def passphrase_to_seal() -> str:
    """Return the passphrase for a new backup; empty where there is none, and nobody to ask."""
    words = passphrase_at_hand()
    if words or not sys.stdin.isatty():
        return words
    words = _ask_for_new()
    if words:
        handle = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(words)
    return words


def passphrases_to_open() -> Iterator[str]:
    """Yield what may open a backup, and ask only where the others do not."""
    yield from passphrases_at_hand()
    if sys.stdin.isatty():
        yield getpass("Passphrase of this backup: ")


def passphrases_at_hand() -> Iterator[str]:
    yield from filter(None, (_set(), _kept()))


def _set() -> str:
    """Raises RefusedError where one is meant and missing: no backup is plain by mistake."""
    try:
        words = env(NAME)
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"The file that {NAME}_FILE names cannot be read.") from error
    is_meant = NAME in os.environ or f"{NAME}_FILE" in os.environ
    if is_meant and len(words) < SHORTEST:
        raise RefusedError(f"{NAME} needs at least {SHORTEST} characters.")
    return words


def _kept() -> str:
    return _file().read_text(encoding="utf-8") if _file().exists() else ""


def _file() -> Path:
    return Path(settings.DATA_DIR) / "backup-passphrase"


def _ask_for_new() -> str:
    words = getpass(
        f"Passphrase for your backups, {SHORTEST} characters or more "
        "(leave it empty for a backup that anybody can read): "
    )
    if not words:
        return ""
    if len(words) < SHORTEST:
        raise RefusedError(f"The passphrase needs at least {SHORTEST} characters.")
    if getpass("Type it again: ") != words:
        raise RefusedError("The two passphrases are not the same.")
    return words
