"""Whether the files by standards keep to their standards: by rules of our own always, by the published schemas where
somebody hands them in. The schemas are not kept here."""

import json
import re
from datetime import datetime
from itertools import islice

from jsonschema import Draft4Validator, FormatChecker
from lxml import etree

from .files import ACTIVITIES, GRANTS

MOST = 20
"""Findings that are told of each file."""

REQUIRED = (
    "id", "title", "description", "currency", "amountAwarded", "awardDate", "recipientOrganization",
    "fundingOrganization",
)  # fmt: skip
"""The fields that 360Giving asks every grant to organisations for."""

FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def is_instant(value):
    """The schema tells a day from an instant by this format, which the library checks with a further package only."""
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])")


def grant_faults(path, schema=None):
    """What is wrong with the 360Giving file at `path`, in sentences; `schema`: the published one of a grant, a dict."""
    grants = json.loads(path.read_text("utf-8"))["grants"]
    found = [f"{grant.get('id', '?')}: {words}" for grant in grants for words in _grant(grant)]
    if len({grant.get("id") for grant in grants}) < len(grants):
        found.append("two grants have the same id")
    if schema is not None:
        validator = Draft4Validator(schema, format_checker=FORMATS)
        for grant in grants:
            found += [
                f"{grant.get('id', '?')}: {error.json_path} {error.message}" for error in _errors(validator, grant)
            ]
    return found[:MOST]


def _errors(validator, grant):
    return islice(validator.iter_errors(grant), MOST)


def _grant(grant):
    yield from (f"{name} is missing" for name in REQUIRED if not grant.get(name) and grant.get(name) != 0)
    if not _DAY.fullmatch(grant.get("awardDate", "")):
        yield "awardDate is no day"
    if not isinstance(grant.get("amountAwarded"), int | float):
        yield "amountAwarded is no number"
    for side in ("fundingOrganization", "recipientOrganization"):
        yield from (
            f"{side} without id or name" for one in grant.get(side, ()) if not (one.get("id") and one.get("name"))
        )


def activity_faults(path, schema=None):
    """What is wrong with the IATI file at `path`, as sentences; `schema` is the path of the published XSD."""
    document = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    activities = document.getroot().findall("iati-activity")
    names = [one.findtext("iati-identifier") for one in activities]
    found = [] if len(set(names)) == len(names) else ["two activities have the same identifier"]
    for one in activities:
        reporter = one.find("reporting-org").get("ref")
        if not one.findtext("iati-identifier").startswith(f"{reporter}-"):
            found.append(f"{one.findtext('iati-identifier')}: does not begin with the reporting organisation")
    if schema is not None:
        validator = etree.XMLSchema(etree.parse(schema))
        validator.validate(document)
        found += [f"line {error.line}: {error.message}" for error in validator.error_log]
    return found[:MOST]


CHECKS = {GRANTS: grant_faults, ACTIVITIES: activity_faults}
