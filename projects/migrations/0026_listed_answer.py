import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the interface says of a project in lists, written once; filled with the index of lists."""

    dependencies = [("projects", "0025_step_wording")]
    operations = [
        migrations.AddField(
            "listed",
            "answer",
            django.contrib.postgres.fields.ArrayField(models.TextField(), db_default=[]),
        ),
    ]
