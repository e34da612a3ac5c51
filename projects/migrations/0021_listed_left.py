from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The few projects that were suspended or ended, which home counts beside what is kept of the others."""

    atomic = False
    dependencies = [("projects", "0020_for_big_registers")]
    operations = [
        AddIndexConcurrently(
            "listed",
            models.Index(
                fields=["left_stage"],
                include=("stage", "sort"),
                name="listed_left",
                condition=~models.Q(left_stage=""),
            ),
        ),
    ]
