import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import registry.core.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_undo"),
        ("projects", "0004_project"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="project", name="no_delete"),
        registry.core.triggers.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_delete('a registered project is never deleted')",
                    func="bangfu_refuse_delete",
                    hash="eb74ce1e2648975170f09f60eb28a53c79d186b5",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_a77aa",
                    table="projects_project",
                    when="BEFORE",
                ),
            ),
        ),
    ]
