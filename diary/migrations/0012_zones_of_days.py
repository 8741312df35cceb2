"""Keep in which zone the days of a treatment were written down (JC-68)."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def take_the_diarys(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What was written down before has the zone that the diary has now."""
    patients = apps.get_model("accounts", "Patient").objects
    courses = apps.get_model("diary", "Course").objects
    doses = apps.get_model("diary", "Dose").objects
    zone = patients.filter(pk=OuterRef("patient_id")).values("zone")
    courses.update(zone=Subquery(zone))
    doses.update(zone=Subquery(courses.filter(pk=OuterRef("course_id")).values("zone")))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_patient_created"), ("diary", "0011_card_source")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="zone",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        )
        for model in ("course", "dose")
    ] + [migrations.RunPython(take_the_diarys, migrations.RunPython.noop, elidable=True)]
