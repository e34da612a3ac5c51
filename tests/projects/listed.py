"""What a list of projects says, to compare the index with the register."""

from django.http import QueryDict

from projects.filters import ProjectFilters
from projects.listing.asking import Numbers
from projects.tables import in_json, ledger

from .test_filters import request_of

ORDERS = ("-year", "amount", "-amount", "name", "-number")


def answers(projects, query, user=None):
    """All that a list says: rows in their order, the total, and the facets."""
    filters = ProjectFilters(QueryDict(query), projects, request=request_of(user))
    rows = in_json(ledger(filters.found()))
    return rows, Numbers(filters).total, Numbers(filters).facets
