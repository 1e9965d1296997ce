"""データベースの下地: 期間の重なりを禁じるための拡張と、プロセスどうしで分け合うキャッシュの表。"""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("associations", "0001_initial")]
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            """
            CREATE TABLE cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX cache_expires ON cache (expires);
            """,
            "DROP TABLE cache;",
        ),
    ]
