"""前からある施設に、探すための写しを書く。"""

from django.db import migrations

from mamis.japanese.folding import fold, grams

BATCH = 2000
LONGEST = 400
FIELDS = ("search_name", "search_place", "search_grams")


def write(apps, schema_editor):
    facilities = apps.get_model("doctors", "Facility").objects.select_related("municipality").order_by("pk")
    last = 0
    while batch := list(facilities.filter(pk__gt=last)[:BATCH]):
        for facility in batch:
            town = facility.municipality.name if facility.municipality else ""
            facility.search_name = " ".join(filter(None, (fold(facility.name), fold(facility.kana))))[:LONGEST]
            facility.search_place = fold(town + facility.address.removeprefix(town))[:LONGEST]
            facility.search_grams = grams(f"{facility.search_name} {facility.search_place}")
        facilities.bulk_update(batch, FIELDS)
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("doctors", "0007_facilities")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop, elidable=False)]
