"""No personal column of any table is left out of what is handed over without a reason."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from summary.export import schema as schemas
from summary.export.columns import BY_PLACE, LEFT_OUT
from summary.export.schema import schema
from tests.config.running import ROOT
from tests.summary.tables import COLUMNS

APPS = {"accounts", "diary", "summary", "reminders"}


def personal() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def handed_over() -> set[str]:
    return {f"{model._meta.label}.{name}" for model, names in COLUMNS.items() for name in names}


def forgotten(models: list[type[Model]]) -> list[str]:
    """Name the columns that are neither handed over nor left out with a reason."""
    taken = handed_over()
    every = {f"{m._meta.label}.{field.name}" for m in models for field in m._meta.concrete_fields}
    whole = {m._meta.label for m in models if m._meta.label in LEFT_OUT}
    by_place = {column for column in every if column.rpartition(".")[2] in BY_PLACE}
    left = every - taken - by_place - set(LEFT_OUT)
    return sorted(column for column in left if column.rpartition(".")[0] not in whole)


def test_every_personal_column_is_handed_over_or_left_out_with_a_reason() -> None:
    assert forgotten(personal()) == []
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


def test_a_table_that_is_handed_over_by_place_is_one_whose_other_columns_are() -> None:
    """What BY_PLACE lets pass is never a whole table: each is a kind of row, or has a reason."""
    known = {model._meta.label for model in COLUMNS} | set(LEFT_OUT)
    assert {model._meta.label for model in personal()} <= known


def test_nothing_is_left_out_that_is_gone_or_handed_over() -> None:
    labels = {model._meta.label for model in personal()}
    labels |= {f"{m._meta.label}.{f.name}" for m in personal() for f in m._meta.concrete_fields}
    assert set(LEFT_OUT) <= labels
    assert not handed_over() & set(LEFT_OUT)


def test_a_column_that_nobody_thought_of_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(LEFT_OUT, "accounts.Patient.tint")
    monkeypatch.delitem(LEFT_OUT, "accounts.Invitation")
    assert "accounts.Patient.tint" in forgotten(personal())
    assert "accounts.Invitation.email" in forgotten(personal())


def test_the_schema_in_the_repository_is_that_of_the_columns() -> None:
    stored = (ROOT / "summary/export/diary.schema.json").read_text()
    assert stored == json.dumps(schema(), indent=2) + "\n", f"see {Path(schemas.__file__).name}"
