"""Model fields with the register's own rules for text, days, money and exactness.

They clean what is assigned whenever it is validated and whenever it is written or looked up, so that no door can
store what the rules refuse: an unlawful value raises ValidationError, never a database error.
"""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.core import forms
from registry.core.dates import parse_date
from registry.core.quantity import Qualifier
from registry.core.text import clean_text


class TextLine(models.CharField):
    """One line of text by the rules of ``clean_text``."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_text(value) if isinstance(value, str) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.PlainTextField, **kwargs})


class LongText(models.TextField):
    """Text of several lines by the rules of ``clean_text``."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_text(value, multiline=True) if isinstance(value, str) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.PlainTextField, "multiline": True, **kwargs})


class Day(models.DateField):
    """A day; text is read in all the ways of ``parse_date``."""

    def to_python(self, value: Any) -> datetime.date | None:
        return parse_date(value) if isinstance(value, str) else super().to_python(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.ChineseDateField, **kwargs})


class YuanField(models.DecimalField):
    """An amount in yuan, exact to the fen and never negative; None (with ``null``) means not stated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": 16, "decimal_places": 2})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: kwargs[key] for key in kwargs if key not in ("max_digits", "decimal_places")}

    @cached_property
    def validators(self) -> Any:
        return [*super().validators, MinValueValidator(0)]

    def to_python(self, value: Any) -> Any:
        if isinstance(value, float):
            raise ValidationError(_("Money is never a binary fraction. Give a decimal number."), code="float")
        return super().to_python(value)

    def formfield(self, **kwargs: Any) -> Any:
        # DecimalField would hand its digits to the form field, which reads 万 and 亿 and needs none.
        return models.Field.formfield(self, **{"form_class": forms.YuanField, **kwargs})


class Choice(models.CharField):
    """One of its choices, which the database checks too: raw SQL can store no other word."""

    def db_check(self, connection):
        words = [value for value, _label in self.flatchoices]
        if not words:
            return None
        allowed = ", ".join(
            connection.schema_editor().quote_value(word) for word in [*words, *([""] if self.blank else [])]
        )
        return f"{connection.ops.quote_name(self.column)} IN ({allowed})"


class QualifierField(Choice):
    """How exact the figure beside it is: a ``Qualifier``, exact unless said otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Qualifier.EXACT)
        super().__init__(*args, **{**kwargs, "choices": Qualifier.choices, "max_length": 10})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs = {key: kwargs[key] for key in kwargs if key not in ("choices", "max_length")}
        if kwargs.get("default") == Qualifier.EXACT:
            del kwargs["default"]
        return name, path, args, kwargs
