from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from registry.core.operations import DropKeyIndexes


class Migration(migrations.Migration):
    """What members may see is asked by every statement of theirs, and the lamps of the board by the steps that still
    decide: both from an index alone. A site's project begins another index."""

    atomic = False
    dependencies = [("projects", "0019_steps_at_once")]
    operations = [
        AddIndexConcurrently("site", models.Index(fields=["division", "project"], name="site_in_division")),
        DropKeyIndexes("site", "project", "division"),
        AddIndexConcurrently(
            "projectstep",
            models.Index(
                fields=["project"],
                include=("status", "due_on", "depends_on", "id"),
                name="step_unsettled",
                condition=models.Q(status__in=("open", "returned", "done")),
            ),
        ),
    ]
