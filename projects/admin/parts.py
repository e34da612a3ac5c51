"""What the pages of a project's rows share: the project is chosen once, and the way back leads to it."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy

from counties.models import Division
from projects.models.phases import keeps_its_phase
from registry.core.addresses import desk_page
from registry.core.admin import RecordAdmin
from registry.core.admin.records import RowForm
from registry.core.history import name_actions
from registry.core.models import in_both

name_actions(
    {
        "demo.load": gettext_lazy("Demo data made"),
        "dataset.load": gettext_lazy("Data set loaded"),
        "reference.load": gettext_lazy("Reference data loaded"),
        "project.register": gettext_lazy("Project logged"),
        "project.visibility": gettext_lazy("Published or taken back"),
        "project.publish": gettext_lazy("Published"),
        "project.withdraw": gettext_lazy("Withdrawn from the public"),
        "project.change": gettext_lazy("Entries changed"),
        "project.fields": gettext_lazy("Fields of help changed"),
        "project.sites": gettext_lazy("Places changed"),
        "ledger.import": gettext_lazy("Imported from a ledger"),
        "ledger.check": gettext_lazy("Ledger checked"),
        "ledger.undo": gettext_lazy("Import undone"),
        "ledgerimport.receive": gettext_lazy("Ledger sent"),
        "ledgerimport.name": gettext_lazy("Columns of a ledger named"),
        "ledgerimport.check": gettext_lazy("Ledger checked"),
        "ledgerimport.correct": gettext_lazy("Rows of a ledger corrected"),
        "ledgerimport.forget": gettext_lazy("Correction taken back"),
        "ledgerimport.decide": gettext_lazy("Rows of a ledger decided on"),
        "ledgerimport.confirm": gettext_lazy("Import confirmed"),
        "funding.correct": gettext_lazy("Amount corrected"),
        "result.correct": gettext_lazy("Figure corrected"),
        "result.record": gettext_lazy("Result entered"),
        "checklist.open": gettext_lazy("Checklist opened"),
        "step.chase": gettext_lazy("Chased"),
        "reminder.digest": gettext_lazy("Daily digest sent"),
        "template.copy": gettext_lazy("Template copied"),
        "funding.record": gettext_lazy("Funding line entered"),
        "funding.confirm": gettext_lazy("Receipt confirmed"),
        "funding.void": gettext_lazy("Funding line voided"),
        "project.carry": gettext_lazy("Carried into the next campaign"),
        "project.lock": gettext_lazy("Phase locked"),
        "project.unlock": gettext_lazy("Phase unlocked"),
        "difficulty.raise": gettext_lazy("Difficulty raised"),
        "difficulty.agree": gettext_lazy("Said to be settled"),
        "step.reassign": gettext_lazy("Step handed to another person"),
        "step.reschedule": gettext_lazy("Due date of a step moved"),
        "difficulty.another_meeting": gettext_lazy("Put to another meeting"),
        "measure.add": gettext_lazy("Measure set"),
        "measure.done": gettext_lazy("Measure carried out"),
        "measure.undo": gettext_lazy("Measure not done after all"),
        "event.draw_agenda": gettext_lazy("Agenda drawn from the register"),
        "decision.carry_out": gettext_lazy("Decision carried out"),
        "bulk": gettext_lazy("Many at once"),
        "bulk.undo": gettext_lazy("Many at once, undone"),
        "need.save": gettext_lazy("Need written"),
        "need.extend": gettext_lazy("Need left open for longer"),
        "need.renew": gettext_lazy("Need drawn up anew"),
        "need.move": gettext_lazy("Need moved on"),
        "need.suggest": gettext_lazy("Organisation told of a need"),
        "pledge.save": gettext_lazy("Pledge written"),
        "pledge.sign": gettext_lazy("Signing recorded"),
        "pledge.unsign": gettext_lazy("Signing taken back"),
        "document.attach": gettext_lazy("File attached"),
        "document.remove": gettext_lazy("File removed"),
        "document.show": gettext_lazy("Photograph shown to the public"),
        "document.hide": gettext_lazy("Photograph hidden from the public"),
    }
)


class CountyFilter(admin.SimpleListFilter):
    """The designated counties by their code; sites in their villages and under their former codes count."""

    title = gettext_lazy("county")
    parameter_name = "county"

    def lookups(self, request, model_admin):
        rows = Division.objects.designated().order_by("pinyin").values_list("code", "name", "name_en")
        return [(code, in_both(name, name_en)) for code, name, name_en in rows]

    def queryset(self, request, queryset):
        return queryset.in_county(self.value()) if self.value() else queryset


class SettledRowForm(RowForm):
    """A row of an inline table that takes no edits once it is settled."""

    def is_settled(self):
        return False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.is_settled():
            for name, field in self.fields.items():
                field.disabled = name != "seen_version"


class OfProjectAdmin(RecordAdmin):
    """A row of a project: `slug` is where it stands on the project's page."""

    slug = ""
    autocomplete_fields = ("project",)
    list_select_related = ("project",)
    search_fields = ("project__number", "project__name")
    search_help_text = gettext_lazy("Number or name of the project.")

    def get_readonly_fields(self, request, obj=None):
        """A row never moves from one project to another."""
        fields = super().get_readonly_fields(request, obj)
        return ("project", *fields) if obj is not None else fields

    def is_locked(self, obj):
        """Whether the row belongs to a phase that stays as it was (衔接): no edits, no buttons."""
        return keeps_its_phase(self.model) and obj.project.is_locked

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj is not None and self.is_locked(obj))

    def buttons(self, request, obj):
        return [] if self.is_locked(obj) else super().buttons(request, obj)

    def _to_project(self, obj):
        return HttpResponseRedirect(f"{desk_page(obj.project)}#{self.slug}")

    def response_post_save_add(self, request, obj):
        return self._to_project(obj)

    def response_post_save_change(self, request, obj):
        return self._to_project(obj)


def adopt(obj, made):
    """Let the form's object be the one that an action made."""
    obj.__dict__.update(made.__dict__)


def typed(form, *names):
    """What was typed into fields of a form, for an action."""
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
