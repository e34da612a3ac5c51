"""What a list of projects says, to compare the index with the register."""

from django.http import QueryDict
from django.utils.translation import override

from projects.filters import ProjectFilters
from projects.listing.asking import Numbers
from projects.models import Listed
from projects.tables import in_json, ledger, written
from registry.core.quick_json import JSONRenderer

from .test_filters import request_of

JSON, LANGUAGES = JSONRenderer(), ("zh-hans", "en")
ORDERS = ("-year", "amount", "-amount", "name", "-number")


def facets(query, user, *, most):
    """The first facets of each sort, answered from the index."""
    filters = ProjectFilters(QueryDict(query), Listed.objects.all(), request=request_of(user))
    return Numbers(filters).first_facets(most)


def answers(projects, query, user=None):
    """All that a list says: rows in their order, the total, and the facets. What the index has written of its rows is
    to the byte what is made of them."""
    filters = ProjectFilters(QueryDict(query), projects, request=request_of(user))
    found = filters.found()
    rows = in_json(ledger(found))
    if found.model is Listed:
        for language in LANGUAGES:
            with override(language):
                assert JSON.render(in_json(written(found))) == JSON.render(in_json(ledger(found)))
    return rows, Numbers(filters).total, Numbers(filters).facets
