"""Projects on the desk: the ledger with its search and filters, the project's page, and the logging of a new one."""

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgs.models import Organisation
from projects.actions.projects import register_project
from projects.listing.asking import search_projects
from projects.models import Field, Participation, Project, ProjectField, ProjectMark, ProjectStep, Site
from projects.people import officers_for
from projects.publishing.contents import changed_since
from projects.tables import AMOUNT
from registry.core.addresses import desk_page
from registry.core.admin import RecordInline, in_money
from registry.core.dates import today
from registry.core.templatetags.values import wan

from .checklists import OPEN_CHECKLIST
from .parts import CountyFilter, adopt, typed
from .project_forms import LogProjectForm
from .project_page import ProjectPage
from .publication import PublicationPages
from .transition import CARRY, LOCK, UNLOCK


class FieldFilter(admin.SimpleListFilter):
    title = gettext_lazy("field of help")
    parameter_name = "field"

    def lookups(self, request, model_admin):
        return [(field.code, str(field)) for field in Field.objects.active()]

    def queryset(self, request, queryset):
        return queryset.in_field(self.value()) if self.value() else queryset


class OverdueFilter(admin.SimpleListFilter):
    title = gettext_lazy("checklist")
    parameter_name = "checklist"

    def lookups(self, request, model_admin):
        return [
            ("overdue", _("with overdue steps")),
            ("none", _("no checklist yet")),
            ("mine", _("mine to answer for")),
        ]

    def queryset(self, request, queryset):
        late = ProjectStep.objects.overdue(today()).values("project")
        conditions = {"overdue": Q(pk__in=late), "none": Q(steps__isnull=True), "mine": Q(officer=request.user)}
        return queryset.filter(conditions.get(self.value(), Q()))


class FieldInline(RecordInline):
    model = ProjectField
    fields = ("field", "is_primary")
    select_related = ("field",)


class SiteInline(RecordInline):
    model = Site
    fields = ("division", "address", "share")
    autocomplete_fields = ("division",)
    select_related = ("division__home",)


class ParticipationInline(RecordInline):
    model = Participation
    fields = ("role", "organisation", "enterprise", "unnamed", "unnamed_count", "unnamed_qualifier", "note")
    autocomplete_fields = ("organisation", "enterprise")
    select_related = ("organisation", "enterprise")


class MarkInline(RecordInline):
    model = ProjectMark
    extra = 0
    fields = ("kind", "title", "named_by", "named_on")


class ChangedFilter(admin.SimpleListFilter):
    title = gettext_lazy("publication")
    parameter_name = "publication"

    def lookups(self, request, model_admin):
        return [("changed", _("changed since publication"))]

    def queryset(self, request, queryset):
        return changed_since(queryset) if self.value() == "changed" else queryset


@admin.register(Project)
class ProjectAdmin(PublicationPages, ProjectPage):
    list_display = (
        "number", "name", "parties", "places", "stage", "funds", "overdue_steps", "officer", "year", "visibility",
    )  # fmt: skip
    list_display_links = ("number", "name")
    list_filter = (
        "stage", OverdueFilter, "campaign", "year", CountyFilter, FieldFilter, "visibility", ChangedFilter,
        ("officer", admin.RelatedOnlyFieldListFilter), "is_demo",
    )  # fmt: skip
    list_select_related = ("officer",)
    search_fields = ("name",)
    search_help_text = gettext_lazy(
        "Name, number, pinyin or initials; organisations and companies by old and new names."
    )
    date_hierarchy = "actual_start"
    autocomplete_fields = ("parent", "continues")
    new_fieldsets = (
        (None, {"fields": ("name", ("campaign", "year"), "lead", "areas", "counties", "officer")}),
        (gettext_lazy("Dates"), {"fields": (("planned_start", "planned_end"), ("actual_start", "actual_end"))}),
        (gettext_lazy("What is done"), {"fields": ("summary", "approach", "channel")}),
        (gettext_lazy("Sources"), {"fields": ("source", "quote", "caution")}),
    )
    fieldsets = (
        (None, {"fields": ("number", "name", ("campaign", "year"), "officer", "summary", "approach", "channel")}),
        (
            gettext_lazy("Dates"),
            {"fields": (("planned_start", "planned_end"), ("actual_start", "actual_end"))},
        ),
        (gettext_lazy("Sources"), {"fields": ("source", "quote", "caution")}),
        (
            gettext_lazy("Connections and state"),
            {"fields": ("parent", "continues", "stage", "left_stage", "visibility", "is_demo")},
        ),
    )  # fmt: skip
    readonly_fields = ("number", "stage", "left_stage", "visibility", "is_demo")
    deeds = (
        CARRY, OPEN_CHECKLIST,
        UNLOCK, LOCK,
    )  # fmt: skip

    def people(self, request):
        return officers_for(request.user)

    def searched(self, request, queryset, words):
        return search_projects(queryset, words, request.user)

    def listed(self, rows):
        """Each column in one query for the whole page."""
        late = ProjectStep.objects.overdue(today()).filter(project=OuterRef("pk")).order_by().values("project")
        overdue = Coalesce(Subquery(late.annotate(number=Count("pk")).values("number")), 0)
        return rows.annotate(funds_involved=AMOUNT, late=overdue).prefetch_related(
            Prefetch("participations", Participation.objects.select_related("organisation", "enterprise")),
            Prefetch("sites", Site.objects.select_related("division").order_by("pk")),
        )

    # Logging a new project

    def get_inlines(self, request, obj):
        return (FieldInline, SiteInline, ParticipationInline, MarkInline) if obj is not None else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs | {"form": LogProjectForm})
        form.user, form.organisations = request.user, self.choices_of(Organisation, request)
        return form

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        chosen = form.cleaned_data
        adopt(
            obj,
            register_project(
                by=request.user, lead=chosen["lead"], fields=chosen["areas"], counties=chosen["counties"],
                **typed(form, *form.details),
            ),
        )  # fmt: skip
        self._warn_of_likeness(request, obj)

    def _warn_of_likeness(self, request, project):
        """A project that may have been logged before is named at once, with the way to it."""
        alike = list(Project.objects.within_scope_of(request.user).like(project)[:5])
        if alike:
            found = ((desk_page(one), one.number, one) for one in alike)
            links = format_html_join("、", '<a href="{}">{} {}</a>', found)
            words = ngettext(
                "A project of a similar name is registered in the same place:",
                "Projects of a similar name are registered in the same place:",
                len(alike),
            )
            messages.warning(request, format_html("{} {}", words, links))

    def response_post_save_add(self, request, obj):
        """On to the new project's page, where parties and funding are entered."""
        return HttpResponseRedirect(desk_page(obj))

    # Columns of the list

    @admin.display(description=gettext_lazy("parties"))
    def parties(self, project):
        """The leading organisation, and how many more there are."""
        parts = sorted(project.participations.all(), key=lambda part: part.role != Participation.Role.LEAD)
        if not parts:
            return None
        more = len(parts) - 1
        return f"{parts[0]} +{more}" if more else str(parts[0])

    @admin.display(description=gettext_lazy("places"))
    def places(self, project):
        names = dict.fromkeys(str(site.division) for site in project.sites.all())
        return _(", ").join(names) or None

    @admin.display(description=gettext_lazy("funds involved (10,000 yuan)"), ordering="funds_involved")
    @in_money(lambda project: project.funds_involved)
    def funds(self, project):
        return wan(project.funds_involved) if project.funds_involved is not None else None

    @admin.display(description=gettext_lazy("overdue steps"), ordering="late")
    def overdue_steps(self, project):
        return render_to_string("partials/lamp.html", {"lamp": "overdue", "label": project.late}) if project.late else 0
