"""A file in the age format: whoever has the passphrase opens it, here or with another program."""

from pathlib import Path

from pyrage import DecryptError, passphrase

FIRST_LINE = b"age-encryption.org/v1\n"


class UnopenedError(Exception):
    """The passphrase is another one, or the file has changed; which of them is not known."""


def is_sealed(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as start:
        return start.read(len(FIRST_LINE)) == FIRST_LINE


def seal_file(plain: Path, sealed: Path, words: str) -> None:
    sealed.write_bytes(passphrase.encrypt(plain.read_bytes(), words))


def open_file(sealed: Path, plain: Path, words: str) -> None:
    """Raises UnopenedError, and then writes nothing."""
    try:
        plain.write_bytes(passphrase.decrypt(sealed.read_bytes(), words))
    except DecryptError as error:
        raise UnopenedError from error
