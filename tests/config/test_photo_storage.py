"""Photos on a real disk: they are in the backup, they come back, and what was removed is gone."""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config import backups
from tests.config.running import manage, prepare, run_in_django
from tests.diary.pictures import encoded, upright

# Behind the end of the picture, where it stands unchanged in whatever file holds the picture.
MARK = b"zqcanarypicture" * 3
FILL = """
import base64, uuid
from accounts.models import User, Patient
from diary.photos import actions as photos
from diary.photos.pixels import Dots
from django.utils import timezone
dad = User.objects.create_user("dad@example.org", "four quiet herons", name="Dad")
ana = Patient.objects.create(owner=dad, name="Ana", birth_month=5, birth_year=2017,
    zone="Europe/London", unit="C", country="GB")
now = timezone.now()
seen = ana.check_ins.create(id=uuid.uuid4(), at=now, zone="Europe/London",
    local_day=now.date(), received=now, by=dad, told_by="self")
seen.versions.create(number=1, kind="nothing-new", at=now, by=dad)
photos.switch_photos_on(ana, by=dad)
jpeg = base64.b64decode("{jpeg}")
for note in ("stays", "goes"):
    dots = Dots(jpeg + base64.b64decode("{mark}") * (note == "goes"), jpeg, 240, 160)
    photos.add_photo(seen, photos.PhotoData(uuid.uuid4(), dots, "rash", note), by=dad)
"""
REMOVE = """
from accounts.models import User
from diary.photos import actions as photos
from diary.models import Photo
by = User.objects.create_user("grandma@example.org", "four quiet herons", name="Grandma")
photos.remove_photo(Photo.objects.get(note="goes"), reason="A face", by=by)
photos.switch_photos_off(Photo.objects.first().check_in.patient, remove_all=False,
    by=User.objects.get(name="Dad"))
"""
LOOK = """
from diary.models import Photo, PhotoConsent, Picture
print(*(f"{p.note}:{p.is_removed and (p.removal.reason, str(p.removal.by))}" for p in
    Photo.objects.order_by("note")), Picture.objects.count(),
    PhotoConsent.objects.filter(ended=None).count(), sep="; ")
"""
JPEG = encoded(upright(), "JPEG")


def fill() -> str:
    texts = {"jpeg": base64.b64encode(JPEG).decode(), "mark": base64.b64encode(MARK).decode()}
    return FILL.format(**texts)


def holding(folder: Path, mark: bytes) -> list[str]:
    """Name the files in which the mark stands."""
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and mark in p.read_bytes())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    prepare(folder)
    run_in_django(folder, fill())
    return folder


def test_photos_lie_in_the_database_and_not_among_the_static_files(data: Path) -> None:
    assert holding(data, MARK) == ["diary.sqlite3"]
    assert not list(data.rglob("*.jpg"))


def test_a_backup_brings_photos_back_and_revives_none_that_was_removed(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    assert manage(data, "backup", str(file)).returncode == 0
    assert MARK in file.read_bytes()
    lost = tmp_path / "other"  # the disk died: nothing is there but backup and key
    lost.mkdir()
    (lost / "secret-key").write_bytes((data / "secret-key").read_bytes())
    done = manage(lost, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert run_in_django(lost, LOOK) == "goes:False; stays:False; 2; 1"

    run_in_django(data, REMOVE)
    done = manage(data, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "revoked since" not in done.stdout
    # Grandma came after the backup, so that the owner stands for her.
    assert run_in_django(data, LOOK) == "goes:('A face', 'Dad'); stays:False; 1; 0"
    assert MARK not in (data / "diary.sqlite3").read_bytes()


def test_a_backup_with_a_changed_picture_is_refused(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    assert manage(data, "backup", str(file)).returncode == 0
    with closing(sqlite3.connect(file)) as changed:
        changed.execute("UPDATE diary_picture SET whole = x'00'")
        changed.commit()
    with pytest.raises(backups.RefusedError, match="does not hold what was backed up"):
        backups.read_backup(file)


def test_of_a_removed_photo_nothing_is_left_on_the_disk_while_the_diary_runs(data: Path) -> None:
    # Looked at first: reading the file would let go of the lock that the connection below holds.
    assert holding(data, MARK)
    with closing(sqlite3.connect(data / "diary.sqlite3")) as running:
        running.execute("SELECT count(*) FROM diary_photo").fetchone()
        run_in_django(data, REMOVE)
        assert holding(data, MARK) == []


def test_a_diary_of_before_there_were_photos_is_no_obstacle(data: Path, tmp_path: Path) -> None:
    file, database = tmp_path / "copy", data / "diary.sqlite3"
    assert manage(data, "backup", str(file)).returncode == 0
    with closing(sqlite3.connect(database)) as old:
        for table in ("photoremoval", "picture", "photo", "photoconsent"):
            old.execute(f"DROP TABLE diary_{table}")
    assert backups.carry_over_revocations(database, file)
