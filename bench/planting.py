"""A plugin of pytest: plants the fault that MUTANT names; the tests' database is a file."""

import importlib.util
import json
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Planted(SourceFileLoader):
    """Loads one module with its fault, and leaves the file as it is."""

    fault: dict[str, Any]

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 (Python's)
        text = Path(self.path).read_text(encoding="utf-8")
        text = text[: self.fault["start"]] + self.fault["new"] + text[self.fault["end"] :]
        return compile(text, self.path, "exec")


class Finder:
    """Finds the module with the fault before Python finds the one without."""

    def __init__(self, fault: dict[str, Any]) -> None:
        self.fault = fault
        self.name = fault["path"].removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        if name != self.name:
            return None
        loader = Planted(name, str(ROOT / self.fault["path"]))
        loader.fault = self.fault
        return importlib.util.spec_from_file_location(name, loader.path, loader=loader)


if "MUTANT" in os.environ:
    sys.meta_path.insert(0, Finder(json.loads(os.environ["MUTANT"])))  # type: ignore[arg-type]


def pytest_configure() -> None:
    from django.db import connections

    if "MUTANT_DB" in os.environ:
        connections["default"].settings_dict["TEST"]["NAME"] = os.environ["MUTANT_DB"]


def pytest_runtest_logreport(report: Any) -> None:
    _name_failing(report)


def pytest_collectreport(report: Any) -> None:
    _name_failing(report)


def _name_failing(report: Any) -> None:
    if report.failed and "MUTANT_FAILING" in os.environ:
        with Path(os.environ["MUTANT_FAILING"]).open("a") as names:
            names.write(f"{report.nodeid}\n")
