from django.db import migrations

from registry.core.operations import RefuseAtOnce


class Migration(migrations.Migration):
    """Whether anything still points at a step that goes is asked once, when it goes, instead of twice at the commit."""

    atomic = False
    dependencies = [("projects", "0018_lean_indexes")]
    operations = [
        RefuseAtOnce("agendaitem", "step"),
        RefuseAtOnce("chase", "step"),
        RefuseAtOnce("decision", "step"),
        RefuseAtOnce("document", "step"),
        RefuseAtOnce("projectstep", "depends_on"),
    ]
