"""Runs each command of docs/deploy.md on a Debian of its own, and looks whether the diary is there.

`make deployments` needs root and Debian's debootstrap and systemd-container, and for the image
buildah. Two things are not as in the document: the name, which only this machine knows, and the
source, which is this folder.
"""

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import image  # noqa: E402
from bench.machine import Machine, booted, install, make_debian, run  # noqa: E402

DEPLOY = ROOT / "docs" / "deploy.md"
NAME, SOURCE = "diary.local", Path("/srv/side-effect-diary.git")
# The order in which somebody meets them; `look` is what has to hold after each.
CHAPTERS = (
    "A Raspberry Pi at home 1",
    "A small server",
    "A Raspberry Pi at home 2",
    "Backup",
    "Health",
    "Maintenance",
    "Updating",
    "A clinic",
)
BY_NAME = f"--resolve {NAME}:443:127.0.0.1 --cacert /root/diary-at-home.crt"
COUNT = "from diary.models import CheckIn; print(CheckIn.objects.count())"


def blocks(text: str) -> dict[str, list[str]]:
    """Return the commands below each heading."""
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    found = {
        part.splitlines()[0]: re.findall(r"```sh\n(.*?)```", part, re.DOTALL) for part in sections
    }
    return {heading: commands for heading, commands in found.items() if commands}


def chapters(text: str) -> list[tuple[str, list[str]]]:
    """Return the commands of each chapter; stop where the document has some that none runs."""
    there, used = blocks(text), set()
    result = []
    for chapter in CHAPTERS:
        heading, _, number = re.fullmatch(r"(.*?)( (\d))?", chapter).groups()  # type: ignore[union-attr]
        which = [int(number) - 1] if number else range(len(there[heading]))
        used |= {(heading, place) for place in which}
        result.append((chapter, [there[heading][place] for place in which]))
    left = {(heading, place) for heading in there for place in range(len(there[heading]))} - used
    if left:
        raise SystemExit(f"Nobody runs these commands: {sorted(left)}")
    return result


def look(machine: Machine, chapter: str, entries: int | None) -> int | None:
    """Look whether it answers by https and still has each entry; fill it once it is there."""
    if chapter in CHAPTERS[:2]:
        return None
    ask = f"curl -sf {BY_NAME} -o /dev/null https://{NAME}/urgent/"
    machine.run(f"for n in $(seq 60); do {ask} && exit; sleep 1; done; exit 1")
    if entries is None:
        machine.run("diary demo")
    count = int(machine.run(f'diary shell --verbosity 0 -c "{COUNT}"').split()[-1])
    if not count or entries not in (None, count):
        raise SystemExit(f"{chapter}: {count} entries, there were {entries}")
    return count


def serve(folder: Path) -> None:
    """Set it up as the document says, and restart the machine at the end."""
    install(folder, "systemd", "systemd-sysv", "dbus", "curl")
    run("git", "clone", "-q", "--bare", ROOT, folder / SOURCE.relative_to("/"))
    entries: int | None = None
    with booted(folder) as machine:
        for chapter, commands in chapters(DEPLOY.read_text()):
            began = time.monotonic()
            for block in commands:
                # The doctor ends with 1 where it has something to say, such as: no NTP.
                doubt = " || [ $? = 1 ]" if chapter == "Health" else ""
                machine.run(
                    block.rstrip() + doubt,
                    NAME=NAME,
                    SOURCE=str(SOURCE),
                    DEBIAN_FRONTEND="noninteractive",
                )
            entries = look(machine, chapter, entries)
            say(chapter, began, f"{entries} entries" if entries else "done")
    began = time.monotonic()
    with booted(folder) as machine:
        look(machine, "Restarted", entries)
        unit = machine.run("systemctl show diary -p User -p NRestarts -p ActiveState")
        say("The machine restarted", began, " ".join(unit.split()))


def say(chapter: str, began: float, words: str) -> None:
    print(f"{chapter:<28} {time.monotonic() - began:>6.1f} s  {words}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("server", "image"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="diary-deployments-") as name:
        folder, began = Path(name), time.monotonic()
        make_debian(folder / "debian")
        say("A Debian", began, "")
        if asked.only != "server":
            began = time.monotonic()
            say("In a container", began, image.build_and_run(folder / "debian", folder / "image"))
        if asked.only != "image":
            serve(folder / "debian")


if __name__ == "__main__":
    main()
