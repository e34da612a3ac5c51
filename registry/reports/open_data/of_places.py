"""The columns of organisations, counties and needs. Their rows are dicts as `collecting` gives them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from counties.models import Certainty, Designation
from orgs.models import Kind, Organisation, Origin, RegisteredLevel
from projects.models import Need
from projects.models.items import ItemKind
from registry.core.quantity import Money, Qualifier

from .column import NOT_STATED, Column, DataSet, choice, code, day, flag, joined, measure, text, whole

NO_CODE = _("not stated; none is ever invented")


def _of(name):
    return lambda row: row[name]


def _page(path):
    return lambda row: settings.SITE_URL + path.format(**row)


ORGANISATIONS = DataSet(
    "organisations",
    _("Social organisations"),
    _("One row for each registered organisation, those that were deregistered or merged too. No contacts."),
    (
        whole("id", _("Organisation (id)"), _of("id"), _("The key of this set; the address ends with it.")),
        code("code", _("Unified social credit code"), _of("code"), _("18 characters, GB 32100."), empty=NO_CODE),
        text("name", _("Name"), _of("name")),
        text(
            "former_names", _("Former and short names"), lambda row: joined(row["former"]), empty=_("none is known")
        ),
        *choice("kind", _("Kind"), _of("kind"), Kind.choices),
        flag("is_chamber", _("Industry association or chamber"), _of("is_chamber")),
        flag("is_charity", _("Charitable organisation"), _of("is_charity")),
        *choice("level", _("Registered level"), _of("level"), RegisteredLevel.choices),
        *choice("origin", _("Registered in"), _of("origin"), Origin.choices),
        text("authority", _("Registering authority"), _of("authority__name"), empty=NOT_STATED),
        text("supervising_unit", _("Supervising unit"), _of("supervising_unit"), empty=NOT_STATED),
        day("registered_on", _("Registered on"), _of("registered_on")),
        *choice("certainty", _("Certainty"), _of("certainty"), Certainty.choices, _("How well it is supported.")),
        *choice("status", _("Status"), _of("status"), Organisation.Status.choices),
        whole(
            "merged_into", _("Merged into (id)"), _of("merged_into_id"), _("Figures count it as that one."),
            empty=_("it was not merged"),
        ),
        whole(
            "projects", _("Published projects"), _of("projects"), _("In which it takes part, in whatever role."),
            unit="个",
        ),
        flag("is_demo", _("Demo data"), _of("is_demo"), _("Made up, not from a source.")),
        code("url", _("Address"), _page("/orgs/{id}/"), _("The organisation's page.")),
    ),
)  # fmt: skip


def _kinds(row):
    return list(dict.fromkeys(held["kind"] for held in row["held"]))


def _counting(name):
    """What the designations that count among the 62 say, of which a county has one at most."""
    return lambda row: next((held[name] for held in row["held"] if held["counts"] and held[name]), None)


def _funds(row):
    value, qualifier = row["funds"]
    return Money(None if value is None else Decimal(value), qualifier=Qualifier(qualifier))


COUNTIES = DataSet(
    "counties",
    _("Counties"),
    _("One row for each of today's counties that carries a designation, or whose predecessors did."),
    (
        code("code", _("Code"), _of("code"), _("GB/T 2260, of today; the key of this set.")),
        text("name", _("County"), _of("name")),
        text("pinyin", _("Pinyin"), _of("pinyin"), empty=_("the name has no readings")),
        code("city_code", _("Prefecture (code)"), _of("parent__code"), empty=_("it has none")),
        text("city", _("Prefecture"), _of("parent__name"), empty=_("it has none")),
        whole("valid_from", _("Valid from"), _of("valid_from"), _("The year since which code and name are these.")),
        code(
            "former_codes", _("Former units (codes)"), lambda row: joined(unit["code"] for unit in row["former"]),
            _("Units of the past that are counted under this county."), empty=_("there is none"),
        ),
        text(
            "former_names", _("Former units"), lambda row: joined(unit["name"] for unit in row["former"]),
            empty=_("there is none"),
        ),
        code(
            "designations", _("Designations (codes)"), lambda row: joined(_kinds(row)),
            choices=tuple(Designation.Kind.choices), several=True, empty=_("there is none"),
        ),
        text(
            "designation_names", _("Designations"),
            lambda row: joined(Designation.Kind(kind).label for kind in _kinds(row)), empty=_("there is none"),
        ),
        flag(
            "counts", _("Among the 62"), lambda row: any(held["counts"] for held in row["held"]),
            _("Counted by the figure “counties covered”."),
        ),
        whole(
            "assessment_year", _("Delisted: year of assessment"), _counting("year"),
            _("Another date than the approval, which came in a later year."), empty=_("it is not known"),
        ),
        day("approved_on", _("Delisted: day of approval"), _counting("approved")),
        whole(
            "projects_landed", _("Landed projects"), _of("landed"),
            _("By the counting rule. A project in several counties stands under each and counts once in all: this "
              "column does not add up."), unit="个",
        ),
        *measure(
            "funds_involved", _("Funds involved"), _funds,
            _("Of landed projects in this county alone. Money of a project in several counties is nobody's share and "
              "stands in the set of projects only."),
            empty=_("no line of a project in this county alone, or not stated"),
        ),
        code("url", _("Address"), _page("/counties/{code}/"), _("The county's page.")),
    ),
)  # fmt: skip


NO_ITEM = _("the need names nothing")

NEEDS = DataSet(
    "needs",
    _("Needs"),
    _("One row for each thing that a published need wants. No contacts."),
    (
        code(
            "item", _("Item"), lambda row: f"{row['number']}/{row['item']}" if row["item"] else row["number"],
            _("The key of this set: the need's number and that of the item."),
        ),
        code("number", _("Number"), _of("number"), _("The same for all items of one need.")),
        text("name", _("Need"), _of("name")),
        code("campaign", _("Campaign (code)"), _of("campaign")),
        code("county_code", _("County (code)"), _of("county"), _("The key of the set of counties.")),
        text("county", _("County"), _of("county_name")),
        code("field", _("Field of help (code)"), _of("field")),
        text("field_name", _("Field of help"), _of("field_name")),
        *choice("urgency", _("Urgency"), _of("urgency"), Need.Urgency.choices),
        *choice("status", _("Status"), _of("status"), Need.Status.choices),
        day("published_on", _("Published on"), _of("published_on")),
        day("expires_on", _("Open until"), _of("expires_on"), empty=_("no end was set")),
        *choice("kind", _("Kind"), _of("kind"), ItemKind.choices, empty=NO_ITEM),
        text("what", _("What"), _of("what"), empty=_("money, or it is not told")),
        code("unit", _("Unit"), _of("unit"), _("Yuan (元) for money."), empty=NO_ITEM),
        Column("wanted", _("Wanted"), _of("wanted"), type="number", empty=NO_ITEM),
        Column("accepted", _("Promised"), _of("accepted"), _("By pledges that bind."), "number", empty=NO_ITEM),
        Column(
            "unmet", _("Still unmet"), _of("unmet"), _("Wanted less promised: computed, never typed."), "number",
            empty=NO_ITEM,
        ),
        flag("is_demo", _("Demo data"), _of("is_demo"), _("Made up, not from a source.")),
        code("url", _("Address"), _page("/needs/{number}/"), _("The need's page.")),
    ),
)  # fmt: skip
