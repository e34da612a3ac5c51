"""The public list of projects and the page of one. Everything starts from what the person may see."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from projects.entries import entry_in_words, entry_of
from projects.filters import ProjectFilters
from projects.listing.asking import Numbers, projects_listed
from projects.listing.pages import pages_beside
from projects.models import Project, Publication
from projects.printed import PROJECTS, projects_page
from projects.publishing.versions import versions_of, withdrawal_of
from projects.tables import Row, ledger
from projects.whole import whole_project
from registry.core.lists_out import PARAMETER as FORM
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing, Question
from registry.core.public_session import public_session

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
FACETS = ("county", "field", "stage", "year")
SHOWN = 12
"""So many of the largest entries of a facet are offered; the form offers all."""


@require_safe
@gives_files
def projects(request):
    """The list. Facets of a word that many projects have come a moment later, asked for by the page itself."""
    return _list(request)


@require_safe
@vary_on_headers("HX-Request")
@gives_files
def project_facets(request):
    """The facets of what the list finds, for a page that came without; for a browser by itself the list with them."""
    if FORM in request.GET or not getattr(request, "htmx", False):  # a job's request is plain
        return _list(request, later=False)
    question = Question(_filters(request))
    facets = {} if question.fault else Numbers(question.filters).first_facets(SHOWN)
    return render(request, "partials/facet_chips.html", {"facets": _facets(question, facets)}, status=question.status)


def _filters(request):
    is_file = FORM in request.GET
    wanted = Project.objects.visible_to(request.user) if is_file else projects_listed(request.user)
    return ProjectFilters(request.GET, wanted, request=request)


def _list(request, *, later=True):
    filters = _filters(request)
    numbers = Numbers(filters)
    listing = Listing(filters, ledger, as_file=True, pages=lambda: pages_beside(numbers))
    if listing.is_file:
        by = str(request.user) if request.user.is_authenticated else ""
        return hand_out(request, projects_page(listing, PROJECTS, title=_("Projects"), by=by))
    is_later = later and not listing.fault and numbers.are_dear(listing.page.paginator.count)
    facets = {} if listing.fault or is_later else numbers.first_facets(SHOWN)
    context = {"listing": listing, "facets": _facets(listing, facets)}
    if is_later:
        later_from = f"{reverse('projects-facets')}?{listing.address()}"
        context |= {"facets": [_facet(listing, name, ()) for name in FACETS], "facets_from": later_from}
    context |= {
        "ways": listing.ways_out(request),
        "rows": [Row(values) for values in listing.page],
        "heads": list(listing.heads(COLUMNS)),
    }
    return render(request, "projects/list.html", context, status=listing.status)


def _facets(question, facets):
    return [_facet(question, name, entries) for name, entries in facets.items() if entries]


def _facet(question, name, entries):
    chips = [chip_of(question, name, entry) for entry in entries[:SHOWN]]
    return {"label": question.filters.base_filters[name].label, "chips": chips}


def chip_of(listing, name, entry):
    """A facet's entry as a chip that narrows the list to it, or widens it again where it is chosen."""
    chosen = listing.filters.data.get(name) == str(entry["value"])
    address = listing.address(**{name: None if chosen else entry["value"]})
    return {"label": entry["label"], "count": entry["count"], "url": f"?{address}", "current": chosen}


@require_safe
def project(request, number):
    found = whole_project(request.user, _number(number))
    if found is None:
        return _withdrawn(request, number)
    return render(request, "projects/detail.html", entry_of(found, request.user) | {"versions": versions_of(found)})


@require_safe
def version(request, number, serial):
    """An earlier version, read by whoever asks as the public read it."""
    with public_session():
        rows = Publication.objects.readable().filter(number=_number(number))
        publication = rows.filter(serial=serial).first()
        if publication is None:
            return _withdrawn(request, number)
        entry = entry_in_words(publication.content, serial)
    name = publication.content[Project._meta.db_table][0]["name"]
    context = {"publication": publication, "name": name, "entry": entry}
    return render(request, "projects/version.html", context)


def _number(text):
    if "\x00" in text:  # the database has no such text
        raise Http404
    return text


def _withdrawn(request, number):
    """410 for what was withdrawn; raises Http404 for what never was there."""
    withdrawal = withdrawal_of(number)
    if withdrawal is None:
        raise Http404
    answer = render(request, "projects/withdrawn.html", {"withdrawal": withdrawal}, status=410)
    add_never_cache_headers(answer)  # browsers keep a 410 for ever, and the project may come back
    return answer
