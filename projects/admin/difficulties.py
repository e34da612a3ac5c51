"""Difficulties on the desk: taken in hand, answered, and settled when both sides say so."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.difficulties import agree_settled, raise_difficulty
from projects.lamps import status_of
from projects.models import Difficulty, Measure
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, Panel, RecordInline
from registry.core.dates import format_date, today

from .documents import documents_panel
from .parts import OfProjectAdmin, adopt, officers_for, typed


def difficulties_panel(request, project):
    panel = Panel(
        _("Difficulties"),
        (
            (_("difficulty"), ""), (_("level"), ""), (_("raised by the side"), ""), (_("wanted by"), "nowrap"),
            (_("status"), ""),
        ),
        _("No difficulty has been raised."),
        "difficulties",
        new=(desk_new(Difficulty, f"?project={project.pk}"), _("Raise a difficulty"))
        if request.user.has_perm("projects.add_difficulty")
        else None,
    )  # fmt: skip
    day = today()
    for difficulty in project.difficulties.all():
        late = difficulty.status != Difficulty.Status.CLOSED and difficulty.wanted_by and difficulty.wanted_by < day
        panel.add(
            desk_page(difficulty), difficulty.title, difficulty.get_level_display(),
            difficulty.get_raised_side_display(),
            format_date(difficulty.wanted_by, "table") if difficulty.wanted_by else "", status_of(difficulty),
            css="row--overdue" if late else "",
        )  # fmt: skip
    return panel


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("urgency")
    parameter_name = "pending"

    def lookups(self, request, model_admin):
        return [("open", _("not closed")), ("overdue", _("overdue"))]

    def queryset(self, request, queryset):
        if self.value() == "overdue":
            return queryset.overdue(today())
        return queryset.open() if self.value() == "open" else queryset


class MeasureInline(RecordInline):
    model = Measure
    fields = ("text", "side", "responsible", "due_on", "done_by", "done_at")
    readonly_fields = ("done_by", "done_at")
    select_related = ("responsible", "done_by")

    def people(self, request):
        return officers_for(request.user)


@admin.register(Difficulty)
class DifficultyAdmin(OfProjectAdmin):
    slug = "difficulties"
    list_display = ("title", "project", "level", "raised_side", "wanted_from", "wanted_by", "status")
    list_filter = (OpenFilter, "status", "level", "raised_side", "wanted_from", "wanted_by", "is_demo")
    search_fields = ("title", "project__number", "project__name")
    autocomplete_fields = ("project", "event")
    fieldsets = (
        (None, {"fields": ("project", "title", "detail", ("level", "raised_side"), ("wanted_from", "wanted_by"))}),
        (gettext_lazy("Treatment"), {"fields": ("event", "answer")}),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("raised_by", "raised_at"), ("raiser_agreed_by", "raiser_agreed_at"),
                    ("bureau_agreed_by", "bureau_agreed_at"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "answer", "status", "raised_by", "raised_at", "raiser_agreed_by", "raiser_agreed_at", "bureau_agreed_by",
        "bureau_agreed_at",
    )  # fmt: skip
    deeds = (
        Deed(
            "agree", gettext_lazy("Say that it is settled"), "projects.close_difficulty",
            lambda obj, by: agree_settled(difficulty=obj, by=by), asks_reason=False,
            offered=lambda obj, user: obj.status == Difficulty.Status.ANSWERED
            and (user.holds(obj.raised_side) or (user.is_bureau and obj.bureau_agreed_at is None)),
            explains=gettext_lazy("It is closed when the side that raised it and the bureau have both said so."),
        ),
    )  # fmt: skip

    def frozen(self, obj):
        return obj.status == Difficulty.Status.CLOSED

    def get_inlines(self, request, obj):
        return (MeasureInline,) if obj is not None else ()

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:1]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        details = typed(form, "project", "title", "detail", "level", "wanted_from", "wanted_by")
        adopt(obj, raise_difficulty(by=request.user, side=form.cleaned_data["raised_side"], **details))

    def panels(self, request, obj):
        return (documents_panel(request, obj),)
