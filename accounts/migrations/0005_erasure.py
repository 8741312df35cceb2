import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sharing"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="erase_due",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="erase_due",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("words", "the words of an entry"),
                            ("diary", "a diary"),
                            ("account", "an account"),
                        ],
                        max_length=7,
                    ),
                ),
                ("row", models.UUIDField()),
                ("asked", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("undone", models.DateTimeField(blank=True, null=True)),
                ("done", models.DateTimeField(blank=True, null=True)),
                ("swept", models.DateTimeField(blank=True, null=True)),
                ("keeps_name", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "within",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="accounts.erasure",
                    ),
                ),
            ],
            options={
                "ordering": ["asked"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["words", "diary", "account"])),
                        name="erasure_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone__isnull", True), ("done__isnull", True), _connector="OR"
                        ),
                        name="erasure_undone_or_done",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done__isnull", True), ("undone__isnull", True)),
                        fields=("kind", "row"),
                        name="one_waiting_erasure_per_row",
                    ),
                ],
            },
        ),
    ]
