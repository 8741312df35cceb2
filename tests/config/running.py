"""Runs the diary as its owner would, in processes and folders of its own."""

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = """
from django.test import Client
from django.utils import timezone
from accounts.models import Patient, User
from tests.diary.answers import on_blinatumomab, with_numbers
owner = User.objects.create_user("dad@example.org", None, name="Dad")
ana = Patient.objects.create(owner=owner, name="Ana", birth_month=5, birth_year=2017,
                             zone="Europe/London", unit="C", country="GB")
on_blinatumomab(ana, timezone.now())
with_numbers(ana)
client = Client()
client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
print(ana.pk, client.cookies["session"].value)
"""
NGINX = """
daemon off; pid {folder}/pid; error_log stderr; events {{}}
http {{
    access_log off; client_body_temp_path {folder}/sent; proxy_temp_path {folder}/answered;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {settings}
}}
"""
SERVE = (sys.executable, "-m", "config.server")  # as `make serve` does


def surroundings(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a diary that keeps its data in `data` and knows nothing of ours."""
    ours = (
        "DJANGO_SETTINGS_MODULE",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
        "SECRET_KEY",
        "ORIGIN",
        "PORT",
        "EMAIL_HOST",
        "DATA_DIR",
        "DATABASE_URL",
        "SIGN_UP",
        "HSTS",
        "BACKUPS",
        "BACKUP_PASSPHRASE",
        "LOGS",
        "METRICS_PORT",
        "REMINDERS",
    )
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DATA_DIR": str(data), **more}


def manage(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings(data, **more),
        stdin=subprocess.DEVNULL,  # nobody is there to be asked
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@contextmanager
def _prepared() -> Iterator[Path]:
    """One prepared diary for all processes of a run: making one takes as long as several tests."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"diary-prepared-{run}"
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            atexit.register(Path(lock.name).unlink, missing_ok=True)
            half = folder.with_suffix(".half")
            done = manage(half, "prepare", "--quiet")
            assert done.returncode == 0, done.stderr
            half.rename(folder)
        yield folder


def prepare(data: Path) -> None:
    """Leave in `data` what a first start leaves there; its key is made by the next command."""
    without_key = shutil.ignore_patterns("secret-key")
    with _prepared() as made:
        shutil.copytree(made, data, ignore=without_key, dirs_exist_ok=True)


def run_in_django(data: Path, code: str, **more: str) -> str:
    """Run some lines inside the diary and return what they print."""
    script = f"import django; django.setup()\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=surroundings(data, DJANGO_SETTINGS_MODULE="config.settings", **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def make_diary(data: Path) -> tuple[str, str]:
    """Make a diary of its own, and return the patient's id and a session."""
    prepare(data)
    patient, session = run_in_django(data, SEED).split()
    return patient, session


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """A running diary, as `make serve` starts it."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=names)
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@contextmanager
def serving(data: Path, *, run: str = "", **more: str) -> Iterator[Server]:
    """Serve a prepared diary until the block ends; `run` is code that starts it in another way."""
    port = free_port()
    log = data.with_name(f"{data.name}.log")  # not on a disk that a test fills
    with log.open("w") as output:
        process = subprocess.Popen(
            (sys.executable, "-c", run) if run else SERVE,
            cwd=ROOT,
            env=surroundings(data, PORT=str(port), **more),
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(port, process, log)
            yield Server(port, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def serving_by(folder: Path, port: int, *command: str) -> Iterator[None]:
    """Let Debian's Caddy or nginx answer on a port until the block ends. Raises FileNotFoundError
    where there is none."""
    program = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        raise FileNotFoundError(f"there is no {command[0]} here")
    log = folder / "log"
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, *command[1:]], stdout=output, stderr=output, env={**os.environ, **homes}
        )
    try:
        wait_for(port, process, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def serving_if_here(folder: Path, port: int, *command: str) -> Iterator[None]:
    """As `serving_by`; where there is no such program the test is skipped, but in CI it fails."""
    try:
        with serving_by(folder, port, *command):
            yield
    except FileNotFoundError as error:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{error}: install Debian's package")
        pytest.skip(str(error))


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}: {log.read_text()}")


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Give the data a disk of its own; see `full`. Raises PermissionError where none may be
    mounted."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=700", "tmpfs", str(folder)]
    is_mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    if not is_mounted:
        raise PermissionError("needs the right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not one byte is free on it until the block ends."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    assert os.statvfs(disk).f_bfree == 0
    yield
    filler.unlink()
