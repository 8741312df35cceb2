"""Opens connections that send their request one byte a second, and asks for pages meanwhile.

    .venv/bin/python bench/slow.py [COMMAND]

Slow headers, and slow bodies with an invented session, eight and eight hundred of each; COMMAND is
another server to try, on the port in PORT. Printed, never asserted: the slowest of five answers.
"""

import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADERS = b"GET /urgent/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    b"Cookie: session=invented; csrf="
    + b"a" * 32
    + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na="
    + b"a" * 8000
)
KINDS = {"headers": HEADERS, "bodies": BODY}
NUMBERS = (8, 800)
PATIENCE = 8


@contextmanager
def slow(start: bytes, number: int, port: int) -> Iterator[None]:
    """Keep that many connections open that send a byte a second; one that is closed is opened
    anew, until the block ends."""
    ended = threading.Event()

    def attack() -> None:
        ours = [begun(start, port) for _ in range(number)]
        ready.set()
        while not ended.wait(1):
            for n, each in enumerate(ours):
                if not alive(each):
                    each.close()
                    ours[n] = begun(start, port)
        for each in ours:
            each.close()

    ready = threading.Event()
    attacker = threading.Thread(target=attack)
    attacker.start()
    try:
        ready.wait(30)
        time.sleep(2)
        yield
    finally:
        ended.set()
        attacker.join()


def begun(start: bytes, port: int) -> socket.socket:
    each = socket.socket()
    each.settimeout(1)
    with suppress(OSError):
        each.connect(("127.0.0.1", port))
        each.sendall(start)
    each.settimeout(0)
    return each


def alive(each: socket.socket) -> bool:
    """Send one byte more. Anything that comes back is a refusal or the end."""
    try:
        each.send(b"a")
        each.recv(1)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def slowest(address: str, cookie: str, times: int = 5) -> float:
    """Return the seconds of the slowest answer, `PATIENCE` where none came."""
    took = []
    for _ in range(times):
        request = urllib.request.Request(address, headers={"Cookie": cookie})
        begun_at = time.monotonic()
        try:
            with closing(urllib.request.urlopen(request, timeout=PATIENCE)) as answer:
                answer.read()
        except OSError:
            return PATIENCE
        took.append(time.monotonic() - begun_at)
    return max(took)


def memory(pid: int, *, with_children: bool = True) -> float:
    """Return the MB of a process and its children, what they share counted once."""
    total = 0.0
    for each in family(pid) if with_children else [pid]:
        with suppress(OSError):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1000


def family(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [pid, *(one for child in children for one in family(child))]


def log_in() -> tuple[str, str]:
    """Return the address of a page of today, and the cookie of its owner."""
    import django

    sys.path.insert(0, str(ROOT))
    django.setup()
    from django.test import Client

    from accounts.models import Patient

    ana = Patient.objects.get(name="Ana")
    client = Client()
    client.force_login(ana.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"/p/{ana.pk}/", f"session={client.cookies['session'].value}"


def main(command: list[str]) -> None:
    from measure import ORIGIN, PORT, SERVE, example, wait_for_an_answer

    with example():
        today, cookie = log_in()
        process = subprocess.Popen(command or SERVE, cwd=ROOT)
        try:
            wait_for_an_answer()
            print(f"{'':14}{'/urgent/':>12}{'Today':>12}{'memory':>12}")
            pages = ("/urgent/", today)

            def line(name: str) -> None:
                took = "".join(f"{1000 * slowest(ORIGIN + page, cookie):9.0f} ms" for page in pages)
                print(f"{name:14}{took}{memory(process.pid):9.0f} MB", flush=True)

            line("nobody else")
            for kind, start in KINDS.items():
                for number in NUMBERS:
                    with slow(start, number, PORT):
                        line(f"{number} {kind}")
            line("afterwards")
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main([part for word in sys.argv[1:] for part in shlex.split(word)])
