"""An earlier state of a record, read from the trail and put back by a person, as a new change.

Only what a person may edit goes back. A status never does, and neither do stamps, nor anything that an action keeps:
they are not fields of a form. What goes back is checked like anything typed today.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .history import value_in_words
from .models import Change


@dataclass(frozen=True)
class Returning:
    """One field that would change: what it is called, what stands now and what stood then, in words."""

    name: str
    label: str
    now: str
    then: str


def state_after(record, change):
    """The row of `record` as it stood right after `change`, as an instance that is not saved.

    PostgreSQL reads the trail's JSON by the table's own types, so that sums and days come back as they were. Raises
    ValidationError where the change is of another row, or removed it.
    """
    table = record._meta.db_table
    if (change.table_name, change.row_pk) != (table, str(record.pk)):
        raise ValidationError(_("This change is not one of “%s”.") % record)
    if change.operation == Change.Operation.DELETE:
        raise ValidationError(_("This change removed the row: there is no state after it."))
    then = f"SELECT p.* FROM core_change c CROSS JOIN jsonb_populate_record(NULL::{table}, c.after) p WHERE c.id = %s"  # noqa: S608 - a table's name
    return type(record)._base_manager.raw(then, [change.pk])[0]


def what_returns(record, then, names):
    """[Returning] of those fields among `names` that stood otherwise in `then`."""
    hidden = getattr(record, "trail_hidden", ())
    fields = [field for field in record._meta.concrete_fields if field.name in names and field.column not in hidden]
    return [
        Returning(field.name, str(field.verbose_name), _words(record, field), _words(then, field))
        for field in fields
        if getattr(record, field.attname) != getattr(then, field.attname)
    ]


def put_back(record, then, returning):
    """Set the fields in `returning` to what they were; nothing is saved."""
    for one in returning:
        field = record._meta.get_field(one.name)
        setattr(record, field.attname, getattr(then, field.attname))
    return record


def _words(row, field):
    if isinstance(field, models.ForeignKey):
        key = getattr(row, field.attname)
        if key is None:
            return ""
        target = field.related_model._base_manager.filter(pk=key).first()
        return f"#{key}" if target is None else str(target)
    return value_in_words(field, getattr(row, field.attname))
