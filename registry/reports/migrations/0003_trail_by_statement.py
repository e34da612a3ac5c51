from django.db import migrations

from registry.core.operations import ReplaceTriggers
from registry.core.triggers import trail_of_statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_trail_by_statement"),
        ("reports", "0002_persons"),
    ]

    operations = [ReplaceTriggers("trail_rows", by=trail_of_statements())]
