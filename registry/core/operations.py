"""Operations of migrations that Django does not have."""

from django.db import migrations


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
