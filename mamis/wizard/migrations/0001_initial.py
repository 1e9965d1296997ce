"""下書きの表。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="手続き")),
                ("subject", models.CharField(blank=True, max_length=40, verbose_name="対象")),
                ("step", models.CharField(max_length=40, verbose_name="いまの段階")),
                ("answers", models.JSONField(default=dict, verbose_name="答え")),
                ("begun_at", models.DateTimeField(verbose_name="書き始めた日時")),
                ("written_at", models.DateTimeField(verbose_name="最後に書いた日時")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いている人",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["written_at"], name="draft_by_age")],
                "constraints": [models.UniqueConstraint(fields=("owner", "kind", "subject"), name="draft_once")],
            },
        ),
    ]
