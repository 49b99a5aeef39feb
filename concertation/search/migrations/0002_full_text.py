from django.db import migrations

from concertation.search import full_text


def install(apps, schema_editor):
    full_text.install(schema_editor.connection)


def remove(apps, schema_editor):
    full_text.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
