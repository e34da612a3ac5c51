"""The columns of projects and of funding lines. A row of the first is an `Entry`, of the second a `Line`."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Participation
from projects.models.stages import Stage
from registry.core.quantity import HOUSEHOLD, PERSON_TIME

from .column import NOT_STATED, Column, DataSet, choice, code, day, flag, joined, measure, text, whole

NONE_NAMED = _("none is named")
NO_COUNTY = _("the project has no county")


def _sum(state):
    return lambda row: row.sum(state)


def _brought(unit):
    return lambda row: row.brought(unit)


def _unnamed(row):
    """How many organisations the sources count without naming them; None where they count none."""
    numbers = [party["number"] for party in row.parties if party["unnamed"] == Participation.Unnamed.ORGANISATIONS]
    return sum(numbers) if numbers else None


PROJECTS = DataSet(
    "projects",
    _("Projects"),
    _("One row for each published project."),
    (
        code("number", _("Project number"), lambda row: row.number, _("The key of this set.")),
        text("name", _("Project name"), lambda row: row.name),
        text("summary", _("Summary"), lambda row: row["summary"], empty=_("nothing was written")),
        code("campaign", _("Campaign (code)"), lambda row: row["campaign__code"]),
        text("campaign_name", _("Campaign"), lambda row: row["campaign__name"]),
        whole("year", _("Campaign year"), lambda row: row.year, _("The year under which the project is counted.")),
        *choice("stage", _("Stage"), lambda row: row.stage.value, Stage.choices),
        flag(
            "landed", _("Landed"), lambda row: row["landed"],
            _("Under way or later, by the counting rule; most figures count landed projects only."),
        ),
        code(
            "county_codes", _("Counties (codes)"), lambda row: joined(county["code"] for county in row.counties),
            _("Codes of GB/T 2260 of today's counties. Several are divided by semicolons; money is never divided."),
            empty=NO_COUNTY,
        ),
        text(
            "counties", _("Counties"), lambda row: joined(county["name"] for county in row.counties), empty=NO_COUNTY
        ),
        code(
            "fields", _("Fields of help (codes)"), lambda row: joined(field["code"] for field in row.fields),
            _("The primary one of the campaign's scheme first."), empty=_("no field was chosen"),
        ),
        text("field_names", _("Fields of help"), lambda row: joined(row.field_names), empty=_("no field was chosen")),
        code(
            "lead_code", _("Leading organisation's credit code"), lambda row: (row.lead or {}).get("code"),
            empty=_("no organisation leads, or its code is not stated"),
        ),
        text(
            "lead", _("Leading organisation"), lambda row: (row.lead or {}).get("name"),
            empty=_("no organisation leads"),
        ),
        code(
            "organisation_ids", _("Organisations (ids)"),
            lambda row: joined(party["id"] for party in row.organisations),
            _("The key of the set of organisations; all who take part, in whatever role."), empty=NONE_NAMED,
        ),
        text(
            "organisations", _("Organisations"), lambda row: joined(party["name"] for party in row.organisations),
            empty=NONE_NAMED,
        ),
        whole(
            "organisations_unnamed", _("Organisations not named"), _unnamed,
            _("How many organisations the source counts without naming them. They count in no figure."), unit="家",
            empty=_("the source counts none"),
        ),
        *measure("pledged", _("Money pledged"), _sum("pledged"), _("Shown for comparison; it is in no figure.")),
        *measure("committed", _("Money committed"), _sum("committed"), _("By signing; companies' money apart.")),
        *measure("received", _("Money received"), _sum("received"), _("What has arrived; companies' money apart.")),
        *measure("spent", _("Money spent"), _sum("spent"), _("Companies' money apart.")),
        *measure(
            "funds_involved", _("Funds involved"), lambda row: row.amount,
            _("What was received, or where nothing was received, what was committed. Summed over landed projects it is "
              "the figure “funds involved”."),
        ),
        *measure(
            "company_money", _("Company money mobilised"), lambda row: row.mobilised,
            _("By the same rule. It is not the organisations' money and is in no other column."),
            empty=_("none, or not stated"),
        ),
        *measure(
            "person_times", _("Beneficiaries, person-times"), _brought(PERSON_TIME), _("Approved results only."),
            PERSON_TIME, empty=_("no approved result in this unit"),
        ),
        *measure(
            "persons", _("Beneficiaries, persons"), _brought("人"),
            _("Never added to person-times or households."), "人",
            empty=_("no approved result in this unit"),
        ),
        *measure(
            "households", _("Beneficiaries, households"), _brought(HOUSEHOLD),
            _("Never added to persons or person-times."), HOUSEHOLD, empty=_("no approved result in this unit"),
        ),
        day("planned_start", _("Planned start"), lambda row: row["planned_start"]),
        day("planned_end", _("Planned end"), lambda row: row["planned_end"]),
        day("started_on", _("Started on"), lambda row: row["actual_start"]),
        day("finished_on", _("Finished on"), lambda row: row["actual_end"], empty=_("not finished, or not known")),
        code(
            "continues", _("Continues the project"), lambda row: row["continues__number"],
            _("Number of the project of an earlier campaign. Over all campaigns together such a chain counts once."),
            empty=_("it is no continuation"),
        ),
        flag("is_demo", _("Demo data"), lambda row: row["is_demo"], _("Made up, not from a source.")),
        code("url", _("Address"), lambda row: settings.SITE_URL + row.url, _("The project's page.")),
    ),
)  # fmt: skip


def _giver_of(line):
    return "joint" if line["is_joint"] else "organisation" if line["organisation"] else "company"


GIVERS = (
    ("organisation", _("a social organisation")), ("company", _("a member company")),
    ("joint", _("all parties together, shares unknown")),
)  # fmt: skip
COUNTED = (("funds", _("Funds involved")), ("mobilised", _("Company money mobilised")))

FUNDING = DataSet(
    "funding",
    _("Funding lines"),
    _("One row for each standing line of money, goods or service of a published project."),
    (
        whole("id", _("Number of the line"), lambda line: line["id"], _("The key of this set.")),
        code("project", _("Project number"), lambda line: line.project.number, _("The key of the set of projects.")),
        whole("year", _("Campaign year"), lambda line: line.project.year),
        *choice(
            "counted_in", _("Counted in"), lambda line: line.counted_in or None, COUNTED,
            _("The figure that the line is part of. The amounts of all lines with “funds” add up to the figure “funds "
              "involved”, those with “mobilised” to “company money mobilised”."),
            empty=_("in no figure: pledged, spent, committed where something was received, or not landed"),
        ),
        *choice("state", _("State"), lambda line: line["state"], Funding.State.choices),
        *choice("kind", _("Kind"), lambda line: line["kind"], Funding.Kind.choices),
        *choice("origin", _("Origin of the money"), lambda line: line["origin"], Funding.Origin.choices),
        *choice("given_by", _("Who gave"), _giver_of, GIVERS),
        whole(
            "organisation_id", _("Organisation (id)"), lambda line: (line["organisation"] or {}).get("id"),
            _("The key of the set of organisations."), empty=_("no single organisation gave it"),
        ),
        code(
            "giver_code", _("Giver's credit code"), lambda line: (line.party or {}).get("code"),
            empty=_("not stated, or no single giver"),
        ),
        text("giver_name", _("Giver"), lambda line: (line.party or {}).get("name"), empty=_("no single giver")),
        *measure("amount", _("Amount"), lambda line: line.money, _("The stated value, of goods and services too.")),
        code(
            "wording", _("Word of the source"), lambda line: line["wording"],
            _("The source's own word for the precision, such as “about” or “more than”, in Chinese."),
            empty=_("the source has none"),
        ),
        text("goods", _("What"), lambda line: line["goods"], _("What goods or service."), empty=_("it is not told")),
        Column(
            "quantity", _("Quantity"), lambda line: line["quantity"], _("Of goods or service, in the unit beside it."),
            "number", empty=NOT_STATED,
        ),
        code("unit", _("Unit"), lambda line: line["unit"], empty=_("there is no quantity")),
        *choice("value_basis", _("Basis of the value"), lambda line: line["value_basis"], Funding.Basis.choices),
        day("occurred_on", _("Date"), lambda line: line["occurred_on"]),
        flag("receipt_confirmed", _("Receipt confirmed"), lambda line: line["confirmed"], _("By the county.")),
        flag("is_demo", _("Demo data"), lambda line: line.project["is_demo"], _("Made up, not from a source.")),
    ),
)  # fmt: skip
"""Nothing of vouchers, notes and those who confirmed: they are no part of what is published."""
