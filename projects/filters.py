"""Questions about projects, needs and pledges, and how many rows each answer has."""

import datetime

import django_filters
from django.db.models import Case, CharField, Count, DecimalField, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce
from django.forms import HiddenInput
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from counties.filters import PlaceFilter, places
from counties.models.divisions import stem
from orgs.models import Kind, Organisation, Origin
from projects.field_filter import FieldFilter
from projects.models import (
    Campaign,
    Circular,
    Event,
    Field,
    Need,
    NeedItem,
    Participation,
    Pledge,
    PledgeItem,
    Project,
    ProjectField,
    Scheme,
    Site,
    Story,
)
from projects.models.items import ItemKind
from projects.models.stages import Stage
from projects.tables import AMOUNT, LEAST, MOST
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.filters import Filters, Ordering, Search, WholeNumber, YesNo, Yuan
from registry.core.lookups import FOUND, asked_with, one_of
from registry.core.models import in_both

EMPTY = Value("")


def _year(label, lookup="exact", **kwargs):
    return WholeNumber("year", label=label, lookup_expr=lookup, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


def _amount_or(number):
    return Coalesce(AMOUNT, Value(number), output_field=DecimalField(max_digits=16, decimal_places=2))


def _campaign(**kwargs):
    campaigns = Campaign.objects.order_by("-starts_on")
    return django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=campaigns, to_field_name="code", **kwargs)


def _organisation(**kwargs):
    """By id, among those that the person may see: another's id is as unknown as one that does not exist."""
    chosen = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=lambda request: Organisation.objects.visible_to(request.user), **kwargs
    )
    return extend_schema_field(int)(chosen)


class ProjectFilters(Filters):
    """Start it from `Project.objects.visible_to(user)`, or from what `listing.asking.projects_listed` gives."""

    references = {"county": places, "field": lambda: {field.code: field for field in Field.objects.all()}}

    search = Search()
    county = PlaceFilter()
    field = FieldFilter(method="in_field")
    year = _year(_("Year"), method="in_year")
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage.choices)
    origin = django_filters.ChoiceFilter(label=_("Organisations of"), choices=Origin.choices, method="of_origin")
    kind = django_filters.ChoiceFilter(label=_("Kind of organisation"), choices=Kind.choices, method="of_kind")
    min_amount = Yuan(label=_("Funds from"), method="at_least")
    max_amount = Yuan(label=_("Funds up to"), method="at_most")
    campaign = _campaign(method="of_campaign", widget=HiddenInput)
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
        annotations={"amount_rising": _amount_or(MOST), "amount_falling": _amount_or(LEAST)},
    )

    class Meta:
        model = Project
        fields = ()

    def filter_queryset(self, projects):
        county, field, year = (self.form.cleaned_data.get(name) for name in ("county", "field", "year"))
        if _kept(projects) and county and field and year:  # a key of all three finds them besides what each says
            projects = projects.in_place(stem(county.code), field.code, year)
        return super().filter_queryset(projects)

    def in_field(self, projects, name, field):
        return projects.in_field(field.code)

    def in_year(self, projects, name, year):
        return projects.in_year(year)

    def of_campaign(self, projects, name, campaign):
        return projects.of(campaign)

    def on_the_ground(self, projects, name, wanted):
        return projects.landed() if wanted else projects.exclude(pk__in=projects.model.objects.landed().values("pk"))

    def at_least(self, projects, name, amount):
        return projects.filter(amount_falling__gte=amount) if _kept(projects) else _with_funds(projects, gte=amount)

    def at_most(self, projects, name, amount):
        if _kept(projects):
            return projects.filter(amount_rising__lte=amount, amount__isnull=False)
        return _with_funds(projects, lte=amount)

    def with_party(self, projects, name, organisation):
        """Of the organisation and of those merged into it."""
        parts = Participation.objects.filter(one_of("organisation_id", organisation.family().values("pk")))
        return projects.filter(pk__in=parts.order_by().values("project"))

    def of_origin(self, projects, name, origin):
        return _with(projects, Q(organisation__origin=origin))

    def of_kind(self, projects, name, kind):
        return _with(projects, Q(organisation__kind=kind))


def _kept(projects):
    """Whether they are rows of the index, whose columns hold what is computed otherwise."""
    return projects.model is not Project


def _with_funds(projects, **bounds):
    return projects.alias(funds=AMOUNT).filter(**{f"funds__{bound}": amount for bound, amount in bounds.items()})


def _with(projects, party):
    return projects.filter(Exists(Participation.objects.filter(party, project=OuterRef("pk"))))


def project_facets(projects):
    """How many of `projects` there are by county, field, stage and year: {"county": [{"value", "label", "count"}]}.

    One query, which finds them once. A project in two counties is found under both: these numbers are not to be added.
    """
    sites, fields = Site.objects.counted().filter(project__in=FOUND), ProjectField.objects.filter(project__in=FOUND)
    home, those = "division__home__", Project.objects.filter(pk__in=FOUND)
    parts = (
        _facet(sites, "county", "project", f"{home}code", f"{home}name", f"{home}name_en"),
        _facet(fields, "field", "project", "field__code", "field__name", "field__name_en", "scheme"),
        _facet(those, "stage", "pk", "stage"),
        _facet(those, "year", "pk", "year"),
    )
    return in_facets(asked_with(projects.order_by().values("pk"), parts[0].union(*parts[1:], all=True)))


def in_facets(counted):
    """The facets of projects of rows (facet, value, count, name, English name, scheme), each in its order."""
    facets, language = {"county": [], "field": [], "stage": [], "year": []}, get_language()
    for facet, value, count, *names in counted:
        facets[facet].append(_entry(facet, value, count, *names, language))
    course = [stage.value for stage in Stage]
    for facet in ("county", "field"):
        facets[facet].sort(key=lambda entry: (-entry["count"], entry["value"]))
    facets["stage"].sort(key=lambda entry: course.index(entry["value"]))
    facets["year"].sort(key=lambda entry: entry["value"], reverse=True)
    return facets


def _facet(rows, facet, counted, value, label=EMPTY, english=EMPTY, scheme=EMPTY):
    columns = {"facet_": Value(facet), "value_": value, "label_": label, "english_": english, "scheme_": scheme}
    columns = {name: Cast(column, CharField()) for name, column in columns.items()}
    counts = rows.order_by().values(**columns).annotate(count_=Count(counted, distinct=True))
    return counts.values_list("facet_", "value_", "count_", "label_", "english_", "scheme_")


def _entry(facet, value, count, label, english, scheme, language):
    if facet == "stage":
        label = Stage(value).label
    elif facet == "year":
        value, label = int(value), value
    else:
        label = in_both(label, english, language)
        if scheme == Scheme.REVITALISATION:
            label = f"{label} ({Scheme(scheme).label})"
    return {"value": value, "label": str(label), "count": count}


NO_DAY = Value(datetime.date.max)
_MONEY = DecimalField(max_digits=16, decimal_places=2)


def _sum_of(items):
    """The money of some items of the outer need; nothing where there is none."""
    sums = items.order_by().values("kind").annotate(sum=Sum("amount")).values("sum")
    return Subquery(sums, output_field=_MONEY)


def _unmet_money():
    """What a need still lacks in money; below every sum where it wants none."""
    wanted = _sum_of(NeedItem.objects.filter(need=OuterRef("pk"), kind=ItemKind.MONEY))
    binding = PledgeItem.objects.filter(pledge__status__in=Pledge.BINDING)
    promised = _sum_of(binding.filter(need_item__need=OuterRef("pk"), kind=ItemKind.MONEY))
    return Coalesce(wanted - Coalesce(promised, Value(0), output_field=_MONEY), Value(LEAST), output_field=_MONEY)


class NeedFilters(Filters):
    """Start it from `Need.objects.visible_to(user)`."""

    search = Search()
    county = PlaceFilter()
    field = FieldFilter()
    campaign = _campaign()
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Need.Status.choices)
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Need.Urgency.choices)
    kind = django_filters.ChoiceFilter(label=_("What is wanted"), choices=ItemKind.choices, method="wanting")
    ordering = Ordering(
        {
            "open": ("is_over", "-id"),
            "id": ("id",),
            "number": ("number",),
            "name": ("pinyin",),
            "county": ("county__code",),
            "ends": ("last_day",),
            "gap": ("unmet_money",),
        },
        default="open",
        labels={
            "open": _("open ones first"), "id": _("entered"), "number": _("number"), "name": _("name"),
            "county": _("county"), "ends": _("last day"), "gap": _("still unmet in money"),
        },
        annotations={
            "is_over": Case(When(status__in=Need.OPEN, then=Value(0)), default=Value(1)),
            "last_day": Coalesce("expires_on", NO_DAY),
            "unmet_money": _unmet_money(),
        },
    )  # fmt: skip

    class Meta:
        model = Need
        fields = ()

    def wanting(self, needs, name, kind):
        return needs.filter(Exists(NeedItem.objects.filter(need=OuterRef("pk"), kind=kind)))


NEED_CHOICES = {"kind": ItemKind, "urgency": Need.Urgency, "status": Need.Status}


def need_facets(needs):
    """How many of `needs` there are by city, county, field, kind of help, urgency and state, as `project_facets` has
    it. One query. A need that wants two kinds is found under both."""
    found = Need.objects.filter(pk__in=needs.order_by().values("pk"))
    in_city, in_county = (found.filter(**{f"county__home{end}": False}) for end in ("__parent__isnull", "__isnull"))
    home, city = "county__home", "county__home__parent"
    parts = (
        _facet(in_city, "city", "pk", f"{city}__code", f"{city}__name", f"{city}__name_en"),
        _facet(in_county, "county", "pk", f"{home}__code", f"{home}__name", f"{home}__name_en"),
        _facet(found, "field", "pk", "field__code", "field__name", "field__name_en", "field__scheme"),
        _facet(NeedItem.objects.filter(need__in=found), "kind", "need", "kind"),
        _facet(found, "urgency", "pk", "urgency"),
        _facet(found, "status", "pk", "status"),
    )
    facets = {"city": [], "county": [], "field": [], "kind": [], "urgency": [], "status": []}
    language = get_language()
    for facet, value, count, *names in parts[0].union(*parts[1:], all=True):
        choices = NEED_CHOICES.get(facet)
        entry = {"value": value, "label": str(choices(value).label), "count": count} if choices else None
        facets[facet].append(entry or _entry(facet, value, count, *names, language))
    for facet, entries in facets.items():
        course = NEED_CHOICES[facet].values if facet in NEED_CHOICES else None
        entries.sort(key=lambda entry: course.index(entry["value"]) if course else (-entry["count"], entry["value"]))
    return facets


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
        return pledges.in_county(place.code)


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


class StoryFilters(Filters):
    """Start it from `Story.objects.visible_to(user)`."""

    search = Search()
    county = PlaceFilter()
    field = FieldFilter(method="in_field")
    ordering = Ordering(
        {"published": ("told",)},
        default="-published",
        labels={"published": _("published")},
        annotations={"told": Coalesce("published_at", Value(datetime.datetime(FIRST_YEAR, 1, 1, tzinfo=datetime.UTC)))},
    )

    class Meta:
        model = Story
        fields = ()

    def in_field(self, stories, name, field):
        return stories.in_field(field.code)
