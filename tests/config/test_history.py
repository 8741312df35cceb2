"""What is only ever added to cannot be rewritten, not even by a statement beside the diary's code;
erasing is the one way past, and leaves a row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Eraser, User, erasing
from config.history import HISTORY, missing_guards, put_guards
from diary.check_ins.moves import move_check_in
from diary.models import Finding, Version
from summary.erasure.actions import ask_for_account, ask_for_diary, ask_for_words
from summary.erasure.deletion import erase_due
from tests.config.running import manage, prepare, run_in_django, serving
from tests.config.world import Diary, make_diary
from tests.summary.test_deletion import later

WAYS_AROUND = {
    "sqlite": 'REPLACE INTO "{0}" SELECT * FROM "{0}"',
    "postgresql": 'SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE "{0}" CASCADE',
}
TABLES = {model._meta.db_table: model for model in apps.get_models()}
# Tables with a docstring that says so, and no guard: each with its reason.
REMADE = {"diary_ownsymptom": "an erased name is another word from then on, by a save of the row"}


@pytest.fixture
def ana(owner: User) -> Diary:
    return make_diary(owner, "Ana")


def run(words: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)
        return cursor.rowcount


def columns(table: str) -> Iterator[str]:
    return (field.column for field in TABLES[table]._meta.concrete_fields)


@pytest.mark.parametrize("table", HISTORY)
def test_the_database_itself_refuses_to_rewrite_a_row(ana: Diary, owner: User, table: str) -> None:
    owner_visit(ana, owner)
    assert TABLES[table]._default_manager.exists(), "a refusal of nothing would prove nothing"
    for column in columns(table):
        words = f'UPDATE "{table}" SET "{column}" = "{column}"'  # noqa: S608
        if column in HISTORY[table]:
            assert run(words)
        else:
            with pytest.raises(IntegrityError, match="only ever added to"):
                run(words)
    for words in (f'DELETE FROM "{table}"', WAYS_AROUND[connection.vendor].format(table)):  # noqa: S608
        with pytest.raises(IntegrityError, match="only ever added to"):
            run(words)
    with erasing():
        assert run(f'DELETE FROM "{table}" WHERE 1 = 0') == 0  # noqa: S608


def owner_visit(ana: Diary, owner: User) -> None:
    ana.patient.visits.create(user=owner, day="2026-01-01", at="2026-01-01T10:00Z")


def test_what_says_that_it_is_only_added_to_is_guarded() -> None:
    said = ("only ever added", "never rewritten", "never changed", "never changes")
    telling = {
        table
        for table, model in TABLES.items()
        if any(words in (model.__doc__ or "").lower() for words in said)
    }
    assert "diary_finding" in telling
    assert telling - set(REMADE) <= set(HISTORY)


def test_the_way_past_closes_with_its_transaction_and_for_nobody_else(
    transactional_db: None, owner: User
) -> None:
    make_diary(owner, "Ana")
    with pytest.raises(IntegrityError), transaction.atomic():
        Eraser.objects.create()  # whoever forgets to take it away loses all they did
    with pytest.raises(IntegrityError), transaction.atomic():
        Eraser.objects.create(id=2, leans_on_id=2)
    with pytest.raises(KeyError), erasing():
        raise KeyError
    assert not Eraser.objects.exists()
    with erasing():
        Version.objects.filter(number=1).update(note="gone")
    with pytest.raises(IntegrityError):
        Version.objects.filter(number=1).update(note="back")


def test_erasing_words_a_diary_and_an_account_passes_and_leaves_a_row(
    ana: Diary, owner: User, stranger: User
) -> None:
    bo = make_diary(stranger, "Bo")
    entry = ana.patient.check_ins.get(pk=ana.ids["check_in_id"])
    ask_for_words(entry, by=owner)
    ask_for_diary(bo.patient, by=stranger)
    assert erase_due(later()) == 2
    ask_for_account(owner, keeps_name=False, by=owner)
    left = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"delete words", "delete diary"} <= left
    assert erase_due(later()) == 2
    assert AuditEntry.objects.filter(action="delete account", by=None).exists()
    assert not Finding.objects.exists()
    assert not Eraser.objects.exists()


def test_an_entry_that_moves_is_signed_without_rewriting(ana: Diary, owner: User) -> None:
    bo = make_diary(owner, "Bo")
    author = ana.patient.kept_authors.create(name="Aunt May")
    entry = ana.patient.check_ins.get(pk=ana.ids["check_in_id"])
    with erasing():
        ana.patient.check_ins.filter(pk=entry.pk).update(kept_by=author, zone="Asia/Tokyo")
    entry.refresh_from_db()
    moved = move_check_in(entry, to=bo.patient, by=owner)
    moved.refresh_from_db()
    assert (moved.zone, moved.local_day) == ("Asia/Tokyo", entry.local_day)
    assert moved.author.name == moved.versions.get().author.name == "Aunt May"
    assert moved.author.patient == bo.patient


def test_a_guard_that_is_gone_is_named_and_put_back(transactional_db: None) -> None:
    assert missing_guards(connection) == {}
    missing = {"diary_version_not_updated", "diary_version_not_deleted"}
    if connection.vendor == "sqlite":  # as a migration does that alters the table
        with connection.schema_editor() as editor:
            editor._remake_table(Version)
    else:
        missing.add("refuse_to_rewrite")
        run("ALTER TABLE diary_version DISABLE TRIGGER diary_version_not_updated")
        run("DROP TRIGGER diary_version_not_deleted ON diary_version")
        run(
            "CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'"
        )
    assert set(missing_guards(connection)) == missing
    found = run_checks(databases=["default"], tags=["database"])
    assert {one.msg for one in found} == {f"{name} is missing" for name in missing}
    put_guards(connection)
    assert missing_guards(connection) == {}


def test_nobody_empties_the_database_by_mistake(transactional_db: None, owner: User) -> None:
    make_diary(owner, "Ana")
    table = Version._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic():
        for words in connection.ops.sql_flush(no_style(), [table], allow_cascade=True):
            run(words)
    assert Version.objects.exists()


FILL = """
from accounts.models import User
from tests.config.world import make_diary
make_diary(User.objects.create_user("dad@example.org", None, name="Dad"), "Ana")
"""


def guards_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {
            n for (n,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="test_postgresql.py has it")
def test_a_diary_on_the_disk_has_them_after_a_start_and_a_restore(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "data" / "diary.sqlite3"
    prepare(data)
    every = guards_in(file)
    assert len(every) == 2 * len(HISTORY)
    run_in_django(data, FILL)
    with closing(sqlite3.connect(file)) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="diary_finding is only ever added to"):
            raw.execute("UPDATE diary_finding SET level = 'expected'")
        raw.execute("DROP TRIGGER diary_finding_not_updated")
        raw.commit()
    with pytest.raises(AssertionError, match=r"run manage\.py prepare"), serving(data):
        pass
    assert manage(data, "prepare", "--quiet").returncode == 0
    assert guards_in(file) == every
    assert manage(data, "backup", str(tmp_path / "copy")).returncode == 0
    assert manage(data, "restore", str(tmp_path / "copy")).returncode == 0
    assert guards_in(file) == every
