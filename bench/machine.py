"""A Debian of its own in a folder, booted in a namespace of its own, for `bench/deployments.py`.

It needs root, and Debian's debootstrap and systemd-container. Packages come from where this machine
has its own; the certificates that it trusts go along.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITE = "bookworm"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def run(*command: str | Path, **more: object) -> str:
    """Run a command; return what it says, or stop with it where it fails."""
    done = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return str(done.stdout)


def mirror() -> str:
    """Return where this machine takes Debian's packages from."""
    targets = run(
        "apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"
    )
    found = re.search(rf"^{SUITE} (\S+)", targets, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def make_debian(folder: Path) -> None:
    """Put the least Debian into a folder, which trusts the authorities that this machine trusts."""
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, folder, mirror())
    shutil.copy(CERTIFICATES, folder / CERTIFICATES.relative_to("/"))


def install(folder: Path, *packages: str) -> None:
    """Put more of Debian's packages into it."""
    inside = ["chroot", folder, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    run(*inside, "update")
    run(*inside, "install", "-y", "--no-install-recommends", *packages)


class Machine:
    """One that runs, by the process that is its first."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def run(self, script: str, **environment: str) -> str:
        """Run lines of a shell as root, and stop at the first that fails."""
        names = [f"{name}={value}" for name, value in environment.items()]
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        inside = ["nsenter", "--all", "--target", str(self.pid)]
        shell = ["env", "-i", path, "HOME=/root", *names, "bash", "-e", "-u", "-c", script]
        return run(*inside, *shell)


@contextmanager
def booted(folder: Path, *binds: str) -> Iterator[Machine]:
    """Boot it, with the network of this machine, and give it until the end of the block."""
    options = ["--register=no", "--keep-unit", "--resolv-conf=copy-host", "--console=pipe"]
    with (folder.parent / "console").open("w") as console:
        boot = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", folder, *options, *binds, "--boot"],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
        )
    try:
        machine = Machine(_first(boot))
        machine.run(
            "until systemctl is-system-running | grep -Eq 'running|degraded'; do sleep 1; done"
        )
        yield machine
    finally:
        boot.terminate()  # systemd takes it as an order to power off
        boot.wait(timeout=120)


def _first(boot: "subprocess.Popen[bytes]") -> int:
    children = Path(f"/proc/{boot.pid}/task/{boot.pid}/children")
    for _ in range(300):
        if boot.poll() is not None:
            raise SystemExit("The machine did not boot.")
        for child in children.read_text().split():
            if namespace(child) != namespace("self"):
                return int(child)
        time.sleep(0.1)
    raise SystemExit("The machine did not boot.")


def namespace(process: str) -> Path:
    return Path(f"/proc/{process}/ns/pid").readlink()
