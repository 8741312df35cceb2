"""Note with each finding and call whose diary it is in, and find them by that; find the few doses
that are no tablets without a look at the tablets."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def note_the_diaries(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    check_ins = apps.get_model("diary", "CheckIn").objects
    of_call = check_ins.filter(pk=OuterRef("check_in_id")).values("patient_id")
    of_finding = check_ins.filter(versions=OuterRef("version_id")).values("patient_id")
    apps.get_model("diary", "Call").objects.update(patient_id=Subquery(of_call))
    apps.get_model("diary", "Finding").objects.update(patient_id=Subquery(of_finding))


def key(*, null: bool) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        "accounts.patient",
        models.CASCADE,
        related_name="+",
        db_index=False,
        editable=False,
        null=null,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_patient_latin_name"), ("diary", "0014_urgent_indexes")]

    operations = [
        migrations.RemoveIndex("dose", "diary_dose_course__cdc68c_idx"),
        migrations.AddIndex(
            "dose",
            models.Index(
                fields=["course", "kind", "-started"], name="diary_dose_course__f01961_idx"
            ),
        ),
        migrations.RemoveIndex("call", "diary_call_outcome_55f262_idx"),
        migrations.RemoveIndex("finding", "diary_findi_level_88170d_idx"),
        migrations.AddField("call", "patient", key(null=True)),
        migrations.AddField("finding", "patient", key(null=True)),
        migrations.RunPython(note_the_diaries, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("call", "patient", key(null=False)),
        migrations.AlterField("finding", "patient", key(null=False)),
        migrations.AddIndex(
            "call",
            models.Index(
                fields=["patient", "outcome", "recorded"], name="diary_call_patient_6e5b86_idx"
            ),
        ),
        migrations.AddIndex(
            "call", models.Index(fields=["patient", "measure_at"], name="diary_call_patient_4514af_idx")
        ),
        migrations.AddIndex(
            "finding", models.Index(fields=["patient", "level"], name="diary_findi_patient_cd6dd8_idx")
        ),
    ]
