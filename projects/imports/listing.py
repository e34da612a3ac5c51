"""Questions that may be asked of imports and of the rows of one."""

import django_filters
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from projects.models import LedgerImport, LedgerRow
from registry.core.filters import Filters, Ordering, Search


class ImportFilters(Filters):
    """The imports within a person's scope, the last one first."""

    status = django_filters.ChoiceFilter(label=_("status"), choices=LedgerImport.Status.choices)
    ordering = Ordering({"id": ("id",)}, "-id", {"id": _("number")})

    class Meta:
        model = LedgerImport
        fields = ()


class RowFilters(Filters):
    """The rows of one import, in the order of its file."""

    outcome = django_filters.ChoiceFilter(label=_("outcome"), choices=LedgerRow.Outcome.choices)
    search = Search(method="find")
    ordering = Ordering({"position": ("position",)}, "position", {"position": _("row")})

    class Meta:
        model = LedgerRow
        fields = ()

    def find(self, rows, name, value):
        """By words of the project's, the organisation's or the county's name, or the number of the row."""
        if not value:
            return rows
        found = Q(row=int(value)) if value.isascii() and value.isdecimal() and len(value) < 10 else Q()
        for key in ("project", "org", "county", "number", "code"):
            found |= Q(**{f"cells__{key}__icontains": value})
        return rows.filter(found)


def counted(rows):
    """{outcome: how many rows}, one query."""
    return dict(rows.order_by().values_list("outcome").annotate(number=Count("pk")))
