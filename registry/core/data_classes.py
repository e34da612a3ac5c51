"""What kind of data a field holds, and how each role reads it. Default: nobody.

The table stands on the roof (`registry/data_classes.py`) and is poured in when the site starts; whoever shows, masks,
leaves out or exports a field asks here.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .roles import Role


class DataClass(TextChoices):
    """The security label of a field (GB/T 22239-2019, level 3)."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    PERSONAL = "personal", _("personal")
    SECRET = "secret", _("secret")


class Reading(TextChoices):
    """How a role reads a field, from nothing to all of it; always of the rows within its scope."""

    NOT = "not", _("not")
    MASKED = "masked", _("masked")
    OWN = "own", _("own plain, others masked")
    PLAIN = "plain", _("plain")


ORDER = tuple(Reading)
"""From the least to the most: who holds two roles reads by the one that reads more."""


@dataclass(frozen=True)
class Reads:
    """One row of the table: how the roles of `by` read fields of a class, of all models or of those named."""

    data_class: DataClass
    by: dict[Role, Reading]
    models: frozenset[str] = frozenset()


_classes: dict[str, dict[str, DataClass]] = {}
_rows: list[Reads] = []


def use_table(classes, rows):
    """Pour the table in: `classes` is {model label: {field name: DataClass}}."""
    _classes.clear()
    _classes.update(classes)
    _rows[:] = rows


def class_of(model, name):
    """The class of a model's field; SECRET for one that the table does not name."""
    return _classes.get(model._meta.label_lower, {}).get(name, DataClass.SECRET)


def reading(roles, data_class, label=""):
    """How somebody with these roles reads fields of a class; `label` is the model's, where it is one with a row."""
    row = next((row for row in _rows if row.data_class == data_class and label in row.models), None) or next(
        (row for row in _rows if row.data_class == data_class and not row.models), None
    )
    found = [row.by[role] for role in roles if role in row.by] if row else []
    return max(found, key=ORDER.index, default=Reading.NOT)


def masks(user, model=None):
    """Whether `user` reads the personal data of others masked or not at all."""
    return reading(user.roles, DataClass.PERSONAL, model._meta.label_lower if model else "") != Reading.PLAIN


def left_out(user, model):
    """The names of the model's fields that `user` does not read at all."""
    roles, label = user.roles, model._meta.label_lower
    return frozenset(
        field.name
        for field in model._meta.concrete_fields
        if reading(roles, class_of(model, field.name), label) == Reading.NOT
    )
