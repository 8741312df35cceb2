from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0019_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                fields=["check_in", "outcome", "recorded"], name="diary_call_check_i_f77a60_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="cycle",
            index=models.Index(fields=["course", "started"], name="diary_cycle_course__d0d877_idx"),
        ),
    ]
