"""The trail as a list: every change, newest first, in words."""

from django.apps import apps
from django.contrib import admin
from django.db.models import Max, Q
from django.http import Http404, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.dates import format_instant
from registry.core.history import ACCOUNT_TABLES, action_in_words, changes_within_scope_of, describe
from registry.core.models import Change, Record, User
from registry.core.roles import READS_EVERYTHING, Role

from .history import with_restores
from .large_lists import LargeListAdmin

REACH = 1_000_000
"""Changes among which an action is looked for, which has no index: a second or two."""

NEAR = 500
"""How far apart in the trail the changes of one transaction are looked for."""


class WhoFilter(admin.SimpleListFilter):
    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request, model_admin):
        people = User.objects.holding(*Role.values).exclude(groups__name=Role.ORGANISATION).order_by("name")[:100]
        return [
            ("outside", _("outside the application")),
            ("me", _("myself")),
            *((str(person.pk), str(person)) for person in people),
        ]

    def queryset(self, request, queryset):
        value = self.value()
        if value == "outside":
            return queryset.filter(actor_id__isnull=True)
        if value == "me":
            return queryset.filter(actor_id=request.user.pk)
        return queryset.filter(actor_id=value) if value and value.isascii() and value.isdigit() else queryset


class TableFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind of record")
    parameter_name = "table"

    def lookups(self, request, model_admin):
        everything = request.user.holds(*READS_EVERYTHING, Role.PARTNER)
        records = [model for model in apps.get_models() if issubclass(model, Record)]
        names = [(model._meta.db_table, str(model._meta.verbose_name)) for model in records]
        return sorted((pair for pair in names if everything or pair[0] in ACCOUNT_TABLES), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        return queryset.filter(table_name=self.value()) if self.value() else queryset


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("action")
    parameter_name = "by_way_of"

    def lookups(self, request, model_admin):
        return [
            ("desk", _("edited at the desk")),
            ("named", _("a button or a page")),
            ("none", _("no action named")),
        ]

    def queryset(self, request, queryset):
        conditions = {
            "desk": Q(action__startswith="desk."),
            "named": ~Q(action="") & ~Q(action__startswith="desk."),
            "none": Q(action=""),
        }
        return queryset.filter(conditions.get(self.value(), Q()))


@admin.register(Change)
class ChangeAdmin(LargeListAdmin, admin.ModelAdmin):
    """Read-only. Personal data is masked, so the raw rows are never shown here."""

    list_display = ("at_", "who", "what", "row", "differences", "why")
    list_display_links = ("at_",)
    list_filter = (WhoFilter, TableFilter, ActionFilter, "operation", "at")
    search_fields = ("request_id", "batch_id")
    search_help_text = gettext_lazy(
        "The number of a request or a batch, or an action such as funding.void among the newest million changes."
    )
    ordering = ("-id",)
    sortable_by = ()
    actions = None
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200

    def get_queryset(self, request):
        return changes_within_scope_of(request.user)

    def found_by(self, request, words):
        newest = Change.objects.aggregate(newest=Max("id"))["newest"] or 0
        return [Q(request_id=words), Q(batch_id=words), Q(action=words, id__gt=newest - REACH)]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        own = {"who", "table", "by_way_of", "operation__exact", "root_table", "root_pk"}
        return lookup in own or lookup in ("at__gte", "at__lt", "at__isnull")

    def get_changelist_instance(self, request):
        """Describe the page's changes together, before the columns ask for them one by one."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        for row, entry in zip(rows, describe(rows, request.user), strict=True):
            row.entry = entry
        changes.result_list = rows
        return changes

    def history_view(self, request, object_id, extra_context=None):
        raise Http404(_("There is no such change, or it is not yours to see."))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One change with what belongs to the same transaction."""
        if request.method == "POST":
            return HttpResponseNotAllowed(("GET", "HEAD"))
        rows = self.get_queryset(request)
        one = rows.filter(pk=object_id).first() if object_id.isascii() and object_id.isdigit() else None
        if one is None:
            raise Http404(_("There is no such change, or it is not yours to see."))
        near = rows.filter(pk__range=(one.pk - NEAR, one.pk + NEAR))
        together = near.filter(transaction=one.transaction)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change no. %d") % one.pk,
            "opts": self.opts,
            "change_record": one,
            "what": action_in_words(one),
            "entries": with_restores(describe(together.order_by("id")[:100], request.user), request.user),
        }
        return TemplateResponse(request, "admin/core/change/change_form.html", context)

    @admin.display(description=gettext_lazy("when"))
    def at_(self, change):
        return format_instant(change.at, "table")

    @admin.display(description=gettext_lazy("who"))
    def who(self, change):
        return change.entry.who or change.entry.outside

    @admin.display(description=gettext_lazy("what was done"))
    def what(self, change):
        return change.entry.action

    @admin.display(description=gettext_lazy("row"))
    def row(self, change):
        entry = change.entry
        return f"{entry.row} — {entry.record}" if entry.record and change.root_table != change.table_name else entry.row

    @admin.display(description=gettext_lazy("before and after"))
    def differences(self, change):
        return format_html_join(
            "",
            '<div class="difference"><span class="muted">{}</span> {} → {}</div>',
            ((each.label, each.before or "—", each.after or "—") for each in change.entry.differences[:4]),
        )

    @admin.display(description=gettext_lazy("why"))
    def why(self, change):
        return change.reason
