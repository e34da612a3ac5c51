import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import registry.core.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_undo"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="organisation", name="no_delete"),
        registry.core.triggers.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_delete('a registered organisation is never deleted')",
                    func="bangfu_refuse_delete",
                    hash="b94725a2c8bf3cc5cd05f3b50d7d795ed0637d55",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_565c4",
                    table="orgs_organisation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
