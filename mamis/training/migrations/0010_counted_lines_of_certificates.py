"""数えた行は、修了証のものである。いままでの行に、その申請の修了証を書く。"""

from django.db import migrations

FILL = """
UPDATE training_countedline line SET certificate_id = certificate.id
FROM training_certificate certificate WHERE certificate.application_id = line.application_id;
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0009_revocations")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
