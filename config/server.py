"""Serves the diary: `python -m config.server`. Whoever sends slowly keeps no thread from others.

waitress reads a request as a whole before a thread has to do with it. What it lacks stands here: a
deadline for the whole, bounds on what is held, and an end that answers what was begun.
"""

import errno
import logging
import os
import resource
import signal
import socket
import time
from select import select
from threading import Event
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from config.environment import env, number

HOST, PORT = env("LISTEN") or "127.0.0.1", number("PORT", "8000")
PROXY = env("PROXY") or "127.0.0.1"  # only what it says about https is believed
THREADS = 12  # four more than files that are made or wait for it, see summary/workshop.py
DEADLINE = 30  # seconds for a request, or for the next one on a connection
SLOWEST = 10_000  # bytes a second: each second's worth that came is a second more
CONNECTIONS = 1_000  # one more closes the one that says nothing for longest
LARGE = 100_000  # bytes; small requests are never refused for those that are large
MOST = 80_000_000  # bytes of one request: four photos, so that a form can say that one is too large
HELD = 100_000_000  # bytes of all large requests together; the largest has to go
LAST_WORDS = 30  # seconds to finish what was begun when the diary is stopped
MOMENT = 0.5  # seconds in which a request that was on its way then still comes in


class LastTask(WSGITask):
    """Answers, and says that the connection ends where the diary does."""

    def build_response_header(self) -> bytes:
        if self.channel.server.is_stopping:
            self.request.headers["CONNECTION"] = "close"
        header: bytes = super().build_response_header()
        return header


class Channel(HTTPChannel):
    """One connection. `last_activity` stays at the moment its request began, so that a request has
    a deadline however its bytes trickle in."""

    task_class = LastTask

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sendbuf_len = 65_536  # at once; the megabytes the kernel would take stay in the heap

    def handle_read(self) -> None:
        begun, before = self.last_activity, self.request
        super().handle_read()
        if self.request is None or self.request is not before:
            return
        self.last_activity = begun
        if self.request.body_bytes_received > LARGE:
            self.server.make_room()

    @property
    def held(self) -> int:
        """Return the bytes of its requests that are in memory."""
        requests = [*self.requests, *([self.request] if self.request else [])]
        return sum(request.body_bytes_received for request in requests)

    def is_late(self, now: float) -> bool:
        allowed = DEADLINE + self.held / SLOWEST
        return not self.requests and now > self.last_activity + allowed


class Server(TcpWSGIServer):
    """The diary on its port, until it is told to stop."""

    channel_class = Channel
    is_stopping = False

    def handle_accept(self) -> None:
        if len(self.active_channels) >= CONNECTIONS:
            idle = [one for one in self.active_channels.values() if not one.requests]
            if idle:
                min(idle, key=lambda one: one.last_activity).handle_close()
        super().handle_accept()

    def make_room(self) -> None:
        """Close the largest request that still comes in, until all hold less than they may."""
        channels = list(self.active_channels.values())
        if sum(one.held for one in channels if one.held > LARGE) > HELD:
            coming = [one for one in channels if not one.requests]
            max(coming, key=lambda one: one.held).handle_close()

    def maintenance(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            if channel.is_late(now):
                channel.handle_close()

    def serve(self) -> None:
        """Answer until SIGTERM or Ctrl-C comes; then take nothing new and finish what was begun."""
        last: list[float] = []
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: last.append(time.time() + LAST_WORDS))
        while not last:
            self.turn()
        self.finish(by=last[0])

    def turn(self, seconds: float = 1) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def finish(self, by: float) -> None:
        """Take those whom the kernel let in already, since closing the port cuts them off, and
        answer each request that is there, or comes within a moment on a connection that is."""
        self.is_stopping = True
        door: list[Any] = [self.socket]
        while select(door, [], [], 0)[0] and len(self.active_channels) < CONNECTIONS:
            self.handle_accept()
        wasyncore.dispatcher.close(self)
        moment = time.time() + MOMENT
        while (now := time.time()) < by:
            channels = list(self.active_channels.values())
            if not any(map(self.is_owed, channels)) and (not channels or now > moment):
                return
            self.turn(MOMENT / 5)

    @staticmethod
    def is_owed(channel: Channel) -> bool:
        return bool(channel.request or channel.requests or channel.total_outbufs_len)


def bound() -> socket.socket:
    """Take the port, or say in one line why not. systemd may hand over one that is open."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return socket.socket(fileno=3)
    taken = socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, PORT))
    except OSError as error:
        taken.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise SystemExit(f"LISTEN is {HOST}: this machine has no such address.") from None
        why = "is taken by another program" if error.errno == errno.EADDRINUSE else "is refused"
        raise SystemExit(
            f"Port {PORT} {why}. Is the diary running already? Another port: PORT=8080 make serve"
        ) from None
    return taken


def server_of(application: Any, port: socket.socket) -> Server:
    workers = ThreadedTaskDispatcher()
    workers.set_thread_count(THREADS)
    return Server(
        application,
        _sock=port,
        bind_socket=False,
        sockinfo=(port.family, port.type, port.proto, port.getsockname()),
        dispatcher=workers,
        adj=Adjustments(
            ident=None,
            # Whether it was https is said by the proxy alone; addresses are counted by allauth.
            trusted_proxy=PROXY,
            trusted_proxy_count=1,
            trusted_proxy_headers="x-forwarded-proto",
            clear_untrusted_proxy_headers=False,
            max_request_header_size=65_536,
            max_request_body_size=MOST,
            # A photo, or a diary that is taken along, leaves no trace on the disk.
            inbuf_overflow=2 * MOST,
            outbuf_overflow=2 * MOST,
            connection_limit=2 * CONNECTIONS,
            cleanup_interval=1,
            recv_bytes=65_536,
        ),
    )


def main() -> None:
    os.umask(0o077)
    port = bound()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * CONNECTIONS), most))
    from config.wsgi import application  # from here on, Django is set up

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    from django.conf import settings

    from config import worker

    if settings.METRICS_PORT:
        from config import metrics

        metrics.start()
    worker.start(Event())
    server_of(application, port).serve()


if __name__ == "__main__":
    main()
