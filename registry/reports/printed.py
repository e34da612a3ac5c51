"""The public lists, and the rows behind a figure, as pages that are printed and filed."""

from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties.models import Division
from orgs.models import Organisation
from projects.models import Funding, Project, Result
from registry.core.lists_out import usual_facts
from registry.core.quantity import YUAN, format_quantity
from registry.core.quantity.format import column_number
from registry.core.workbooks import DAY, INSTANT, MONEY, PLAIN, WHOLE, Column, Page

AT_A_TIME = 500


def _each(wanted):
    """One value a designation, those that have none left out."""
    return lambda row: _(", ").join(str(value) for one in row[1] if (value := wanted(one)))


def _told(code):
    """A measure of a county; nothing where it cannot be narrowed as the list is."""

    def number(row):
        total = row[2][code].total if code in row[2] else None
        return total if total is None or total.unit == YUAN else column_number(total)

    return number


ORGANISATIONS = (
    Column(gettext_lazy("Organisation"), lambda row: row[0].name, width=36),
    Column(gettext_lazy("Kind"), lambda row: _chamber(row[0])),
    Column(gettext_lazy("Registered"), lambda row: _registered(row[0])),
    Column(gettext_lazy("Registering authority"), lambda row: row[0].authority and row[0].authority.name, width=28),
    Column(gettext_lazy("Registered on"), lambda row: row[0].registered_on, DAY),
    Column(gettext_lazy("Projects"), lambda row: row[1], WHOLE),
)
COUNTIES = (
    Column(gettext_lazy("County"), lambda row: row[0].name, width=24),
    Column(gettext_lazy("Code"), lambda row: row[0].code, width=10),
    Column(gettext_lazy("Prefecture"), lambda row: row[0].parent and row[0].parent.name),
    Column(gettext_lazy("Designations"), _each(lambda one: one.get_kind_display()), width=36),
    Column(gettext_lazy("Delisted: year of assessment"), _each(lambda one: one.assessment_year)),
    Column(gettext_lazy("Delisted: day of approval"), _each(lambda one: one.approved_on)),
    Column(gettext_lazy("Landed projects"), _told("projects"), WHOLE),
    Column(gettext_lazy("Organisations taking part"), _told("organisations"), WHOLE),
    Column(gettext_lazy("Funds involved (10,000 yuan)"), _told("funds"), MONEY),
    Column(gettext_lazy("Beneficiaries, person-times"), _told("beneficiaries"), WHOLE),
    Column(gettext_lazy("Open needs"), _told("needs"), WHOLE),
    Column(gettext_lazy("Money still lacking (10,000 yuan)"), _told("gap"), MONEY),
)
CIRCULARS = (
    Column(gettext_lazy("Document number"), lambda row: row.number, width=22),
    Column(gettext_lazy("Title"), lambda row: row.title, width=60),
    Column(gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column(gettext_lazy("Period"), lambda row: f"{row.period_from} – {row.period_until}", width=24),
    Column(gettext_lazy("Data as of"), lambda row: row.as_of, INSTANT),
)
EVENTS = (
    Column(gettext_lazy("First day"), lambda row: row.starts_on, DAY),
    Column(gettext_lazy("Last day"), lambda row: row.ends_on, DAY),
    Column(gettext_lazy("Note on the date"), lambda row: row.date_note, width=20),
    Column(gettext_lazy("Event"), lambda row: row.name, width=48),
    Column(gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column(gettext_lazy("Place"), lambda row: _place(row), width=28),
    Column(gettext_lazy("Hosts"), lambda row: _(", ").join(host.name for host in row.hosts.all()), width=36),
    Column(gettext_lazy("Status"), lambda row: row.get_status_display()),
    Column(gettext_lazy("Summary"), lambda row: row.summary, width=48),
    Column(gettext_lazy("Source"), lambda row: row.source, width=28),
)
_PROJECT = Column(gettext_lazy("Project"), lambda row: row.project.name, width=36)
_NUMBER = Column(gettext_lazy("Number"), lambda row: row.project.number, width=16)
BEHIND = {
    Organisation: (
        Column(gettext_lazy("Organisation"), lambda row: row.name, width=36),
        Column(gettext_lazy("Kind"), lambda row: row.get_kind_display()),
        Column(gettext_lazy("Registered level"), lambda row: row.get_level_display()),
        Column(gettext_lazy("Registered in"), lambda row: row.get_origin_display()),
        Column(gettext_lazy("Unified social credit code"), lambda row: row.code, width=24),
    ),
    Project: (
        Column(gettext_lazy("Number"), lambda row: row.number, width=16),
        Column(gettext_lazy("Project"), lambda row: row.name, width=36),
        Column(gettext_lazy("Year"), lambda row: row.year, PLAIN),
        Column(gettext_lazy("Stage"), lambda row: row.get_stage_display()),
        Column(gettext_lazy("Campaign"), lambda row: row.campaign, width=36),
    ),
    Division: (
        Column(gettext_lazy("Code"), lambda row: row.code, width=10),
        Column(gettext_lazy("County"), lambda row: row.name, width=24),
        Column(gettext_lazy("City"), lambda row: row.parent),
    ),
    Funding: (
        _NUMBER, _PROJECT,
        Column(gettext_lazy("Given by"), lambda row: _giver(row), width=28),
        Column(gettext_lazy("State"), lambda row: row.get_state_display()),
        Column(gettext_lazy("Kind"), lambda row: " · ".join(filter(None, (row.get_kind_display(), row.goods)))),
        Column(gettext_lazy("Origin of the money"), lambda row: row.get_origin_display()),
        Column(gettext_lazy("Amount (10,000 yuan)"), lambda row: row.money, MONEY, is_totalled=True),
        Column(gettext_lazy("Date"), lambda row: row.occurred_on, DAY),
    ),
    Result: (
        _NUMBER, _PROJECT,
        Column(gettext_lazy("Indicator"), lambda row: row.indicator, width=28),
        Column(gettext_lazy("Level"), lambda row: row.get_level_display()),
        Column(gettext_lazy("Reached"), lambda row: format_quantity(row.reached, "prose")),
        Column(gettext_lazy("As of"), lambda row: row.occurred_on, DAY),
    ),
}  # fmt: skip
"""Of each table that a figure counts; results of unlike units are never added together."""


def _place(event):
    return " ".join(filter(None, (event.place, event.division and event.division.name)))


def _chamber(organisation):
    words = [organisation.get_kind_display(), _("industry association or chamber") if organisation.is_chamber else ""]
    return _(", ").join(filter(None, words))


def _registered(organisation):
    origin = organisation.get_origin_display() if organisation.origin != "national" else ""
    return " · ".join(filter(None, (organisation.get_level_display(), origin)))


def _giver(line):
    return line.organisation or line.enterprise or _("joint, shares unknown")


def in_portions(rows):
    """The rows in lists of AT_A_TIME, for what is asked of many together."""
    rows = rows.iterator(chunk_size=AT_A_TIME)
    while portion := list(islice(rows, AT_A_TIME)):
        yield portion


def page_of(title, columns, rows, total, user):
    return Page(
        str(title), list(columns), rows, total, usual_facts(columns),
        by=str(user) if user.is_authenticated else "",
    )  # fmt: skip
