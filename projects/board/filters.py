"""What may be asked of the board: the questions of the project list, and who, which lamp, how far back."""

from collections import Counter

import django_filters
from django.db.models import DecimalField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.forms import HiddenInput, ModelChoiceField
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.filters import LEAST, MOST, ProjectFilters
from projects.listing.asking import search_projects
from projects.models import Campaign, Funding, Project
from projects.models.checklists import Lamp
from projects.models.stages import Stage
from registry.core.filters import BadQuery, Ordering
from registry.core.history import masks_personal
from registry.core.models import User
from registry.core.text import excerpt, mask_name

from .place import RANKS, WIDTH, placed, within

OVER = (Stage.CLOSED, Stage.TERMINATED)
DENSITIES = {"standard": gettext_lazy("standard"), "compact": gettext_lazy("compact")}

LAMP_NAMES = {
    Lamp.OVERDUE: Lamp.OVERDUE.label,
    Lamp.DUE: gettext_lazy("due soon or lagging"),
    Lamp.ON_TIME: Lamp.ON_TIME.label,
    Lamp.WAITING: Lamp.WAITING.label,
    Lamp.NOT_YET: pgettext_lazy("lamp", "not yet"),
    Lamp.SIGNED_OFF: Lamp.SIGNED_OFF.label,
}
"""The lamps as projects show them."""


def officers_of(projects):
    """The accounts that answer for one of `projects`."""
    return User.objects.filter(pk__in=projects.order_by().values("officer")).order_by("name", "pk")


def person_for(user):
    """How the accounts of others are called before `user`: auditors read names masked."""
    return (lambda person: mask_name(str(person))) if masks_personal(user) else str


def _sum_of(state, not_stated):
    lines = Funding.objects.standing().of_organisations().filter(project=OuterRef("pk"), state=state).order_by()
    total = Subquery(lines.values("project").annotate(sum=Sum("amount")).values("sum"))
    return Coalesce(total, Value(not_stated), output_field=DecimalField(max_digits=16, decimal_places=2))


class PersonField(ModelChoiceField):
    """An account by its key, named as the person who asks may read it."""

    def __init__(self, *args, named=str, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_from_instance = named


class PersonFilter(django_filters.ModelChoiceFilter):
    field_class = PersonField

    @property
    def field(self):
        self.extra["named"] = person_for(self.get_request().user)
        return super().field


class BoardFilters(ProjectFilters):
    """Start it from `Project.objects.within_scope_of(user)`; `offered` are the columns that there are, by title.

    What is closed, terminated or locked (carried into the next campaign) is left out until it is asked for, by
    `work=all` or by its stage. Once it is asked (`qs`), it knows also `registered`, the projects before that and
    before the lamp, `working`, those before the lamp, and `counts`, how many of these show each lamp.
    """

    made_anew = frozenset({"search", "county", "field"})

    campaign = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Campaign"), queryset=Campaign.objects.order_by("-starts_on"), to_field_name="code"
    )
    officer = PersonFilter(
        label=gettext_lazy("Responsible person"),
        queryset=lambda request: officers_of(Project.objects.within_scope_of(request.user)),
    )
    work = django_filters.ChoiceFilter(
        label=gettext_lazy("Extent"), choices=(("all", gettext_lazy("closed work too")),), method="in_the_end",
        empty_label=gettext_lazy("open work"),
    )  # fmt: skip
    lamp = django_filters.ChoiceFilter(
        label=gettext_lazy("Light"), choices=tuple(LAMP_NAMES.items()), method="in_the_end", widget=HiddenInput
    )
    ordering = Ordering(
        {
            "lamp": ("place",),
            "number": ("number",),
            "name": ("pinyin",),
            "committed": ("committed_rising",),
            "-committed": ("-committed_falling",),
            "received": ("received_rising",),
            "-received": ("-received_falling",),
        },
        default="lamp",
        labels={
            "lamp": gettext_lazy("urgency"), "number": gettext_lazy("number"), "name": gettext_lazy("name"),
            "committed": gettext_lazy("committed"), "received": gettext_lazy("received"),
        },
        annotations={
            f"{state}_{order}": _sum_of(state, beyond)
            for state in ("committed", "received")
            for order, beyond in (("rising", MOST), ("falling", LEAST))
        },
    )  # fmt: skip

    def __init__(self, data, queryset, *, request, on, rule, offered):
        super().__init__(data, queryset, request=request)
        self.on, self.rule, self.offered = on, rule, offered

    def check(self, also=(), several=()):
        """The columns and the density of the page are parameters too, and as strict."""
        super().check((*also, "density"), (*several, "columns"))
        faults = {}
        unknown = [title for title in self.data.getlist("columns") if title not in self.offered]
        if unknown:
            faults["columns"] = [_("No checklist template has an item “%s”.") % excerpt(unknown[0])]
        if self.data.get("density", "") not in ("", *DENSITIES):
            faults["density"] = [_("Densities are: %s.") % ", ".join(DENSITIES)]
        if faults:
            raise BadQuery(faults, self.filters)

    def in_the_end(self, projects, name, value):
        """Asked after all others: see `filter_queryset`."""
        return projects

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        for name in [name for name in asked if name not in ("ordering", "search")]:
            queryset = self.filters[name].filter(queryset, asked[name])
        if asked["search"]:
            queryset = search_projects(queryset, asked["search"], self.request.user)
        self.registered = self.working = queryset.order_by()
        if not asked["work"] and asked["stage"] not in OVER:
            self.working = self.working.filter(phase=Project.Phase.OPEN).exclude(stage__in=OVER)
        self.placed = placed(self.working, self.on, self.rule)
        found = self.placed.filter(within(asked["lamp"])) if asked["lamp"] else self.placed
        return self.filters["ordering"].filter(found, asked["ordering"])

    @cached_property
    def counts(self):
        """How many projects show each lamp, whatever lamp was asked for.

        Told apart here, which costs less than a second level of grouping.
        """
        places = Counter(place // WIDTH for _key, place in self.places)
        return {lamp.value: places[rank] for rank, lamp in enumerate(RANKS)}

    @cached_property
    def places(self):
        """[(project's key, place)] in order, whatever lamp was asked for: one look at all that is open gives the counts
        and every page."""
        asked = self.form.cleaned_data["ordering"]
        return list(self.filters["ordering"].filter(self.placed, asked).values_list("pk", "place"))

    @cached_property
    def shown(self):
        """Those of `places` that show the lamp asked for."""
        lamp = self.form.cleaned_data["lamp"]
        if not lamp:
            return self.places
        rank = RANKS.index(lamp)
        return [each for each in self.places if each[1] // WIDTH == rank]
