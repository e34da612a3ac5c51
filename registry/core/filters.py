"""Questions that may be asked of a list, and nothing else: one FilterSet a model for page, export and interface.

A parameter that is not listed, is given twice, or cannot be read is a fault. It is told, never ignored: a filter
that silently does nothing shows more than was asked for.
"""

import datetime
from copy import copy
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from registry.core.forms import ChineseDateField, PlainTextField, YuanField
from registry.core.text import excerpt

LARGEST_KEY = 2**63 - 1

MOST_MEANT = 5000
_meant: dict[tuple, Any] = {}
"""What codes of reference data meant when this process looked them up last: {(set of filters, filter, code): row}."""
_to_learn: set[tuple] = set()
"""(set of filters, filter) of those whose codes are all looked up with the first one."""


class BadQuery(Exception):
    """What is wrong with a query: `faults` maps each parameter to its messages, `allowed` lists those known."""

    def __init__(self, faults, allowed):
        super().__init__(faults)
        self.faults, self.allowed = faults, allowed

    @property
    def words(self):
        """All faults in one sentence each, with the parameter in front."""
        return " ".join(f"{name}: {' '.join(messages)}" for name, messages in self.faults.items())


def only_known(query, known):
    """Raises ValidationError for parameters that are not `known`: where there is no set of filters to say so."""
    if unknown := sorted(query.keys() - set(known)):
        words = {"names": ", ".join(excerpt(name) for name in unknown), "known": ", ".join(known)}
        raise ValidationError(_("Unknown parameters: %(names)s. Known are: %(known)s.") % words)


class Search(django_filters.CharFilter):
    """Free text, handed to the QuerySet's own `search`."""

    field_class = PlainTextField

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", gettext_lazy("Search"))
        super().__init__(max_length=100, **kwargs)

    def filter(self, qs, value):
        return qs.search(value) if value else qs


class WholeNumber(django_filters.Filter):
    """A whole number within `min_value` and `max_value`."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, min_value: int = 1, max_value: int = LARGEST_KEY, **kwargs: Any):
        super().__init__(*args, min_value=min_value, max_value=max_value, **kwargs)


@extend_schema_field(str)
class Yuan(django_filters.Filter):
    """An amount in yuan, as people write it: 720000, 72万."""

    field_class = YuanField


@extend_schema_field(bool)
class YesNo(django_filters.TypedChoiceFilter):
    """`true` or `false`; any other word is a fault."""

    def __init__(self, *args: Any, **kwargs: Any):
        choices = (("", "---------"), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no")))
        super().__init__(*args, choices=choices, coerce="true".__eq__, **kwargs)


@extend_schema_field(datetime.date)
class Day(django_filters.Filter):
    """A day, as people write it: 2021-11-01, 2021年11月1日."""

    field_class = ChineseDateField


class Ordering(django_filters.ChoiceFilter):
    """The listed orders. Each key maps to columns that are never null; `-key` turns them round.

    `id` becomes the last column, so that the order is total and a cursor can stand between any two rows.
    `annotations` are columns that are computed only for the orders that name them. A key whose two directions
    differ stands twice: {"amount": ("amount_rising",), "-amount": ("-amount_falling",)}.
    """

    def __init__(self, orders, default, labels, annotations=None, **kwargs: Any):
        turned = {f"-{key}": tuple(map(_turned, columns)) for key, columns in orders.items() if key[0] != "-"}
        self.orders, self.default, self.annotations = turned | orders, default, annotations or {}
        choices = [(key, labels[key.lstrip("-")]) for key in self.orders]
        label = gettext_lazy("Order")
        super().__init__(choices=choices, label=label, widget=forms.HiddenInput, **kwargs)

    def columns(self, value):
        """The columns of an order, the usual one for None, the last of them `id`."""
        columns = self.orders[value or self.default]
        return columns if _bare(columns[-1]) == "id" else (*columns, "-id" if columns[0].startswith("-") else "id")

    def filter(self, qs, value):
        columns = self.columns(value)
        own = {field.name for field in qs.model._meta.fields}  # an index has as a column what is computed elsewhere
        extra = {name: self.annotations[name] for name in map(_bare, columns) if name in self.annotations.keys() - own}
        return qs.annotate(**extra).order_by(*columns)


def _bare(column):
    return column.lstrip("-")


def _turned(column):
    return column[1:] if column.startswith("-") else f"-{column}"


class Read:
    """What a query says, read by fields as a form reads it, of which nobody sees one."""

    def __init__(self, fields, query):
        self.cleaned_data, self.errors = {}, {}
        for name, field in fields.items():
            try:
                self.cleaned_data[name] = field.clean(field.widget.value_from_datadict(query, {}, name))
            except ValidationError as error:
                self.errors[name] = error.messages

    def is_valid(self):
        return not self.errors


class Panel(forms.Form):
    """The form over a list. Its `fields` are shared: a form copies its fields otherwise, with all of their choices."""

    def __init__(self, data, fields):
        super().__init__(data)
        self.fields = dict(fields)

    @property
    def changed_data(self):
        """The questions that are asked."""
        return [name for name in self.fields if self.data.get(name)]

    def hidden_fields(self):
        """Those that are asked: an empty one would only make the address longer."""
        return [self[name] for name in self.changed_data if self.fields[name].widget.is_hidden]


class Filters(django_filters.FilterSet):
    """Base of all: strict. Start it from the rows that the person may see; nothing here widens them.

    `named_only`, for whoever shows no form, looks at those filters alone that the query names. `trusting` takes what a
    code means from what this process has looked up before, as `trusted` tells: who finds nothing then must ask again
    without.
    """

    made_anew: frozenset[str] = frozenset()
    """Filters whose field is made for each question, because it is changed; all others are shared, but for those that
    offer rows by who asks."""
    references: dict[str, Any] = {}
    """Filters by a code of reference data, which means the same to everybody and hardly ever changes, each with a
    function that gives {code: row} of all of them."""

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None, named_only=False, trusting=False):
        self.known, self.trusted, self.named_only = tuple(self.base_filters), {}, named_only
        wanted = self.base_filters
        if named_only:
            wanted = {name: one for name, one in wanted.items() if name == "ordering" or name in data}
        self.base_filters = {}  # FilterSet would copy them at once, which takes longer than many a list does
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.base_filters = wanted
        del self.filters
        if trusting:
            self._learn()
            self.trusted = {name: _meant[code] for name, code in self._codes() if code in _meant}

    @cached_property
    def filters(self):
        """Those of this question, which know whose rows they filter; made when the first of them does."""
        return {name: self._own(one) for name, one in self.base_filters.items()}

    def _own(self, base):
        """A filter of this question's own, without what the other keeps: a field, and a way to filter by its parent."""
        one = copy(base)
        vars(one).pop("_field", None)
        one.extra, one.method = dict(base.extra), base.method
        one.parent, one.model = self, self.queryset.model
        return one

    @classmethod
    def learn_with_the_first(cls):
        """Have this process look up what all codes mean when it is asked for the first of them: one that serves is soon
        asked for most. Others look up what they are asked for, as a test does, whose statements are counted."""
        _to_learn.update((cls, name) for name in cls.references)

    def _learn(self):
        for name, code in self._codes():
            which = type(self), name
            if code not in _meant and which in _to_learn:
                _to_learn.discard(which)
                _meant.update({(*which, each): row for each, row in self.references[name]().items()})

    def _codes(self):
        """(filter, its key in `_meant`) of each code that the query names."""
        named = self.references.keys() & self.base_filters.keys() & self.data.keys()
        return [(name, (type(self), name, self.data[name])) for name in named]

    @property
    def form(self):
        if hasattr(self, "_form"):
            return self._form
        wanted = {name: one for name, one in self.base_filters.items() if name not in self.trusted}
        fields = {name: self._field_of(name, one) for name, one in wanted.items()}
        data = self.data if self.is_bound else None
        form = self._form = Read(fields, self.data) if self.named_only else Panel(data, fields)
        if form.is_valid():
            if len(_meant) < MOST_MEANT:
                _meant.update(
                    {code: form.cleaned_data[name] for name, code in self._codes() if name in form.cleaned_data}
                )
            form.cleaned_data |= self.trusted
        return form

    def _field_of(self, name, one):
        """The field that all questions of a process share, or one of this question's own where who asks matters."""
        is_own = name in self.made_anew or callable(getattr(one, "queryset", None))
        return (self.filters[name] if is_own else one).field

    def check(self, also=(), several=()):
        """Raises BadQuery unless every parameter is a filter of this set, or in `also`, and can be read.

        Those in `several` may be given more than once.
        """
        allowed = [*self.known, *also, *several]
        faults = {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}
        for name, values in self.data.lists():
            if name not in allowed:
                faults[excerpt(name)] = [_("This is not a parameter of this list. Known are: %s.") % ", ".join(allowed)]
            elif len(values) > 1 and name not in several:
                faults[name] = [_("Given more than once. Give it once.")]
        if faults:
            raise BadQuery(faults, allowed)

    def found(self, also=()):
        """The rows found, in the order asked for. Raises BadQuery."""
        self.check(also)
        return self.qs

    @cached_property
    def chosen(self):
        """The filters in use as (name, label, what was chosen in words); not the order."""
        data = self.form.cleaned_data
        return [
            (name, filter_.label, _in_words(self.form.fields[name], data[name]))
            for name, filter_ in self.filters.items()
            if name != "ordering" and data.get(name) not in (None, "")
        ]

    @property
    def order(self):
        """The order in force: a key of the Ordering filter."""
        usual = self.base_filters["ordering"].default
        return self.form.cleaned_data.get("ordering") or usual if self.form.is_valid() else usual

    @property
    def columns(self):
        """The columns of the order in force."""
        return self.base_filters["ordering"].columns(self.order)


def _in_words(field, value):
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    choices = getattr(field, "choices", ())
    word = "true" if value is True else "false" if value is False else value
    return next((label for key, label in choices if key == word), value)
