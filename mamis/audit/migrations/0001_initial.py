"""閲覧の記録の表。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("associations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="日時")),
                ("act", models.CharField(max_length=40, verbose_name="したこと")),
                ("about", models.CharField(max_length=200, verbose_name="何を")),
                (
                    "association",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="associations.association",
                        verbose_name="どの医師会として",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="した人",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "indexes": [
                    models.Index(fields=["about", "at"], name="audit_by_subject"),
                    models.Index(fields=["user", "at"], name="audit_by_user"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("act", ""), _negated=True), name="audit_names_act")
                ],
            },
        ),
    ]
