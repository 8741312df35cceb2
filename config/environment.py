"""Reads settings from the environment, and keeps the one secret the diary makes for itself."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOCAL_HOSTS = ["localhost", "127.0.0.1"]
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def env(name: str, default: str = "") -> str:
    """Return a setting; NAME_FILE names a file that holds it (container secrets, systemd)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return a setting that is one of few words, or nothing where it is not set."""
    value = env(name)
    if value not in ("", *choices):
        raise SystemExit(
            f"{name} is {value}: it has to be {', '.join(choices[:-1])} or {choices[-1]}."
        )
    return value


def number(name: str, default: str, *, least: int = 1, most: int = 65_535) -> int:
    value = env(name, default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SystemExit(f"{name} is {value}: it has to be a number from {least} to {most}.")
    return int(value)


def origin(text: str) -> SplitResult:
    """Return the one address at which the diary is reached, taken apart."""
    try:
        parts = urlsplit(text.rstrip("/"))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    plain = f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}"
    is_known = parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "")
    if not is_known or text.rstrip("/").lower() != plain:
        raise SystemExit(
            f"ORIGIN is {text}: it has to be one address without a path, such as "
            "https://diary.example.org."
        )
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise SystemExit(
            f"ORIGIN is {text}: plain http is refused on a network, because anybody on it could "
            "read the diary. Use an https address (see README, 'On a phone'), or http://localhost."
        )
    return parts


def secret_key(path: Path) -> str:
    """Return SECRET_KEY, or the key in `path`, made on first use and readable by its owner only."""
    key = env("SECRET_KEY")
    if key:
        return key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_key(path)
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    """Write the key whole before it gets its name, so that no crash or second process meets half
    a key; where two processes start at once, the first name stays."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def fingerprint(key: str) -> str:
    """Return what tells one secret key from another without giving anything of it away."""
    return hashlib.blake2b(key.encode(), person=b"diary-backup", digest_size=8).hexdigest()
