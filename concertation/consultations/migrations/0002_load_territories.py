"""Load the régions and départements of the official code, and the row for those who have no territory."""

import csv
from pathlib import Path

from django.db import migrations

PATH = Path(__file__).resolve().parent.parent / "territories.csv"


def load(apps, schema_editor):
    Territory = apps.get_model("consultations", "Territory")
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    Territory.objects.create(kind="national", code="FR", name="National / sans territoire")
    regions = {
        row["code"]: Territory.objects.create(kind="region", code=row["code"], name=row["name"])
        for row in rows
        if row["kind"] == "region"
    }
    Territory.objects.bulk_create(
        Territory(kind="departement", code=row["code"], name=row["name"], parent=regions[row["parent"]])
        for row in rows
        if row["kind"] == "departement"
    )


def unload(apps, schema_editor):
    official = apps.get_model("consultations", "Territory").objects.filter(consultation=None)
    official.filter(kind="departement").delete()
    official.delete()


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]

    operations = [migrations.RunPython(load, unload)]
