from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The order of the desk's list of steps, which was put in order anew for each page."""

    atomic = False
    dependencies = [("projects", "0021_listed_left")]
    operations = [
        AddIndexConcurrently("projectstep", models.Index(fields=["due_on", "id"], name="step_order")),
    ]
