"""Counts on the desk's pages: what is kept to four places is shown without the zeros that nobody wrote."""

from decimal import Decimal
from functools import cache

from django import forms
from django.contrib import admin
from django.db import models

from registry.core.quantity.format import digits

PLACES = 4
"""Of a count or measure as it is kept; money has two, and shows both."""


class CountField(forms.DecimalField):
    """A count to be typed: 799 where 799.0000 is kept."""

    def prepare_value(self, value):
        return digits(value).replace(",", "") if isinstance(value, Decimal) else value


def is_counted(field):
    return isinstance(field, models.DecimalField) and field.decimal_places == PLACES


def read_counts(model, fields):
    """The names of a page that is only read, its counts as columns that show them in short."""
    counted = {field.name for field in model._meta.fields if is_counted(field)}
    return [
        read_counts(model, name) if isinstance(name, list | tuple) else _count(model, name) if name in counted else name
        for name in fields
    ]


@cache
def _count(model, name):
    @admin.display(description=model._meta.get_field(name).verbose_name)
    def short(obj):
        value = getattr(obj, name)
        return "" if value is None else digits(value)

    return short
