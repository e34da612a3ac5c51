from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Steps by their wording: the wordings that there are, and the steps of each by their day. The order of all steps
    names their projects, so that those of found projects are looked for in the index alone."""

    atomic = False
    dependencies = [("projects", "0024_project_published")]
    operations = [
        AddIndexConcurrently("projectstep", models.Index(fields=["title", "title_en", "due_on"], name="step_wording")),
        AddIndexConcurrently(
            "projectstep", models.Index(fields=["due_on", "id"], include=("project",), name="step_in_order")
        ),
        RemoveIndexConcurrently("projectstep", "step_order"),
    ]
