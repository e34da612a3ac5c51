"""Forms of the desk: a save that started from an old state of the row is refused, with both values side by side."""

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import ForeignKey
from django.forms.models import ModelChoiceField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.forms import PlainTextField, sees
from registry.core.history import masked, value_in_words
from registry.core.quantity import stored_unit

FASTER = gettext_lazy(
    "Somebody changed this record while you were editing it. Nothing was saved. Compare both values above; save again "
    "to let yours stand, or reload the page to drop them."
)


class SeenVersion(forms.IntegerField):
    """The version of the row that the person saw; carrying it along is not a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class VersionedForm(forms.ModelForm):
    """A form of one row. `mask`: personal data is shown masked (the form is then read-only).

    `standing`: what the record is called in the register, whatever was typed.
    `conflict`: after validation, [(label, what stands now, what was typed)] where somebody else was faster.
    `refusal`: what the database or an action said to the attempt before, shown above the same input.
    """

    mask = False
    refusal = None
    seen_version = SeenVersion(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version if self.instance.pk else None
        if self.mask:
            for name, kind in self.instance.personal.items():
                setattr(self.instance, name, masked(getattr(self.instance, name), kind))
        self.conflict, self.standing = [], str(self.instance) if self.instance.pk else ""
        for name, field in self.fields.items():
            field.label = capfirst(field.label)
            if isinstance(field, ModelChoiceField):
                self._keep_current(name, field)

    def _keep_current(self, name, field):
        """What the row points at stays choosable for those in whose scope it is not, and is shown without a query."""
        try:
            column = self.instance._meta.get_field(name)
        except FieldDoesNotExist:
            return
        current = getattr(self.instance, column.attname) if isinstance(column, ForeignKey) else None
        if current is None:
            return
        if field.queryset.query.where:
            within = field.queryset.values("pk").order_by()
            everything = column.related_model._default_manager
            field.queryset = everything.filter(pk__in=within) | everything.filter(pk=current)
        widget = getattr(field.widget, "widget", field.widget)
        if hasattr(widget, "known") and column.is_cached(self.instance):
            widget.known = {str(current): str(getattr(self.instance, name))}

    def clean_unit(self):
        """A unit that was typed in English is stored as all are."""
        return stored_unit(self.cleaned_data["unit"])

    def clean(self):
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
        stale = self.instance.pk and self.cleaned_data.get("seen_version") != self.instance.version
        if stale and self._own_changes():
            self.conflict = [self._both(name) for name in self._own_changes()]
            sees(self, self.instance.version)
            raise ValidationError(FASTER, code="conflict")
        return cleaned

    def _own_changes(self):
        return [name for name in self.changed_data if name in self.cleaned_data and self._column(name) is not None]

    def _column(self, name):
        try:
            return self.instance._meta.get_field(name)
        except FieldDoesNotExist:
            return None

    def _both(self, name):
        column, typed = self._column(name), self.cleaned_data[name]
        return (
            str(self.fields[name].label or column.verbose_name),
            _shown(column, getattr(self.instance, name)),
            _shown(column, typed),
        )


def _shown(column, value):
    if column.many_to_many:
        return _(", ").join(map(str, value.all() if hasattr(value, "all") else value))
    return str(value or "") if column.is_relation else value_in_words(column, value)


class RecordForm(VersionedForm):
    """The form of a whole record, with room for the reason that the trail keeps."""

    change_reason = PlainTextField(
        label=gettext_lazy("reason for the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in the history beside the change."),
    )
