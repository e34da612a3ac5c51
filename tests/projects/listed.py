"""What a list of projects says, to compare the index with the register."""

from django.http import QueryDict

from projects.filters import ProjectFilters
from projects.listing.asking import Numbers
from projects.models import Listed
from projects.tables import in_json, ledger

from .test_filters import request_of

ORDERS = ("-year", "amount", "-amount", "name", "-number")


def facets(query, user, *, most):
    """The first facets of each sort, answered from the index."""
    filters = ProjectFilters(QueryDict(query), Listed.objects.all(), request=request_of(user))
    return Numbers(filters).first_facets(most)


def answers(projects, query, user=None):
    """All that a list says: rows in their order, the total, and the facets."""
    filters = ProjectFilters(QueryDict(query), projects, request=request_of(user))
    rows = in_json(ledger(filters.found()))
    return rows, Numbers(filters).total, Numbers(filters).facets
