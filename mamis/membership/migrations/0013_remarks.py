"""差し戻したときの、項目ごとの指摘。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0012_sheet_answers")]

    operations = [
        migrations.AddField(
            model_name="stephistory",
            name="remarks",
            field=models.JSONField(default=list, verbose_name="項目ごとの指摘"),
        ),
        migrations.AddConstraint(
            model_name="stephistory",
            constraint=models.CheckConstraint(
                condition=models.Q(("remarks", []), ("event", "return"), _connector="OR"),
                name="step_history_remarks_on_return",
            ),
        ),
    ]
