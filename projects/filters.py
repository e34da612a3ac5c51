"""Questions about projects, needs and pledges, and how many rows each answer has."""

import datetime

import django_filters
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce
from django.forms import HiddenInput
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from counties.filters import PlaceFilter
from counties.models import Division
from orgs.models import Kind, Organisation, Origin
from projects.models import (
    Campaign,
    Circular,
    Event,
    Field,
    Need,
    NeedItem,
    Participation,
    Pledge,
    Project,
    ProjectField,
    Site,
)
from projects.models.items import ItemKind
from projects.models.stages import Stage
from projects.tables import AMOUNT
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.filters import Filters, Ordering, Search, WholeNumber, YesNo, Yuan

MOST = Value("99999999999999.99")


def _year(label, lookup="exact", **kwargs):
    return WholeNumber("year", label=label, lookup_expr=lookup, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


def _campaign(**kwargs):
    campaigns = Campaign.objects.order_by("-starts_on")
    return django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=campaigns, to_field_name="code", **kwargs)


def _field(**kwargs):
    fields = Field.objects.order_by("scheme", "position", "code")
    return django_filters.ModelChoiceFilter(label=_("Field"), queryset=fields, to_field_name="code", **kwargs)


def _organisation(**kwargs):
    """By id, among those that the person may see: another's id is as unknown as one that does not exist."""
    return django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=lambda request: Organisation.objects.visible_to(request.user), **kwargs
    )


class ProjectFilters(Filters):
    """Start it from `Project.objects.visible_to(user)`."""

    search = Search()
    county = PlaceFilter()
    field = _field(method="in_field")
    year = _year(_("Year"))
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage.choices)
    origin = django_filters.ChoiceFilter(label=_("Organisations of"), choices=Origin.choices, method="of_origin")
    kind = django_filters.ChoiceFilter(label=_("Kind of organisation"), choices=Kind.choices, method="of_kind")
    min_amount = Yuan(label=_("Funds from"), method="at_least")
    max_amount = Yuan(label=_("Funds up to"), method="at_most")
    campaign = _campaign(widget=HiddenInput)
    landed = YesNo(label=_("Landed"), method="on_the_ground", widget=HiddenInput)
    year_min = _year(_("Year from"), "gte", widget=HiddenInput)
    year_max = _year(_("Year until"), "lte", widget=HiddenInput)
    organisation = _organisation(method="with_party", widget=HiddenInput)
    ordering = Ordering(
        {
            "year": ("year",),
            "number": ("number",),
            "name": ("pinyin",),
            "amount": ("amount_rising",),
            "-amount": ("-amount_falling",),
        },
        default="-year",
        labels={"year": _("year"), "number": _("number"), "name": _("name"), "amount": _("funds involved")},
        annotations={"amount_rising": Coalesce(AMOUNT, MOST), "amount_falling": Coalesce(AMOUNT, Value(-1))},
    )

    class Meta:
        model = Project
        fields = ()

    def in_field(self, projects, name, field):
        return projects.in_field(field.code)

    def on_the_ground(self, projects, name, wanted):
        return projects.landed() if wanted else projects.exclude(pk__in=Project.objects.landed().values("pk"))

    def at_least(self, projects, name, amount):
        return projects.alias(funds=AMOUNT).filter(funds__gte=amount)

    def at_most(self, projects, name, amount):
        return projects.alias(funds=AMOUNT).filter(funds__lte=amount)

    def with_party(self, projects, name, organisation):
        """Of the organisation and of those merged into it."""
        return _with(projects, Q(organisation=organisation) | Q(organisation__merged_into=organisation))

    def of_origin(self, projects, name, origin):
        return _with(projects, Q(organisation__origin=origin))

    def of_kind(self, projects, name, kind):
        return _with(projects, Q(organisation__kind=kind))


def _with(projects, party):
    return projects.filter(Exists(Participation.objects.filter(party, project=OuterRef("pk"))))


def project_facets(projects):
    """How many of `projects` there are by county, field, stage and year: {"county": [{"value", "label", "count"}]}.

    One query. A project in two counties is found under both, so these numbers are not to be added.
    """
    found = Project.objects.filter(pk__in=projects.order_by().values("pk"))
    sites = Site.objects.filter(project__in=found, division__home__isnull=False)
    fields = ProjectField.objects.filter(project__in=found)
    county, field, year = "division__home__", "field__", Cast("year", CharField())
    parts = (
        _facet(sites, "county", f"{county}code", f"{county}name", Value(""), "project"),
        _facet(fields, "field", f"{field}code", f"{field}name", f"{field}name_en", "project"),
        _facet(found, "stage", "stage", "stage", Value(""), "pk"),
        _facet(found, "year", year, year, Value(""), "pk"),
    )
    facets = {"county": [], "field": [], "stage": [], "year": []}
    for facet, value, name, english, count in parts[0].union(*parts[1:], all=True):
        label = Stage(value).label if facet == "stage" else english if english and get_language() == "en" else name
        facets[facet].append({"value": value, "label": str(label), "count": count})
    course = [stage.value for stage in Stage]
    facets["county"].sort(key=lambda row: (-row["count"], row["value"]))
    facets["field"].sort(key=lambda row: (-row["count"], row["value"]))
    facets["stage"].sort(key=lambda row: course.index(row["value"]))
    facets["year"].sort(key=lambda row: row["value"], reverse=True)
    for row in facets["year"]:
        row["value"] = int(row["value"])
    return facets


def _facet(rows, facet, value, name, english, counted):
    columns = {"facet": Value(facet), "value": value, "label": name, "english": english}
    columns = {key: Cast(column, CharField()) for key, column in columns.items()}
    grouped = rows.order_by().values(**{f"{key}_": column for key, column in columns.items()})
    return grouped.annotate(rows=Count(counted, distinct=True)).values_list(*(f"{key}_" for key in columns), "rows")


class NeedFilters(Filters):
    """Start it from `Need.objects.visible_to(user)`."""

    search = Search()
    county = PlaceFilter()
    field = _field()
    campaign = _campaign()
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Need.Status.choices)
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Need.Urgency.choices)
    kind = django_filters.ChoiceFilter(label=_("What is wanted"), choices=ItemKind.choices, method="wanting")
    ordering = Ordering(
        {"id": ("id",), "number": ("number",), "name": ("pinyin",)},
        default="-id",
        labels={"id": _("entered"), "number": _("number"), "name": _("name")},
    )

    class Meta:
        model = Need
        fields = ()

    def wanting(self, needs, name, kind):
        return needs.filter(Exists(NeedItem.objects.filter(need=OuterRef("pk"), kind=kind)))


class PledgeFilters(Filters):
    """Start it from `Pledge.objects.visible_to(user)`."""

    search = Search()
    county = PlaceFilter(method="towards")
    organisation = _organisation()
    campaign = _campaign()
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Pledge.Status.choices)
    need = django_filters.ModelChoiceFilter(
        label=_("Need"), queryset=lambda request: Need.objects.visible_to(request.user)
    )
    ordering = Ordering(
        {"id": ("id",), "number": ("number",)}, default="-id", labels={"id": _("entered"), "number": _("number")}
    )

    class Meta:
        model = Pledge
        fields = ()

    def towards(self, pledges, name, place):
        homes = Division.objects.within(place.code).today()
        return pledges.filter(Q(county__home__in=homes) | Q(need__county__home__in=homes))


class CircularFilters(Filters):
    """Start it from `Circular.objects.visible_to(user)`."""

    campaign = _campaign()
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Circular.Kind.choices)
    ordering = Ordering({"as_of": ("as_of",)}, default="-as_of", labels={"as_of": _("figures as of")})

    class Meta:
        model = Circular
        fields = ()


class EventFilters(Filters):
    """Start it from `Event.objects.visible_to(user)`."""

    search = Search()
    campaign = _campaign()
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Event.Kind.choices)
    ordering = Ordering(
        {"date": ("day",)},
        default="-date",
        labels={"date": _("date")},
        annotations={"day": Coalesce("starts_on", Value(datetime.date.min))},
    )

    class Meta:
        model = Event
        fields = ()
