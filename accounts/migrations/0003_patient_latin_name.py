from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_patient_created")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="latin_name",
            field=models.CharField(
                blank=True, default="", max_length=80, verbose_name="name in Latin letters"
            ),
        ),
    ]
