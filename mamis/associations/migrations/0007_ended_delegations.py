"""終わった代行には、終えた人と日時の両方がある。"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0006_delegations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delegation",
            name="delegation_ended_by_someone_at_some_time",
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("has_own_administrator", False)),
                    models.Q(
                        ("ended_at__gte", models.F("begun_at")),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delegation_ended_by_someone_at_some_time",
            ),
        ),
    ]
