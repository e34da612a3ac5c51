from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """What changed since an instant is found without reading the trail."""

    atomic = False
    dependencies = [("core", "0012_bigrams")]
    operations = [
        AddIndexConcurrently(
            "change", BrinIndex(autosummarize=True, fields=["at"], name="change_at", pages_per_range=32)
        )
    ]
