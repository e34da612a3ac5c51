"""Projects as activities by the IATI Activity Standard 2.03: who, where, when, in which sector, money and results.

The standard asks every activity for a party and a day, and every transaction for a day and a value. Projects and lines
without them are left out and counted; nothing is made up for them.
"""

from collections import Counter
from datetime import date
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Participation, Result
from projects.models.stages import Stage
from registry.core.exports import NOT_XML
from registry.core.quantity import Quantity, format_quantity

from .collecting import day_of, decimal
from .column import without_personal_data
from .package import publisher

VERSION, CURRENCY, COUNTRY = "2.03", "CNY", "CN"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OWN = "99"
"""The vocabulary of a reporting organisation's own codes."""

LOCAL_GOVERNMENT, NATIONAL_NGO, FOUNDATION, COMPANY = "11", "22", "60", "70"
FUNDING, ACCOUNTABLE, EXTENDING, IMPLEMENTING = "1", "2", "3", "4"
ROLES = {
    Participation.Role.LEAD: ACCOUNTABLE,
    Participation.Role.JOINT: IMPLEMENTING,
    Participation.Role.FUNDER: FUNDING,
    Participation.Role.IMPLEMENTER: IMPLEMENTING,
    Participation.Role.MOBILISER: EXTENDING,
    Participation.Role.MOBILISED: FUNDING,
}
STATUS = {
    Stage.PLANNED: "1", Stage.MATCHED: "1", Stage.SIGNED: "1",
    Stage.UNDER_WAY: "2",
    Stage.FINISHED: "3", Stage.ACCEPTED: "3", Stage.AFTERCARE: "3",
    Stage.CLOSED: "4", Stage.TERMINATED: "5", Stage.SUSPENDED: "6",
}  # fmt: skip
"""Pipeline, implementation, finalisation, closed, cancelled, suspended."""

DAYS = (("1", "planned_start"), ("2", "actual_start"), ("3", "planned_end"), ("4", "actual_end"))
TRANSACTIONS = {
    Funding.State.PLEDGED: "12", Funding.State.COMMITTED: "2", Funding.State.RECEIVED: "3", Funding.State.SPENT: "4"
}  # fmt: skip
"""Outgoing pledge, outgoing commitment, disbursement, expenditure: from the giver's side, as the register has them."""

DAC = {"education": ("2", "111"), "employment": ("1", "16020")}
"""(vocabulary, code) of the OECD's for fields that say the same: education of no stated level; employment creation."""

RESULTS = {Result.Level.OUTPUT: "1", Result.Level.OUTCOME: "2", Result.Level.BENEFICIARY: "9"}
WEB_PAGE = "A12"
LEFT_OUT = {
    "day": _("projects without any day"), "party": _("projects without any party"),
    "line_amount": _("lines without an amount"), "line_day": _("lines without a day"),
}  # fmt: skip
"""Why a project is no activity, and a line of one no transaction."""


def activities_file(projects, as_of):
    """(chunks of the file, what it holds): none where there is no activity, which the standard does not know. The
    second is complete when the first were read: {"entries": number, "left_out": {why: number}}."""
    told = {"entries": 0, "left_out": Counter()}
    return _chunks(projects, as_of, told), told


def _chunks(projects, as_of, told):
    for project in projects:
        found = activity_of(project, told["left_out"])
        if found is not None:
            yield from () if told["entries"] else (_head(as_of),)
            ElementTree.indent(found, level=1)
            yield b"  " + ElementTree.tostring(found, encoding="utf-8") + b"\n"
            told["entries"] += 1
    if told["entries"]:
        yield b"</iati-activities>\n"


def _head(as_of):
    instant = as_of.isoformat(timespec="seconds")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<iati-activities version="{VERSION}" generated-datetime="{instant}">\n'
    ).encode()


def activity_of(project, left_out):
    """The activity of a project as an element; None, told in `left_out` by its reason, where the standard has no place
    for it. Lines that it has no place for are told there too."""
    days = [(kind, project[name]) for kind, name in DAYS if project[name]]
    parties = [party for party in project.parties if _names_somebody(party)]
    if not days or not parties:
        left_out["party" if days else "day"] += 1
        return None
    found = Element("iati-activity", {LANG: "zh", "default-currency": CURRENCY})
    SubElement(found, "iati-identifier").text = identifier(project.number)
    reporter = {"ref": settings.IATI_REPORTER, "type": LOCAL_GOVERNMENT, "secondary-reporter": "1"}
    _told(SubElement(found, "reporting-org", reporter), publisher())
    _titles(found, project)
    for party in parties:
        _party(found, party)
    SubElement(found, "activity-status", {"code": STATUS[project.stage]})
    for kind, day in days:
        SubElement(found, "activity-date", {"type": kind, "iso-date": day})
    _places(found, project)
    _sectors(found, project)
    for line in project.lines:
        _transaction(found, line, left_out)
    if settings.SITE_URL:
        _web_page(found, project)
    if project["continues__number"]:
        SubElement(found, "related-activity", {"ref": identifier(project["continues__number"]), "type": "3"})
    for result in project.results:
        _result(found, project, result)
    return found


def identifier(number):
    return f"{settings.IATI_REPORTER}-{number}"


def _told(parent, text, language=None):
    """A narrative under `parent`. Characters that XML cannot hold are left out, personal data hidden."""
    narrative = SubElement(parent, "narrative", {LANG: language} if language else {})
    narrative.text = NOT_XML.sub("", without_personal_data(text))
    return narrative


def _titles(found, project):
    """The name and the summary as the register has them, and in English what its codes say: no name is translated."""
    first = project["field_rows"][:1]
    field = (first[0]["en"] if first else "") or "Relief"
    title = SubElement(found, "title")
    _told(title, project.name)
    _told(title, f"{field} project {project.number}", "en")
    about = SubElement(found, "description", {"type": "1"})
    _told(about, project["summary"] or project.name)
    campaign = project["campaign__name_en"] or project["campaign__code"]
    words = (
        f"{field} project of the campaign “{campaign}”, campaign year {project.year}. Project number {project.number}."
    )
    _told(about, words + (" Made-up demonstration data." if project["is_demo"] else ""), "en")


def _names_somebody(party):
    return party["organisation"] or party["enterprise"] or party["number"]


def _party(found, party):
    named = party["organisation"] or party["enterprise"]
    attributes = {"role": ROLES[party["role"]]}
    if party["organisation"]:
        attributes["type"] = FOUNDATION if named["kind"] == "foundation" else NATIONAL_NGO
    elif party["enterprise"]:
        attributes["type"] = COMPANY
    element = SubElement(found, "participating-org", attributes)
    if named:
        _told(element, named["name"])
    else:
        words = Participation.Unnamed(party["unnamed"]).label
        _told(element, f"{Quantity(decimal(party['number']), '家', qualifier=party['qualifier'])} · {words}")


def _places(found, project):
    SubElement(found, "recipient-country", {"code": COUNTRY})
    for county in project.counties:
        place = SubElement(found, "location", {"ref": county["code"]})
        SubElement(place, "location-reach", {"code": "1"})
        _told(SubElement(place, "name"), county["name"])
        _told(SubElement(place, "description"), f"GB/T 2260: {county['code']}", "en")


def _sectors(found, project):
    """One sector in a vocabulary, which then stands for all of the activity; further ones are tags without a share."""
    vocabulary = {"vocabulary": OWN}
    vocabulary |= {"vocabulary-uri": f"{settings.SITE_URL}/data/#projects"} if settings.SITE_URL else {}
    for place, field in enumerate(project.fields):
        if place == 0:
            _told(SubElement(found, "sector", {**vocabulary, "code": field["code"]}), field["name"])
            if field["code"] in DAC:
                scheme, code = DAC[field["code"]]
                SubElement(found, "sector", {"vocabulary": scheme, "code": code})
    for field in project.fields[1:]:
        _told(SubElement(found, "tag", {**vocabulary, "code": field["code"]}), field["name"])


def _transaction(found, line, left_out):
    lacks = "line_amount" if line["amount"] is None else "line_day" if not line["occurred_on"] else ""
    if lacks:
        left_out[lacks] += 1
        return
    element = SubElement(found, "transaction", {"ref": str(line["id"])})
    SubElement(element, "transaction-type", {"code": TRANSACTIONS[line["state"]]})
    SubElement(element, "transaction-date", {"iso-date": line["occurred_on"]})
    SubElement(element, "value", {"value-date": line["occurred_on"]}).text = line["amount"]
    words = [Funding.Kind(line["kind"]).label, line["goods"], Funding.Origin(line["origin"]).label]
    words.append(format_quantity(line.money, "exact"))
    _told(SubElement(element, "description"), " · ".join(str(word) for word in words if word))
    if line.party:
        kind = COMPANY if line["enterprise"] else FOUNDATION if line.party["kind"] == "foundation" else NATIONAL_NGO
        _told(SubElement(element, "provider-org", {"type": kind}), line.party["name"])


def _web_page(found, project):
    link = SubElement(found, "document-link", {"url": settings.SITE_URL + project.url, "format": "text/html"})
    _told(SubElement(link, "title"), project.name)
    SubElement(link, "category", {"code": WEB_PAGE})
    SubElement(link, "language", {"code": "zh"})


def _result(found, project, result):
    """An approved result. Its figure stands in a period where both of its days are known, in words always."""
    element = SubElement(found, "result", {"type": RESULTS[result["level"]], "aggregation-status": "false"})
    _told(SubElement(element, "title"), result["indicator"])
    indicator = SubElement(element, "indicator", {"measure": "1", "ascending": "1", "aggregation-status": "false"})
    _told(SubElement(indicator, "title"), f"{result['indicator']} ({result['unit']})")
    _told(SubElement(indicator, "description"), format_quantity(result.reached, "exact"))
    start, end = (day_of(day) for day in (project["actual_start"] or project["planned_start"], result["occurred_on"]))
    if start and end and start <= end:
        _period(indicator, result, start, end)


def _period(indicator, result, start: date, end: date):
    period = SubElement(indicator, "period")
    SubElement(period, "period-start", {"iso-date": start.isoformat()})
    SubElement(period, "period-end", {"iso-date": end.isoformat()})
    if result["planned"] is not None:
        SubElement(period, "target", {"value": Quantity(decimal(result["planned"]), result["unit"]).plain})
    SubElement(period, "actual", {"value": result.reached.plain})
