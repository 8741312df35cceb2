"""Mozilla's Observatory on the diary behind Caddy, with https: each test, the score and the grade.

`make observatory` runs it; it needs Node with npm, Debian's caddy and unshare. It asks nobody
outside: ports 80 and 443 are those of a network of its own, and Caddy's own authority signs the
certificate, which only the Observatory is told to trust. The list of preloaded names, which it
would fetch, is left empty: no name of ours is on it.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from measure import ROOT, SERVE, manage

VERSION = "1.4.8"
PACKAGE = "@mdn/mdn-http-observatory"
HOST, PORT = "localhost", "8000"
CADDYFILE = """
{{
    admin off
    skip_install_trust
    storage file_system {folder}
}}
{host} {{
    tls internal
    reverse_proxy 127.0.0.1:{port}
}}
"""
SET_FLAGS, IS_UP = 0x8914, 0x1  # of a network interface; see netdevice(7)


def main() -> None:
    """Install it, and go on in a network of its own, where there is only this machine."""
    with tempfile.TemporaryDirectory() as tools:
        install = ["npm", "install", "--silent", "--ignore-scripts", "--prefix", tools]
        subprocess.run([*install, f"{PACKAGE}@{VERSION}"], check=True)
        alone = ["unshare", "--map-root-user", "--net", sys.executable, __file__, tools]
        sys.exit(subprocess.run(alone, check=False).returncode)


def look(tools: Path) -> None:
    _loopback()
    package = tools / "node_modules" / PACKAGE
    (package / "conf" / "hsts-preload.json").write_text("{}")
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        data, kept = folder / "data", folder / "caddy"
        os.environ.update(
            DATA_DIR=str(data),
            ORIGIN=f"https://{HOST}",
            PORT=PORT,
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        manage("prepare", "--quiet")
        _run(running, *SERVE)
        settings = folder / "Caddyfile"
        settings.write_text(CADDYFILE.format(folder=kept, host=HOST, port=PORT))
        _run(running, "caddy", "run", "--adapter", "caddyfile", "--config", str(settings))
        _wait(int(PORT), 80, 443)
        authority = kept / "pki" / "authorities" / "local" / "root.crt"
        said = subprocess.run(
            ["node", str(package / "src" / "scan.js"), HOST],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(authority)},
        )
    _tell(json.loads(said.stdout))


def _tell(report: dict[str, Any]) -> None:
    if "error" in report:
        raise SystemExit(report["error"])
    for name, test in sorted(report["tests"].items()):
        print(f"  {'passed' if test['pass'] else 'FAILED'} {name}: {test['result']}")
    scan = report["scan"]
    print(
        f"Observatory {VERSION}: grade {scan['grade']}, score {scan['score']}, "
        f"{scan['testsPassed']} of {scan['testsQuantity']} tests passed"
    )


def _run(running: ExitStack, *command: str) -> None:
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    running.callback(process.wait)
    running.callback(process.terminate)


def _loopback() -> None:
    """Switch on the one interface of the new network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, SET_FLAGS, struct.pack("16sH14x", b"lo", IS_UP))


def _wait(*ports: int) -> None:
    for port in ports:
        for _ in range(600):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit(f"Nothing answers on port {port}.")


if __name__ == "__main__":
    look(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
