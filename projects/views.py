"""The public list of projects and the page of one. Everything starts from what the person may see."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from projects.filters import ProjectFilters, project_facets
from projects.models import Project
from projects.printed import PROJECTS, projects_page
from projects.tables import Row, ledger
from projects.whole import Whole, whole_projects
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing

COLUMNS = (
    ("number", gettext_lazy("Number"), "", "rising"),
    ("name", gettext_lazy("Project"), "", "rising"),
    ("", gettext_lazy("Leading organisation"), "", ""),
    ("", gettext_lazy("County"), "", ""),
    ("", gettext_lazy("Field"), "", ""),
    ("year", gettext_lazy("Year"), "num", "falling"),
    ("", gettext_lazy("Stage"), "", ""),
    ("amount", gettext_lazy("Funds involved (10,000 yuan)"), "num", "falling"),
)
SHOWN = 12
"""So many of the largest entries of a facet are offered; the form offers all."""


@require_safe
@gives_files
def projects(request):
    filters = ProjectFilters(request.GET, Project.objects.visible_to(request.user), request=request)
    listing = Listing(filters, ledger, as_file=True)
    if listing.is_file:
        by = str(request.user) if request.user.is_authenticated else ""
        return hand_out(request, projects_page(listing, PROJECTS, title=_("Projects"), by=by))
    facets = project_facets(listing.found) if not listing.fault else {}
    context = {
        "listing": listing,
        "ways": listing.ways_out(request),
        "rows": [Row(values) for values in listing.page],
        "heads": list(listing.heads(COLUMNS)),
        "facets": [
            {
                "label": filters.filters[name].label,
                "chips": [chip_of(listing, name, entry) for entry in entries[:SHOWN]],
            }
            for name, entries in facets.items()
            if entries
        ],
    }
    return render(request, "projects/list.html", context, status=listing.status)


def chip_of(listing, name, entry):
    """A facet's entry as a chip that narrows the list to it, or widens it again where it is chosen."""
    chosen = listing.filters.data.get(name) == str(entry["value"])
    address = listing.address(**{name: None if chosen else entry["value"]})
    return {"label": entry["label"], "count": entry["count"], "url": f"?{address}", "current": chosen}


@require_safe
def project(request, number):
    if "\x00" in number:  # the database has no such text
        raise Http404
    found = get_object_or_404(whole_projects(request.user), number=number)
    whole = Whole(found, request.user)
    source = [(_("Summary"), found.summary), (_("Approach"), found.approach), (_("Channel"), found.channel)]
    context = {
        "project": found,
        "whole": whole,
        "texts": [(label, text) for label, text in source if text],
        "related": related(found, request.user),
    }
    return render(request, "projects/detail.html", context)


def related(found, user):
    """The projects that this one is part of, continues, or is continued by, where the person may know of them."""
    keys = {
        _("Part of"): found.parent_id,
        _("Continues"): found.continues_id,
        _("Continued by"): found.continued_by.pk if hasattr(found, "continued_by") else None,
    }
    visible = Project.objects.visible_to(user).in_bulk([key for key in keys.values() if key])
    return [(label, visible[key]) for label, key in keys.items() if key in visible]
