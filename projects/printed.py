"""Lists of projects as pages that are printed and filed: the columns of the screen, each with what a file holds."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models.items import ItemKind
from projects.needs import gaps_of
from projects.tables import AT_A_TIME, Row
from registry.core.lists_out import usual_facts
from registry.core.quantity import Money
from registry.core.workbooks import DAY, MONEY, PLAIN, Column, Page


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


def _money_of(part):
    """A column's value: the sum in money of one part of a need's gaps; not stated where it wants none."""

    def value(need):
        sums = [getattr(gap, part).value for gap in gaps_of(need) if gap.item.kind == ItemKind.MONEY]
        return Money(sum(sums) if sums else None)

    return value


def _other_gaps(need):
    gaps = [gap for gap in gaps_of(need) if gap.item.kind != ItemKind.MONEY]
    words = _("%(what)s %(wanted)s, still unmet %(unmet)s")
    return "; ".join(words % {"what": gap.item.what, "wanted": gap.wanted, "unmet": gap.unmet} for gap in gaps)


NEEDS = (
    Column(gettext_lazy("Number"), lambda need: need.number, width=16),
    Column(gettext_lazy("Need"), lambda need: need.name, width=36),
    Column(gettext_lazy("County"), lambda need: need.county.name),
    Column(gettext_lazy("Place"), lambda need: need.place),
    Column(gettext_lazy("Field"), lambda need: str(need.field)),
    Column(gettext_lazy("Urgency"), lambda need: need.get_urgency_display(), width=10),
    Column(gettext_lazy("Status"), lambda need: need.get_status_display(), width=12),
    Column(gettext_lazy("Wanted (10,000 yuan)"), _money_of("wanted"), MONEY, is_totalled=True),
    Column(gettext_lazy("Promised (10,000 yuan)"), _money_of("accepted"), MONEY, is_totalled=True),
    Column(gettext_lazy("Still unmet (10,000 yuan)"), _money_of("unmet"), MONEY, is_totalled=True),
    Column(gettext_lazy("Goods, services, know-how"), _other_gaps, width=36),
    Column(gettext_lazy("Wanted until"), lambda need: need.expires_on, DAY),
)


def needs_page(listing, columns, *, title, by):
    """The `Page` of a whole list of needs with their gaps."""
    rows = listing.rows.iterator(chunk_size=AT_A_TIME)
    return Page(
        title, list(columns), rows, listing.page.paginator.count, usual_facts(columns), named=2, by=by,
    )  # fmt: skip
