"""Refuse to change or delete a row of the audit, and make the one way past: the eraser."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("accounts_auditentry", "accounts_visit")
TRIGGERS = {
    "sqlite": (
        'CREATE TRIGGER "{table}_not_updated" BEFORE UPDATE ON "{table}" '
        'WHEN NOT EXISTS (SELECT 1 FROM "accounts_eraser") '
        "BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END",
        'CREATE TRIGGER "{table}_not_deleted" BEFORE DELETE ON "{table}" '
        'WHEN NOT EXISTS (SELECT 1 FROM "accounts_eraser") '
        "BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END",
    )
}


def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for words in TRIGGERS.get(editor.connection.vendor, ()):
        for table in TABLES:
            editor.execute(words.format(table=table))


def let_go(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor in TRIGGERS:
        for table in TABLES:
            editor.execute(f'DROP TRIGGER IF EXISTS "{table}_not_updated"')
            editor.execute(f'DROP TRIGGER IF EXISTS "{table}_not_deleted"')


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_growing_up")]

    operations = [
        migrations.CreateModel(
            name="Eraser",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                (
                    "leans_on",
                    models.ForeignKey(
                        default=2,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.eraser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1), ("leans_on", 2)), name="the_one_eraser"
                    )
                ]
            },
        ),
        migrations.RunPython(guard, let_go),
    ]
