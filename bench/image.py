"""Builds the container image from deploy/Containerfile, and runs it as docs/deploy.md promises: not
as root, with a root that cannot be written to, and one volume. For `bench/deployments.py`.

Debian's buildah builds it without a daemon and without a registry: its base is the Debian that
`bench/machine.py` made. What starts it here is unshare and setpriv in place of a container engine.
"""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.machine import CERTIFICATES, run

ROOT = Path(__file__).resolve().parent.parent
IMAGE, BASE, PORT = "side-effect-diary", "localhost/debian", 8765
# What an engine does for `read_only`, `tmpfs`, a volume and `cap_drop: [ALL]` of compose.yaml.
START = """
mount --bind "$ROOT" "$ROOT" && mount -o remount,bind,ro "$ROOT"
mount --bind "$VOLUME" "$ROOT/var/lib/diary"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" setpriv --reuid "${AS%:*}" --regid "${AS#*:}" --clear-groups --no-new-privs \
    --bounding-set=-all --inh-caps=-all env -i "$@"
"""


def build_and_run(debian: Path, folder: Path) -> str:
    """Build it, let it serve, and say how large it is."""
    folder.mkdir()
    os.environ.update(STORAGE_DRIVER="vfs", BUILDAH_ISOLATION="chroot")
    buildah = ["buildah", "--root", folder / "store", "--runroot", folder / "running"]
    image = build(buildah, debian, folder)
    container = run(*buildah, "from", IMAGE).strip()
    try:
        root = Path(run(*buildah, "mount", container).strip())
        serve(image["OCIv1"]["config"], root, folder / "volume")
        return f"{run('du', '-sm', root).split()[0]} MB"
    finally:
        run(*buildah, "rm", container)


def build(buildah: list[Any], debian: Path, folder: Path) -> Any:
    run("tar", "-C", debian, "-cf", folder / "debian.tar", ".")
    (folder / "Containerfile").write_text("FROM scratch\nADD debian.tar /\n")
    run(*buildah, "build", "-q", "-t", BASE, "-f", folder / "Containerfile", folder)
    trusted = f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"
    file = ROOT / "deploy" / "Containerfile"
    run(*buildah, "build", "-q", f"--build-arg=BASE={BASE}", trusted, "-t", IMAGE, "-f", file, ROOT)
    return json.loads(run(*buildah, "inspect", "--type=image", IMAGE))


def serve(config: Any, root: Path, volume: Path) -> None:
    """Start what the image starts, as whom it says, and ask for a page and a command."""
    volume.mkdir(mode=0o700)
    user = int(config["User"].split(":")[0])
    if not user:
        raise SystemExit("The image runs as root.")
    os.chown(volume, user, user)
    given = [*config["Env"], f"PORT={PORT}", "PYTHONDONTWRITEBYTECODE=1"]
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    words = ["sh", "-c", f'cd {config["WorkingDir"]} && exec "$@"', "-", *config["Cmd"]]
    surroundings = {**os.environ, "ROOT": str(root), "VOLUME": str(volume), "AS": config["User"]}
    with (volume.parent / "log").open("w") as log:
        process = subprocess.Popen(
            [*apart, "bash", "-e", "-c", START, "-", *given, *words],
            env=surroundings,
            stdout=log,
            stderr=log,
        )
    try:
        ask(process, volume.parent / "log")
        inside = first_inside(process.pid)
        status = Path(f"/proc/{inside}/status").read_text()
        who = re.search(r"^Uid:\s+(\d+).*?^CapEff:\s+(\w+)", status, re.MULTILINE | re.DOTALL)
        if not who or (int(who[1]), int(who[2], 16)) != (user, 0):
            raise SystemExit(f"The server runs as {who and who.groups()}.")
        owners = {file.stat().st_uid for file in volume.rglob("*")}
        if owners != {user} or not (volume / "diary.sqlite3").exists():
            raise SystemExit(f"The volume holds files of {owners}.")
        os.kill(inside, signal.SIGTERM)
        if process.wait(timeout=60):
            raise SystemExit("The server did not end as it should.")
    finally:
        process.kill()  # and with it all that it started


def first_inside(outside: int) -> int:
    """Return the process that is the first one of the container."""
    children = Path(f"/proc/{outside}/task/{outside}/children").read_text()
    return int(children.split()[0])


def ask(process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until it serves."""
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            page = f"http://127.0.0.1:{PORT}/urgent/"
            with urllib.request.urlopen(page, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"The image does not serve.\n{log.read_text()}")
