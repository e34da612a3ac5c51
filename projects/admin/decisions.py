"""Decisions on the desk: typed into the page of their meeting, carried out by a button, watched until they are done."""

from django.contrib import admin
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.meetings import carry_out
from projects.difficulties import Lamps
from projects.lamps import lamp_of
from projects.models import Decision, ProjectStep
from projects.models.events import DUE
from projects.people import missing_for_work, why_not_answering, working_people
from registry.core.addresses import desk_page
from registry.core.admin import Deed, Panel, RecordAdmin, RecordInline
from registry.core.admin.versions import RecordForm
from registry.core.dates import format_date, today
from registry.core.models import User

from .parts import SettledRowForm

DONE = Case(
    When(measure=None, step=None, then=Value(0)),
    When(Q(measure__done_at=None, step=None) | Q(step__status__in=ProjectStep.UNSETTLED), then=Value(0)),
    default=Value(1),
)
"""What is done comes after what is not."""


class Consequences:
    """What a decision became, with its lamp; lamps are read once for the decisions of a page."""

    def __init__(self, user):
        self.lamps, self.may = Lamps(today()), user.has_perm("projects.change_decision")

    def of(self, decision):
        if decision.measure is not None:
            return self._link(decision.measure, self.lamps.measure(decision.measure))
        if decision.step is not None:
            return self._link(decision.step, lamp_of(decision.step, self.lamps.on, self.lamps.rule))
        lamp = self.lamps.dated(decision.due_on)
        return format_html('<span class="muted">{}</span> {}', _("not carried out yet"), lamp)

    def with_button(self, decision):
        """The same, or the button that carries it out."""
        if decision.consequence is not None or not self.may:
            return self.of(decision)
        address = reverse("admin:projects_decision_deed", args=(decision.pk, "carry-out"))
        return format_html('<a class="btn btn-sm btn-outline-primary" href="{}">{}</a>', address, _("Carry out"))

    def _link(self, record, lamp):
        return format_html('<a href="{}">{}</a> {}', desk_page(record), record._meta.verbose_name, lamp)


class Answered:
    """Forms in which whoever is to answer for a decision must be able to act on it; a page sets `handed_out_by`."""

    handed_out_by = None

    def clean(self):
        super().clean()
        person = self.cleaned_data.get("responsible")
        if person is None or not {"responsible", "project", "difficulty"} & set(self.changed_data):
            return
        difficulty = self.cleaned_data.get("difficulty")
        project = difficulty.project if difficulty else self.cleaned_data.get("project")
        if why := why_not_answering(person, project, self.handed_out_by):
            self.add_error("responsible", why)


class DecisionRowForm(Answered, SettledRowForm):
    """What has become work is changed there, so that both never say different things."""

    def is_settled(self):
        return self.instance.consequence is not None


class DecisionForm(Answered, RecordForm):
    pass


def decision_people(**of):
    """Those who act on projects, and whoever is named already by the decisions `of` an event or a key."""
    known = Decision.objects.filter(**of).order_by().values("responsible")
    people = Q(pk__in=working_people().order_by().values("pk")) | Q(pk__in=known)
    return User.objects.filter(people).order_by("name", "pk")


def _choose_from(form, people, user):
    form.handed_out_by = user
    if "responsible" in form.base_fields:
        field = form.base_fields["responsible"]
        field.queryset = people
        field.choices = [*(choice for choice in field.iterator(field))]  # list() would count them first


class DecisionInline(RecordInline):
    model = Decision
    form = DecisionRowForm
    extra = 0
    fields = ("text", "side", "responsible", "due_on", "project", "difficulty", "work")
    readonly_fields = ("work",)
    autocomplete_fields = ("project", "difficulty")
    select_related = ("project", "difficulty", "responsible", "measure", "step")

    def get_formset(self, request, obj=None, **kwargs):
        self.consequences = Consequences(request.user)
        formset = super().get_formset(request, obj, **kwargs)
        _choose_from(formset.form, decision_people(event=obj), request.user)
        return formset

    @admin.display(description=gettext_lazy("carried out as"))
    def work(self, decision):
        return self.consequences.with_button(decision) if decision.pk else ""


class OutstandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("urgency")
    parameter_name = "pending"

    def lookups(self, request, model_admin):
        return [
            ("open", _("still open")),
            ("overdue", _("overdue")),
            ("idle", _("not carried out yet")),
            ("mine", _("mine to do")),
        ]

    def queryset(self, request, queryset):
        rows = {
            "open": queryset.outstanding,
            "overdue": lambda: queryset.overdue(today()),
            "idle": lambda: queryset.filter(measure=None, step=None),
            "mine": lambda: queryset.outstanding().filter(responsible=request.user),
        }
        return rows[self.value()]() if self.value() in rows else queryset


def decisions_panel(request, step):
    """Where a step was decided: nothing for a step that no meeting made."""
    decision = Decision.objects.within_scope_of(request.user).filter(step=step).select_related("event").first()
    if decision is None:
        return ()
    panel = Panel(
        _("Decided at"), ((_("meeting"), ""), (_("date"), "nowrap"), (_("decision"), "")), "", "decided"
    )  # fmt: skip
    event = decision.event
    url = desk_page(event) if request.user.has_perm("projects.view_event") else ""
    panel.add(url, event.name, format_date(event.starts_on, "table") if event.starts_on else "", decision.text)
    return (panel,)


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    form = DecisionForm
    list_display = ("__str__", "event", "work", "side", "responsible", "due_", "about")
    list_filter = (OutstandingFilter, "side", "due_on", "is_demo")
    list_select_related = ("event", "responsible", "measure", "step", "project", "difficulty")
    search_fields = ("text", "event__name", "project__name", "difficulty__title")
    search_help_text = gettext_lazy("The decision, its meeting, project or difficulty.")
    ordering = (DONE.asc(), DUE.asc(nulls_last=True), "pk")
    fields = ("meeting", "text", ("side", "responsible"), "due_on", ("project", "difficulty"), "work")
    readonly_fields = ("meeting", "work")
    autocomplete_fields = ("project", "difficulty")
    deeds = (
        Deed(
            "carry-out", gettext_lazy("Carry out"), "projects.change_decision",
            lambda obj, by: carry_out(decision=obj, by=by), asks_reason=False,
            offered=lambda obj, user: obj.consequence is None, lacks=lambda obj, user: missing_for_work(obj, user),
            explains=gettext_lazy(
                "About a difficulty it becomes a measure, else a step at the end of the project's checklist: with the "
                "same responsible person and day, and the way back to the meeting. The person is told."
            ),
        ),
    )  # fmt: skip

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        _choose_from(form, decision_people(pk=obj and obj.pk), request.user)
        return form

    def has_add_permission(self, request):
        return False

    def frozen(self, obj):
        """What has become work is changed there."""
        return obj.consequence is not None

    def listed(self, rows):
        return rows.with_due()

    def along(self, request):
        return {"consequences": Consequences(request.user)}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        obj.consequences = Consequences(request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("carried out as"))
    def work(self, decision):
        return decision.consequences.of(decision)

    @admin.display(description=gettext_lazy("due"), ordering="due")
    def due_(self, decision):
        return decision.due

    @admin.display(description=gettext_lazy("about"))
    def about(self, decision):
        return decision.difficulty or decision.project

    @admin.display(description=gettext_lazy("meeting"))
    def meeting(self, decision):
        return format_html('<a href="{}">{}</a>', desk_page(decision.event), decision.event)
