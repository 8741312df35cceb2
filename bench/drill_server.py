"""Serves a diary again and again for `bench/drill.py`, with a fault in it where one is named.

A start of Python takes a second. Here it is made once, and each server is a copy of it in a group
of its own. A line of input asks for one; its process, then its end, are lines of output.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from bench.drill_load import Diary, Entry, soon
from tests.config.running import ROOT, surroundings

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
TRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "--trace=fsync,fdatasync", "--signal=none", "-o"]
PACE = 0.05  # seconds; a little more than can be saved meanwhile


class Server:
    """The diary, started and ended again and again, with every wait for the disk in a file."""

    def __init__(self, diary: Diary, fault: str) -> None:
        self.diary, self.pid = diary, 0
        self.syncs = diary.folder.with_suffix(".syncs")
        with diary.folder.with_suffix(".log").open("w") as log:
            self.process = subprocess.Popen(
                [*TRACE, str(self.syncs), sys.executable, "-m", "bench.drill_server", fault],
                cwd=ROOT,
                env=surroundings(diary.folder, PORT=str(diary.port)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        self._tell("\n")
        self.pid = self._told()
        if not soon(self._answers):
            raise SystemExit("The server did not start.")

    def end(self, by: signal.Signals) -> int:
        """End it, and return what the system says of its end: 0 where it ended by itself."""
        os.killpg(self.pid, by)
        self.pid = 0
        return self._told()

    def count_syncs(self) -> int:
        return sum(line.endswith("= 0") for line in self.syncs.read_text().splitlines())

    def close(self) -> None:
        if self.pid:
            self.end(signal.SIGKILL)
        self.process.communicate()

    def _tell(self, text: str) -> None:
        self.process.stdin.write(text)  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]

    def _told(self) -> int:
        return int(self.process.stdout.readline())  # type: ignore[union-attr]

    def _answers(self) -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("localhost", self.diary.port)) == 0


def early(application: Application) -> Application:
    """Answer that an entry is saved, and save it when its turn comes."""
    queue = ThreadPoolExecutor(1)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return application(environ, start)
        sent = environ["wsgi.input"].read()
        queue.submit(asked, application, environ, sent)
        time.sleep(PACE)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"id": parse_qs(sent.decode())["id"][0]}).encode()]

    return answer


def twice(application: Application) -> Application:
    """Save each entry a second time, under another id."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            sent = environ["wsgi.input"].read()
            known = parse_qs(sent.decode())["id"][0]
            asked(application, environ, sent.replace(known.encode(), str(uuid4()).encode()))
            environ["wsgi.input"] = BytesIO(sent)
        return application(environ, start)

    return answer


def asked(application: Application, environ: dict[str, Any], sent: bytes) -> None:
    answer = application({**environ, "wsgi.input": BytesIO(sent)}, lambda *_: None)
    b"".join(answer)
    answer.close()  # type: ignore[attr-defined]


def unsynced() -> None:
    """Leave it to the system when what was saved comes to the disk."""
    from django.db.backends.signals import connection_created

    def relax(connection: Any, **_: Any) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    connection_created.connect(relax, weak=False)


def torn() -> None:
    """Save an entry without what the rules found in it."""
    from diary.judging import judge

    judge.keep = lambda *_, **__: []


def warm_up() -> None:
    """Save once and take it back, so that what the first save reads is there already."""
    from django.db import connections, transaction
    from django.test import Client

    from accounts.models import Patient

    with transaction.atomic():
        patient, client = Patient.objects.get(), Client(SERVER_NAME="localhost")
        client.force_login(patient.owner)
        client.post(f"/p/{patient.pk}/", Entry("").fields())
        transaction.set_rollback(True)
    connections.close_all()


def main(fault: str) -> None:
    from config import server, wsgi

    if fault in ("early", "twice"):
        wsgi.application = {"early": early, "twice": twice}[fault](wsgi.application)
    elif fault:
        {"unsynced": unsynced, "torn": torn}[fault]()
    warm_up()
    while sys.stdin.readline():
        child = os.fork()
        if not child:
            os.setsid()
            server.main()
            return
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
