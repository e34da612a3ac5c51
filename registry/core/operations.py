"""Operations of migrations that Django does not have, and which migrations pages can go on beside."""

from types import SimpleNamespace

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations
from django.db.migrations.operations.base import Operation
from pgtrigger.compiler import Trigger as Compiled
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


class ReplaceTriggers(Operation):
    """Give every model of the app that has the trigger `name` the triggers `by` in its place, in one go.

    They run their own functions, with the arguments that the old one had. As an operation for each of them would do it,
    but an empty database is made without a few hundred more of those.
    """

    reversible = True

    def __init__(self, name, by):
        self.name, self.by = name, by

    def deconstruct(self):
        return type(self).__name__, [self.name, self.by], {}

    def describe(self):
        return f"Replace the triggers {self.name} by {', '.join(trigger.name for trigger in self.by)}"

    def state_forwards(self, app_label, state):
        for (label, _name), model in state.models.items():
            if label == app_label and any(one.name == self.name for one in model.options.get("triggers", ())):
                model.options["triggers"] = [
                    new for one in model.options["triggers"] for new in self._replaced(model, one)
                ]

    def _replaced(self, model, old):
        if old.name != self.name:
            return [old]
        called = SimpleNamespace(_meta=SimpleNamespace(app_label=model.app_label, object_name=model.name))
        _function, bracket, arguments = old.sql.kwargs["execute"].partition("(")
        return [
            Compiled(
                name=trigger.name,
                sql=trigger.sql(
                    pgid=trigger.get_pgid(called), func=trigger.function, table=old.sql.table, constraint="",
                    when=trigger.when, operation=trigger.operation, timing="", level=trigger.level, condition="",
                    execute=f"{trigger.function}{bracket}{arguments}", **trigger.finds_its_rows(),
                ),
            )
            for trigger in self.by
        ]  # fmt: skip

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for key, model in to_state.models.items():
            old, new = (one.options.get("triggers", ()) for one in (from_state.models[key], model))
            statements = [one.uninstall_sql for one in old if one not in new]
            statements += [one.install_sql for one in new if one not in old]
            if key[0] == app_label and statements:
                schema_editor.execute("\n".join(statements), params=None)

    database_backwards = database_forwards
