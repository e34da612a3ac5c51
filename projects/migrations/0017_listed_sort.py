from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What facets count of a row as one text, which is compared in a fraction of the time that its keys take."""

    atomic = False
    dependencies = [("projects", "0016_listed_sorts")]
    operations = [
        migrations.AddField("listed", "sort", models.TextField(db_default="")),
        RemoveIndexConcurrently("listed", "listed_sorts"),
        AddIndexConcurrently(
            "listed",
            models.Index(fields=["year", "amount_falling"], include=("sort",), name="listed_sorts"),
        ),
    ]
