"""Lists of projects as pages that are printed and filed: the columns of the screen, each with what a file holds."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.tables import AT_A_TIME, Row
from registry.core.lists_out import usual_facts
from registry.core.workbooks import MONEY, PLAIN, Column, Page


def _lead(row):
    if row.lead:
        return row.lead["name"]
    return _("%(name)s and others") % row.organisations[0] if row.organisations else None


def names(rows):
    """The names of some places or parties in one cell."""
    return _(", ").join(row["name"] for row in rows)


PROJECTS = (
    Column(gettext_lazy("Number"), lambda row: row.number, width=16),
    Column(gettext_lazy("Project"), lambda row: row.name, width=36),
    Column(gettext_lazy("Leading organisation"), _lead, width=28),
    Column(gettext_lazy("County"), lambda row: names(row.counties)),
    Column(gettext_lazy("Field"), lambda row: _(", ").join(row.field_names)),
    Column(gettext_lazy("Year"), lambda row: row.year, PLAIN),
    Column(gettext_lazy("Stage"), lambda row: row.stage.label, width=12),
    Column(gettext_lazy("Funds involved (10,000 yuan)"), lambda row: row.amount, MONEY, is_totalled=True),
)


def projects_page(listing, columns, *, title, by):
    """The `Page` of a whole list."""
    rows = map(Row, listing.rows.iterator(chunk_size=AT_A_TIME))
    return Page(
        title, list(columns), rows, listing.page.paginator.count, usual_facts(columns), named=2, by=by,
    )  # fmt: skip
