"""How gunicorn serves the diary: `gunicorn --config config/server.py config.wsgi`."""

import errno
import os
import socket

from config.environment import number
from config.logs import logging_of

PORT = number("PORT", "8000")
bind = f"127.0.0.1:{PORT}"
workers = 2
threads = 4
preload_app = True
umask = 0o077
# It would open a socket in the home folder, which nothing here uses.
control_socket_disable = True
# Addresses hold ids; there is no access log.
accesslog = None
logconfig_dict = logging_of("gunicorn.error")


def on_starting(_server: object) -> None:
    """Say in one line that the port is taken, instead of trying five times."""
    if "GUNICORN_FD" in os.environ or "LISTEN_FDS" in os.environ:
        return  # somebody hands the open port over
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", PORT))
        except OSError as error:
            why = "is taken by another program" if error.errno == errno.EADDRINUSE else "is refused"
            raise SystemExit(
                f"Port {PORT} {why}. Is the diary running already? Another port: "
                "PORT=8080 make serve"
            ) from None
