from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from registry.core.constraints import where_set
from registry.core.operations import DropKeyIndexes

SET = {
    "funding": ("enterprise", "confirmed_by", "voided_by"),
    "projectstep": ("responsible", "done_by", "verified_by", "waived_by"),
}
PREFIXES = {"funding": "funding", "projectstep": "step"}


class Migration(migrations.Migration):
    """Steps and funding lines come by thousands with hardly any of these keys set, and an index of another begins with
    their project: what no question needs is not written."""

    atomic = False
    dependencies = [("projects", "0017_listed_sort")]
    operations = [
        *(
            AddIndexConcurrently(model, index)
            for model, fields in SET.items()
            for index in where_set(PREFIXES[model], *fields)
        ),
        *(DropKeyIndexes(model, "project", *fields) for model, fields in SET.items()),
    ]
