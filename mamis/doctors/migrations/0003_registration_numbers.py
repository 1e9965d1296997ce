"""利用者登録の受付番号の数え手。"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("doctors", "0002_registration")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE doctors_registration_seq", "DROP SEQUENCE doctors_registration_seq")
    ]
