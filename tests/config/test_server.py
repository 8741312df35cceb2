"""Whoever sends slowly, or much, takes the diary from nobody; and stopping it cuts nobody off."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from bench.slow import BODY, HEADERS, slow
from config import server
from tests.config.running import serving
from tests.journeys.test_faults_server import make_diary

SLOW = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
PATIENCE = 10  # seconds on a busy machine; those who send slowly go on for longer


def test_slow_headers_and_slow_bodies_leave_the_pages_to_others(tmp_path: Path) -> None:
    patient, session = make_diary(tmp_path)
    with serving(tmp_path) as diary, ExitStack() as attack:
        for start in (HEADERS, BODY):
            attack.enter_context(slow(start, 16, diary.port))
        for path, cookie in (("/urgent/", ""), (f"/p/{patient}/", f"session={session}")):
            begun = time.monotonic()
            assert diary.get(path, Cookie=cookie)[0] == 200
            assert time.monotonic() - begun < PATIENCE


class Running:
    """The server around a small application, one turn at a time."""

    def __init__(self, application: Any) -> None:
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        self.server = server.server_of(application, taken)
        self.clients: list[socket.socket] = []

    def client(self, sent: bytes = b"") -> socket.socket:
        client = socket.create_connection(self.server.socket.getsockname(), timeout=5)
        self.clients.append(client)
        client.sendall(sent)
        client.setblocking(False)
        self.turn()
        return client

    def turn(self, seconds: float = 0.2) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.server.pull_trigger()
            self.server.turn()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.server.task_dispatcher.shutdown()
        for one in list(self.server._map.values()):
            one.close()


def hello(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [])
    return [b"hello %d" % len(environ["wsgi.input"].read())]


@pytest.fixture
def running() -> Iterator[Running]:
    running = Running(hello)
    yield running
    running.close()


def is_open(client: socket.socket) -> bool:
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_a_request_has_a_deadline_however_steadily_its_bytes_trickle(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DEADLINE", 2)
    clients = [running.client(HEADERS), running.client(SLOW % 1000)]
    begun = time.monotonic()
    while any(map(is_open, clients)) and time.monotonic() < begun + 20:
        for client in clients:
            with suppress(OSError):
                client.send(b"a")
        running.turn()
    assert 1 < time.monotonic() - begun < 20


def test_what_comes_at_a_fair_pace_may_take_longer(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DEADLINE", 1)
    monkeypatch.setattr(server, "SLOWEST", 10)
    client = running.client(SLOW % 200)
    for _ in range(20):
        client.send(b"a" * 10)
        running.turn()
    assert client.recv(1000).endswith(b"hello 200")


def test_beyond_the_bound_the_connection_that_says_nothing_for_longest_goes(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 3)
    silent = [running.client(HEADERS) for _ in range(3)]
    asking = running.client(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert asking.recv(1000).endswith(b"hello 0")
    assert [is_open(client) for client in silent] == [False, True, True]


def test_large_requests_share_a_bound_and_small_ones_are_taken_all_the_while(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HELD", 1_000_000)
    large = [running.client(SLOW % 2_000_000) for _ in range(3)]
    for client, size in zip(large, (400_000, 500_000, 300_000), strict=True):
        client.setblocking(True)
        client.sendall(b"a" * size)
        client.setblocking(False)
        running.turn()
    assert [is_open(client) for client in large] == [True, False, True]
    small = running.client(SLOW % 5 + b"12345")
    assert small.recv(1000).endswith(b"hello 5")


def test_what_is_sent_is_never_on_the_disk(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*_: object, **__: object) -> None:
        raise AssertionError("it was written to the disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", written)
    client = running.client(SLOW % 3_000_000)
    client.setblocking(True)
    sending = threading.Thread(target=client.sendall, args=(b"a" * 3_000_000,))
    sending.start()
    while sending.is_alive():
        running.turn()
    running.turn(1)
    assert client.recv(1000).endswith(b"hello 3000000")


def test_told_to_stop_the_diary_finishes_what_was_begun() -> None:
    begun = threading.Event()

    def saving(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        time.sleep(1)
        start("200 OK", [])
        return [b"saved" * 200_000]

    def stop() -> None:
        begun.wait(10)
        os.kill(os.getpid(), signal.SIGTERM)

    def ask() -> None:
        with socket.create_connection(address, timeout=20) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while part := client.recv(100_000):
                got.append(part)

    got: list[bytes] = []
    before = [signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)]
    running = Running(saving)
    address = running.server.socket.getsockname()
    threads = [threading.Thread(target=one) for one in (stop, ask)]
    for thread in threads:
        thread.start()
    try:
        running.server.serve()
        channels = running.server.active_channels.values()
        assert not any(one.requests or one.total_outbufs_len for one in channels)
        for thread in threads:
            thread.join(20)
        assert b"".join(got).endswith(b"saved" * 200_000)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=1)
    finally:
        running.close()
        for name, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(name, handler)


def finished(running: Running, client: socket.socket) -> bytes:
    """Stop the server, and return what the client got."""
    client.settimeout(10)
    running.server.finish(by=time.time() + 10)
    got = client.recv(1000)
    assert b"Connection: close" in got
    return got


def test_a_stop_answers_who_was_let_in_and_not_read_yet(running: Running) -> None:
    with socket.create_connection(running.server.socket.getsockname()) as client:
        client.sendall(SLOW % 5 + b"12345")
        assert finished(running, client).endswith(b"hello 5")


@pytest.mark.parametrize("sent", [b"", SLOW % 5 + b"12"], ids=["nothing", "half"])
def test_a_stop_answers_what_is_on_its_way(running: Running, sent: bytes) -> None:
    client = running.client(sent)
    rest = (SLOW % 5 + b"12345").removeprefix(sent)
    sending = threading.Timer(0.2, client.sendall, (rest,))
    sending.start()
    assert finished(running, client).endswith(b"hello 5")
    sending.join()


def test_a_stop_does_not_wait_for_who_says_nothing(running: Running) -> None:
    running.client()
    begun = time.monotonic()
    running.server.finish(by=time.time() + 60)
    assert time.monotonic() - begun < PATIENCE


def test_it_listens_where_it_is_told_and_says_where_it_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "PORT", 0)
    with server.bound() as here:
        assert here.getsockname()[0] == "127.0.0.1"
    monkeypatch.setattr(server, "HOST", "127.0.0.2")
    with server.bound() as there:
        assert there.getsockname()[0] == "127.0.0.2"
    monkeypatch.setattr(server, "HOST", "192.0.2.1")  # of an example in a book
    with pytest.raises(SystemExit, match="this machine has no such address"):
        server.bound()
