"""Putting an earlier state of a record back: shown first, then saved by the record's own form, with a reason."""

from copy import copy
from dataclasses import replace
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, QueryDict
from django.urls import path
from django.utils.translation import gettext as _

from registry.core.actions import Stale
from registry.core.dates import format_instant
from registry.core.models import Change
from registry.core.restore import put_back, state_after, what_returns
from registry.core.roles import Role
from registry.core.trail import acting

from .deeds import Deed


class RestorePages:
    """The page of a ModelAdmin on which the bureau puts the state after a change back."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.restore_view)
        route = "<path:object_id>/restore/<int:change>/"
        return [path(route, view, name=self.view_name("restore")), *super().get_urls()]

    def restore_view(self, request, object_id, change):
        """GET shows what would change, POST does it; 409 where it is not possible, in words."""
        if not request.user.holds(Role.BUREAU):
            raise PermissionDenied(_("Only the bureau puts an earlier state back."))
        obj = self.found(request, object_id)
        found = Change.objects.filter(pk=change).first() if change < 2**63 else None
        if found is None:
            raise Http404(_("There is no such change."))
        deed = Deed(
            "restore", _("Put this state back"), "", partial(self._restore, request=request, change=found),
            needs_reason=True,
            explains=_(
                "The fields below become what they were after the change of %s, as a new change under your name. "
                "Status, stamps and rows of other tables stay as they are."
            ) % format_instant(found.at),
        )  # fmt: skip
        try:
            returning = tuple(what_returns(obj, *self._then(request, obj, found)))
        except ValidationError as refusal:
            return self._confirmed(request, obj, replace(deed, unlawful=refusal.messages[0]))
        return self._confirmed(request, obj, replace(deed, returning=returning))

    def _then(self, request, obj, change):
        """The row as it was, and the names of the fields that a person may edit. Raises ValidationError, in words."""
        then = state_after(obj, change)
        if not self.has_change_permission(request, obj):
            raise ValidationError(_("This record takes no more edits, and so no earlier state either."))
        names = set(self.get_form(request, obj, change=True).base_fields)
        if not what_returns(obj, then, names):
            raise ValidationError(_("What may be edited stands like that already."))
        return then, names

    def _restore(self, obj, *, by, reason, request, change):
        with acting(by=by, action=f"desk.{self.opts.model_name}.restore", reason=reason):
            fresh = self.get_object(request, str(obj.pk))
            if fresh is None or fresh.version != obj.version:
                raise Stale(_("“%s” was changed after you opened it. Look at it as it is now, and decide again.") % obj)
            then, names = self._then(request, fresh, change)
            form = self._typed(request, fresh, put_back(copy(fresh), then, what_returns(fresh, then, names)))
            if not form.is_valid():
                raise ValidationError([words for name in form.errors for words in _told(form, name)])
            self.save_model(request, form.save(commit=False), form, True)

    def _typed(self, request, obj, wanted):
        """The record's form as if a person had typed what is `wanted`."""
        form_class, data = self.get_form(request, obj, change=True), QueryDict(mutable=True)
        for bound in form_class(instance=wanted):
            value = bound.value()
            if isinstance(value, list | tuple):
                data.setlist(bound.html_name, [str(item) for item in value])
            elif value is True:
                data[bound.html_name] = "on"
            elif value not in (None, False) and (text := bound.field.widget.format_value(value)) is not None:
                data.setlist(bound.html_name, text if isinstance(text, list) else [str(text)])
        data["seen_version"] = str(obj.version)
        return form_class(data, instance=obj)


def _told(form, name):
    """The faults of a field with its name in front."""
    label = form.fields[name].label if name in form.fields else ""
    return [f"{label}: {words}" if label else words for words in form.errors[name]]
