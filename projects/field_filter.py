"""The filter by field of help, that projects, needs, steps and figures share."""

from functools import cache

import django_filters
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from projects.models import Field, Scheme
from registry.core.form_html import LongSelect
from registry.core.models import in_both
from registry.core.prepared import Asked, Prepared
from registry.core.prepared_rows import PreparedRows

ORDER = ("scheme", "position", "code")
"""In which fields of help are offered."""
OFFERED = ("scheme", "code", "name", "name_en")


class _ByScheme(ModelChoiceIterator):
    """Options of a select: the fields under their scheme, since two schemes can have one of the same name."""

    def __iter__(self):
        yield "", self.field.empty_label
        groups = {}
        for scheme, code, *names in self.offered():
            groups.setdefault(Scheme(scheme).label, []).append((code, in_both(*names)))
        yield from groups.items()

    def offered(self):
        return self.queryset.values_list(*OFFERED)


class FieldChoice(ModelChoiceField):
    """A field of help by its code, the fields under their scheme."""

    iterator = _ByScheme
    widget = LongSelect


class _AllByScheme(_ByScheme):
    def offered(self):
        return _all_fields().ask()


class _AnyField(FieldChoice):
    """Any of them, looked up by prepared questions: a list is asked for by it more often than a form."""

    iterator = _AllByScheme

    def to_python(self, value):
        if value in self.empty_values:
            return None
        found = _field_called().ask(code=str(value)) if "\x00" not in str(value) else []
        if not found:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return found[0]


@cache
def _all_fields():
    return Prepared(Field.objects.order_by(*ORDER).values_list(*OFFERED))


@cache
def _field_called():
    return PreparedRows(Field.objects.filter(code=Asked("code")))


@extend_schema_field(str)
class FieldFilter(django_filters.ModelChoiceFilter):
    """A field of help by its code."""

    field_class = _AnyField

    def __init__(self, **kwargs):
        super().__init__(label=_("Field"), queryset=Field.objects.order_by(*ORDER), to_field_name="code", **kwargs)
