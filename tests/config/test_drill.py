"""A short `make drill`: nothing acknowledged is lost, and each fault is noticed."""

import random
import shutil
from pathlib import Path

import pytest

from bench import drill
from bench.drill_load import Counts, Diary, counted
from tests.config.running import make_diary

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
CONTROLS = {name: control for name, *control in drill.CONTROLS}
DRILLS = {
    "saves": (drill.one_by_one, 5),
    "kills": (drill.KILLED, 6),
    "full disks": (drill.STARVED, 2),
    "restarts": (drill.RESTARTED, 3),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Diary:
    folder = tmp_path_factory.mktemp("drill")
    return Diary(folder, *make_diary(folder))


def put_through(template: Diary, ordeal: drill.Drill, number: int, fault: str = "") -> Counts:
    try:
        return ordeal(template, number, random.Random(1), fault)  # noqa: S311
    except PermissionError as refused:
        pytest.skip(str(refused))


@pytest.mark.parametrize("name", DRILLS)
def test_nothing_acknowledged_is_lost(template: Diary, name: str) -> None:
    found = put_through(template, *DRILLS[name])
    assert found.acknowledged
    assert found.faults == 0, found
    assert found.syncs >= found.acknowledged


@pytest.mark.parametrize("name", CONTROLS)
def test_what_is_planted_is_noticed(template: Diary, name: str) -> None:
    ordeal, fault, guard = CONTROLS[name]
    found = put_through(template, ordeal, 2, fault)
    assert getattr(found, guard), found


def test_a_database_that_is_not_whole_is_noticed(template: Diary, tmp_path: Path) -> None:
    diary = template.copy(tmp_path)
    assert counted(diary, []).faults == 0
    with diary.opened() as database:
        database.execute("UPDATE diary_course SET patient_id = 'nobody'")
        database.commit()
    assert counted(diary, []).torn
