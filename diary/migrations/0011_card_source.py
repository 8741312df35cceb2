"""Keep whose fever line a card gives: the family's own, or that of most cards of the country."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_own_cards(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    cards = apps.get_model("diary", "FamilyCard").objects
    cards.filter(fever_from__isnull=False).update(source="card")


class Migration(migrations.Migration):
    dependencies = [("diary", "0010_finding_call_first_crisis")]

    operations = [
        migrations.AddField(
            model_name="familycard",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("card", "the family's own card"),
                    ("usual", "most cards of the country, because the family's own is not known"),
                    ("open", "most cards of the country, until the family answers"),
                ],
                max_length=10,
                default="",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_own_cards, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="familycard",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["", "card", "usual", "open"])),
                name="card_source_known",
            ),
        ),
    ]
