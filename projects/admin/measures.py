"""Measures on the desk: rows of their difficulty, each with the button that says it is carried out."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.difficulties import complete_measure, undo_measure
from projects.difficulties import Lamps
from projects.models import Measure
from projects.people import people_of
from registry.core.addresses import desk_page
from registry.core.admin import Deed, RecordAdmin, RecordInline
from registry.core.dates import format_instant, today
from registry.core.models import User

from .parts import SettledRowForm


def measures_of(difficulty):
    """“1/3”: how many of its measures are done; for difficulties of `with_measures`."""
    return f"{difficulty.measures_done}/{difficulty.measures_all}" if difficulty.measures_all else "—"


def measure_deed(measure, name):
    return reverse("admin:projects_measure_deed", args=(measure.pk, name))


class MeasureForm(SettledRowForm):
    """What was reported as done is taken back before it is rewritten."""

    def is_settled(self):
        return self.instance.done_at is not None


class MeasureInline(RecordInline):
    model = Measure
    form = MeasureForm
    extra = 0
    fields = ("text", "side", "responsible", "due_on", "state")
    readonly_fields = ("state",)
    select_related = ("responsible", "done_by", "difficulty")

    def get_formset(self, request, obj=None, **kwargs):
        """The people of this project only: the bureaux, its county's staff, its organisations' members."""
        formset = super().get_formset(request, obj, **kwargs)
        self.lamps, self.user = Lamps(today()), request.user
        field = formset.form.base_fields.get("responsible")
        if field is not None:
            known = people_of(obj.project, request.user).order_by().values("pk")
            people = User.objects.filter(Q(pk__in=known) | Q(measures__difficulty=obj)).distinct()
            field.queryset = people.order_by("name", "pk")
            field.choices = [*(choice for choice in field.iterator(field))]  # list() would count them first
        return formset

    @admin.display(description=gettext_lazy("carried out"))
    def state(self, measure):
        if measure.pk is None:
            return ""
        if measure.done_at is not None:
            told = format_html("{} {}", format_instant(measure.done_at, "table"), measure.done_by)
            return self._with_button(measure, "undo", _("Not done after all"), told, measure.difficulty.is_open)
        return self._with_button(measure, "done", _("Report as done"), self.lamps.measure(measure), True)

    def _with_button(self, measure, name, label, told, offered):
        if not (offered and self.user.has_perm("projects.handle_difficulty")):
            return told
        return format_html(
            '{} <a class="btn btn-sm btn-outline-primary" href="{}">{}</a>', told, measure_deed(measure, name), label
        )


class PendingMeasures(admin.SimpleListFilter):
    title = gettext_lazy("urgency")
    parameter_name = "pending"

    def lookups(self, request, model_admin):
        return [("open", _("to be carried out")), ("overdue", _("overdue")), ("mine", _("mine to do"))]

    def queryset(self, request, queryset):
        rows = {
            "open": queryset.pending,
            "overdue": lambda: queryset.overdue(today()),
            "mine": lambda: queryset.pending().filter(responsible=request.user),
        }
        return rows[self.value()]() if self.value() in rows else queryset


@admin.register(Measure)
class MeasureAdmin(RecordAdmin):
    """Set on the page of their difficulty; here they are found, edited and reported on."""

    list_display = ("__str__", "light", "difficulty", "side", "responsible", "due_on", "done_at")
    list_filter = (PendingMeasures, "side", "due_on", "is_demo")
    list_select_related = ("difficulty", "responsible")
    search_fields = ("text", "difficulty__title")
    search_help_text = gettext_lazy("The measure or its difficulty.")
    ordering = ("done_at", "due_on", "pk")
    fields = ("of", "text", ("side", "responsible"), "due_on", ("done_by", "done_at"))
    readonly_fields = ("of", "done_by", "done_at")
    deeds = (
        Deed(
            "done", gettext_lazy("Report as done"), "projects.handle_difficulty",
            lambda obj, **data: complete_measure(measure=obj, **data),
            offered=lambda obj, user: obj.done_at is None and obj.may_be_done_by(user),
            explains=gettext_lazy("Your name and the hour are kept; the reason may say what was done."),
        ),
        Deed(
            "undo", gettext_lazy("Not done after all"), "projects.handle_difficulty",
            lambda obj, **data: undo_measure(measure=obj, **data), needs_reason=True, danger=True,
            offered=lambda obj, user: obj.done_at is not None and obj.difficulty.is_open and obj.may_be_done_by(user),
            explains=gettext_lazy("The measure is open again; who had reported it stays in the history."),
        ),
    )  # fmt: skip

    def has_add_permission(self, request):
        return False

    def frozen(self, obj):
        """What was reported as done is taken back before it is rewritten."""
        return obj.done_at is not None or not obj.difficulty.is_open

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "responsible" in form.base_fields:
            field = form.base_fields["responsible"]
            field.queryset = people_of(obj.difficulty.project, request.user)
            field.choices = field.iterator(field)
        return form

    def page_after(self, obj):
        return f"{desk_page(obj.difficulty)}#measures-group"

    def response_post_save_change(self, request, obj):
        return HttpResponseRedirect(self.page_after(obj))

    def along(self, request):
        return {"lamps": Lamps(today())}

    @admin.display(description=gettext_lazy("light"))
    def light(self, measure):
        return measure.lamps.measure(measure)

    @admin.display(description=gettext_lazy("difficulty"))
    def of(self, measure):
        return format_html('<a href="{}">{}</a>', desk_page(measure.difficulty), measure.difficulty)
