"""What every page of the desk keeps to: the person's scope, the trail, no deletion, no overwriting in silence."""

from contextlib import contextmanager
from functools import cache

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from registry.core.data_classes import left_out
from registry.core.history import masked, masks_personal
from registry.core.lifecycle import Staged
from registry.core.refusals import refusal_in_words
from registry.core.text import clean_text
from registry.core.trail import acting, is_acting

from .counts import CountField, is_counted, read_counts
from .deeds import DeedPages
from .history import HistoryPages
from .list_files import ListFiles
from .restoring import RestorePages
from .versions import RecordForm, VersionedForm

LOOKUPS = ("exact", "id__exact", "pk__exact", "isnull", "gte", "lt", "year", "month", "day")
"""What may be asked of a filter by the address; nothing that guesses at a value piece by piece."""


class Forgiving:
    """Django's autocomplete fields ask the database for whatever was sent; these ask only for what can be a key."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in map(str, value) if key.isascii() and key.isdigit()], attr)


class TypingSelect(Forgiving, AutocompleteSelect):
    """One record, found by typing."""


class TypingSelectMultiple(Forgiving, AutocompleteSelectMultiple):
    """Several records, found by typing."""

    def build_attrs(self, *args, **kwargs):
        """Each is taken off by its own cross; the one for all would stand in the list without being an item of it."""
        return super().build_attrs(*args, **kwargs) | {"data-allow-clear": "false"}


class KnownSelect(TypingSelect):
    """One without a query for the object that the form has at hand (`known`: {key: text})."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {}

    def optgroups(self, name, value, attr=None):
        chosen = [key for key in map(str, value) if key]
        if not set(chosen) <= self.known.keys():
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options = [self.create_option(name, key, self.known[key], True, 1) for key in chosen]
        return [(None, [*empty, *options], 0)]


class Scoped:
    """What pages and their inline tables share."""

    def masks(self, request):
        return masks_personal(request.user)

    def people(self, request):
        """The accounts that a field may name."""
        return get_user_model().objects.filter(is_active=True)

    def choices_of(self, model, request):
        """The rows that a field may point at: those that the person finds on the desk itself."""
        if model is get_user_model():
            return self.people(request)
        if self.admin_site.is_registered(model):
            return self.admin_site.get_model_admin(model).get_queryset(request)
        return model._default_manager.all()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Choices within the person's scope; small tables are read once for all rows of a page."""
        kwargs.setdefault("queryset", self.choices_of(db_field.related_model, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and not isinstance(field.widget, KnownSelect):
            field.choices = [*(choice for choice in field.choices)]  # list() would count them first
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self.choices_of(db_field.related_model, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", TypingSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if is_counted(db_field):
            kwargs.setdefault("form_class", CountField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class RecordAdmin(ListFiles, HistoryPages, RestorePages, DeedPages, Scoped, admin.ModelAdmin):
    """The pages of one kind of record. `frozen(obj)` says that a row takes no more edits; `new_fieldsets` are what the
    form of a new one asks for, all of it to be typed, where that is not what its page shows."""

    form = RecordForm
    new_fieldsets = None
    actions = None
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    empty_value_display = "—"

    def frozen(self, obj):
        return False

    # Who may see and do what

    def get_queryset(self, request):
        rows = self.within(super().get_queryset(request), request.user)
        match = request.resolver_match
        lists = {self.view_name("changelist"), self.view_name("export")}
        return self.listed(rows) if match and match.url_name in lists else rows

    def within(self, rows, user):
        """The rows that the person works with; all of a table that has no scopes."""
        return rows.within_scope_of(user) if hasattr(rows, "within_scope_of") else rows

    def listed(self, rows):
        """Room to fetch along what the list shows and single pages do not."""
        return rows

    def get_object(self, request, object_id, from_field=None):
        """The row within scope, locked while it is being saved; with personal data masked for who may not see it."""
        rows = self.get_queryset(request)
        if request.method == "POST" and is_acting():
            rows = rows.select_for_update(of=("self",))
        try:
            obj = rows.get(pk=self.opts.pk.to_python(unquote(object_id)))
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None
        if self.masks(request):
            for name, kind in getattr(obj, "personal", {}).items():
                setattr(obj, name, masked(getattr(obj, name), kind))
        return obj

    def found(self, request, object_id):
        """The row for a page of its own; raises Http404 for one that does not exist or is not the person's to see."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404(_("There is no such record, or it is not yours to see."))
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        return obj

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404(_("There is no such record, or it is not yours to see."))

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj is not None and self.frozen(obj))

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the page itself offers as a filter: nothing else may be asked of hidden or personal fields."""
        for offered in (*self.get_list_filter(request), self.date_hierarchy):
            name = offered[0] if isinstance(offered, tuple) else getattr(offered, "parameter_name", offered)
            if name and (lookup == name or lookup.removeprefix(f"{name}__") in LOOKUPS):
                return True
        return False

    def searched(self, request, queryset, words):
        """What of `queryset` is found by `words`."""
        return queryset.search(words)

    def get_search_results(self, request, queryset, search_term):
        """The model's own search where it has one: names old and new, numbers, pinyin and initials."""
        try:
            words = clean_text(search_term)
        except ValidationError:
            return queryset.none(), False
        if words and hasattr(queryset, "search"):
            return self.searched(request, queryset, words), False
        return super().get_search_results(request, queryset, words)

    # Saving

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def get_fieldsets(self, request, obj=None):
        if obj is None and self.new_fieldsets:
            return self.new_fieldsets
        fieldsets = list(super().get_fieldsets(request, obj))
        own = ("change_reason", "seen_version")
        fieldsets = [
            (name, {**options, "fields": [field for field in options["fields"] if field not in own]})
            for name, options in fieldsets
        ]
        if unread := left_out(request.user, self.model):
            fieldsets = [
                (name, {**options, "fields": _without(options["fields"], unread)}) for name, options in fieldsets
            ]
            fieldsets = [(name, options) for name, options in fieldsets if options["fields"]]
        editable = obj is not None and self.has_change_permission(request, obj)
        if editable:
            fieldsets.append((None, {"fields": ("change_reason", "seen_version")}))
        elif obj is not None:
            fieldsets = [(name, {**options, "fields": read_counts(self.model, options["fields"])})
                         for name, options in fieldsets]  # fmt: skip
        if obj is None or request.user.has_perm("core.view_user"):
            return fieldsets
        read = {*self.get_readonly_fields(request, obj)} if editable else None
        return [(name, {**options, "fields": self._by_name(options["fields"], read)}) for name, options in fieldsets]

    def _by_name(self, fields, read):
        """Accounts shown by their names alone: their own pages are not open to this person."""
        names = []
        for name in fields:
            if isinstance(name, list | tuple):
                names.append(self._by_name(name, read))
            else:
                names.append(person_named(self.model, name) if name in _people(self.model) & (read or {name}) else name)
        return names

    def get_readonly_fields(self, request, obj=None):
        if obj is None and self.new_fieldsets:
            return ()
        people = () if obj is None else (person_named(self.model, name) for name in sorted(_people(self.model)))
        return (*super().get_readonly_fields(request, obj), *people)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A save speaks in the trail under the person's name; what the database refuses comes back with the input."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with self._acting(request, "change" if object_id else "add"):
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, ValidationError) as problem:
            request.refusal = problem.messages if isinstance(problem, ValidationError) else refusal_in_words(problem)
        with transaction.atomic():
            return super().changeform_view(request, object_id, form_url, extra_context)

    @contextmanager
    def _acting(self, request, verb):
        with acting(by=request.user, action=f"desk.{self.opts.model_name}.{verb}", reason=_reason(request)):
            yield

    def log_addition(self, request, obj, message):
        """Not here: the trail is the one history."""

    def log_change(self, request, obj, message):
        """Not here: the trail is the one history."""

    def panels(self, request, obj):
        """Room for read-only tables below the form."""
        return ()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """The record's own name as the heading; 409 with both values where somebody else was faster."""
        conflicts = list(_conflicts(context))
        context |= {"conflicts": conflicts, "show_save_and_add_another": False}
        if add:
            context["title"] = _("Add %(name)s") % {"name": self.opts.verbose_name}
        if obj is not None:
            context |= {
                "title": context["adminform"].form.standing,
                "subtitle": None,
                "state": obj if isinstance(obj, Staged) else None,
                "buttons": self.buttons(request, obj),
                "for_another": obj.moves_for_another(request.user) if isinstance(obj, Staged) else (),
                "panels": self.panels(request, obj),
                "may_read_trail": request.user.has_perm("core.view_change"),
            }
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if conflicts:
            response.status_code = 409
        elif getattr(request, "refusal", None):
            response.status_code = 400
        return response


@cache
def _people(model):
    """The names of a model's fields that point at an account."""
    return {field.name for field in model._meta.fields if field.is_relation and field.related_model is get_user_model()}


@cache
def person_named(model, field):
    """A read-only column with the name of the account that `field` points at."""

    @admin.display(description=model._meta.get_field(field).verbose_name)
    def named(obj):
        person = getattr(obj, field)
        return "—" if person is None else str(person)

    return named


def _reason(request):
    try:
        return clean_text(request.POST.get("change_reason", ""))[:300]
    except ValidationError:  # the form says so and saves nothing
        return ""


def _conflicts(context):
    """(what, [(label, now, typed)]) of the record and of each row of its tables that was saved by somebody else."""
    rows = [row for table in context["inline_admin_formsets"] for row in table.formset.forms]
    for form in (context["adminform"].form, *rows):
        if getattr(form, "conflict", None):
            yield form.standing, form.conflict


class RowForm(VersionedForm):
    """One row of an inline table."""


class RecordInline(Scoped, admin.TabularInline):
    """A small table on a record's page. Rows are removed only where the table of roles grants it."""

    form = RowForm
    extra = 1
    select_related = ()

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related(*self.select_related)
        return rows.select_for_update(of=("self",)) if request.method == "POST" else rows

    def get_fields(self, request, obj=None):
        fields = [name for name in super().get_fields(request, obj) if name != "seen_version"]
        return [*fields, "seen_version"] if self.has_change_permission(request, obj) else fields

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.mask = self.masks(request) and bool(self.model.personal)
        return formset

    def has_change_permission(self, request, obj=None):
        return self._of_open_record(request, obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request, obj):
        return self._of_open_record(request, obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._of_open_record(request, obj) and super().has_delete_permission(request, obj)

    def _of_open_record(self, request, obj):
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj)


def _without(fields, names):
    """The fields of a form, some of them side by side, but for those of `names`."""
    kept = (_without(one, names) if isinstance(one, list | tuple) else one for one in fields)
    return tuple(one for one in kept if one and one not in names)
