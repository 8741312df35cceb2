"""One command makes the diary ready, and it refuses to start where entries would not be safe."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config import checks
from config.environment import env, fingerprint, secret_key
from config.management.commands import prepare as command
from tests.config.running import manage, prepare, run_in_django, serving

CARELESS = "tests.config.careless_settings"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_says_what_to_do_next_and_a_later_one_does_not(tmp_path: Path) -> None:
    first = manage(tmp_path / "data", "prepare", PORT="8123")
    assert first.returncode == 0, first.stderr
    assert "http://localhost:8123" in first.stdout
    assert "Create an account" in first.stdout
    made = "from accounts.models import User; User.objects.create_user('a@example.org', 'x')"
    run_in_django(tmp_path / "data", made)
    later = manage(tmp_path / "data", "prepare", PORT="8123")
    assert "http://localhost:8123" in later.stdout
    assert "Create an account" not in later.stdout
    assert manage(tmp_path / "data", "prepare", "--quiet").stdout == ""


def test_nobody_else_on_the_machine_reads_key_or_database(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    assert manage(data, "prepare", "--quiet").returncode == 0
    assert mode(data / "secret-key") == 0o600
    assert mode(data / "diary.sqlite3") == 0o600
    assert mode(data / "static") == 0o700


def test_the_diary_is_served_after_a_second_start(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert manage(tmp_path, "prepare", "--quiet").returncode == 0
    with serving(tmp_path) as server:
        server.get("/")
        assert "secret" not in server.log.read_text()


def test_the_server_looks_for_no_garbage_in_what_stays(tmp_path: Path) -> None:
    code = "import gc\nimport config.wsgi\nprint(gc.get_freeze_count(), len(gc.get_objects()))"
    stays, others = map(int, run_in_django(tmp_path, code).split())
    assert stays > 50_000
    assert others < stays / 10


def test_static_files_are_collected_only_when_they_changed(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source := tmp_path / "source").mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]  # type: ignore[attr-defined]
    settings.STATIC_ROOT = str(tmp_path / "static")  # type: ignore[attr-defined]
    finders.get_finder.cache_clear()
    collected: list[str] = []

    def collect(name: str, **_: object) -> None:
        collected.append(name)
        (tmp_path / "static").mkdir(exist_ok=True)

    monkeypatch.setattr(command, "call_command", collect)
    stamp = tmp_path / "stamp"
    try:
        assert command.collect_static_if_changed(stamp)
        assert not command.collect_static_if_changed(stamp)
        (source / "a.css").write_text("a { color: red }")
        assert command.collect_static_if_changed(stamp)
        (source / "b.css").write_text("")
        assert command.collect_static_if_changed(stamp)
        (tmp_path / "static").rmdir()
        assert command.collect_static_if_changed(stamp)
        assert collected == ["collectstatic"] * 4
    finally:
        finders.get_finder.cache_clear()


@pytest.mark.parametrize(
    ("pragmas", "words"),
    [
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", "synchronous=1"),
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;", "synchronous=0"),
        ("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;", "journal_mode=delete"),
    ],
)
def test_a_database_that_may_lose_entries_is_refused(
    tmp_path: Path, pragmas: str, words: str
) -> None:
    careless = {"DJANGO_SETTINGS_MODULE": CARELESS, "CARELESS": pragmas}
    refused = manage(tmp_path, "prepare", **careless)
    assert refused.returncode != 0
    assert words in refused.stderr
    with pytest.raises(AssertionError, match=words), serving(tmp_path, **careless):
        pass


def test_a_network_filesystem_is_known_by_its_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"40 22 0:40 / {tmp_path} rw,relatime shared:9 - nfs4 box:/share rw\n"
        f"41 22 0:41 / {tmp_path}/near rw - ext4 /dev/sdb rw\n"
    )
    assert checks.filesystem_of(tmp_path / "diary.sqlite3", mounts) == "nfs4"
    assert "nfs4".startswith(checks.NETWORK_FILESYSTEMS)
    assert checks.filesystem_of(tmp_path / "near" / "diary.sqlite3", mounts) == "ext4"
    assert checks.filesystem_of(Path("/elsewhere"), mounts) == "ext4"
    assert checks.filesystem_of(tmp_path, tmp_path / "no such file") == ""


@pytest.mark.parametrize("origin", ["http://diary.example.org", "http://192.168.1.7:8000"])
def test_plain_http_on_a_network_is_refused(tmp_path: Path, origin: str) -> None:
    refused = manage(tmp_path, "check", ORIGIN=origin)
    assert refused.returncode != 0
    assert "plain http is refused" in refused.stderr


def test_a_deployment_check_with_https_finds_nothing(tmp_path: Path) -> None:
    words = ("check", "--deploy", "--fail-level", "WARNING")
    done = manage(tmp_path, *words, ORIGIN="https://diary.example.org")
    assert done.returncode == 0, done.stderr
    # The same question finds something where the answer is not https.
    assert manage(tmp_path, *words).returncode != 0


def test_the_secret_key_is_made_once_and_whole(tmp_path: Path, monkeypatch: object) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)  # type: ignore[attr-defined]
    key = secret_key(tmp_path / "deep" / "secret-key")
    assert len(key) > 60
    assert secret_key(tmp_path / "deep" / "secret-key") == key
    assert mode(tmp_path / "deep" / "secret-key") == 0o600
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["secret-key"]
    assert fingerprint(key) == fingerprint(key)
    assert fingerprint(key) != fingerprint(key + "x")


def test_a_setting_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("from a file\n")
    monkeypatch.setenv("SOME_SETTING", "from the environment")
    assert env("SOME_SETTING") == "from the environment"
    monkeypatch.setenv("SOME_SETTING_FILE", str(tmp_path / "word"))
    assert env("SOME_SETTING") == "from a file"


def test_the_tests_never_open_a_real_diary() -> None:
    assert "diary-test-" in str(settings.DATA_DIR)
    assert not settings.DEBUG
