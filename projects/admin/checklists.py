"""Checklists on the desk: a project's steps with their lamps, and the step's own page with its buttons."""

from django import forms
from django.contrib import admin
from django.db.models import Value
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.checklists import move_step, open_checklist
from projects.lamps import standing_of
from projects.models import ChecklistTemplate, Document, LampRule, Project, ProjectStep, StandardReason
from projects.models.documents import DocumentKind
from projects.people import people_of
from projects.rounds import rounds_of
from projects.step_search import ways_to_steps
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, LargeListAdmin, Panel, ReasonForm
from registry.core.dates import format_instant, today
from registry.core.forms import ChineseDateField
from registry.core.history import value_in_words
from registry.core.workdays import unknown_years

from .chases import CHASE, chases_panel
from .decisions import decisions_panel
from .documents import documents_panel
from .parts import OfProjectAdmin

IN_WORDS = {"evidence": "evidence_in_words", "title": "wording"}
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


def holidays_unknown(steps):
    """A warning where unsettled steps are due in a year of which the table of holidays knows nothing; else empty."""
    years = unknown_years(step.due_on for step in steps if step.status in ProjectStep.UNSETTLED)
    if not years:
        return ""
    words = _("The table of holidays is not up to date: nothing is entered for %s. Monday to Friday count as worked.")
    return words % ", ".join(map(str, years))


def record_panel(step):
    """The sign-off record: every round of applying, deciding and reopening, as the trail has it."""
    heads = ((_("round"), "nowrap"), (_("applied for"), ""), (_("signed off or returned"), ""), (_("reopened"), ""))
    panel = Panel(_("Sign-off record"), heads, _("Sign-off has not been applied for yet."), "record")
    for number, one in enumerate(rounds_of(step), start=1):
        decided = one.decided and format_html(
            '<span class="status status--{}">{}</span> {}', one.decided.status, step.state_label(one.decided.status),
            _signed(one.decided),
        )  # fmt: skip
        panel.add("", str(number), _signed(one.applied), decided, _signed(one.reopened))
    return panel


def _signed(act):
    """Who and when, and in which words."""
    if act is None:
        return ""
    words = '{} <span class="nowrap">{}</span><span class="sub">{}</span>'
    return format_html(words, act.who, format_instant(act.at, "table"), act.words)


def missing_files(step, user):
    """[(kind in words, the address where it is uploaded; empty for who may not)] of the evidence still missing."""
    may = user.has_perm("projects.add_document")
    return [
        (DocumentKind(kind).label, desk_new(Document, f"?step={step.pk}&kind={kind}") if may else "")
        for kind in step.missing_kinds()
    ]


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
            return queryset.to_do_of(request.user)
        return queryset.waiting_for(request.user) if self.value() == "sign_off" else queryset


@admin.register(ProjectStep)
class ProjectStepAdmin(LargeListAdmin, OfProjectAdmin):
    slug = "steps"
    list_display = ("wording", "project", "light", "due_on", "side", "responsible", "status")
    list_filter = (MineFilter, LightFilter, "status", "side", "stage", "due_on", "is_demo")
    list_select_related = ("project", "responsible", "depends_on")
    search_fields = ("title", "title_en", "project__number", "project__name")
    search_help_text = gettext_lazy("The step, or the number or name of its project.")
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

    def found_by(self, request, words):
        return ways_to_steps(words, request.user)

    @admin.display(description=gettext_lazy("step"), ordering="title")
    def wording(self, step):
        return str(step)

    def listed(self, rows):
        """With the rule of the lamps in force, read once for the whole page."""
        return rows.annotate(due_soon_days=Value(LampRule.objects.current().due_soon_days))

    @staticmethod
    def move(record, *, to, by, reason=""):
        return move_step(step=record, to=to, by=by, reason=reason)

    def buttons(self, request, obj):
        """Its sign-off is not offered while it waits for another step: that one is named above the form instead."""
        given = super().buttons(request, obj)
        if obj.waits_for is None:
            return given
        return [(deed, url) for deed, url in given if deed.name != f"move/{ProjectStep.Status.DONE}"]

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
        """The field, or what tells it in words of the reader's language where it is only read."""
        read_only = self._is_agreed(obj) or not self.has_change_permission(request, obj)
        return IN_WORDS.get(name, name) if read_only and isinstance(name, str) else name

    def _is_agreed(self, obj):
        """The wording was agreed when the list was opened: what is edited are dates, persons and progress."""
        return obj is not None and obj.template_step_id is not None

    def get_readonly_fields(self, request, obj=None):
        fields = (*super().get_readonly_fields(request, obj), *IN_WORDS.values())
        return (*fields, "position", "stage", "title", "guidance") if self._is_agreed(obj) else fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Which steps may come before is told with the project, in `get_form`: here all there are would be read."""
        if db_field.name == "depends_on":
            kwargs["queryset"] = ProjectStep.objects.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """People and earlier steps of this project only."""
        form = super().get_form(request, obj, change=change, **kwargs)
        project = obj.project if obj is not None else self._chosen(request)
        people = people_of(project, request.user) if project else self.people(request).none()
        steps = project.steps.all() if project else ProjectStep.objects.none()
        if obj is not None:
            steps = steps.filter(position__lt=obj.position)
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
        return (record_panel(obj), documents_panel(request, obj), *decisions_panel(request, obj), *chases)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """What stands between the step and its sign-off is said above the form."""
        if obj is not None:
            is_open = obj.status in ProjectStep.OPEN
            context["standing"] = {
                "light": standing_of(obj, today(), LampRule.objects.current(), desk_page),
                "missing": missing_files(obj, request.user) if is_open else (),
                "note": holidays_unknown([obj]),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("evidence required"))
    def evidence_in_words(self, step):
        return value_in_words(step._meta.get_field("evidence"), step.evidence)

    @admin.display(description=gettext_lazy("light"))
    def light(self, step):
        return standing_of(step, today(), LampRule(due_soon_days=step.due_soon_days))
