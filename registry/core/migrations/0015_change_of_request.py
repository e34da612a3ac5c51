from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What was written for one request: whoever is told a number of a request looks for it among all changes."""

    atomic = False
    dependencies = [("core", "0014_refused_deletes")]
    operations = [
        AddIndexConcurrently(
            "change",
            models.Index(fields=["request_id", "id"], condition=~Q(request_id=""), name="change_of_request"),
        ),
    ]
