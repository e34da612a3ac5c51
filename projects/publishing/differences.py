"""What changed from one public entry to the next, field by field and in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models

from registry.core.dates import format_date
from registry.core.fields import YuanField
from registry.core.quantity import Money, format_quantity
from registry.core.text import mask_personal

from .allowed import PARTS

UNTOLD = frozenset({"id", "project_id", "pinyin", "initials", "is_demo", "scheme"})
"""Columns that say nothing to a reader of a difference."""


@dataclass(frozen=True)
class Difference:
    """One field, or one row that came or went: what stood there before and after, in words; "" for nothing."""

    label: str
    before: str
    after: str


def differences(before, after, names=None):
    """[Difference] from one entry to another; an empty entry has no rows. `names`: `names_in` of both, where they are
    known already."""
    names, found = names_in(before, after) if names is None else names, []
    for part in PARTS:
        old, new = ({row["id"]: row for row in content.get(part.table, ())} for content in (before, after))
        what = str(part.model._meta.verbose_name)
        for key in sorted(old.keys() | new.keys()):
            was, now = old.get(key), new.get(key)
            if was is None or now is None:
                found.append(Difference(what, *(_row(part, row, names) for row in (was, now))))
            else:
                found += _fields(part, what, was, now, names)
    return found


def _fields(part, what, was, now, names):
    for field in part.fields:
        before, after = was.get(field.column), now.get(field.column)
        if before != after and field.column not in UNTOLD:
            yield Difference(f"{what} · {field.verbose_name}", _told(field, before, names), _told(field, after, names))


def _row(part, row, names):
    if row is None:
        return ""
    told = (_told(field, row.get(field.column), names) for field in part.fields if field.column not in UNTOLD)
    return " · ".join(words for words in told if words)


def _told(field, value, names):
    """A value of an entry in words; numbers of cards and persons are masked here as on every public page."""
    if value in (None, "", False):
        return ""
    if field.is_relation:
        return names.get((field.related_model, value), f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return str(field.verbose_name)
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value), "table")
    if isinstance(field, YuanField):
        return format_quantity(Money(Decimal(str(value))), "exact")
    return mask_personal(str(value))


def names_in(*contents):
    """{(model, key): name} of everything that the entries point at, as it is called today. One query for each kind."""
    keys = {}
    for part in PARTS:
        for field in part.fields:
            if field.is_relation and field.column not in UNTOLD:
                wanted = {row.get(field.column) for content in contents for row in content.get(part.table, ())}
                keys.setdefault(field.related_model, set()).update(wanted - {None})
    return {
        (model, key): str(record)
        for model, wanted in keys.items()
        if wanted
        for key, record in model._default_manager.in_bulk(wanted).items()
    }
