"""変更の記録を始める前からある会員区分に、初めの版を作る。"""

from django.db import migrations


def write(apps, schema_editor):
    Category = apps.get_model("associations", "Category")
    CategoryEvent = apps.get_model("associations", "CategoryEvent")
    kept = [field.attname for field in Category._meta.concrete_fields]
    CategoryEvent.objects.bulk_create(
        CategoryEvent(pgh_label="insert", pgh_obj_id=row["id"], **row)
        for row in Category.objects.exclude(pk__in=CategoryEvent.objects.values("pgh_obj_id")).values(*kept)
    )


class Migration(migrations.Migration):
    dependencies = [("associations", "0008_practice")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
