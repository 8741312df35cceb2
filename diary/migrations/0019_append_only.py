"""Refuse to change or delete a row of the history, but for the marks that are noted later."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each table, and the columns that never change where a mark may be filled in later.
TABLES = {
    "diary_checkin": "",
    "diary_version": "",
    "diary_report": "",
    "diary_finding": "",
    "diary_call": "",
    "diary_look": "",
    "diary_photo": "",
    "diary_photoremoval": "",
    "diary_answer": "",
    "diary_appointmentnote": "appointment_id by_id id kept_by_id kind text written",
    "diary_medicine": "amount at by_id id kept_by_id medicine name next_hours patient_id recorded",
    "diary_weight": "by_id day id kept_by_id patient_id recorded unit value",
    "diary_pumpevent": "at by_id course_id due_before id kept_by_id kind local_day zone",
}


def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for table, columns in TABLES.items():
        kept = ", ".join(f'"{column}"' for column in columns.split())
        for what, done in ((f"UPDATE OF {kept}" if kept else "UPDATE", "updated"), ("DELETE", "deleted")):
            editor.execute(
                f'CREATE TRIGGER "{table}_not_{done}" BEFORE {what} ON "{table}" '
                'WHEN NOT EXISTS (SELECT 1 FROM "accounts_eraser") '
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )


def let_go(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            editor.execute(f'DROP TRIGGER IF EXISTS "{table}_not_updated"')
            editor.execute(f'DROP TRIGGER IF EXISTS "{table}_not_deleted"')


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_append_only"), ("diary", "0018_private_note")]

    operations = [migrations.RunPython(guard, let_go)]
