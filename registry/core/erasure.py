"""Personal values taken out: the row keeps its place, its sums and its history, and loses who it was.

What stands in a row's personal field is replaced by a mark; the change is recorded like every other. The mark is also
what the trail is read by: of a row that bears it, no record of the trail may still hold what stood there. Taking values
out of a sealed trail is the seal's own business (sealing/redaction.py); what is not sealed yet is counted, not hidden.
"""

from django.apps import apps
from django.db import connection, models
from django.db.models import Case, Value, When

from .models import Record, Veil
from .sealing.redaction import redact

ERASED = "（已删除）"
ERASED_ADDRESS = "erased@erased.invalid"
"""What stands where a name, a telephone number or words were, and where an e-mail address was."""


def models_with_personal_data():
    """Every model that declares personal fields, in the order of its tables' names."""
    found = [model for model in apps.get_models() if issubclass(model, Record) and model.personal]
    return sorted(found, key=lambda model: model._meta.db_table)


def mark_of(field):
    """What stands in this field of the model after its value was taken out."""
    return ERASED_ADDRESS if isinstance(field, models.EmailField) else ERASED


def erase_fields(rows, names):
    """Put the mark in the personal fields `names` of `rows`, where they hold anything; returns the rows changed.

    Call it inside an action, which says by whom and why. Raises ValueError for a field that is not personal.
    """
    model = rows.model
    if strange := set(names) - model.personal.keys():
        raise ValueError(f"not personal in {model._meta.label}: {sorted(strange)}")
    fields = [model._meta.get_field(name) for name in names]
    held = models.Q()
    for field in fields:
        held |= ~models.Q(**{f"{field.name}__in": ("", mark_of(field))})
    marks = {
        field.name: Case(When(**{field.name: ""}, then=Value("")), default=Value(mark_of(field)), output_field=field)
        for field in fields
    }
    return rows.filter(held).order_by().update(**marks)


def still_in_the_trail(model, name):
    """The numbers of the records of the trail that hold what was taken out of this field of its rows, oldest first."""
    field = model._meta.get_field(name)
    table, mark = connection.ops.quote_name(model._meta.db_table), mark_of(field)
    query = """
        SELECT c.id FROM core_change c JOIN {table} r ON c.row_pk = r.{pk}::text AND r.{column} = %s
        WHERE c.table_name = %s AND (coalesce(c.before ->> %s, '') NOT IN ('', %s)
            OR coalesce(c.after ->> %s, '') NOT IN ('', %s))
        ORDER BY c.id"""
    names = {"table": table, "pk": model._meta.pk.column, "column": connection.ops.quote_name(field.column)}
    with connection.cursor() as cursor:
        cursor.execute(
            query.format(**names), [mark, model._meta.db_table, field.column, mark, field.column, mark]
        )  # fmt: skip
        return [number for (number,) in cursor.fetchall()]


def clear_the_trail(*, by, reason):
    """Take out of the trail what is gone from its rows: (values taken out, records that still hold some).

    Idempotent: what could not be taken out (a record not sealed yet) is tried again the next time.
    """
    taken = left = 0
    for model in models_with_personal_data():
        for name in model.personal:
            numbers, column = still_in_the_trail(model, name), model._meta.get_field(name).column
            sealed = list(Veil.objects.filter(pk__in=numbers, salts__has_key=column).values_list("pk", flat=True))
            if sealed:
                taken += redact(change_ids=sealed, columns=[column], by=by, reason=reason)
            left += len(numbers) - len(sealed)
    return taken, left
