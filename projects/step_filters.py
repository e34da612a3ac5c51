"""Questions about the steps of checklists: those of the sign-off queue, and those of the interface."""

import datetime

import django_filters
from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from counties.filters import PlaceFilter
from projects.field_filter import FieldFilter
from projects.models import Campaign, LampRule, Project, ProjectStep, Side
from projects.models.checklists import Lamp
from projects.step_search import search_steps
from registry.core.dates import today
from registry.core.filters import Day, Filters, Ordering, Search
from registry.core.models import User

Status = ProjectStep.Status


class _OfSteps(Filters):
    """What both ask: words, place, field, side, campaign."""

    search = Search(method="by_words")
    county = PlaceFilter()
    field = FieldFilter(method="in_field")
    side = django_filters.ChoiceFilter(label=_("Responsible side"), choices=Side.choices)
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.order_by("-starts_on"), to_field_name="code",
        field_name="project__campaign",
    )  # fmt: skip

    class Meta:
        model = ProjectStep
        fields = ()

    def by_words(self, steps, name, words):
        return search_steps(steps, words, self.request.user)

    def in_field(self, steps, name, field):
        return steps.in_field(field.code)


def _applicants(request):
    """Those whose applications wait within the person's scope: nobody else is named."""
    waiting = ProjectStep.objects.within_scope_of(request.user).filter(status=Status.DONE)
    return User.objects.filter(pk__in=waiting.values("done_by")).order_by("name", "pk")


class QueueFilters(_OfSteps):
    """Start it from steps that wait for sign-off, within scope and oldest first."""

    applicant = django_filters.ModelChoiceFilter(label=_("Applied for by"), queryset=_applicants, field_name="done_by")


class StepFilters(_OfSteps):
    """Start it from `ProjectStep.objects.visible_to(user)`."""

    project = extend_schema_field(int)(
        django_filters.ModelChoiceFilter(
            label=_("Project"), queryset=lambda request: Project.objects.within_scope_of(request.user)
        )
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    lamp = django_filters.ChoiceFilter(label=_("Light"), choices=Lamp.choices, method="with_lamp")
    responsible = django_filters.ChoiceFilter(
        label=_("Responsible"), choices=[("me", _("myself"))], method="of_responsible"
    )
    due_from = Day(label=_("Due from"), field_name="due_on", lookup_expr="gte")
    due_until = Day(label=_("Due until"), field_name="due_on", lookup_expr="lte")
    ordering = Ordering(
        {"due": ("due_or_never",), "id": ("id",)},
        default="id",
        labels={"due": _("due"), "id": _("entered")},
        annotations={"due_or_never": Coalesce("due_on", Value(datetime.date.max), output_field=DateField())},
    )

    def of_responsible(self, steps, name, word):
        user = self.request.user
        return steps.assigned_to(user) if user.is_authenticated else steps.none()

    def with_lamp(self, steps, name, lamp):
        """By the same day and rule as the lamp itself."""
        return steps.showing(lamp, today(), LampRule.objects.current())
