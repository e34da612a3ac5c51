"""The organisations and the page of one: what it is called and was, and every part it takes."""

from django.db.models import Count, Min
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orgs.filters import OrganisationFilters
from orgs.models import Organisation
from orgs.privacy import contact_for
from projects.models import Commendation, Participation
from registry.core.lists_out import gives_files, hand_out
from registry.core.lookups import one_of
from registry.core.paging import Listing

from .organisation_figures import doings_of
from .printed import ORGANISATIONS, in_portions, page_of

COLUMNS = (
    ("name", _("Organisation"), "", "rising"),
    ("", _("Kind"), "", ""),
    ("", _("Registered"), "", ""),
    ("", _("Registering authority"), "", ""),
    ("registered_on", _("Registered on"), "num", "rising"),
    ("", _("Projects"), "num", ""),
)


@require_safe
@gives_files
def organisations(request):
    rows = Organisation.objects.visible_to(request.user)
    listing = Listing(
        OrganisationFilters(request.GET, rows, request=request), lambda found: found.prefetch_related("authority"),
        as_file=True,
    )  # fmt: skip
    if listing.is_file:
        counted = (row for portion in in_portions(listing.rows) for row in _with_numbers(request.user, portion))
        total = listing.page.paginator.count
        return hand_out(request, page_of(_("Social organisations"), ORGANISATIONS, counted, total, request.user))
    context = {
        "listing": listing,
        "ways": listing.ways_out(request),
        "rows": _with_numbers(request.user, listing.page),
        "heads": list(listing.heads(COLUMNS)),
    }
    return render(request, "orgs/list.html", context, status=listing.status)


def _with_numbers(user, organisations):
    """[(organisation, number of its projects that `user` may know of)]. One query for all."""
    organisations = list(organisations)
    numbers = projects_of(user, [organisation.pk for organisation in organisations])
    return [(organisation, numbers.get(organisation.pk, 0)) for organisation in organisations]


def projects_of(user, keys):
    """{organisation: number of the projects that `user` may know of in which it takes part}."""
    parts = Participation.objects.visible_to(user).filter(organisation__in=keys)
    counted = parts.order_by().values("organisation").annotate(number=Count("project", distinct=True))
    return dict(counted.values_list("organisation", "number"))


@require_safe
def organisation(request, pk):
    visible = Organisation.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("authority", "merged_into").prefetch_related("former_names"), pk=pk
    )
    parts = (
        Participation.objects.visible_to(request.user)
        .filter(one_of("organisation_id", found.family().values("pk")))
        .select_related("project", "organisation")
        .prefetch_related("organisation__former_names")
        .annotate(signed_on=Min("project__agreements__signed_on"))
        .order_by("-project__year", "-project_id", "id")
    )
    context = {
        "organisation": found,
        "parts": [(part, name_then(part)) for part in parts],
        "absorbed": visible.filter(merged_into=found),
        "commendations": Commendation.objects.visible_to(request.user).filter(organisation=found),
        "contact": contact_for(request.user, found),
        "doings": doings_of(found, request.user),
    }
    return render(request, "orgs/detail.html", context)


def name_then(part):
    """What the organisation was called on the day of signing, where it was something else than today's name."""
    day = part.signed_on or part.project.actual_start or part.project.planned_start
    name = part.organisation.name_on(day) if day else part.organisation.name
    return "" if name == part.organisation.name else name
