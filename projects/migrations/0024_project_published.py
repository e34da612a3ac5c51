from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """By which members find what was published, instead of asking every project."""

    atomic = False
    dependencies = [("projects", "0023_listed_rank")]
    operations = [
        AddIndexConcurrently(
            "project",
            models.Index(fields=["id"], name="project_published", condition=models.Q(visibility="published")),
        ),
    ]
