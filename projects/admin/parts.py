"""What the pages of a project's rows share: the project is chosen once, and the way back leads to it."""

from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy

from counties.models.postings import within_posting
from registry.core.addresses import desk_page
from registry.core.admin import RecordAdmin
from registry.core.history import name_actions
from registry.core.models import User
from registry.core.roles import Role

name_actions(
    {
        "project.register": gettext_lazy("Project logged"),
        "project.visibility": gettext_lazy("Published or taken back"),
        "checklist.open": gettext_lazy("Checklist opened"),
        "template.copy": gettext_lazy("Template copied"),
        "funding.record": gettext_lazy("Funding line entered"),
        "funding.confirm": gettext_lazy("Receipt confirmed"),
        "funding.void": gettext_lazy("Funding line voided"),
        "difficulty.raise": gettext_lazy("Difficulty raised"),
        "difficulty.agree": gettext_lazy("Said to be settled"),
        "document.attach": gettext_lazy("File attached"),
        "document.remove": gettext_lazy("File removed"),
    }
)


def officers_for(user):
    """The accounts that can answer for a project: bureau staff, for a partner bureau its own."""
    staff = User.objects.filter(is_active=True).holding(Role.BUREAU, Role.PARTNER).order_by("name", "pk")
    return staff if user.reads_everything else staff.filter(within_posting(user, "postings__division__code"))


def people_of(project, user):
    """Those who may answer for a step or a measure: officers, the counties' staff, the organisations' members."""
    stems = set(project.sites.values_list("division__home__code", flat=True)) - {None}
    posted = Q(pk__in=[])
    for code in stems:
        posted |= Q(postings__division__code__startswith=code, groups__name=Role.COUNTY)
    members = Q(memberships__status="approved", memberships__organisation__participations__project=project)
    others = User.objects.filter(is_active=True).filter(posted | members).values("pk")
    everybody = Q(pk__in=officers_for(user).order_by().values("pk")) | Q(pk__in=others)
    return User.objects.filter(everybody).order_by("name", "pk")


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
