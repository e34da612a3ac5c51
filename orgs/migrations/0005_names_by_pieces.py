from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from registry.core.search import Bigrams


class Migration(migrations.Migration):
    """Pieces of the names of organisations are found by indexes."""

    atomic = False
    dependencies = [("core", "0012_bigrams"), ("orgs", "0004_trail_by_statement")]
    operations = [
        AddIndexConcurrently(
            "organisation",
            models.Index(fields=["pinyin"], name="organisation_pinyin", opclasses=("varchar_pattern_ops",)),
        ),
        AddIndexConcurrently("organisation", GinIndex(Bigrams("name"), name="organisation_name")),
        AddIndexConcurrently("organisation", GinIndex(Bigrams("name_en"), name="organisation_name_en")),
        AddIndexConcurrently("formername", GinIndex(Bigrams("name"), name="former_name")),
    ]
