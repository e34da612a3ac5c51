"""Grants by the 360Giving Data Standard: one for each funding line that a figure counts.

A grant is a line of “funds involved” or of company money, so that the amounts of both add up to the two figures, but
for what the standard has no place for: it asks for an amount, a full day, one who gave and one who received. The
recipient is the organisation that carries the project out, where it is not the giver; else the counties, which are
named and not invented as organisations. Money that all gave together names all who took part as funders.
"""

import json
from collections import Counter
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Participation
from registry.core.quantity import format_quantity

from .column import without_personal_data
from .package import licence, publisher

VERSION = "1.4"
"""Of the standard's schema."""

LEFT_OUT = {
    "amount": _("lines without an amount"), "day": _("lines without a day"),
    "funder": _("lines whose giver is not named"), "recipient": _("lines of projects without a county"),
}  # fmt: skip
"""Why a counted line is no grant."""

TITLE_LIMIT = 140
VOCABULARY = "bangfu-fields"


def grants_file(projects, as_of):
    """(chunks of the file, what it holds): none where there is no grant, which the standard does not know. The second
    is complete when the first were read: {"entries": number, "left_out": {why: number}}."""
    told = {"entries": 0, "left_out": Counter()}
    return _chunks(projects, as_of, told), told


def _chunks(projects, as_of, told):
    for project in projects:
        for line in project.lines:
            if line.counted_in and (found := grant_of(line, told["left_out"])):
                yield from () if told["entries"] else (_head(as_of),)
                yield f"{',' if told['entries'] else ''}\n  {json.dumps(found, ensure_ascii=False)}".encode()
                told["entries"] += 1
    if told["entries"]:
        yield b"\n ]\n}\n"


def _head(as_of):
    told = {
        "version": VERSION, "title": f"{publisher()}: grants", "issued": f"{as_of:%Y-%m-%d}",
        "modified": as_of.isoformat(timespec="seconds"), "publisher": {"name": publisher()},
    }  # fmt: skip
    told |= {"license": licence()["path"]} if "path" in licence() else {}
    return f'{json.dumps(told, ensure_ascii=False, indent=1)[:-2]},\n "grants": ['.encode()


def grant_of(line, left_out):
    """The grant of a counted line as a dict; None, told in `left_out` by its reason, for one that cannot be told."""
    project, funders, recipients = line.project, funders_of(line), recipients_of(line)
    needed = {
        "amount": line["amount"] is not None, "day": line["occurred_on"], "funder": funders, "recipient": recipients
    }  # fmt: skip
    lacks = [name for name, there in needed.items() if not there]
    if lacks:
        left_out[lacks[0]] += 1
        return None
    amount, name = number(line["amount"]), without_personal_data(project.name)
    found = {
        "id": f"{settings.GIVING_PREFIX}-{project.number}-{line['id']}",
        "title": name if len(name) <= TITLE_LIMIT else f"{name[: TITLE_LIMIT - 1]}…",
        "description": described(line),
        "currency": "CNY",
        "amountAwarded": amount,
        "awardDate": line["occurred_on"],
        "fundingOrganization": funders,
        "recipientOrganization": recipients,
        "grantProgramme": [{"code": project["campaign__code"], "title": project["campaign__name"]}],
    }
    if line["state"] == Funding.State.RECEIVED:
        found["amountDisbursed"] = amount
    found |= _days(project)
    if project.counties:
        found["beneficiaryLocation"] = [_place(county) for county in project.counties]
    if project.fields:
        found["classifications"] = [
            {"vocabulary": VOCABULARY, "code": field["code"], "title": field["name"]} for field in project.fields
        ]
    if settings.SITE_URL:
        found |= {"url": settings.SITE_URL + project.url, "dataSource": f"{settings.SITE_URL}/data/"}
    return found


def _days(project):
    """When it is planned and was done, where a beginning is known."""
    days = {}
    for name, kind in (("plannedDates", "planned"), ("actualDates", "actual")):
        told = {"startDate": project[f"{kind}_start"], "endDate": project[f"{kind}_end"]}
        if told["startDate"]:
            days[name] = [{key: day for key, day in told.items() if day}]
    return days


def described(line):
    """What was given for what, in the register's own words: the precision of the sum too."""
    project, parts = line.project, [line.project["summary"] or line.project.name]
    if line["goods"]:
        parts.append(line["goods"])
    parts.append(str(Funding.State(line["state"]).label))
    parts.append(format_quantity(line.money, "exact"))
    parts.append(str(Funding.Origin(line["origin"]).label))
    return without_personal_data(f"{project.number} {' · '.join(parts)}")


def funders_of(line):
    """Who gave, as organisations of the standard: all who take part in the project where all gave together."""
    if line["organisation"]:
        return [_organisation(line["organisation"])]
    if line["enterprise"]:
        return [_company(line["enterprise"])]
    if line["origin"] == Funding.Origin.MOBILISED:
        found = [_company(party["enterprise"]) for party in line.project.parties if party["enterprise"]]
    else:
        found = [_organisation(party["organisation"]) for party in line.project.parties if party["organisation"]]
    return list({one["id"]: one for one in found}.values())


def recipients_of(line):
    """Who received: organisations that carry the project out and did not give it, else the counties."""
    givers = {one["id"] for one in funders_of(line)}
    found = [
        _organisation(party["organisation"])
        for party in line.project.parties
        if party["organisation"] and party["role"] == Participation.Role.IMPLEMENTER
    ]
    found = list({one["id"]: one for one in found if one["id"] not in givers}.values())
    return found or [_county(county) for county in line.project.counties]


def _organisation(party):
    """By its credit code under the publisher's own prefix: the standard's list of lists was not asked for China's."""
    return _named(f"{settings.GIVING_PREFIX}-org-{party['code'] or party['id']}", party)


def _company(party):
    return _named(f"{settings.GIVING_PREFIX}-company-{party['code'] or party['id']}", party)


def _named(key, party):
    return {"id": key, "name": without_personal_data(party["name"])}


def _county(county):
    return {
        "id": f"{settings.GIVING_PREFIX}-county-{county['code']}", "name": county["name"], "location": [_place(county)]
    }  # fmt: skip


def _place(county):
    """`id` is the code of GB/T 2260; the standard's own list of kinds of codes knows British ones only."""
    return {"id": county["code"], "name": county["name"], "countryCode": "CN"}


def number(amount):
    """A sum as a number of JSON. A float has room for any sum of the register to the fen."""
    found = Decimal(amount)
    return int(found) if found == found.to_integral_value() else float(found)
