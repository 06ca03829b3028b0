"""The views that show the tables as they stood at a moment."""

from django.db import migrations

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [("measures", "0007_first_states")]

    operations = [_as_of.anew()]
