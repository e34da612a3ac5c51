"""Operations of migrations that Django does not have, and which migrations pages can go on beside."""

from types import SimpleNamespace

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations
from django.db.migrations.operations.base import Operation
from pgtrigger.compiler import Trigger as Compiled
from pgtrigger.migrations import AddTrigger


class AddConstraint(migrations.AddConstraint):
    """As Django's own, which makes the model anew and all that are joined to it: for an empty database, a third of the
    time of all migrations."""

    def state_forwards(self, app_label, state):
        _append(state.models[app_label, self.model_name_lower], "constraints", self.constraint)


class AddIndex(migrations.AddIndex):
    """The same for an index."""

    def state_forwards(self, app_label, state):
        _append(state.models[app_label, self.model_name_lower], "indexes", self.index)


def _append(model, name, one):
    model.options[name] = [*model.options[name], one]


class DropKeyIndexes(Operation):
    """Give foreign keys of a model `db_index=False`: the index that Django made for each is dropped beside all work."""

    def __init__(self, model_name, *fields):
        self.model_name, self.fields = model_name, fields

    def describe(self):
        return f"Drop the own indexes of {', '.join(self.fields)} of {self.model_name}"

    def state_forwards(self, app_label, state):
        for name in self.fields:
            field = state.models[app_label, self.model_name.lower()].fields[name].clone()
            field.db_index = False
            state.alter_field(app_label, self.model_name.lower(), name, field, preserve_default=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for index in self._indexes(app_label, schema_editor, from_state):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.parts['name']}")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for index in self._indexes(app_label, schema_editor, to_state):
            schema_editor.execute(index)

    def _indexes(self, app_label, schema_editor, state):
        """What makes the indexes, under the names that Django gave them."""
        model = state.apps.get_model(app_label, self.model_name)
        for name in self.fields:
            yield schema_editor._create_index_sql(model, fields=[model._meta.get_field(name)], concurrently=True)


class RefuseAtOnce(Operation):
    """Have the database refuse at once what a foreign key still points at, instead of at the commit.

    PostgreSQL asks two questions for each row that goes with Django's own keys, and one with these, in the same words.
    Whether what is pointed at is there is still asked at the commit. Django knows nothing of it: it takes away what
    points before what is pointed at anyway.
    """

    def __init__(self, model_name, field):
        self.model_name, self.field = model_name, field

    def describe(self):
        return f"Refuse at once what {self.field} of {self.model_name} points at"

    def state_forwards(self, app_label, state):
        """The model stays as it is."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._make(app_label, schema_editor, to_state, "ON DELETE RESTRICT")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._make(app_label, schema_editor, to_state, "")

    def _make(self, app_label, schema_editor, state, what):
        """Beside all work: rows that are there are looked through while others write."""
        model, quoted = state.apps.get_model(app_label, self.model_name), schema_editor.quote_name
        field = model._meta.get_field(self.field)
        (found,) = schema_editor._constraint_names(model, [field.column], foreign_key=True)
        table, name, target = quoted(model._meta.db_table), quoted(found), quoted(field.related_model._meta.db_table)
        schema_editor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} FOREIGN KEY ({quoted(field.column)})"
            f" REFERENCES {target} ({quoted(field.target_field.column)}) {what} DEFERRABLE INITIALLY DEFERRED NOT VALID"
        )
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


ADDING = (
    migrations.CreateModel, migrations.AddField, migrations.AddIndex, migrations.AddConstraint,
    migrations.AlterModelOptions, AddIndexConcurrently, RemoveIndexConcurrently, AddConstraintNotValid,
    ValidateConstraint, AddTrigger, DropKeyIndexes, RefuseAtOnce,
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

    def __init__(self, name, by):
        self.name, self.by = name, by

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
