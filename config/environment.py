"""Reads settings from the environment, and keeps the one secret the diary makes for itself."""

import os
import secrets
from pathlib import Path


def env(name: str, default: str = "") -> str:
    """Return a setting; NAME_FILE names a file that holds it (container secrets, systemd)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def secret_key(path: Path) -> str:
    """Return SECRET_KEY, or the key in `path`, made on first use and readable by its owner only."""
    key = env("SECRET_KEY")
    if key:
        return key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(64)
        file.write(key)
    return key
