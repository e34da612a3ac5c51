"""The project's page on the desk: how it stands and what comes next, before the form of its entries."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.projects import move_project
from projects.dossier import ask_for_file
from projects.lamps import lamp_of
from projects.models import Document, Funding, ProjectStep
from projects.models.phases import keeps_its_phase
from projects.overview import Overview
from registry.core.addresses import desk_list, desk_new, desk_page
from registry.core.admin import RecordAdmin
from registry.core.dates import today
from registry.core.models import Change
from registry.core.read_only import own_affairs

from .chases import chases_in_history
from .checklists import holidays_unknown
from .difficulties import difficulties_panel
from .documents import documents_panel
from .events import agreements_panel
from .funding import funding_panel
from .monthly import reports_panel
from .results import results_panel


class ProjectPage(RecordAdmin):
    """A project's page with its overview; the list and the forms are `ProjectAdmin`'s."""

    move = staticmethod(lambda obj, **data: move_project(project=obj, **data))

    def frozen(self, obj):
        """What was carried into the next campaign stays as it was."""
        return obj.is_locked

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("campaign__successor", "officer", "continues", "continued_by", "phase_by")

    def get_urls(self):
        view = self.admin_site.admin_view(self.file_view)
        return [path("<path:object_id>/file/", view, name=self.view_name("file")), *super().get_urls()]

    @own_affairs
    def file_view(self, request, object_id):
        """Ask for the project's file; on to the page of the job that makes it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(("POST",))
        project = self.found(request, object_id)
        if not request.user.has_perm("projects.view_project"):
            raise PermissionDenied
        job = ask_for_file(project, request.user)
        messages.success(request, _("The project's file is being made."))
        return HttpResponseRedirect(reverse("job", args=(job.key,)))

    # What the page shows

    def panels(self, request, obj):
        """The tables below the overview. A locked phase takes no new rows."""
        overview = request.overview
        panels = (
            funding_panel(request, obj, overview.lines), results_panel(request, obj), reports_panel(request, obj),
            difficulties_panel(request, obj, overview.rule), agreements_panel(request, obj),
        )  # fmt: skip
        if obj.is_locked:
            for panel in panels[:3]:
                panel.new = None
        own = [document for document in overview.documents if document.project_id]
        return (*panels, documents_panel(request, obj, own)) if own else panels

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            request.overview = Overview(obj, request.user, today(), self._in_tables(request, context))
            context |= self.overview_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _in_tables(self, request, context):
        """{model: rows} that the page's tables have read, untouched by what was typed."""
        if request.method == "POST":
            return {}
        tables = [table.formset for table in context["inline_admin_formsets"]]
        return {table.model: [form.instance for form in table.initial_forms] for table in tables}

    def overview_context(self, request, obj):
        user, overview = request.user, request.overview
        return {
            "overview": overview,
            "items": [self._shown(item, overview, user) for item in overview.items],
            "holidays": holidays_unknown([item.step for item in overview.items]),
            "next": self._next(request, overview),
            "evidence": overview.evidence,
            "new_line": self._new(obj, Funding, user, f"?project={obj.pk}&state=received"),
            "new_step": self._new(obj, ProjectStep, user, f"?project={obj.pk}"),
            "may_upload": user.has_perm("projects.add_document"),
            "upload": desk_new(Document),
            "data_check": desk_list(Funding, f"?check=beyond&q={obj.number}"),
            "changes": self._changes_of(obj, overview.documents).count() if user.has_perm("core.view_change") else None,
            "is_edited": request.method == "POST" or "edit" in request.GET,
            "file_address": reverse(f"admin:{self.view_name('file')}", args=(obj.pk,)),
        }

    def _new(self, obj, model, user, query):
        allowed = user.has_perm(f"projects.add_{model._meta.model_name}")
        return desk_new(model, query) if allowed and not (obj.is_locked and keeps_its_phase(model)) else ""

    def _shown(self, item, overview, user):
        """A line of the checklist: the item, its page, its light, who settled it or answers for it."""
        step = item.step
        settled, settled_at = step.verified_by or step.waived_by, step.verified_at or step.waived_at
        return {
            "item": item,
            "url": desk_page(step),
            "light": lamp_of(step, overview.day, overview.rule),
            "who": overview.person(settled or step.done_by or step.responsible),
            "settled_on": settled_at and timezone.localdate(settled_at),
        }

    def _next(self, request, overview):
        """The step that is to be done now, with the buttons that the person has on it."""
        if overview.next is None:
            return None
        steps = self.admin_site.get_model_admin(ProjectStep)
        shown = self._shown(overview.next, overview, request.user)
        shown["may_change"] = steps.has_change_permission(request, overview.next.step)
        shown["buttons"] = [] if overview.project.is_locked else steps.buttons(request, overview.next.step)
        return shown

    def changes_of(self, obj):
        """The files of a project and the chases of its steps are part of its history too."""
        return self._changes_of(obj, Document.objects.filter(project=obj))

    def _changes_of(self, obj, documents):
        keys = [str(document.pk) for document in documents if document.project_id]
        files = Change.objects.filter(table_name=Document._meta.db_table, row_pk__in=keys)
        return super().changes_of(obj) | files | chases_in_history(obj)
