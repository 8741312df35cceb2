"""Backups with a passphrase: nobody else reads them, and they come back on another machine."""

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.conf import LazySettings

from config import backups, passphrases
from config.backups import RefusedError
from config.envelopes import FIRST_LINE, is_sealed
from tests.config.running import manage, prepare, run_in_django
from tests.config.test_backup import FILL, LOOK, small_database

WORDS = "nine blue kettles on the moor"
SECRET = "JBSWY3DPEHPK3PXP"
SECOND_STEP = f"""
from accounts.adapters import SealedMFAAdapter
from accounts.models import User
from allauth.mfa.models import Authenticator
Authenticator.objects.create(user=User.objects.first(), type="totp",
    data={{"secret": SealedMFAAdapter().encrypt("{SECRET}")}})
"""
PASSPHRASE = "BACKUP_PASSPHRASE"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return small_database(tmp_path / "data" / "diary.sqlite3")


@pytest.fixture
def sealed(database: Path, tmp_path: Path) -> Path:
    file = tmp_path / "copy"
    backups.make_backup(database, file, key="k", passphrase=WORDS)
    return file


def rows(file: Path) -> int:
    with closing(sqlite3.connect(file)) as read:
        return int(read.execute("SELECT count(*) FROM entry").fetchone()[0])


def test_it_is_an_age_file_that_other_programs_open(sealed: Path, tmp_path: Path) -> None:
    content = sealed.read_bytes()
    assert content.startswith(FIRST_LINE)
    assert b"day 7" not in content
    assert b"SQLite" not in content
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    (plain := tmp_path / "plain").write_bytes(pyrage.passphrase.decrypt(content, WORDS))
    assert rows(plain) == 50


def test_in_the_clear_it_lies_nowhere_afterwards(sealed: Path, database: Path) -> None:
    assert [file.name for file in sealed.parent.iterdir() if file.is_file()] == ["copy"]
    assert {file.name.partition("-")[0] for file in database.parent.iterdir()} == {"diary.sqlite3"}


def test_what_came_out_wrong_is_never_called_a_backup(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened again and compared, not only written."""

    def half(plain: Path, target: Path, words: str) -> None:
        target.write_bytes(pyrage.passphrase.encrypt(plain.read_bytes()[:4096], words))

    monkeypatch.setattr(backups, "seal_file", half)
    with pytest.raises(RefusedError):
        backups.make_backup(database, tmp_path / "copy", key="k", passphrase=WORDS)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("spoil", "words", "said"),
    [
        (bytes, "another passphrase", "does not open"),
        (lambda whole: whole[:-1], WORDS, "does not open"),
        (lambda whole: whole[:-20] + b"x" * 20, WORDS, "does not open"),
        (lambda whole: whole[:40], WORDS, "does not open"),
    ],
    ids=["wrong passphrase", "cut", "scribbled on", "half of its head"],
)
def test_it_opens_with_its_passphrase_only_and_whole(
    sealed: Path, database: Path, spoil: Callable[[bytes], bytes], words: str, said: str
) -> None:
    sealed.write_bytes(spoil(sealed.read_bytes()))
    before = sorted(database.parent.iterdir())
    with (
        pytest.raises(RefusedError, match=said),
        backups.opened(sealed, database, iter([words])),
    ):
        pass
    assert sorted(database.parent.iterdir()) == before


def test_the_first_of_several_that_fits_opens_it(sealed: Path, database: Path) -> None:
    with backups.opened(sealed, database, iter(["an old passphrase", WORDS])) as plain:
        assert backups.read_backup(plain)["key"] == "k"
        assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    assert not plain.exists()


def test_a_fault_inside_is_told_of_the_file_one_knows(sealed: Path, database: Path) -> None:
    with (
        pytest.raises(RefusedError, match=f"^{sealed} is too new"),
        backups.opened(sealed, database, [WORDS]) as plain,
    ):
        raise RefusedError(f"{plain} is too new.")


def test_it_comes_back_on_another_machine_and_second_steps_stay_sealed(tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "copy"
    prepare(here)
    run_in_django(here, FILL + SECOND_STEP)
    made = manage(here, "backup", str(file), BACKUP_PASSPHRASE=WORDS)
    assert made.returncode == 0, made.stderr
    assert "It is encrypted." in made.stdout
    assert SECRET.encode() not in pyrage.passphrase.decrypt(file.read_bytes(), WORDS)

    there.mkdir()
    shutil.copy(here / "secret-key", there)
    for words, said in (("", "is encrypted"), ("a wrong passphrase", "does not open")):
        more = {PASSPHRASE: words} if words else {}
        refused = manage(there, "restore", str(file), **more)
        assert refused.returncode != 0
        assert refused.stderr.startswith("CommandError: Nothing was changed.")
        assert said in refused.stderr
        assert sorted(one.name for one in there.iterdir()) == ["secret-key"]
    (key := tmp_path / "key").write_text(f"{WORDS}\n")
    done = manage(there, "restore", str(file), BACKUP_PASSPHRASE_FILE=str(key))
    assert done.returncode == 0, done.stderr
    assert run_in_django(there, LOOK).startswith("Ana ")


def test_without_a_passphrase_its_last_line_says_that_it_is_plain(tmp_path: Path) -> None:
    prepare(tmp_path / "data")
    made = manage(tmp_path / "data", "backup", str(tmp_path / "copy"))
    assert made.returncode == 0, made.stderr
    last = made.stdout.strip().splitlines()[-1]
    assert last == "It is not encrypted: whoever has the file can read it."
    assert not is_sealed(tmp_path / "copy")


@pytest.mark.parametrize(
    "more",
    [
        {PASSPHRASE: ""},
        {PASSPHRASE: "short"},
        {f"{PASSPHRASE}_FILE": "/nowhere/key"},
        {f"{PASSPHRASE}_FILE": "/dev/null"},
    ],
)
def test_no_backup_is_plain_by_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], settings: LazySettings
) -> None:
    settings.DATA_DIR = tmp_path
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RefusedError):
        passphrases.passphrase_to_seal()


# Asked for -------------------------------------------------------------------------------------


@pytest.fixture
def answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> Iterator[Callable[..., list[str]]]:
    """Somebody sits there and types; returned are the questions."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def typing(*words: str) -> list[str]:
        asked: list[str] = []
        rest = iter(words)

        def answer(question: str) -> str:
            asked.append(question)
            return next(rest)

        monkeypatch.setattr(passphrases, "getpass", answer)
        return asked

    yield typing


def test_it_is_asked_for_at_the_first_backup_and_kept(answers: Any, tmp_path: Path) -> None:
    assert len(asked := answers(WORDS, WORDS)) == 0
    assert passphrases.passphrase_to_seal() == WORDS
    assert len(asked) == 2
    assert passphrases.passphrase_to_seal() == WORDS
    assert len(asked) == 2, "once"
    assert stat.S_IMODE((tmp_path / "backup-passphrase").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("typed", "said"), [(("short",), "at least 12"), ((WORDS, WORDS + "!"), "not the same")]
)
def test_a_slip_makes_no_backup_and_keeps_nothing(
    answers: Any, tmp_path: Path, typed: tuple[str, ...], said: str
) -> None:
    answers(*typed)
    with pytest.raises(RefusedError, match=said):
        passphrases.passphrase_to_seal()
    assert list(tmp_path.iterdir()) == []


def test_nothing_typed_means_a_plain_one_and_asks_again_next_time(
    answers: Any, tmp_path: Path
) -> None:
    for _ in range(2):
        asked = answers("")
        assert passphrases.passphrase_to_seal() == ""
        assert len(asked) == 1


def test_to_open_one_it_asks_only_where_nothing_else_fits(
    answers: Any, sealed: Path, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "backup-passphrase").write_text("an older one, changed")
    asked = answers(WORDS)
    with backups.opened(sealed, database, passphrases.passphrases_to_open()):
        assert len(asked) == 1
    (tmp_path / "backup-passphrase").write_text(WORDS)
    asked = answers()
    with backups.opened(sealed, database, passphrases.passphrases_to_open()):
        assert asked == []
