"""Operations of migrations that Django does not have, and which migrations pages can go on beside."""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations
from pgtrigger.migrations import AddTrigger

ADDING = (
    migrations.CreateModel, migrations.AddField, migrations.AddIndex, migrations.AddConstraint,
    migrations.AlterModelOptions, AddIndexConcurrently, AddConstraintNotValid, ValidateConstraint, AddTrigger,
)  # fmt: skip
"""Operations beside which the walls stand. What runs SQL or Python may do anything, so they are taken down for it."""


def only_adds(plan):
    """Whether no migration of the plan changes or takes away what a policy may read: pages go on meanwhile."""
    operations = [operation for migration, _backwards in plan for operation in migration.operations]
    return not any(backwards for _migration, backwards in plan) and all(isinstance(one, ADDING) for one in operations)


class AlterChoice(migrations.AlterField):
    """Change the words of a `Choice`, in the database's own check too, which Django leaves as it was made."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        self._check_anew(schema_editor, to_state.apps.get_model(app_label, self.model_name))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        self._check_anew(schema_editor, to_state.apps.get_model(app_label, self.model_name))

    def _check_anew(self, schema_editor, model):
        field, table = model._meta.get_field(self.name), model._meta.db_table
        name = schema_editor.quote_name(f"{table}_{field.column}_check")
        check = field.db_check(schema_editor.connection)
        schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} DROP CONSTRAINT IF EXISTS {name}")
        schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} ADD CONSTRAINT {name} CHECK ({check})")
