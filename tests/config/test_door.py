"""Every page of a patient passes through the one door, and asks for nothing beside it."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "diary", "summary", "therapies")


def views_that_skip_the_door(source: str) -> list[str]:
    """Name each function that takes a patient_id and does not begin with the door."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and "patient_id" in {a.arg for a in [*node.args.args, *node.args.kwonlyargs]}
        and not _opens_the_door(_first_statement(node))
    ]


def _first_statement(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return body[0]


def _opens_the_door(statement: ast.stmt) -> bool:
    """`patient = patient_for(request.user, patient_id, ...)`, or the call alone; nothing else."""
    call = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "patient_for"
        and [ast.unparse(a) for a in call.args] == ["request.user", "patient_id"]
    )


def queries_beside_the_door(source: str) -> list[int]:
    """Return the lines that ask a model for rows without going through the patient or the user."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager", "_base_manager"}
        )
        or _shortcut_with_a_model(node)
    ]


def _shortcut_with_a_model(node: ast.AST) -> bool:
    """`get_object_or_404(Share, ...)`; from a relation it is `patient.shares`, in small letters."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"get_object_or_404", "get_list_or_404"}
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id[:1].isupper()
    )


def pages_drawn_beside_the_one_way(source: str) -> list[int]:
    """Return the lines that draw a page without what stands on top of every page of a patient."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.shortcuts"
        and "render" in {alias.name for alias in node.names}
    ]


def _view_files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if path.name == "views.py" or path.parent.name == "views"
    ]


def _patient_views() -> Iterator[tuple[str, Callable[..., Any]]]:
    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            elif isinstance(entry, URLPattern) and "patient_id" in route:
                yield route, entry.callback

    return walk(get_resolver().url_patterns, "")


def test_every_view_of_a_patient_begins_with_the_door() -> None:
    files = _view_files()
    assert len(files) >= 5
    assert not {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in views_that_skip_the_door(path.read_text())
    }


def test_every_patient_address_leads_to_a_view_that_begins_with_the_door() -> None:
    """From the addresses inwards, so that a view in a file of another name is seen too."""
    found = dict(_patient_views())
    assert found
    for route, view in found.items():
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))
        assert "patient_id" in inspect.signature(inspect.unwrap(view)).parameters, route
        assert not views_that_skip_the_door(source), route


def test_no_view_asks_a_model_beside_the_door() -> None:
    assert not {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _view_files()
        for line in queries_beside_the_door(path.read_text())
    }


def test_every_page_of_a_patient_is_drawn_in_the_one_way() -> None:
    """`render_page` names the patient, whose open urgent entries then stand on top."""
    assert not {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _view_files()
        if path.relative_to(ROOT).parts[0] != "therapies"  # knows no patient
        for line in pages_drawn_beside_the_one_way(path.read_text())
    }


def test_the_check_catches_a_page_drawn_in_another_way() -> None:
    assert pages_drawn_beside_the_one_way("from django.shortcuts import redirect, render") == [1]
    assert pages_drawn_beside_the_one_way("from django.shortcuts import redirect") == []


@pytest.mark.parametrize(
    "body",
    [
        "return render(request, 'x.html')",
        "patient = Patient.objects.get(pk=patient_id)",
        "form = Form(request.POST)\n    patient = patient_for(request.user, patient_id)",
        "patient = patient_for(request.user, request.GET['id'])",
        "patient = patient_for(owner, patient_id)",
        "'''A docstring alone.'''",
    ],
)
def test_the_check_catches_a_view_that_skips_the_door(body: str) -> None:
    assert views_that_skip_the_door(f"def page(request, patient_id):\n    {body}\n") == ["page"]


def test_the_check_lets_a_view_pass_that_begins_with_the_door() -> None:
    source = (
        "def page(request, patient_id):\n"
        "    '''Words.'''\n"
        "    patient = patient_for(request.user, patient_id, write=True)\n"
        "    return patient\n"
    )
    assert views_that_skip_the_door(source) == []


@pytest.mark.parametrize(
    "line",
    [
        "Share.objects.get(pk=share_id)",
        "models.CheckIn.objects.filter(pk=1)",
        "Share._default_manager.all()",
        "get_object_or_404(Share, pk=share_id)",
    ],
)
def test_the_check_catches_a_query_beside_the_door(line: str) -> None:
    assert queries_beside_the_door(line) == [1]


def test_the_check_lets_queries_from_the_patient_pass() -> None:
    assert queries_beside_the_door("get_object_or_404(patient.shares, pk=share_id)") == []
