from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What facets count of a year and of an amount stands in one index, whose rows need not be looked at."""

    atomic = False
    dependencies = [("projects", "0015_by_statement")]
    operations = [
        AddIndexConcurrently(
            "listed",
            models.Index(fields=["year", "amount_falling"], include=("keys",), name="listed_sorts"),
        )
    ]
