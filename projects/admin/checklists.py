"""Checklists on the desk: a project's steps with their lamps, and the step's own page with its buttons."""

from django import forms
from django.contrib import admin
from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.checklists import open_checklist
from projects.lamps import lamp_of
from projects.models import ChecklistTemplate, LampRule, Project, ProjectStep, StandardReason
from projects.models.documents import DocumentKind
from registry.core.admin import Deed, ReasonForm
from registry.core.dates import today
from registry.core.forms import ChineseDateField
from registry.core.history import value_in_words

from .chases import CHASE, chases_panel
from .documents import documents_panel
from .parts import OfProjectAdmin, people_of

REASONS = {"returned": StandardReason.Use.RETURN_STEP, "waived": StandardReason.Use.WAIVE_STEP}


def template_choices(project):
    """The templates in use, the most fitting of each kind first."""
    names = dict(ChecklistTemplate.Kind.choices)
    groups = [
        (names[kind], [(one.pk, str(one)) for one in ChecklistTemplate.objects.for_project(project, kind)])
        for kind in names
    ]
    return [group for group in groups if group[1]]


def checklist_form(request, project):
    class ChecklistForm(ReasonForm):
        template = forms.TypedChoiceField(
            label=_("template"), choices=template_choices(project), coerce=int,
            help_text=_("Its wording is copied; later edits of the template do not touch this project."),
        )  # fmt: skip
        start = ChineseDateField(
            label=_("due dates count from"), required=False, initial=project.actual_start or project.planned_start,
            help_text=_("Empty: the steps get no due dates."),
        )  # fmt: skip

    return ChecklistForm


def _open(project, *, template, start, by):
    open_checklist(project=project, template=ChecklistTemplate.objects.get(pk=template), start=start, by=by)


OPEN_CHECKLIST = Deed(
    "open-checklist", gettext_lazy("Open the checklist"), "projects.add_projectstep", _open,
    offered=lambda project, user: not (project.is_locked or project.steps.exists()), form=checklist_form,
    asks_reason=False,
    explains=gettext_lazy("The steps of a template become this project's own list, with due dates and sides."),
)  # fmt: skip


class LightFilter(admin.SimpleListFilter):
    title = gettext_lazy("light")
    parameter_name = "light"

    def lookups(self, request, model_admin):
        return [
            ("overdue", _("overdue")),
            ("due", _("due soon")),
            ("unsettled", _("neither signed off nor waived")),
        ]

    def queryset(self, request, queryset):
        words = {
            "overdue": lambda: queryset.overdue(today()),
            "due": lambda: queryset.due_soon(today(), LampRule.objects.current()),
            "unsettled": queryset.unsettled,
        }
        return words[self.value()]() if self.value() in words else queryset


class MineFilter(admin.SimpleListFilter):
    title = gettext_lazy("for me")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("to_do", _("mine to do")), ("sign_off", _("waiting for my sign-off"))]

    def queryset(self, request, queryset):
        if self.value() == "to_do":
            return queryset.assigned_to(request.user).filter(status__in=ProjectStep.OPEN)
        return queryset.waiting_for(request.user) if self.value() == "sign_off" else queryset


@admin.register(ProjectStep)
class ProjectStepAdmin(OfProjectAdmin):
    slug = "steps"
    list_display = ("title", "project", "light", "due_on", "side", "responsible", "status")
    list_filter = (MineFilter, LightFilter, "status", "side", "stage", "due_on", "is_demo")
    list_select_related = ("project", "responsible", "depends_on")
    search_fields = ("title", "project__number", "project__name")
    date_hierarchy = "due_on"
    ordering = ("due_on", "pk")
    fieldsets = (
        (None, {"fields": ("project", ("position", "stage"), "title", "guidance")}),
        (
            gettext_lazy("Who and when"),
            {"fields": (("side", "responsible"), "due_on", "depends_on", "evidence", "note")},
        ),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("done_by", "done_at"), ("verified_by", "verified_at"), ("waived_by", "waived_at"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "status", "done_by", "done_at", "verified_by", "verified_at", "waived_by", "waived_at",
    )  # fmt: skip
    deeds = (CHASE,)

    def listed(self, rows):
        """With the rule of the lamps in force, read once for the whole page."""
        return rows.annotate(due_soon_days=Value(LampRule.objects.current().due_soon_days))

    def frozen(self, obj):
        """A settled step is reopened before it is rewritten, and one that waits for its sign-off is returned."""
        return obj.status not in ProjectStep.OPEN

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets[:-1]
        return [
            (name, {**options, "fields": [self._wording(field, request, obj) for field in options["fields"]]})
            for name, options in fieldsets
        ]

    def _wording(self, name, request, obj):
        read_only = self._is_agreed(obj) or not self.has_change_permission(request, obj)
        return "evidence_in_words" if name == "evidence" and read_only else name

    def _is_agreed(self, obj):
        """The wording was agreed when the list was opened: what is edited are dates, persons and progress."""
        return obj is not None and obj.template_step_id is not None

    def get_readonly_fields(self, request, obj=None):
        fields = (*super().get_readonly_fields(request, obj), "evidence_in_words")
        return (*fields, "position", "stage", "title", "guidance") if self._is_agreed(obj) else fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        """People and earlier steps of this project only."""
        form = super().get_form(request, obj, change=change, **kwargs)
        project = obj.project if obj is not None else self._chosen(request)
        people = people_of(project, request.user) if project else self.people(request).none()
        steps = project.steps.exclude(pk=obj and obj.pk) if project else ProjectStep.objects.none()
        for name, rows in (("responsible", people), ("depends_on", steps)):
            if name in form.base_fields:
                form.base_fields[name].queryset = rows
                form.base_fields[name].choices = form.base_fields[name].iterator(form.base_fields[name])
        if "evidence" in form.base_fields:
            form.base_fields["evidence"] = forms.MultipleChoiceField(
                label=form.base_fields["evidence"].label, choices=DocumentKind.choices, required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        return form

    def _chosen(self, request):
        key = request.POST.get("project") or request.GET.get("project") or ""
        rows = Project.objects.within_scope_of(request.user)
        return rows.filter(pk=key).first() if key.isascii() and key.isdigit() else None

    def standard_reasons(self, obj, target):
        rows = StandardReason.objects.filter(use=REASONS.get(target, ""))
        return rows.values_list("text", flat=True)

    def panels(self, request, obj):
        chases = (chases_panel(request, obj),) if request.user.has_perm("projects.view_chase") else ()
        return (documents_panel(request, obj), *chases)

    @admin.display(description=gettext_lazy("evidence required"))
    def evidence_in_words(self, step):
        return value_in_words(step._meta.get_field("evidence"), step.evidence)

    @admin.display(description=gettext_lazy("light"))
    def light(self, step):
        return lamp_of(step, today(), LampRule(due_soon_days=step.due_soon_days))
