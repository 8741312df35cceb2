"""Debian's Caddy and nginx, with the settings in deploy/, in front of the diary."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bench.slow import BODY, HEADERS, slow
from tests.config.running import NGINX, ROOT, Server, free_port, serving, serving_if_here
from tests.journeys.test_faults_server import make_diary

DEPLOY = ROOT / "deploy"


def changed(settings: str, *changes: tuple[str, str]) -> str:
    """Return the settings on a port of ours and without the certificate."""
    for old, new in changes:
        assert re.search(old, settings), old
        settings = re.sub(old, new, settings)
    return settings


@contextmanager
def caddy(folder: Path, behind: int, port: int) -> Iterator[Path]:
    file = folder / "Caddyfile"
    settings = changed(
        (DEPLOY / "Caddyfile").read_text(),
        (r"\{\$NAME:diary.example.org\}", f"http://127.0.0.1:{port}"),
        (r"(?m)^\{", "{\nadmin off"),
        ("(?<=127.0.0.1:)8000", str(behind)),
    )
    file.write_text(settings)
    with serving_if_here(
        folder, port, "caddy", "run", "--adapter", "caddyfile", "--config", str(file)
    ):
        yield folder


@contextmanager
def nginx(folder: Path, behind: int, port: int) -> Iterator[Path]:
    file = folder / "nginx.conf"
    settings = changed(
        (DEPLOY / "nginx.conf").read_text(),
        ("listen 443 ssl", f"listen 127.0.0.1:{port}"),
        (r"ssl_certificate\S* .*;", ""),
        ("(?<=127.0.0.1:)8000", str(behind)),
    )
    file.write_text(NGINX.format(folder=folder, settings=settings))
    with serving_if_here(folder, port, "nginx", "-c", str(file)):
        yield folder


@pytest.mark.parametrize("proxy", [caddy, nginx], ids=["caddy", "nginx"])
def test_slow_requests_through_the_documented_proxy_keep_nobody_out(
    tmp_path: Path, proxy: object
) -> None:
    (data := tmp_path / "data").mkdir()
    patient, session = make_diary(data)
    port = free_port()
    with serving(data) as diary, proxy(tmp_path, diary.port, port), ExitStack() as attack:  # type: ignore[operator]
        for start in (HEADERS, BODY):
            attack.enter_context(slow(start, 16, port))
        through = Server(port, tmp_path / "log")
        for path, cookie in (("/urgent/", ""), (f"/p/{patient}/", f"session={session}")):
            assert through.get(path, Cookie=cookie)[0] == 200
            assert diary.get(path, Cookie=cookie)[0] == 200
