"""Arrows point one way: config -> summary, reminders -> diary -> therapies, accounts, and between
the rooms of an app from the later of its list to the earlier."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "config": {"config", "summary", "reminders", "diary", "therapies", "accounts"},
    "reminders": {"reminders", "diary", "therapies", "accounts"},
    "summary": {"summary", "diary", "therapies", "accounts"},
    "diary": {"diary", "therapies", "accounts"},
    "therapies": {"therapies"},
    "accounts": {"accounts"},
}
# A room may import those named before it.
ROOMS = {
    "therapies": (
        "degrees rulebook standing urgency catalogue fields checks cases ask templatetags "
        "search pages views urls management apps migrations"
    ),
    "diary": (
        "models core judging photos appointments check_ins team duty care_card treatment setup "
        "history today temperature_import examples urls templatetags management migrations"
    ),
    "summary": (
        "models content workshop paper emergency export bring_in erasure views urls templatetags "
        "migrations"
    ),
    "reminders": (
        "due models facts actions forms suggestions page calendar rounds claims send worker views "
        "urls migrations"
    ),
}


def modules_named_in(source: str, package: str) -> set[str]:
    """Return every module that the source imports, wherever in the file the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or package if node.level == 0 else package)
        elif isinstance(node, ast.Call) and _calls_import(node):
            found.update(_string(argument) for argument in node.args[:1])
    return found


def _calls_import(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in {"import_module", "import_string", "__import__", "get_model"}


def _string(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def backward_imports(app: str, source: str) -> set[str]:
    apps = {module.split(".")[0] for module in modules_named_in(source, app)} & set(MAY_IMPORT)
    return apps - MAY_IMPORT[app]


def _files(app: str) -> list[Path]:
    return [p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_no_import_goes_backwards(app: str) -> None:
    files = _files(app)
    assert files
    backwards = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in backward_imports(app, path.read_text())
    }
    assert not backwards


def test_every_app_has_its_arrow() -> None:
    ours = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert ours == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("accounts", "from diary.models import Course"),
        ("accounts", "import summary.content.build"),
        ("accounts", "def late():\n    from therapies.catalogue import catalogue"),
        ("therapies", "from accounts.models import Patient"),
        ("therapies", "import diary"),
        ("diary", "from summary.content.build import content"),
        ("diary", "from config import settings"),
        ("diary", "importlib.import_module('summary.content.build')"),
        ("accounts", "apps.get_model('diary.Course')"),
    ],
)
def test_the_check_catches_a_planted_backward_import(app: str, source: str) -> None:
    assert backward_imports(app, source)


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("diary", "from accounts.models import Patient\nfrom . import treatment"),
        ("summary", "from diary import timeline\nimport datetime"),
        ("accounts", "from accounts import actions"),
    ],
)
def test_the_check_lets_forward_imports_pass(app: str, source: str) -> None:
    assert not backward_imports(app, source)


def rooms_of(app: str) -> list[str]:
    return [
        path.stem
        for path in (ROOT / app).iterdir()
        if path.suffix == ".py" or (path.is_dir() and list(path.glob("*.py")))
        if not path.name.startswith("__")
    ]


def rooms_above(app: str, room: str, source: str) -> set[str]:
    """Return the rooms of the same app that this source imports and that come after its own."""
    named = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == app:
            named.update(f"{app}.{alias.name}" for alias in node.names)
    named |= modules_named_in(source, f"{app}.{room}")
    imported = {name.split(".")[1] for name in named if name.startswith(f"{app}.")}
    order = ROOMS[app].split()
    return {other for other in imported if order.index(other) > order.index(room)}


@pytest.mark.parametrize("app", ROOMS)
def test_every_room_has_its_place_and_no_import_goes_up(app: str) -> None:
    rooms = rooms_of(app)
    assert set(rooms) <= set(ROOMS[app].split())
    upwards = {
        f"{path.relative_to(ROOT)} imports {app}.{name}"
        for path in _files(app)
        for room in [path.relative_to(ROOT / app).parts[0].removesuffix(".py")]
        if room in rooms
        for name in rooms_above(app, room, path.read_text())
    }
    assert not upwards


@pytest.mark.parametrize(
    ("app", "room", "source"),
    [
        ("diary", "judging", "from diary.care_card.card import card"),
        ("diary", "core", "def late():\n    from diary import models, team"),
        ("diary", "check_ins", "import diary.today.forms"),
        ("summary", "content", "from summary.paper.pdf import as_pdf"),
        ("therapies", "urgency", "from therapies.catalogue import catalogue"),
        ("therapies", "catalogue", "import_module('therapies.pages.therapy')"),
    ],
)
def test_the_check_catches_a_planted_import_of_a_room_above(
    app: str, room: str, source: str
) -> None:
    assert rooms_above(app, room, source)
    assert not rooms_above(app, ROOMS[app].split()[-1], source)
