"""The triggers that every business table carries, as django-pgtrigger objects over three shared functions.

The functions themselves (`bangfu_trail`, `bangfu_touch`, `bangfu_refuse`) are installed by core's migrations. Unlike
the library's own template ours has no switch that lets a session step past a trigger, makes no function per table
(but for a `Guard`), and is ENABLE ALWAYS, so that replica mode does not silence it.
"""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from pgtrigger import (
    After,
    Before,
    Condition,
    Deferred,
    Delete,
    Insert,
    Referencing,
    Row,
    Statement,
    Trigger,
    Truncate,
    Update,
)
from pgtrigger.compiler import Trigger as Compiled
from pgtrigger.compiler import UpsertTriggerSql
from pgtrigger.migrations import AddTrigger as LibraryAddTrigger

from .refusals import word_refusals
from .registered_triggers import register_quickly

register_quickly()

NEVER_DELETED = _(
    "What is registered is closed, withdrawn or merged, but never deleted. Only what an import has just made goes "
    "again, when that import is undone within 24 hours."
)
FIXED_PATH = "pg_catalog, public, pg_temp"
"""Where functions that run with the rights of the tables' owner look for what they name: nobody puts theirs before."""

CHANGED = Condition("OLD.* IS DISTINCT FROM NEW.*")


class TriggerSql(UpsertTriggerSql):
    """How a trigger of ours is written into the database. Migrations refer to it: add versions, never edit."""

    def get_template(self):
        return """
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {table} {timing}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {pgid};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class StatementSql(TriggerSql):
    """A trigger that runs once for a statement and finds its rows in a table."""

    def get_template(self):
        return super().get_template().replace("FOR EACH {level}", "{referencing} FOR EACH {level}")


class AddTrigger(LibraryAddTrigger):
    """The library's operation without rebuilding every related model's state, which a trigger does not touch:
    an empty database is migrated in a third of the time. makemigrations writes the library's; both work."""

    def state_forwards(self, app_label, state):
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]


class Shared(Trigger):
    """A trigger that runs the shared function `function` with text arguments."""

    function = ""
    sql = TriggerSql

    def __init__(self, *, function=None, **kwargs):
        self.function = function or self.function
        super().__init__(**kwargs)

    def arguments(self, model):
        return ()

    def get_func(self, model):
        return self.function

    def render_execute(self, model):
        return f"{self.function}({', '.join(repr(str(word)) for word in self.arguments(model))})"

    def finds_its_rows(self):
        """The clause by which a trigger of a statement finds its rows; none for one of each row."""
        return {"referencing": str(self.referencing)} if self.referencing else {}

    def compile(self, model):
        return Compiled(
            name=self.name,
            sql=self.sql(
                pgid=self.get_pgid(model),
                func=self.get_func(model),
                table=model._meta.db_table,
                constraint="CONSTRAINT" if self.timing else "",
                when=self.when,
                operation=self.operation,
                timing=f"DEFERRABLE INITIALLY {self.timing}" if self.timing else "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
                **self.finds_its_rows(),
            ),
        )


class OfStatement(Shared):
    """Runs once for a statement, after it, over the table `written`: the rows that came, or those that went.

    For thousands of rows that takes half the time of a trigger for each; for a single one it takes as long.
    """

    when = After
    level = Statement
    sql = StatementSql

    def __init__(self, *, operation, **kwargs):
        rows = Referencing(new="written") if operation == Insert else Referencing(old="written")
        super().__init__(operation=operation, referencing=rows, **kwargs)


class Trail(Shared):
    """Writes the append-only record of a change; reads `trail_root` and `trail_hidden` of the model."""

    function = "bangfu_trail"
    when = After
    level = Row

    def arguments(self, model):
        # Migrations are written from models that have fields but no attributes: ask the living one.
        model = apps.get_model(model._meta.label)
        root = getattr(model, "trail_root", "")
        field = model._meta.get_field(root) if root else None
        table = field.related_model._meta.db_table if field else model._meta.db_table
        column = field.column if field else model._meta.pk.column
        return table, column, model._meta.pk.column, ",".join(getattr(model, "trail_hidden", ()))


class TrailOfStatement(OfStatement, Trail):
    """Writes the records of all rows that a statement adds, or of all that it takes away, in their order."""

    function = "bangfu_trail_of_statement"


class GuardSql(TriggerSql):
    """A trigger together with the function that it alone runs."""

    def get_template(self):
        function = "CREATE OR REPLACE FUNCTION {execute} RETURNS trigger LANGUAGE plpgsql AS $$ {func} $$;"
        return function + super().get_template()


class Guard(Shared):
    """A constraint trigger with a function of its own: checks at the commit what spans several rows."""

    when = After
    level = Row
    timing = Deferred
    sql = GuardSql

    def __init__(self, *, body, **kwargs):
        self.body = body
        super().__init__(**kwargs)

    def get_func(self, model):
        return self.body

    def render_execute(self, model):
        return f"{self.get_pgid(model)}_guard()"


class Touch(Shared):
    """Counts the version up and stamps `updated_at`, also when the change comes by raw SQL."""

    function = "bangfu_touch"
    name = "touch"
    when = Before
    level = Row
    operation = Update
    condition = CHANGED


class Refuse(Shared):
    """Refuses an operation, always or under a condition, as an integrity error with `message`."""

    function = "bangfu_refuse"

    def __init__(self, *, message, **kwargs):
        self.message = message
        super().__init__(when=Before, **kwargs)

    def arguments(self, model):
        return (self.message,)


class RefuseChild(Refuse):
    """Refuses rows of a parent whose `column` has reached `value`: what belongs to an issued circular."""

    function = "bangfu_refuse_child"

    def __init__(self, *, parent, column, value, **kwargs):
        self.parent, self.column, self.value = parent, column, value
        super().__init__(operation=Insert | Update | Delete, level=Row, **kwargs)

    def arguments(self, model):
        field = model._meta.get_field(self.parent)
        return self.message, field.related_model._meta.db_table, field.column, self.column, self.value


def trail_of_statements():
    return [
        TrailOfStatement(name="trail_insert", operation=Insert),
        TrailOfStatement(name="trail_delete", operation=Delete),
    ]


def trail_triggers():
    """The triggers that feed the trail; an update that changes nothing writes nothing.

    An update has one for each row, since nothing but its key would tell which row of before belongs to which of after.
    """
    return [
        *trail_of_statements(),
        Trail(name="trail_update", operation=Update, condition=CHANGED),
    ]


def record_triggers():
    return [*trail_triggers(), Touch()]


def append_only(message="the trail is append-only"):
    """Rows come in and stay as they are."""
    return [
        Refuse(name="append_only", operation=Update | Delete, level=Row, message=message),
        Refuse(name="no_truncate", operation=Truncate, level=Statement, message=message),
    ]


def append_only_but_for_redactions():
    """As `append_only`; but an update passes that takes out the personal values which a redaction names, and does
    nothing else (registry/core/sealing/redaction.py)."""
    message = "the trail is append-only"
    return [
        Refuse(name="append_only", operation=Delete, level=Row, message=message),
        Refuse(name="only_redacted", operation=Update, level=Row, message=message, function="bangfu_change_redacted"),
        Refuse(name="no_truncate", operation=Truncate, level=Statement, message=message),
    ]


def no_delete(what):
    """Registered records are withdrawn, merged or closed, never deleted: but for those that an import has just made and
    that nobody else has touched, while that import is undone (registry/core/undo.py)."""
    message, function = f"a registered {what} is never deleted", "bangfu_refuse_delete"
    word_refusals({message: NEVER_DELETED})
    return Refuse(name="no_delete", operation=Delete, level=Row, message=message, function=function)


def frozen_when(name, condition, message, operation=Update | Delete):
    return Refuse(name=name, operation=operation, level=Row, condition=Condition(condition), message=message)
